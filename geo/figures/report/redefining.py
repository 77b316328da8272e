"""The days from which an indicator counts by another definition, told where figures from before and after them meet."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from geo.figures.kpis import Indicator
from geo.figures.report.model import Redefinition
from geo.formatting import day
from geo.periods import Period
from geo.records.layers.layer import Text

AGAIN = Text(
    "Seit dem {since} gilt eine andere Definition ({differing}). Jeder Zeitraum ist nach der gezählt, die an seinem "
    "letzten Tag galt.",
    "Another definition holds since {since} ({differing}). Each period is counted by that of its last day.",
)
BEGUN = Text(
    "Erst seit dem {since} definiert; davor gibt es keinen Wert.",
    "Defined since {since} only; there is no figure before that.",
)
DIFFERING = {
    "label": Text("Bezeichnung", "label"),
    "rule": Text("Zählregel", "rule of counting"),
    "rounding": Text("Rundung", "rounding"),
    "place": Text("Bereich oder Produkt", "area or product"),
    "goals": Text("Ziele", "goals"),
}
NOTHING_ELSE = Text("sonst unverändert", "otherwise unchanged")


def redefinitions(indicators: Sequence[Indicator], periods: Sequence[Period]) -> tuple[Redefinition, ...]:
    """Return the changes of these definitions that lie within the span of the periods, line by line."""
    first, last = min(period.first for period in periods), max(period.last for period in periods)
    return tuple(found for indicator in indicators for found in _of_line(indicator) if first < found.since <= last)


def _of_line(indicator: Indicator) -> Iterator[Redefinition]:
    for since, before, after in _changes(indicator):
        words = AGAIN if before else BEGUN
        text = Text(
            *(
                words.in_language(language).format(
                    since=day(since, language), differing=_differing(before, after, language) if before else ""
                )
                for language in ("de", "en")
            )
        )
        yield Redefinition(indicator.key, indicator.label, since, text)
    # What a ratio divides may change while the ratio does not.
    for side in indicator.sides if len(indicator.sides) > 1 else ():
        for since, before, after in _changes(side):
            name = {language: side.label.in_language(language) for language in ("de", "en")}
            differing = {language: _differing(before, after, language) if before else "" for language in ("de", "en")}
            words = AGAIN if before else BEGUN
            text = Text(
                f"{name['de']}: {words.de.format(since=day(since, 'de'), differing=differing['de'])}",
                f"{name['en']}: {words.en.format(since=day(since, 'en'), differing=differing['en'])}",
            )
            yield Redefinition(indicator.key, indicator.label, since, text)


def _changes(indicator: Indicator) -> Iterator[tuple[date, Indicator | None, Indicator]]:
    """Yield the first day of each definition, with the one that held on the day before, if any."""
    for before, after in pairwise([None, *indicator.versions]):
        assert after is not None
        if after.valid_from is not None:
            yesterday = after.valid_from - timedelta(days=1)
            yield after.valid_from, before if before and before.holds_on(yesterday) else None, after


def _differing(before: Indicator | None, after: Indicator, language: str) -> str:
    assert before is not None
    compared = {
        "label": (before.label, after.label),
        "rule": (_counting(before), _counting(after)),
        "rounding": ((before.rounding, before.decimals), (after.rounding, after.decimals)),
        "place": ((before.area, before.product, before.position), (after.area, after.product, after.position)),
        "goals": (before.goals, after.goals),
    }
    names = [DIFFERING[name].in_language(language) for name, (one, other) in compared.items() if one != other]
    return ", ".join(names) or NOTHING_ELSE.in_language(language)


def _counting(indicator: Indicator) -> tuple[object, ...]:
    sides = tuple(side.key for side in indicator.sides)
    return indicator.rule, indicator.contributions, tuple(sorted(indicator.parameters.items())), sides
