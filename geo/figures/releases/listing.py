"""An explanation as flat rows for files and tables: figures that differ, their records, and set values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from geo.figures.releases.differing import Difference, RecordDifference
from geo.figures.releases.explaining import Explanation
from geo.figures.releases.writes import Write
from geo.periods import CITY_TIME

FIELDS = (
    *("what", "key", "period", "effect", "layer", "id", "source", "source_id", "label"),
    *("before", "after", "difference", "cause", "by", "at", "unit"),
)

EFFECTS = {(True, False): "recorded", (False, True): "not_recorded"}
"""What happened to a figure that is recorded in only one of the two versions, by whether it is not before and after."""


def rows(found: Explanation, language: str) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each figure that differs, followed by its records; then the set values. Amounts are exact."""
    for difference in found.differences:
        label = difference.indicator.label.in_language(language)
        yield _record(
            "figure", difference.indicator.key, found.period, label, difference.before, difference.after,
            difference=difference.difference, effect=EFFECTS.get(difference.not_recorded),
            unit=_unit(difference, language),
        )  # fmt: skip
        for record in difference.records:
            yield _of_record(difference, record, found.period, language)
    for changed in found.set_values:
        yield _record(
            changed.layer, changed.key, changed.period, "", _exact(changed.before), _exact(changed.after),
            layer=changed.layer, id=changed.id, **_who(changed.writes),
        )  # fmt: skip


def _of_record(difference: Difference, record: RecordDifference, period: str, language: str) -> Mapping[str, Any]:
    return _record(
        "record", difference.indicator.key, period, record.label.in_language(language),
        record.before and record.before.amount, record.after and record.after.amount,
        effect=record.effect, layer=record.layer, id=record.id, source=record.source, source_id=record.source_id,
        difference=record.difference, cause=record.cause.in_language(language), **_who(record.writes),
        unit=_unit(difference, language),
    )  # fmt: skip


def _record(
    what: str, key: str, period: str, label: str, before: object, after: object, **others: object
) -> dict[str, Any]:
    known = {"what": what, "key": key, "period": period, "label": label, "before": before, "after": after, **others}
    return {name: known.get(name) for name in FIELDS}


def _unit(difference: Difference, language: str) -> str:
    return difference.indicator.unit.symbol(language)


def _exact(value: str | None) -> Decimal | str | None:
    """Return a set value as a number if it is one."""
    return Decimal(value) if value is not None and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else value


def _who(writes: Sequence[Write]) -> dict[str, str]:
    """Return the writers and the times, each separated by vertical bars."""
    return {
        "by": "|".join(write.by for write in writes),
        "at": "|".join(write.at.astimezone(CITY_TIME).isoformat() for write in writes),
    }
