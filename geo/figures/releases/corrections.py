"""Corrections of figures published earlier. A report lists them, but never adds them to its own figures."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.kept import is_kept
from geo.figures.kpis.places_then import is_placed
from geo.figures.releases import chain
from geo.figures.releases.differing import PARTS, Difference, RecordDifference, differences, recorded, state_of
from geo.figures.releases.entries import ReleaseEntry, release_entries
from geo.figures.releases.set_values import SetDifference, set_differences
from geo.figures.releases.wording import cause_text
from geo.figures.report.document import report_of
from geo.figures.report.model import Cause, Correction, Line, RatioSide, Report
from geo.figures.report.table import rounded
from geo.periods import Period, parse_period
from geo.profile.indicators import decimals_of
from geo.records.layers import ALL_LAYERS
from geo.records.layers.layer import Text
from geo.store.database import Connection, as_recorded


def corrections(
    connection: Connection,
    period: Period,
    instant: datetime | None = None,
    counts: Callable[[Indicator], bool] = is_kept,
) -> tuple[Correction, ...]:
    """Return the changes in the figures of earlier published periods that no report has release_entries yet.

    As recorded at the instant (None: now), taking only earlier releases into account. Every figure is computed by the
    definitions stored in its period's latest release, of the indicators that count: those that the agency keeps.
    """
    known = [
        release for release in reversed(release_entries(connection)) if instant is None or release.recorded_at < instant
    ]
    latest = {release.period: release for release in known}
    found: list[Correction] = []
    for release in sorted(latest.values(), key=lambda each: parse_period(each.period).first):
        earlier = parse_period(release.period)
        if earlier.end <= period.first:
            report = report_of(chain.find(connection, release.period, release.number).document)
            reported_until = _reported_until(known, earlier, period)
            found += _of_period(connection, earlier, report, reported_until, instant, counts)
    return tuple(found)


def _reported_until(known: Sequence[ReleaseEntry], earlier: Period, period: Period) -> datetime:
    """Return the instant up to which changes of the earlier period have been reported to readers.

    It is that of the period's latest release, or of a later period's release, which release_entries its corrections.
    """
    return max(
        release.recorded_at
        for release in known
        if release.period == earlier.name
        or (release.period != period.name and parse_period(release.period).first >= earlier.end)
    )


def _of_period(
    connection: Connection,
    earlier: Period,
    report: Report,
    reported_until: datetime,
    instant: datetime | None,
    counts: Callable[[Indicator], bool],
) -> list[Correction]:
    published = state_of(report)
    layers = _layers_changed(connection, reported_until)
    known = filter(counts, published.indicators.values())
    affected = [indicator for indicator in known if _may_differ(indicator, layers)]
    # Printed figures are taken from the report itself, whatever the history says.
    is_printed = reported_until == published.instant
    before = published.totals() if is_printed else _totals(connection, affected, earlier, reported_until)
    after = _totals(connection, affected, earlier, instant)
    changed = [indicator for indicator in affected if before[indicator.key] != after[indicator.key]]
    found: list[Correction] = []
    if changed:
        was = published.only(changed) if is_printed else recorded(connection, earlier, changed, reported_until)
        explained = differences(connection, was, recorded(connection, earlier, changed, instant))
        # A figure that was not recorded and is 0 now has not been corrected by any amount; the diff tells it.
        told = [difference for difference in explained if difference.difference or not difference.indicator.is_sum]
        found += _of_lines(earlier, told, report)
    return found + _of_reported(connection, earlier, report, reported_until, instant)


def _layers_changed(connection: Connection, since: datetime) -> set[str]:
    found = connection.execute("select layer from flurwerk.layer_versions where changed_at > %s", [since])
    return {layer for (layer,) in found}


def _may_differ(indicator: Indicator, changed: set[str]) -> bool:
    """Whether a layer that the indicator reads has changed. Changes to other tables are unknown, so they may have."""
    if changed & {*PARTS} and any(is_placed(side.contributions) for side in indicator.sides):
        return True
    return any(layer in changed or layer not in ALL_LAYERS for layer in indicator.layers)


def _totals(
    connection: Connection, indicators: Sequence[Indicator], period: Period, instant: datetime | None
) -> dict[str, Decimal | None]:
    with as_recorded(connection, instant):
        found = evaluation.totals(connection, [(indicator, period) for indicator in indicators])
    return {key: total for (key, _), total in found.items()}


def _of_lines(earlier: Period, explained: Sequence[Difference], report: Report) -> Iterator[Correction]:
    """Yield the corrections of lines; records behind a side of a ratio that is no line explain the ratio's."""
    lines = {key for key, definition in report.definitions.items() if definition.is_line}
    records = {difference.indicator.key: difference.records for difference in explained}
    for difference in explained:
        if difference.indicator.key in lines:
            sides = [side for side in difference.indicator.sides if side.key not in lines]
            further = [_cause(record, side) for side in sides for record in records.get(side.key, ())]
            yield _of_records(earlier, difference, (*map(_cause, difference.records), *further))


