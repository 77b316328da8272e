"""Checks for values that were not entered although a figure adds them up, so that the record counts 0.

They are derived from the indicators, built in and declared, which name the columns whose values they add up.
"""

import re
from collections.abc import Iterable, Iterator

from psycopg import sql

from geo.figures.checks.check import Check
from geo.figures.kpis import INDICATORS
from geo.figures.kpis.indicator import Indicator
from geo.records.layers import ALL_LAYERS
from geo.records.layers.layer import Layer, Text

GEOMETRY = Text("Fläche (Geometrie)", "area (geometry)")


def missing(layer: Layer, column: str, adding: Iterable[tuple[str, Indicator]]) -> Check:
    """Return the check for records that lack the value and count 0 for that in one of the indicators.

    ``adding`` are the indicators that add it up, each with the key of the line to be named.
    """
    label = _label(layer, column)
    query = sql.SQL(
        """
        select
            f.id,
            format('%s missing, counts 0 in %s', {column}, string_agg(distinct f.key, ', ' order by f.key)) as detail
        from (
            {counted}
        ) as f
        group by f.id
        """
    ).format(
        column=sql.Literal(column),
        counted=sql.SQL(" union all ").join(_without(key, indicator, column) for key, indicator in adding),
    )
    return Check(
        f"missing_{column}",
        layer.key,
        Text(
            f"Wert fehlt, den eine Kennzahl summiert: {label.de}",
            f"Value missing that an indicator adds up: {label.en}",
        ),
        Text(
            f"„{label.de}“ nachtragen, auch eine 0, wo es sie gibt; bis dahin zählt der Datensatz mit 0.",
            f"Enter “{label.en}”, also a 0 where that can be; until then the record counts 0.",
        ),
        query.as_string(),  # pyright: ignore[reportArgumentType]
        amount=column,
    )


def checks_of(indicators: Iterable[Indicator]) -> Iterator[Check]:
    """Yield the checks for all columns whose values these indicators, or sides of ratios among them, add up."""
    known = list(indicators)
    lines = {indicator.key for indicator in known}
    adding: dict[tuple[str, str], dict[tuple[str, str], tuple[str, Indicator]]] = {}
    for indicator in known:
        for version in indicator.versions:
            for side in version.sides:
                key = side.key if side.key in lines else indicator.key
                for column in side.amounts:
                    # Both sides of a share, and definitions that differ in their texts alone, are one query.
                    same = key, _text(side)
                    adding.setdefault((side.layer, column), {})[same] = key, side
    for (layer, column), found in adding.items():
        yield missing(ALL_LAYERS[layer], column, found.values())


def _without(key: str, indicator: Indicator, column: str) -> sql.Composed:
    return sql.SQL(
        """
            select c.id, {key}::text as key
            from ({contributions}) as c
            join {layer} as r on r.id = c.id
            where r.{column} is null
            group by c.id
            having coalesce(sum(c.amount), 0) = 0
        """
    ).format(
        key=sql.Literal(key),
        contributions=sql.SQL(_text(indicator)),  # pyright: ignore[reportArgumentType]
        layer=sql.Identifier(indicator.layer),
        column=sql.Identifier(column),
    )


def _text(indicator: Indicator) -> str:
    """Return the query of the contributions with the values that it binds as literals, for a check binds none."""

    def value(found: re.Match[str]) -> str:
        return "%" if found[1] is None else sql.Literal(indicator.parameters[found[1]]).as_string().strip()

    return re.sub(r"%\((\w+)\)s|%%", value, indicator.contributions)


def _label(layer: Layer, column: str) -> Text:
    return next((known.label for known in layer.columns if known.name == column), GEOMETRY)


CHECKS = tuple(checks_of(INDICATORS))
