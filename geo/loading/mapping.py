"""The mapping file, which translates a contractor's columns and codes into those of the layer."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from geo.loading.report import LoadRefused

EVERYTHING = "*"
"""In ``ignore``: all columns that are neither mapped nor known."""


@dataclass(frozen=True, slots=True)
class FileMapping:
    """The content of a mapping file.

    ``columns`` maps file columns to layer columns; ``codes`` maps values, with one table per layer column;
    ``constants`` are values set in every row; ``ignore`` lists columns to skip. ``decimal`` is the decimal separator
    (``,`` or ``.``), for files in which numbers such as ``1.234`` are ambiguous.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    crs: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None


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
        and all(isinstance(content.get(key, ""), str) for key in ("crs", "encoding", "delimiter", "decimal"))
        and content.get("decimal", ",") in {",", "."}
        and len(content.get("delimiter", ";")) == 1
    )
    if not good:
        raise LoadRefused(
            f"The mapping {name} has an entry of the wrong type.",
            "[columns], [codes.COLUMN] and [constants] must be tables, ignore a list, and crs, encoding, delimiter "
            '(one character) and decimal ("," or ".") strings.',
        )
