"""Texts that say what happened to a record, without naming people."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from geo.figures.releases.labels import identifier_of
from geo.figures.releases.writes import Change, Write
from geo.formatting import day, with_unit
from geo.periods import CITY_TIME
from geo.profile.wording import worded
from geo.records.layers import ALL_LAYERS
from geo.records.layers.layer import Column, Text
from geo.records.messages.sentences import target_of

BY_DEFINITION = Text("die Kennzahl ist anders definiert", "the indicator is defined differently")
BY_OTHERS = worded(Text("durch geänderte {own:districts}", "due to changed {own:districts}"))
BY_OTHER_AREAS = worded(
    Text(
        "durch geänderte {own:districts} oder andere Flächen am selben Ort",
        "due to changed {own:districts}, or to other areas at the same place",
    )
)
"""Of areas, which count once where several of them overlap."""
NOTHING = Text("–", "–")

LANGUAGES = ("de", "en")


def cause_text(layer: str, writes: Sequence[Write], *, by_definition: bool) -> Text:
    """Return the reason why a record of this layer counts differently, such as “storniert am 03.02.2024”."""
    if not writes:
        others = BY_OTHER_AREAS if ALL_LAYERS[layer].geometry == "MultiPolygon" else BY_OTHERS
        return BY_DEFINITION if by_definition else others
    texts = [of_write(write) if write.layer == layer else _through(write) for write in writes]
    # Repeated changes of the same kind are mentioned only once.
    once = list(dict.fromkeys(texts))
    return Text("; ".join(each.de for each in once), "; ".join(each.en for each in once))


def of_write(write: Write) -> Text:
    """Return the text for a write, such as “erfasst am 05.02.2024” or “Fläche 1.000 → 1.200 m²”."""
    if write.operation == "update":
        texts = [_of_change(write.layer, change) for change in write.changes]
        return Text(", ".join(each.de for each in texts), ", ".join(each.en for each in texts))
    done = {"insert": Text("erfasst am", "recorded on"), "delete": Text("gelöscht am", "deleted on")}[write.operation]
    at = _day(write.at.astimezone(CITY_TIME))
    return Text(f"{done.de} {at.de}", f"{done.en} {at.en}")


def _through(write: Write) -> Text:
    what = ALL_LAYERS[write.layer].singular
    which = identifier_of(write.source_id, write.id)
    did = of_write(write)
    return Text(f"durch {what.de} {which.de}: {did.de}", f"through {_small(what.en)} {which.en}: {did.en}")


def _of_change(layer: str, change: Change) -> Text:
    column = _column(layer, change.column)
    label = column.label
    if change.before is None and change.after and _is_day(change.after) and label.de.endswith(" am"):
        at = _day(date.fromisoformat(change.after))
        return Text(f"{_small(label.de)} {at.de}", f"{_small(label.en)} {at.en}")
    if target_of(layer, change.column) or (change.before or change.after or "").startswith("{"):
        return Text(f"„{label.de}“ geändert", f"“{label.en}” changed")
    before, after = _value(column, change.before), _value(column, change.after)
    return Text(f"{label.de} {before.de} → {after.de}", f"{label.en} {before.en} → {after.en}")


def _column(layer: str, name: str) -> Column:
    try:
        return (
            Column(name, ALL_LAYERS[layer].label(name))
            if not ALL_LAYERS[layer].has_column(name)
            else ALL_LAYERS[layer].column(name)
        )
    except KeyError:
        # The registry has no label for columns that people do not see, such as a trench's lengths in each district.
        return Column(name, Text(name, name))


def _value(column: Column, value: str | None) -> Text:
    if value is None:
        return NOTHING
    if column.codes and value in column.codes:
        return column.codes[value]
    if value in ("true", "false"):
        return Text("ja", "yes") if value == "true" else Text("nein", "no")
    if _is_day(value):
        return _day(date.fromisoformat(value))
    if column.unit and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return Text(*(with_unit(Decimal(value), column.unit, each) for each in LANGUAGES))
    return Text(value, value)


def _is_day(value: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def _day(value: date | datetime) -> Text:
    return Text(*(day(value, each) for each in LANGUAGES))


def _small(label: str) -> str:
    return label[0].lower() + label[1:]
