"""The mapping file, which translates a contractor's columns and codes into those of the layer."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from geo.loading.reading.options import ReadingOptions
from geo.loading.report import LoadRefused

EVERYTHING = "*"
"""In ``ignore``: all columns that are neither mapped nor known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping(ReadingOptions):
    """The content of a mapping file: how the file is read, and how its columns become those of the layer.

    ``columns`` maps file columns to layer columns; ``codes`` maps values, with one table per layer column;
    ``constants`` are values set in every row; ``ignore`` lists columns to skip. ``crs`` takes precedence over the CRS
    that the file names. ``accepted_share`` is the share of a column's values that a load may empty, and of a source's
    records that it may remove, without asking.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    crs: str | None = None
    accepted_share: float = 0.1


TEXTS = ("crs", "encoding", "delimiter", "decimal", "sheet", "layer", "hidden_rows")


def read_mapping(path: Path) -> FileMapping:
    """Read a mapping file (TOML). Raises LoadRefused if it cannot be read or is not valid."""
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise LoadRefused(f"The mapping {path.name} cannot be read ({error.strerror}).", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise LoadRefused(f"The mapping {path.name} is not UTF-8.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise LoadRefused(
            f"The mapping {path.name} is not valid TOML ({error}).",
            "Put names with spaces or umlauts in quotation marks.",
        ) from error
    known = {field.name for field in fields(FileMapping)}
    if unknown := content.keys() - known:
        raise LoadRefused(
            f"The mapping {path.name} has the unknown entry {', '.join(sorted(unknown))}.",
            f"Known entries are {', '.join(sorted(known))}.",
        )
    _refuse_wrong_types(content, path.name)
    if "ignore" in content:
        content["ignore"] = tuple(content["ignore"])
    return FileMapping(**content)


def _refuse_wrong_types(content: dict[str, Any], name: str) -> None:
    tables = [content[key] for key in ("columns", "codes", "constants") if key in content]
    good = (
        all(isinstance(table, dict) for table in tables)
        and all(isinstance(target, str) for target in content.get("columns", {}).values())
        and all(isinstance(table, dict) for table in content.get("codes", {}).values())
        and isinstance(content.get("ignore", []), list)
        and all(isinstance(content.get(key, ""), str) for key in TEXTS)
        and content.get("decimal", ",") in {",", "."}
        and content.get("hidden_rows", "skip") in {"skip", "load"}
        and len(content.get("delimiter", ";")) == 1
        and type(content.get("header_row", 1)) is int
        and content.get("header_row", 1) >= 1
        and type(content.get("accepted_share", 0)) in {int, float}
        and 0 <= content.get("accepted_share", 0) <= 1
    )
    if not good:
        raise LoadRefused(
            f"The mapping {name} has an entry of the wrong type.",
            "[columns], [codes.COLUMN] and [constants] must be tables, ignore a list, header_row a number from 1, "
            "accepted_share one from 0 to 1, and "
            'crs, encoding, delimiter (one character), decimal ("," or "."), sheet, layer and hidden_rows ("skip" or '
            '"load") strings.',
        )


def overridden(mapping: FileMapping, **given: Any) -> FileMapping:
    """Return the mapping with the given entries in place of its own. What is None stays as it is."""
    return replace(mapping, **{name: value for name, value in given.items() if value is not None})
