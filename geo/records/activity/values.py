"""Says what a property of a record was and is now: labels and units of the registry, values in the reader's form."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from geo import formatting
from geo.records.layers.column_types import column_types
from geo.records.layers.layer import LONG_TEXTS, Column
from geo.records.messages.wording import quoted
from geo.text import Text

LONGEST_VALUE = 60
"""The longest text that is told word for word, in characters."""

GEOMETRY = Column("geometry", Text("Lage", "Location"))
"""Stands for a record's geometry, of which is told only that it has changed."""

YES, NO = Text("ja", "yes"), Text("nein", "no")


class Difference(NamedTuple):
    """A property that an update changed, and its values as JSON; a reference's value is the record's name, if known."""

    column: Column
    before: Any
    after: Any


class Referred(NamedTuple):
    """A reference to a record whose name is not known."""

    id: int


def difference(changed: Difference) -> Text:
    """Return the phrase that an update changed a property."""
    column, before, after = changed
    label = column.label
    if column is GEOMETRY or _is_untold(column, before) or _is_untold(column, after):
        if before is None and column is not GEOMETRY:
            return Text(f"{label.de} eingetragen", f"{label.en} entered")
        if after is None and column is not GEOMETRY:
            return Text(f"{label.de} entfernt", f"{label.en} removed")
        return Text(f"{label.de} geändert", f"{label.en} changed")
    if before is None:
        return now_set(column, after)
    old, new = _both(column, before), _both(column, after) if after is not None else None
    if new is None:
        name = quoted(label)
        return Text(f"{name.de} entfernt (bisher {old.de})", f"{name.en} removed (was {old.en})")
    if _is_stated(column, after):
        return Text(f"{label.de} {new.de} (bisher {old.de})", f"{label.en} {new.en} (was {old.en})")
    return Text(f"{label.de} von {old.de} auf {new.de}", f"{label.en} from {old.en} to {new.en}")


def now_set(column: Column, after: Any) -> Text:
    """Return the phrase that a property has a value now."""
    label = column.label
    if after is None:
        name = quoted(label)
        return Text(f"{name.de} entfernt", f"{name.en} removed")
    if _is_untold(column, after):
        return Text(f"{label.de} eingetragen", f"{label.en} entered")
    value = _both(column, after)
    if _is_stated(column, after):
        return Text(f"{label.de} {value.de}", f"{label.en} {value.en}")
    return Text(f"{label.de} auf {value.de} gesetzt", f"{label.en} set to {value.en}")


def _is_untold(column: Column, value: Any) -> bool:
    """Whether a value is too long to be told word for word."""
    return column.name in LONG_TEXTS or (isinstance(value, str) and len(value) > LONGEST_VALUE) or _is_nested(value)


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, list | dict) for each in value))


def _is_stated(column: Column, value: Any) -> bool:
    """Whether a label and the value make a phrase together: “Reserviert bis 31.12.2026”, “Teilbar ja”."""
    return isinstance(value, bool) or _as_date(column, value) is not None


def _both(column: Column, value: Any) -> Text:
    return Text(shown(column, value, "de"), shown(column, value, "en"))


def shown(column: Column, value: Any, language: str, *, is_quoting_codes: bool = True) -> str:
    """Return a value that is not None for people: code labels and texts in quotation marks, numbers with their unit."""
    if isinstance(value, bool):
        return (YES if value else NO).in_language(language)
    if isinstance(value, list):
        return ", ".join(shown(column, each, language, is_quoting_codes=is_quoting_codes) for each in value)
    if column.codes and value in column.codes:
        label = column.codes[value]
        return (quoted(label) if is_quoting_codes else label).in_language(language)
    if isinstance(value, Referred):
        return f"Nr. {value.id}" if language == "de" else f"no. {value.id}"
    day = _as_date(column, value)
    if day is not None:
        return formatting.day(day, language)
    if isinstance(value, int | float | Decimal):
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        return formatting.printed(exact, 0, column.unit and column.unit.printed, language)
    return quoted(Text(str(value), str(value))).in_language(language)


def _as_date(column: Column, value: Any) -> date | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return None
    return date.fromisoformat(value) if column.name in _dates() else None


@cache
def _dates() -> frozenset[str]:
    return frozenset(name for types in column_types().values() for name, known in types.items() if known.type == "date")
