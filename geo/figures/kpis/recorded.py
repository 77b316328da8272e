"""Not recorded is not zero: the one rule by which a figure is told not to be recorded instead of 0.

A figure is **not recorded** if its layer has no record in or before the period, by the dates at which records of the
layer count; a record without any of these dates is not known to be later, so it is one. A layer with records of which
none counts gives 0. The parts of a figure that is not recorded are not recorded either. Nor is the figure of one part
if records count in the period and none of them has a place, or of a share of area a polygon: how many belong to the
part is not known. So in a split the parts are not recorded, beside the row of those without a place.

**The public** learns from 0, in the place of “not recorded”, that the layer has a record, of which it may not know the
month. So the public is told by the periods that the agency reports, whose totals it publishes: whether the layer has a
record by the end of the one that the period lies or ends in. Of one that is not over, only records that count tell it,
which hidden figures tell already.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from psycopg import sql

from geo.figures.kpis.contributing import contributing
from geo.figures.kpis.indicator import Aggregation, Indicator, Kind
from geo.figures.kpis.parts import Parts
from geo.formatting import NOTHING
from geo.periods import CITY_TIME, Period
from geo.records.layers import ALL_LAYERS
from geo.records.layers.layer import Audience, Text
from geo.rhythm import own_rhythm

NOT_RECORDED = Text("nicht erfasst", "not recorded")
"""What is printed in the place of a figure."""

REACHED = "_reached_on"


def absent(indicator: Indicator) -> Text:
    """Return what is printed where there is no figure: that it is not recorded; for ratios and maxima a dash."""
    return NOT_RECORDED if indicator.is_sum else Text(NOTHING, NOTHING)


def dates_recorded(indicator: Indicator) -> tuple[str, ...] | None:
    """Return the columns with the dates at which records of the indicator's layer count, of which the earliest tells.

    None if the indicator is one of an earlier version, which had no such rule: it is 0 without records.
    """
    if indicator.recorded_by != "layer":
        return indicator.recorded_by
    layer = ALL_LAYERS[indicator.layer]
    own = [layer.date] if layer.date else []
    return tuple(dict.fromkeys([*own, *(column.name for column in layer.columns if column.name.endswith(REACHED))]))


def days_known(period: Period, audience: Audience, today: date | None = None) -> tuple[date, date]:
    """Return the days before which a record, and a record that counts, tells the audience that the layer is recorded.

    Exclusive ends: for all but the public both are the period's.
    """
    if audience is not Audience.PUBLIC:
        return period.end, period.end
    reported = own_rhythm().containing(period.last)
    is_over = reported.end <= (today or datetime.now(CITY_TIME).date())
    return reported.end if is_over else reported.first, reported.end


def recorded(
    indicator: Indicator,
    period: Period,
    suffix: str,
    parameters: dict[str, Any],
    audience: Audience,
    within: Parts | None = None,
) -> sql.Composable:
    """Return the condition that a figure of no records is 0: that the layer has records by the period.

    Of a share of area it is the layer of the records that cover it. In one of the parts ``within`` also that a record
    that counts has a place, or that none counts anywhere. Adds the values to bind to ``parameters``.
    """
    if indicator.numerator and indicator.is_share_of_area:
        # Those without a polygon cover nothing, so that they are not among those that cover something.
        indicator = replace(indicator.numerator, aggregation=Aggregation.SUM)
    condition = _has_records(indicator, period, suffix, parameters, audience)
    if within is None or ALL_LAYERS[indicator.layer].geometry_required:
        return condition
    return sql.SQL(
        """
        (
            {condition}
            and (
                exists (select from {counted} where c.district is not null)
                or not exists (select from {counted})
            )
        )
        """
    ).format(condition=condition, counted=contributing(indicator, period, suffix, parameters, parts=within))


def _has_records(
    indicator: Indicator, period: Period, suffix: str, parameters: dict[str, Any], audience: Audience
) -> sql.Composable:
    dates = dates_recorded(indicator)
    if dates is None:
        return sql.SQL("true")
    of_records, of_counted = days_known(period, audience)
    names = {"known": f"known{suffix}", "counted": f"counted{suffix}"}
    parameters |= {names["known"]: of_records, names["counted"]: of_counted}
    earliest = sql.SQL("coalesce(least({}), '-infinity')").format(
        sql.SQL(", ").join(sql.Identifier("r", name) for name in dates)
    )
    condition = sql.SQL("exists (select from {layer} as r where {in_time})").format(
        layer=sql.Identifier(indicator.layer),
        in_time=sql.SQL("{} < {}").format(earliest, sql.Placeholder(names["known"])) if dates else sql.SQL("true"),
    )
    if audience is not Audience.PUBLIC:
        return condition
    contributions: str = indicator.contributions
    for name, value in indicator.parameters.items():
        contributions = contributions.replace(f"%({name})s", f"%({name}_{suffix})s")
        parameters[f"{name}_{suffix}"] = value
    return sql.SQL("({} or exists (select from ({}) as counted where counted.{} < {}))").format(
        condition,
        # From the registry; contains nothing from a request.
        sql.SQL(contributions),  # pyright: ignore[reportArgumentType]
        sql.Identifier("date" if indicator.kind is Kind.FLOW else "from_on"),
        sql.Placeholder(names["counted"]),
    )
