"""The records that may lie in one part of the city, so that its figures read these and no others.

A contribution's district is the one that its record stores, else that of the plot, property or industrial area that the
record is about; a line has all those through which it runs. Where an index finds the districts, the query of the
contributions needs no more than a condition. Where they follow from a list or from two tables, the layer's table is
replaced by its records that may count, each once; what counts is still decided by the district of the contribution.
"""

import re

from geo.figures.kpis.countable import placed_by, references
from geo.figures.kpis.indicator import ONE_OF_LINE, PARTS_OF_LINE, Indicator
from geo.records.layers import ALL_LAYERS
from geo.records.layers.column_types import column_types
from geo.records.layers.layer import Layer

# Nearly all lines lie in one part or two, which are read from an index alone (index_parts_of_lines).
LINES = """
    select * from {layer} where cardinality(district_keys) <= 2 and district_keys[1] = {part}
    union all
    select * from {layer}
    where cardinality(district_keys) = 2 and district_keys[2] = {part} and district_keys[1] <> {part}
    union all
    select * from {layer} where cardinality(district_keys) > 2 and district_keys @> array[{part}::text]
"""
PLACED = """
    select * from {layer} where district_key = {part}
    union all
    select o.*
    from {place} as p
    join {layer} as o on o.{column} = p.id
    where p.district_key = {part} and o.district_key is null
"""


def narrowed(indicator: Indicator, part: str) -> str:
    """Return the query of contributions with the layer's records that may lie in the part bound to this name."""
    contributions = indicator.contributions.replace(PARTS_OF_LINE, ONE_OF_LINE.format(part=part))
    candidates = _candidates(ALL_LAYERS[indicator.layer], f"%({part})s")
    if candidates is None:
        return contributions
    table = re.compile(rf"\bfrom {indicator.layer} as (\w+)")
    return table.sub(lambda found: f"from ({candidates}) as {found[1]}", contributions, count=1)


def _candidates(layer: Layer, part: str) -> str | None:
    """Return the query for the layer's records that may lie in the part; None if a condition finds them by itself."""
    if layer.geometry == "MultiLineString":
        return LINES.format(layer=layer.key, part=part)
    column = placed_by(layer)
    if layer.geometry is None or column is None:
        return None
    place = references(layer, column_types()[layer.key])[column]
    return PLACED.format(layer=layer.key, part=part, place=place.key, column=column)
