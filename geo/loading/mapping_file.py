"""Reading of mapping files (TOML). Entries that are unknown or of a wrong type are refused by name."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from geo.loading.mapping import FileMapping, ValueRule
from geo.loading.reasons import of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text
from geo.toml import NoToml, read_toml


def read_mapping(path: Path) -> FileMapping:
    """Read a mapping file. Raises LoadRefused if it cannot be read or is not valid."""
    try:
        content = read_toml(path.read_text("utf-8-sig"))
    except OSError as error:
        cause = of_refusals.cause(error)
        raise LoadRefused(
            Text(
                f"Die Zuordnung {path.name} kann nicht gelesen werden ({cause.de}).",
                f"The mapping {path.name} cannot be read ({cause.en}).",
            ),
            of_refusals.CHECK_PATH,
        ) from error
    except UnicodeDecodeError as error:
        raise LoadRefused(
            Text(f"Die Zuordnung {path.name} ist kein UTF-8.", f"The mapping {path.name} is not UTF-8."),
            Text("Speichern Sie sie als UTF-8.", "Save it as UTF-8."),
        ) from error
    except NoToml as error:
        raise LoadRefused(
            Text(
                f"Die Zuordnung {path.name} ist kein gültiges TOML (Meldung: {error}).",
                f"The mapping {path.name} is not valid TOML ({error}).",
            ),
            Text(
                "Setzen Sie Namen mit Leerzeichen oder Umlauten in Anführungszeichen.",
                "Put names with spaces or umlauts in quotation marks.",
            ),
        ) from error
    return mapping_of(content, path.name)


def mapping_of(content: dict[str, Any], file: str) -> FileMapping:
    """Return a mapping file's content as a mapping. Raises LoadRefused, naming the file, if it is not valid."""
    _refuse_unknown(content, ENTRIES, Text(f"Die Zuordnung {file}", f"The mapping {file}"))
    for name, value in content.items():
        _refuse_wrong(name, value, ENTRIES[name], file)
    for column, rule in content.get("values", {}).items():
        where = Text(f"Die Tabelle [values.{column}] in {file}", f"The table [values.{column}] of {file}")
        _refuse_unknown(rule, RULES, where)
        for name, value in rule.items():
            _refuse_wrong(f"values.{column}.{name}", value, RULES[name], file)
    return _as_mapping(content)


class _Kind(NamedTuple):
    """What an entry must be: the check, and its description, which in German is a nominative."""

    fits: Callable[[Any], bool]
    description: Text


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _is_text_or_texts(value: Any) -> bool:
    return isinstance(value, str) or (_is_list_of_texts(value) and bool(value))


def _is_table_of_tables(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(table, dict) for table in value.values())


TEXT = _Kind(lambda value: isinstance(value, str), Text("ein Text", "a string"))
TEXTS = _Kind(_is_list_of_texts, Text("eine Liste von Texten", "a list of strings"))
TABLE = _Kind(lambda value: isinstance(value, dict), Text("eine Tabelle", "a table"))
ENTRIES = {
    "columns": _Kind(
        lambda value: isinstance(value, dict) and all(map(_is_text_or_texts, value.values())),
        Text(
            "eine Tabelle der Spalten der Datei, jede mit unserer Spalte oder einer Liste davon",
            "a table of the file's columns, each with our column or a list of them",
        ),
    ),
    "codes": _Kind(
        _is_table_of_tables, Text("eine Tabelle je Spalte: [codes.COLUMN]", "a table per column: [codes.COLUMN]")
    ),
    "values": _Kind(
        _is_table_of_tables, Text("eine Tabelle je Spalte: [values.COLUMN]", "a table per column: [values.COLUMN]")
    ),
    "constants": TABLE,
    "ignore": TEXTS,
    "where": TEXTS,
    "crs": TEXT,
    "accuracy": _Kind(
        lambda value: type(value) in (int, float) and value > 0,
        Text("eine Zahl von Metern über 0", "a number of metres above 0"),
    ),
    "encoding": TEXT,
    "delimiter": _Kind(
        lambda value: isinstance(value, str) and len(value) == 1, Text("ein einziges Zeichen", "one character")
    ),
    "decimal": _Kind(lambda value: value in (",", "."), Text('"," oder "."', '"," or "."')),
    "sheet": TEXT,
    "layer": TEXT,
    "header_row": _Kind(lambda value: type(value) is int and value >= 1, Text("eine Zahl ab 1", "a number from 1")),
    "accepted_share": _Kind(
        lambda value: type(value) in (int, float) and 0 <= value <= 1,
        Text("eine Zahl von 0 bis 1", "a number from 0 to 1"),
    ),
    "hidden_rows": _Kind(lambda value: value in ("skip", "load"), Text('"skip" oder "load"', '"skip" or "load"')),
}
RULES = {"join": TEXTS, "separator": TEXT, "prefix": TEXT, "unit": TEXT, "date_format": TEXT}
assert ENTRIES.keys() == {field.name for field in fields(FileMapping)}
assert RULES.keys() == {field.name for field in fields(ValueRule)}


def _refuse_unknown(content: dict[str, Any], known: dict[str, _Kind], where: Text) -> None:
    if unknown := content.keys() - known.keys():
        entries, listed = ", ".join(sorted(unknown)), ", ".join(sorted(known))
        raise LoadRefused(
            Text(f"{where.de} hat den unbekannten Eintrag {entries}.", f"{where.en} has the unknown entry {entries}."),
            Text(f"Bekannte Einträge sind {listed}.", f"Known entries are {listed}."),
        )


def _refuse_wrong(name: str, value: Any, kind: _Kind, file: str) -> None:
    if not kind.fits(value):
        raise LoadRefused(
            Text(
                f"Die Zuordnung {file} hat einen Eintrag der falschen Art: {name}.",
                f"The mapping {file} has an entry of the wrong type: {name}.",
            ),
            Text(f"Erwartet wird {kind.description.de}.", f"It must be {kind.description.en}."),
        )


def _as_mapping(content: dict[str, Any]) -> FileMapping:
    lists = {name: tuple(content[name]) for name in ("ignore", "where") if name in content}
    values = {
        column: ValueRule(**{**rule, "join": tuple(rule.get("join", ()))})
        for column, rule in content.get("values", {}).items()
    }
    return FileMapping(**{**content, **lists, "values": values})