def _of_records(earlier: Period, difference: Difference, causes: tuple[Cause, ...]) -> Correction:
    indicator = difference.indicator
    pair = _differing(indicator.printed(difference.before), indicator.printed(difference.after))
    step = indicator.rounding
    while not pair and difference.difference and not _rounded(indicator, step, difference.difference):
        # A difference too small for the figure's rounding is shown with more digits.
        step /= 10
    return Correction(
        period=earlier.name,
        key=indicator.key,
        label=indicator.label,
        unit=indicator.unit.printed,
        decimals=max(indicator.decimals, decimals_of(step)),
        exact=difference.difference,
        shown=pair[1] - pair[0] if pair else _rounded(indicator, step, difference.difference),
        causes=causes,
        printed=pair,
    )


def _rounded(indicator: Indicator, step: Decimal, exact: Decimal) -> Decimal:
    return replace(indicator, rounding=step).rounded(exact)


def _differing(before: Decimal | None, after: Decimal | None) -> tuple[Decimal, Decimal] | None:
    """Return two printed figures if there are both and they differ."""
    return None if before is None or after is None or before == after else (before, after)


def _cause(record: RecordDifference, side: Indicator | None = None) -> Cause:
    happened = record.cause
    return Cause(
        layer=record.layer,
        id=record.id,
        source_id=record.source_id,
        amount=record.difference,
        what=Text(f"{record.label.de} {happened.de}", f"{record.label.en} {happened.en}"),
        side=RatioSide(side.key, side.unit.printed) if side else None,
    )


def _of_reported(
    connection: Connection, earlier: Period, report: Report, reported_until: datetime, instant: datetime | None
) -> list[Correction]:
    """Return the corrections of the other teams' figures: changed, or reported only after printing."""
    own = next(
        n for n, column in enumerate(report.columns) if (column.period, column.content) == (earlier.name, "actual")
    )
    lines = {line.key: line for line in report.lines if line.is_manual}
    found: list[Correction] = []
    for difference in set_differences(connection, [earlier.name, earlier.year], reported_until, instant):
        line = lines.get(difference.key)
        if difference.layer != "manual_actuals" or line is None:
            continue
        before, after = (_number(value) for value in (difference.before, difference.after))
        # A figure of the year is printed only if the line has no other.
        if difference.period != earlier.name and not line.cells[own].of_year:
            continue
        if before != after:
            found.append(_of_line(earlier, line, difference, before, after))
    return found


def _of_line(
    earlier: Period, line: Line, difference: SetDifference, before: Decimal | None, after: Decimal | None
) -> Correction:
    source_id = difference.writes[-1].source_id if difference.writes else ""
    happened = cause_text(difference.layer, difference.writes, by_definition=False)
    exact = (after or Decimal()) - (before or Decimal())
    pair = _differing(rounded(before, line.decimals), rounded(after, line.decimals))
    return Correction(
        period=earlier.name,
        key=line.key,
        label=line.label,
        unit=line.unit,
        decimals=line.decimals,
        exact=exact,
        shown=pair[1] - pair[0] if pair else rounded(exact, line.decimals) or exact,
        causes=(Cause(difference.layer, difference.id, source_id, exact, happened),),
        printed=pair,
    )


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
