"""Records with the places that they had on a day before a reform, so that a past period keeps its figures.

What a record stores of its place (its part, or its length in each) is that among the parts in force. Where the parts
of a period's end were others, the query of the contributions reads the records as they lay then: which of them are
outside, and with which length a line counts, follows the borders of the time.
"""

import re
from collections import defaultdict
from typing import Any, LiteralString

from psycopg import sql

from geo.figures.kpis.parts import Parts
from geo.profile.levels import UPPER
from geo.records.layers import ALL_LAYERS
from geo.records.layers.column_types import column_types

STORED = ("district_key", "district_keys", "district_lengths_m", "city_length_m")
"""The columns that say where a record lies."""

ALIASES = re.compile(r"\b(?:from|join)\s+(\w+)\s+as\s+(\w+)")

PARTS_THEN: LiteralString = """
    parts_then as materialized (
        select key, name, geom, flurwerk.shape_of(geom) as shape
        from ({parts}) as p
    ),
    parts_now as materialized (
        select key, flurwerk.shape_of(geom) as shape
        from districts
        where kind = {upper}
    ),
    city_then as materialized (
        select
            (select array_agg(key order by key) from parts_then) as keys,
            (select array_agg(shape order by key) from parts_then) as shapes,
            array(
                (select shape from (select key, shape from parts_then except table parts_now) as ended)
                union
                (select shape from (table parts_now except select key, shape from parts_then) as begun)
            ) as changed
    )
"""

RECORDS: LiteralString = """
    {layer} as not materialized (
        select {columns}
        from {layer} as r
        cross join city_then as o
        {lengths}
        {near}
    )
"""

LENGTHS_THEN: LiteralString = """
        cross join lateral flurwerk.line_then(
            r.geom, r.district_keys, r.district_lengths_m, o.keys, o.shapes, o.changed
        ) as n
"""

PART_THEN: LiteralString = "flurwerk.part_then(r.geom, {now}, o.keys, o.shapes, o.changed) as district_key"

NAMED_THEN: LiteralString = """
    case
        when r.geom is null then (select p.key from parts_then as p where p.name = r.district)
        else r.district_key
    end
"""
"""Where a record without a place names its part, the one of this name."""

NEAR: LiteralString = (
    "where r.geom is null "
    "or st_intersects(r.geom, (select st_buffer(p.geom, 0.01) from parts_then as p where p.key = {part}))"
)
"""A little wider than the part, since what is on its border is decided by the pieces of its outline."""

LENGTHS: dict[str, LiteralString] = {
    "district_keys": "n.part_keys as district_keys",
    "district_lengths_m": "n.lengths_m as district_lengths_m",
    "city_length_m": "n.inside_m as city_length_m",
}


def columns_read(query: str) -> dict[str, set[str]]:
    """Return by table what a query of contributions reads of it, which may be no column."""
    found: dict[str, set[str]] = defaultdict(set)
    for table, alias in ALIASES.findall(query):
        found[table] |= set(re.findall(rf"\b{alias}\.(\w+)", query))
    return found


def is_placed(query: str) -> bool:
    """Whether a query of contributions reads where its records lie."""
    return any(names & {*STORED} for names in columns_read(query).values())


def is_by_borders(query: str) -> bool:
    """Whether the city's borders may decide which records count in a query of contributions, or with which length."""
    counted = query.replace("part.length_m", "city_length_m")
    amounts, records = re.split(r"\bfrom\b", counted, maxsplit=1)
    return "city_length_m" in amounts or any(name in records for name in STORED)


def places_then(
    read: dict[str, set[str]], parts: Parts, parameters: dict[str, Any], within: str | None = None
) -> list[sql.Composable]:
    """Return the queries that take the place of the layers of which these columns are read, to stand after ``with``.

    None of them for the parts in force. ``within`` is the name of a bound key of a part of the upper level: then only
    records that touch it are there, and those without a place. Adds the values to bind to ``parameters``.
    """
    if parts.city is None:
        return []
    layers = {layer: names & {*column_types()[layer]} for layer, names in read.items() if layer in column_types()}
    placed = {layer: names for layer, names in layers.items() if names & {*STORED}}
    if not placed:
        return []
    city = sql.SQL(PARTS_THEN).format(
        parts=Parts(UPPER, parts.city, parts.city).relation(parameters), upper=sql.Literal(UPPER)
    )
    near = sql.SQL(NEAR).format(part=sql.Placeholder(within)) if within else sql.SQL("")
    return [city, *(_of_layer(layer, sorted({"id", *names}), near) for layer, names in placed.items())]


def _of_layer(layer: str, names: list[str], near: sql.Composable) -> sql.Composable:
    is_line = ALL_LAYERS[layer].geometry == "MultiLineString"
    names_part = "district" in column_types()[layer]
    columns: list[sql.Composable] = []
    for name in names:
        if name == "district_key":
            now = sql.SQL(NAMED_THEN) if names_part else sql.SQL("r.district_key")
            columns.append(sql.SQL(PART_THEN).format(now=now))
        elif name in LENGTHS:
            columns.append(sql.SQL(LENGTHS[name]))
        else:
            columns.append(sql.Identifier("r", name))
    return sql.SQL(RECORDS).format(
        layer=sql.Identifier(layer),
        columns=sql.SQL(", ").join(columns),
        lengths=sql.SQL(LENGTHS_THEN if is_line else ""),
        near=near,
    )
