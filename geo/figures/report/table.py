"""The lines of a report's table: computed and manual indicators, each with a cell per column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from geo.figures.kpis import Indicator, Unit, evaluation, kpi_sql
from geo.figures.kpis.evaluation import indicators, totals
from geo.figures.kpis.indicator import AREAS, PRODUCTS
from geo.figures.kpis.members import members_elsewhere
from geo.figures.kpis.ordering import in_order
from geo.figures.kpis.part_labels import in_words_of
from geo.figures.kpis.parts import Reforms
from geo.figures.kpis.within_part import PartOfCity
from geo.figures.report.manual import ManualActual, ManualIndicator, manual_actuals, manual_indicators
from geo.figures.report.model import Cell, Column, Line, TrendPoint
from geo.periods import Period, parse_period
from geo.records.layers.layer import Text
from geo.store.database import Connection

NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Values:
    """All values of some periods. The mappings are by key and name of the period.

    Totals are None if they are not recorded. ``absent`` are the periods at whose end there was no such part of the city
    as the one that the values are limited to.
    """

    computed: tuple[Indicator, ...]
    manual: tuple[ManualIndicator, ...]
    totals: Mapping[tuple[str, str], Decimal | None]
    actuals: Mapping[tuple[str, str], ManualActual]
    targets: Mapping[tuple[str, str], Decimal]
    remarks: Mapping[tuple[str, str], str]
    absent: frozenset[str] = frozenset()
    is_part: bool = False


def values(
    connection: Connection,
    periods: Sequence[Period],
    computed: Sequence[Indicator] | None = None,
    reforms: Reforms | None = None,
) -> Values:
    """Return the computed, reported and set values for these periods.

    ``computed`` are the computed indicators (None: those currently defined), ``reforms`` those of the city's parts, if
    they have been read already.
    """
    computed = tuple(indicators(connection) if computed is None else computed)
    names = [period.name for period in periods]
    targets, remarks = _set_values(connection, names)
    return Values(
        computed=computed,
        manual=tuple(manual_indicators(connection)),
        totals=totals(connection, [(indicator, period) for indicator in computed for period in periods], known=reforms),
        actuals=manual_actuals(connection, names),
        targets=targets,
        remarks=remarks,
    )


def values_of_part(
    connection: Connection, periods: Sequence[Period], computed: Sequence[Indicator] | None, of: PartOfCity
) -> Values:
    """Return the values of one part of the city: its figures in its words, and the targets set for it.

    What other teams report and people remark is on the whole: of reported indicators there are those with a target of
    the part, without actuals. Lines without a target are left out of which there is no figure of a part: those whose
    records have no place, and members of families that lie in other parts, such as major projects.
    """
    known = indicators(connection) if computed is None else computed
    targets, remarks = _set_values(connection, [period.name for period in periods], of.key)
    found = totals(connection, [(indicator, period) for indicator in known for period in periods], part=of.key)
    elsewhere = {f"{family}:{member}" for family, member in connection.execute(*members_elsewhere(of))}
    aimed = {key for key, _ in targets}
    counting = {key for (key, _), total in found.items() if total}
    of_part = [
        each
        for each in known
        if each.key in aimed or (each.has_place and (each.key not in elsewhere or each.key in counting))
    ]
    names = evaluation.names_of_parts(connection, periods)
    return Values(
        computed=tuple(in_words_of(of.key, each) for each in of_part),
        manual=tuple(each for each in manual_indicators(connection) if each.key in aimed),
        totals=found,
        actuals={},
        targets=targets,
        remarks=remarks,
        absent=frozenset(name for name, keys in names.items() if of.key not in keys),
        is_part=True,
    )


def _set_values(
    connection: Connection, names: Sequence[str], part: str | None = None
) -> tuple[dict[tuple[str, str], Decimal], dict[tuple[str, str], str]]:
    """Return targets and remarks, of the whole or one part."""
    found = connection.execute(*kpi_sql.set_values(names, part)).fetchall()
    return (
        {(key, name): target for key, name, target, _ in found if target is not None},
        {(key, name): remark for key, name, _, remark in found if remark is not None},
    )


def lines(known: Values, period: Period, columns: Sequence[Column]) -> list[Line]:
    """Return a line for each indicator that is defined in the period, in the report's order."""
    computed = [found for indicator in known.computed if (found := indicator.in_force(period))]
    found = [_computed(known, indicator, period, columns) for indicator in computed]
    found += [_manual(known, indicator, period, columns) for indicator in known.manual]
    return in_order(found)


