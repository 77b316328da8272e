"""Whether releases are as they were published: by the chain of hashes, and by computing every figure again.

Computed is out of the records as they were recorded then, by the definitions that the release keeps. So neither later
corrections nor later definitions matter; a changed history, or a migration that took away a column, does.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

import psycopg
from pydantic import ValidationError

from geo.figures.releases import chain
from geo.figures.releases.corrections import corrections
from geo.figures.releases.release import Release
from geo.figures.report.content import content
from geo.figures.report.document import report_of
from geo.figures.report.model import Line, Report
from geo.formatting import plain
from geo.periods import parse_period
from geo.records.layers.layer import Text
from geo.store.database import Connection, as_recorded, first_line

Fact = tuple[str, ...]
"""Names a value of a report: what it is, of which indicator, and which one."""

LISTED = ("part", "record", "correction")
"""The facts of which there may be too many, too."""

WORDS = {
    "target": Text("Ziel", "target"),
    "actual": Text("Ist", "actual"),
    "remark": Text("Bemerkung", "remark"),
    "trend": Text("Verlauf", "trend"),
    "part": Text("Anteil", "part"),
    "record": Text("Datensatz", "record"),
    "correction": Text("Korrektur", "correction"),
}


class Discrepancy(NamedTuple):
    """A value that is not what the release says; None: there is none."""

    fact: Fact
    published: object
    computed: object

    def in_language(self, language: str) -> str:
        """In one line, what differs."""
        what, *which = self.fact
        named = " ".join([WORDS[what].in_language(language), *which])
        said = [_said(value, language) for value in _where_they_differ(self.published, self.computed)]
        if language == "en":
            return f"{named}: published {said[0]}, computed again {said[1]}"
        return f"{named}: veröffentlicht {said[0]}, neu berechnet {said[1]}"


class Verdict(NamedTuple):
    """What is wrong with a release, and with the chain that it is part of."""

    release: Release
    broken: list[chain.Broken]
    failure: Text | None
    discrepancies: list[Discrepancy]
    values: int

    @property
    def holds(self) -> bool:
        """Whether all is as it was published."""
        return not (self.broken or self.failure or self.discrepancies)


def verify(connection: Connection, period: str, number: int | None = None) -> Verdict:
    """Check the whole chain, then compute the period's release (the latest, or that number) anew and compare.

    Raises NotPublished. Where a hash is wrong nothing is computed: the definitions may be anybody's.
    """
    release = chain.find(connection, period, number)
    broken = list(chain.broken(chain.releases(connection)))
    if any(found.place == release.place for found in broken):
        return Verdict(release, broken, None, [], 0)
    try:
        report = report_of(release.document)
        kept, again = facts(report), _computed(connection, release, report)
    except ValidationError:
        unreadable = Text("Das Dokument ist nicht lesbar.", "The document cannot be read.")
        return Verdict(release, broken, unreadable, [], 0)
    except psycopg.ProgrammingError as error:
        return Verdict(release, broken, _not_computed(error), [], 0)
    return Verdict(release, broken, None, list(_compared(kept, again)), len(kept))


def facts(report: Report) -> dict[Fact, object]:
    """Every value and contribution of a report by its name."""
    found: dict[Fact, object] = {}
    for line in (*report.lines, *report.key_figures):
        found |= _of_line(report, line)
    for key, points in report.trends.items():
        found |= {("trend", key, point.period): (point.target, point.shown) for point in points}
    for key, parts in report.splits.items():
        found |= {("part", key, part.part): (part.exact, part.shown) for part in parts}
    for key, records in report.records.items():
        for row in records:
            said = (row.source, row.source_id, row.date.isoformat(), row.amount, row.district)
            found["record", key, row.layer, str(row.id)] = said
    found |= {("correction", each.period, each.key): (each.exact, each.shown) for each in report.corrections}
    return found


def _of_line(report: Report, line: Line) -> Iterator[tuple[Fact, object]]:
    for column, cell in zip(report.columns, line.cells, strict=True):
        yield (column.content, line.key, column.period), (cell.exact, cell.shown, cell.text)
    yield ("remark", line.key), line.remark


def _computed(connection: Connection, release: Release, report: Report) -> dict[Fact, object]:
    period = parse_period(release.period)
    definitions = [definition.indicator() for definition in report.definitions.values()]
    with as_recorded(connection, release.recorded_at):
        found = facts(content(connection, period, release.recorded_at, definitions))
    later = corrections(connection, period, release.recorded_at)
    return found | {("correction", each.period, each.key): (each.exact, each.shown) for each in later}


def _compared(kept: Mapping[Fact, object], again: Mapping[Fact, object]) -> Iterator[Discrepancy]:
    # A report of later versions may have more columns than the one that was published.
    for fact in {**kept, **{fact: None for fact in again if fact[0] in LISTED}}:
        if kept.get(fact) != again.get(fact):
            yield Discrepancy(fact, kept.get(fact), again.get(fact))


def _not_computed(error: psycopg.Error) -> Text:
    said = first_line(error)
    return Text(
        f"Die Kennzahlen lassen sich nicht mehr berechnen, wie sie definiert waren ({said}).",
        f"The indicators cannot be computed any more as they were defined ({said}).",
    )


def _where_they_differ(published: object, computed: object) -> tuple[object, object]:
    """The members of two values that differ, without those that both have."""
    if not (isinstance(published, tuple) and isinstance(computed, tuple)):
        return published, computed
    pairs = [pair for pair in zip(published, computed, strict=True) if pair[0] != pair[1]]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def _said(value: object, language: str) -> str:
    if value is None:
        return "none" if language == "en" else "nichts"
    if isinstance(value, tuple):
        members = [_said(each, language) for each in value if each is not None]
        return ", ".join(dict.fromkeys(members)) or _said(None, language)
    return plain(value) if isinstance(value, Decimal) else str(value)
