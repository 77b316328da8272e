"""The queries for the members of families of indicators, such as the major projects."""

from typing import Any

from psycopg import sql

from geo.figures.kpis import FAMILIES
from geo.figures.kpis.within_part import PartOfCity
from geo.store.database import Query


def members() -> Query:
    """Return the query for the members of all families: rows of family key, member, name."""
    found = sql.SQL("select family, member, name from ({}) as m").format(_everything())
    return Query(found, {})


def members_elsewhere(of: PartOfCity) -> Query:
    """Return the query for the members whose area lies in another part of the city: rows of family key and member."""
    parameters: dict[str, Any] = {"part": of.key}
    statement = sql.SQL(
        """
        select m.family, m.member
        from ({members}) as m
        cross join (
            select array_agg(key order by key) as keys, array_agg(flurwerk.shape_of(geom) order by key) as shapes
            from ({upper}) as p
        ) as u
        where flurwerk.part_of_area(m.geom, u.keys, u.shapes) <> %(part)s
        """
    ).format(members=_everything(), upper=of.upper.relation(parameters))
    return Query(statement, parameters)


def _everything() -> sql.Composable:
    each = [
        sql.SQL("select {family} as family, m.member, m.name, m.geom from ({members}) as m").format(
            family=sql.Literal(family.indicator.key), members=sql.SQL(family.members)
        )
        for family in FAMILIES
    ]
    none = sql.SQL(
        "select null::text as family, null::text as member, null::text as name, null::geometry as geom where false"
    )
    return sql.SQL(" union all ").join([*each, none])