def trend(known: Values, line: Line, periods: Sequence[Period]) -> tuple[TrendPoint, ...]:
    """Return a line's targets and actuals in these periods, each by the definition in force then."""
    by_key = {indicator.key: indicator for indicator in known.computed}
    points: list[TrendPoint] = []
    for period in periods:
        target = known.targets.get((line.key, period.name))
        if line.is_manual:
            actual = known.actuals.get((line.key, period.name))
            shown = rounded(actual.value, line.decimals) if actual else None
        else:
            indicator = by_key[line.key].in_force(period)
            shown = indicator.printed(known.totals[line.key, period.name]) if indicator else None
        points.append(TrendPoint(period.name, target, shown))
    return tuple(points)


def rounded(value: Decimal | None, decimals: int) -> Decimal | None:
    """Round to that many decimals, half away from zero; None stays None."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _computed(known: Values, indicator: Indicator, period: Period, columns: Sequence[Column]) -> Line:
    def cell(column: Column) -> Cell:
        if column.content == "target":
            return _target(known, indicator.key, column.period)
        exact = known.totals.get((indicator.key, column.period))
        counted = indicator.in_force(parse_period(column.period))
        if exact is None:
            is_there = column.period not in known.absent and (indicator.has_place or not known.is_part)
            return Cell(not_recorded=is_there and counted is not None and counted.is_sum)
        return Cell(exact, (counted or indicator).printed(exact))

    return Line(
        key=indicator.key,
        position=indicator.position,
        area=indicator.area,
        product=indicator.product,
        label=indicator.label,
        unit=indicator.unit.printed,
        decimals=indicator.decimals,
        goals=indicator.goals,
        is_manual=False,
        cells=tuple(map(cell, columns)),
        remark=known.remarks.get((indicator.key, period.name)),
    )


def _manual(known: Values, indicator: ManualIndicator, period: Period, columns: Sequence[Column]) -> Line:
    own = known.actuals.get((indicator.key, period.year if indicator.annual else period.name))

    def cell(column: Column) -> Cell:
        if column.content == "target":
            return _target(known, indicator.key, column.period, indicator.decimals)
        # Annual figures are shown in the last column of actuals, and only in the report at the end of the year.
        is_years = indicator.annual and column.period == period.name and period.end == parse_period(period.year).end
        actual = own if is_years else known.actuals.get((indicator.key, column.period))
        if actual is None:
            return NOTHING
        return Cell(actual.value, rounded(actual.value, indicator.decimals), actual.text, of_year=is_years)

    return Line(
        key=indicator.key,
        position=indicator.position,
        area=_translated(AREAS, indicator.area),
        product=_translated(PRODUCTS, indicator.product),
        label=indicator.words,
        unit=Text(indicator.unit, indicator.unit) if indicator.unit not in (None, Unit.COUNT.value.symbol.de) else None,
        decimals=indicator.decimals,
        goals=tuple(indicator.goals or ()),
        is_manual=True,
        cells=tuple(map(cell, columns)),
        remark=known.remarks.get((indicator.key, period.name)),
        entered_by=own.entered_by if own else None,
        entered_at=own.entered_at if own else None,
    )


def _target(known: Values, key: str, period: str, decimals: int | None = None) -> Cell:
    target = known.targets.get((key, period))
    return Cell(target, target if decimals is None else rounded(target, decimals))


def _translated(known: Mapping[str, Text], german: str) -> Text:
    """Return the entered German name with its English one, if the registry has it."""
    return next((text for text in known.values() if text.de == german), Text(german, german))
