"""Verification that releases are as they were published: by the chain of hashes, and by recomputing every figure.

Figures are recomputed from the records as recorded at the time, by the definitions stored in the release. Later
corrections and definitions therefore do not matter, but a manipulated history or a column removed by a migration does.
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
from geo.profile.wording import worded
from geo.records.layers.layer import Text
from geo.store.database import Connection, as_recorded, first_line

Fact = tuple[str, ...]
"""The name of a value in a report: its kind (a key of WORDS), the indicator's key, and further identifiers."""

LISTED = ("part", "record", "correction")
"""The kinds of facts for which surplus recomputed ones are discrepancies, too."""

WORDS = {
    **{key: worded(Text(f"{{own:{key}}}", f"{{own:{key}}}")) for key in ("target", "actual", "remark")},
    "trend": Text("Verlauf", "trend"),
    "part": Text("Anteil", "part"),
    "record": Text("Datensatz", "record"),
    "correction": Text("Korrektur", "correction"),
}


class Discrepancy(NamedTuple):
    """A value that differs between the release and the recomputation. None: missing there."""

    fact: Fact
    published: object
    computed: object

    def in_language(self, language: str) -> str:
        """Return the discrepancy in one line."""
        what, *which = self.fact
        named = " ".join([WORDS[what].in_language(language), *which])
        published, computed = (_text(value, language) for value in _differing(self.published, self.computed))
        if language == "en":
            return f"{named}: published {published}, recomputed {computed}"
        return f"{named}: veröffentlicht {published}, neu berechnet {computed}"


class Verdict(NamedTuple):
    """The problems of a release and of the chain, and the number of values that were compared."""

    release: Release
    broken: list[chain.Broken]
    failure: Text | None
    discrepancies: list[Discrepancy]
    values: int

    @property
    def holds(self) -> bool:
        """Whether everything is as it was published."""
        return not (self.broken or self.failure or self.discrepancies)


def verify(connection: Connection, period: str, number: int | None = None) -> Verdict:
    """Check the whole chain, then recompute the period's release (the latest, or that number) and compare.

    Raises NotPublished. If the release's hash is wrong, nothing is recomputed: its definitions cannot be trusted.
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
    """Return all values and contributions of a report, by name."""
    found: dict[Fact, object] = {}
    for line in (*report.lines, *report.key_figures):
        found |= _of_line(report, line)
    for key, points in report.trends.items():
        found |= {("trend", key, point.period): (point.target, point.shown) for point in points}
    for key, parts in report.splits.items():
        found |= {("part", key, part.part): (part.exact, part.shown) for part in parts}
    for key, records in report.records.items():
        for row in records:
            values = (row.source, row.source_id, row.date.isoformat(), row.amount, row.district)
            found["record", key, row.layer, str(row.id)] = values
    found |= {("correction", each.period, each.key): (each.exact, each.shown) for each in report.corrections}
    return found


def _of_line(report: Report, line: Line) -> Iterator[tuple[Fact, object]]:
    for column, cell in zip(report.columns, line.cells, strict=True):
        yield (column.content, line.key, column.period), (cell.exact, cell.shown, cell.text)
    yield ("remark", line.key), line.remark


def _computed(connection: Connection, release: Release, report: Report) -> dict[Fact, object]:
    period = parse_period(release.period)
    definitions = [definition.indicator() for definition in report.definitions.values() if definition.is_line]
    with as_recorded(connection, release.recorded_at):
        found = facts(content(connection, period, release.recorded_at, definitions, like=report))
    # Whatever was off when it was published had no corrections, and whatever is off now had them.
    had = {key.split(":")[0] for key in report.definitions}
    later = corrections(connection, period, release.recorded_at, lambda each: each.key.split(":")[0] in had)
    # Earlier versions rounded the difference, in place of telling that of the printed figures.
    earlier = {(each.period, each.key): each.shown for each in report.corrections if each.printed is None}
    return found | {
        ("correction", each.period, each.key): (each.exact, earlier.get((each.period, each.key), each.shown))
        for each in later
    }


def _compared(kept: Mapping[Fact, object], again: Mapping[Fact, object]) -> Iterator[Discrepancy]:
    # Reports of later software versions may have more columns than the published one.
    for fact in {**kept, **{fact: None for fact in again if fact[0] in LISTED}}:
        if kept.get(fact) != again.get(fact):
            yield Discrepancy(fact, kept.get(fact), again.get(fact))


def _not_computed(error: psycopg.Error) -> Text:
    cause = first_line(error)
    return Text(
        f"Die Kennzahlen lassen sich nicht mehr so berechnen, wie sie definiert waren ({cause}).",
        f"The indicators can no longer be computed as they were defined ({cause}).",
    )


def _differing(published: object, computed: object) -> tuple[object, object]:
    """Return the two values, or if they are tuples, only the members that differ."""
    if not (isinstance(published, tuple) and isinstance(computed, tuple)):
        return published, computed
    pairs = [pair for pair in zip(published, computed, strict=True) if pair[0] != pair[1]]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def _text(value: object, language: str) -> str:
    if value is None:
        return "none" if language == "en" else "nichts"
    if isinstance(value, tuple):
        members = [_text(each, language) for each in value if each is not None]
        return ", ".join(dict.fromkeys(members)) or _text(None, language)
    return plain(value) if isinstance(value, Decimal) else str(value)
