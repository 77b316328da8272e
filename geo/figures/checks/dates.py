"""Checks for dates that were not entered, and for dates on days on which nobody decides, signs or builds.

Both are derived from the registries: steps that may lack their date have a second column with the date that counts
(geo.records.layers.layer.counted_date), and an indicator names the dates by which it counts.
"""

from psycopg import sql

from geo.figures.checks.check import Check
from geo.figures.kpis import FAMILIES, INDICATORS
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text

COUNTED = "_reached_on"
"""The suffix of columns with the date on which a step counts as reached. The step's own date is the same without it."""

DERIVED = Text("Datum eines Schritts abgeleitet", "Date of a step derived")
DERIVED_ADVICE = Text(
    "Das fehlende Datum nachtragen; bis dahin gilt das früheste Datum eines späteren Schritts.",
    "Enter the missing date; until then the earliest date of a later step counts.",
)
ODD_DAY = Text("Datum am 1. Januar, 31. Dezember oder Sonntag", "Date on 1 January, 31 December or a Sunday")
ODD_DAY_ADVICE = Text(
    "Prüfen, ob das Datum stimmt oder nur das Jahr bekannt war; an der Grenze eines Zeitraums entscheidet es, wo der "
    "Datensatz zählt.",
    "Check whether the date is right or only the year was known; at the boundary of a period it decides where the "
    "record counts.",
)


def derived(layer: str, counted: str) -> Check:
    """Return the check for records in which a step counts as reached although its own date is missing."""
    step = counted.replace(COUNTED, "_on")
    query = sql.SQL(
        "select id, {step} || ' = ' || {counted} as detail from {layer} where {date} is null and {counted} is not null"
    ).format(
        step=sql.Literal(step), counted=sql.Identifier(counted), layer=sql.Identifier(layer), date=sql.Identifier(step)
    )
    return Check(
        f"derived_{step}",
        layer,
        DERIVED,
        DERIVED_ADVICE,
        query.as_string(),  # pyright: ignore[reportArgumentType]
        date=counted,
    )


def odd_day(layer: str, date: str) -> Check:
    """Return the check for records that count by a date which is the first or last day of a year, or a Sunday."""
    query = sql.SQL(
        """
        select id, format('%s = %s (%s)', {name}, {date}, odd.day) as detail
        from {layer}
        cross join lateral (
            select
                case
                    when to_char({date}, 'MM-DD') = '01-01' then '1 January'
                    when to_char({date}, 'MM-DD') = '12-31' then '31 December'
                    when extract(isodow from {date}) = 7 then 'Sunday'
                end as day
        ) as odd
        where odd.day is not null
        """
    ).format(name=sql.Literal(date), date=sql.Identifier(date), layer=sql.Identifier(layer))
    return Check(
        f"odd_day_{date}",
        layer,
        ODD_DAY,
        ODD_DAY_ADVICE,
        query.as_string(),  # pyright: ignore[reportArgumentType]
        date=date,
        as_if=sql.SQL("jsonb_build_object({}, null)").format(sql.Literal(date)).as_string(),  # pyright: ignore[reportArgumentType]
    )


COUNTED_DATES = tuple(
    dict.fromkeys(
        (side.layer, date)
        for indicator in (*INDICATORS, *(family.indicator for family in FAMILIES))
        for version in indicator.versions
        for side in version.sides
        for date in side.dates
    )
)
"""The layers and date columns by which records count in any indicator."""

CHECKS = (
    *(
        derived(layer.key, column.name)
        for layer in LAYERS.values()
        for column in layer.columns
        if column.name.endswith(COUNTED)
    ),
    *(odd_day(layer, date) for layer, date in COUNTED_DATES),
)
