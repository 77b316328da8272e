"""Reading of mapping files (TOML). Entries that are unknown or of a wrong type are refused by name."""

import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from geo.loading.mapping import FileMapping, ValueRule
from geo.loading.report import LoadRefused


def read_mapping(path: Path) -> FileMapping:
    """Read a mapping file. Raises LoadRefused if it cannot be read or is not valid."""
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
    return mapping_of(content, path.name)


def mapping_of(content: dict[str, Any], file: str) -> FileMapping:
    """Return a mapping file's content as a mapping. Raises LoadRefused, naming the file, if it is not valid."""
    _refuse_unknown(content, ENTRIES, f"The mapping {file}")
    for name, value in content.items():
        _refuse_wrong(name, value, ENTRIES[name], file)
    for column, rule in content.get("values", {}).items():
        _refuse_unknown(rule, RULES, f"The table [values.{column}] of {file}")
        for name, value in rule.items():
            _refuse_wrong(f"values.{column}.{name}", value, RULES[name], file)
    return _as_mapping(content)


class _Kind(NamedTuple):
    """What an entry must be: the check, and its description."""

    fits: Callable[[Any], bool]
    description: str


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _is_text_or_texts(value: Any) -> bool:
    return isinstance(value, str) or (_is_list_of_texts(value) and bool(value))


def _is_table_of_tables(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(table, dict) for table in value.values())


TEXT = _Kind(lambda value: isinstance(value, str), "a string")
TEXTS = _Kind(_is_list_of_texts, "a list of strings")
TABLE = _Kind(lambda value: isinstance(value, dict), "a table")
ENTRIES = {
    "columns": _Kind(
        lambda value: isinstance(value, dict) and all(map(_is_text_or_texts, value.values())),
        "a table of the file's columns, each with our column or a list of them",
    ),
    "codes": _Kind(_is_table_of_tables, "a table per column: [codes.COLUMN]"),
    "values": _Kind(_is_table_of_tables, "a table per column: [values.COLUMN]"),
    "constants": TABLE,
    "ignore": TEXTS,
    "where": TEXTS,
    "crs": TEXT,
    "accuracy": _Kind(lambda value: type(value) in (int, float) and value > 0, "a number of metres above 0"),
    "encoding": TEXT,
    "delimiter": _Kind(lambda value: isinstance(value, str) and len(value) == 1, "one character"),
    "decimal": _Kind(lambda value: value in (",", "."), '"," or "."'),
    "sheet": TEXT,
    "layer": TEXT,
    "header_row": _Kind(lambda value: type(value) is int and value >= 1, "a number from 1"),
    "accepted_share": _Kind(lambda value: type(value) in (int, float) and 0 <= value <= 1, "a number from 0 to 1"),
    "hidden_rows": _Kind(lambda value: value in ("skip", "load"), '"skip" or "load"'),
}
RULES = {"join": TEXTS, "separator": TEXT, "prefix": TEXT, "unit": TEXT, "date_format": TEXT}
assert ENTRIES.keys() == {field.name for field in fields(FileMapping)}
assert RULES.keys() == {field.name for field in fields(ValueRule)}


def _refuse_unknown(content: dict[str, Any], known: dict[str, _Kind], where: str) -> None:
    if unknown := content.keys() - known.keys():
        raise LoadRefused(
            f"{where} has the unknown entry {', '.join(sorted(unknown))}.",
            f"Known entries are {', '.join(sorted(known))}.",
        )


def _refuse_wrong(name: str, value: Any, kind: _Kind, file: str) -> None:
    if not kind.fits(value):
        raise LoadRefused(
            f"The mapping {file} has an entry of the wrong type: {name}.", f"It must be {kind.description}."
        )


def _as_mapping(content: dict[str, Any]) -> FileMapping:
    lists = {name: tuple(content[name]) for name in ("ignore", "where") if name in content}
    values = {
        column: ValueRule(**{**rule, "join": tuple(rule.get("join", ()))})
        for column, rule in content.get("values", {}).items()
    }
    return FileMapping(**{**content, **lists, "values": values})
