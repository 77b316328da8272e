"""The views that `migrate` makes outside of migrations: found, dropped before migrations, and made again after them."""

from functools import cache
from hashlib import sha256
from typing import NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.access import grants
from geo.figures.kpis import FAMILIES, INDICATORS, checking
from geo.records.layers import ALL_LAYERS, LAYERS, reporting, seen
from geo.records.layers.layer import Layer
from geo.records.layers.views import PAST_SCHEMAS, RENDITIONS, SCHEMAS, audience_views, create_audience_views, sees
from geo.store.database import AS_RECORDED, NOW, Connection
from geo.store.dependents import dependents, dependents_of_all
from geo.store.requirements import MIGRATIONS
from geo.store.scripts import scripts

FORMER_SCHEMAS = {
    schema.removeprefix("flurwerk_"): schema for schema in grants.GRANTED_SCHEMAS if schema.startswith("flurwerk_")
}
"""The schemas' names before migration 0032_schema_names, each with its present one."""

COMPUTED_INDICATORS = [
    (indicator.key, indicator.label.de, indicator.label.en)
    for indicator in (*INDICATORS, *(family.indicator for family in FAMILIES))
]
"""Key and labels (German, English) of the indicators that are computed from records."""

KNOWN_CHECKSUMS = 20
"""How many versions of the views the database remembers, the present one first, as the comment on the schema
flurwerk_as_of. So an earlier program knows that a later one has replaced its views."""

VIEW_COMMENT = "Made by flurwerk migrate, which replaces it"
"""The comment on each of these views, so that a later version can drop it."""


class OwnView(NamedTuple):
    """A view created by `migrate` of this or an earlier version."""

    oid: int
    schema: str
    name: str


def version_checksum() -> str:
    """Return the SHA-256 of all sources of the views as this version makes them if an agency keeps everything."""
    return _checksum((*ALL_LAYERS.values(),), ())


def checksum() -> str:
    """Return the version's SHA-256 and that of what the agency's profile makes of it, separated by a plus sign."""
    goals = [(key,) for key in reporting.GOALS]
    return f"{version_checksum()}+{_checksum((*LAYERS.values(),), (*COMPUTED_INDICATORS, *goals))}"


@cache
def _checksum(kept: tuple[Layer, ...], indicators: tuple[tuple[str, ...], ...]) -> str:
    layers = {layer.key: layer for layer in kept}
    sources = [view.text for view in scripts("schema/views")]
    made = (*audience_views(layers), *seen.statements(layers), *grants.statements(layers))
    sources += [statement.as_string() for statement in made]
    sources += ["\0".join(row) for row in indicators]
    return sha256("\0".join(sources).encode()).hexdigest()


def are_current(connection: Connection) -> bool:
    """Return whether all views are there, as this version makes them."""
    if _stored_checksums(connection)[:1] != [checksum()]:
        return False
    return {(view.schema, view.name) for view in own_views(connection)} >= set(_names())


def have_been_replaced(connection: Connection) -> bool:
    """Return whether a later version has made its views in the place of this version's.

    Another profile is no other version: what it switches off can be switched on again.
    """
    present, *earlier = [stored.split("+")[0] for stored in _stored_checksums(connection)] or [""]
    return version_checksum() in earlier and version_checksum() != present


def own_views(connection: Connection) -> list[OwnView]:
    """Return the views that this or an earlier version of `migrate` has made."""
    known = _names()
    if has_former_schemas(connection):
        former = {schema: name for name, schema in FORMER_SCHEMAS.items()}
        known = [(former.get(schema, schema), name) for schema, name in known]
    schemas, names = zip(*known, strict=True)
    with connection.cursor(row_factory=class_row(OwnView)) as cursor:
        return cursor.execute(
            """
            select c.oid, n.nspname as schema, c.relname as name
            from pg_class as c
            join pg_namespace as n on n.oid = c.relnamespace
            where c.relkind = 'v'
              and (
                  (n.nspname, c.relname) in (select * from unnest(%(schemas)s::name[], %(names)s::name[]))
                  or obj_description(c.oid, 'pg_class') = %(made)s
              )
            """,
            {"schemas": list(schemas), "names": list(names), "made": VIEW_COMMENT},
        ).fetchall()


def built_on_views(connection: Connection) -> list[str]:
    """Return the operator's objects that depend on these views, as kind and name."""
    return dependents(connection, [view.oid for view in own_views(connection)], own_schemas(connection))


def built_on_any(connection: Connection) -> list[str]:
    """Return the operator's objects that depend on any table or view of Flurwerk, as kind and name."""
    return dependents_of_all(connection, [view.oid for view in own_views(connection)], own_schemas(connection))


def own_schemas(connection: Connection) -> tuple[str, ...]:
    """Return the names that Flurwerk's schemas have in this database, which an earlier version may have made."""
    return (NOW, *FORMER_SCHEMAS) if has_former_schemas(connection) else grants.GRANTED_SCHEMAS


def own_and_new_schemas(connection: Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the schemas that Flurwerk has in this database, and the names that it needs for migrating besides."""
    if connection.execute("select to_regclass(%s)", [MIGRATIONS]).fetchone() == (None,):
        return (), (*FORMER_SCHEMAS, *grants.GRANTED_SCHEMAS)
    own = own_schemas(connection)
    return own, () if own == grants.GRANTED_SCHEMAS else tuple(FORMER_SCHEMAS.values())


def drop(connection: Connection) -> None:
    """Drop these views and nothing else; nothing may depend on them."""
    if own := own_views(connection):
        # In one statement, their order does not matter.
        named = sql.SQL(", ").join(sql.Identifier(view.schema, view.name) for view in own)
        connection.execute(sql.SQL("drop view {}").format(named))


def create(connection: Connection) -> None:
    """Create all views; there must be none yet.

    Also compares anew what audiences see, and stores the keys of indicators and goals. Raises ProfileError if the
    profile's contradict the records.
    """
    for schema in (NOW, AS_RECORDED):
        connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(schema)))
        for view in scripts("schema/views"):
            connection.execute(view.text.encode())
    connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(NOW)))
    create_audience_views(connection)
    seen.keep_seen(connection)
    for schema, name in _names():
        view = sql.Identifier(schema, name)
        connection.execute(sql.SQL("comment on view {} is {}").format(view, sql.Literal(VIEW_COMMENT)))
    store_computed_indicators(connection)
    connection.execute("delete from report_goals")
    connection.cursor().executemany("insert into report_goals (key) values (%s)", [(key,) for key in reporting.GOALS])
    checking.refuse_problems(connection)
    present = checksum()
    known = [present, *(each for each in _stored_checksums(connection) if each != present)][:KNOWN_CHECKSUMS]
    connection.execute(
        sql.SQL("comment on schema {} is {}").format(sql.Identifier(AS_RECORDED), sql.Literal(" ".join(known)))
    )


def store_computed_indicators(connection: Connection) -> None:
    """Store which indicators are computed from records, so that the database rejects manual values for them."""
    connection.execute("delete from computed_indicators")
    connection.cursor().executemany(
        "insert into computed_indicators (key, label, label_en) values (%s, %s, %s)", COMPUTED_INDICATORS
    )


def _names() -> list[tuple[str, str]]:
    derived = [(schema, view.name) for schema in (NOW, AS_RECORDED) for view in scripts("schema/views")]
    of_audiences = [
        (schemas[audience], layer.key)
        for schemas in (SCHEMAS, PAST_SCHEMAS)
        for audience in SCHEMAS
        for layer in LAYERS.values()
        if sees(audience, layer)
    ]
    return [*derived, *of_audiences, *((schema, RENDITIONS) for schema in SCHEMAS.values())]


def has_former_schemas(connection: Connection) -> bool:
    """Return whether an earlier version has made the schemas, under the names of then."""
    found = connection.execute("select to_regnamespace(%s), to_regnamespace(%s)", [NOW, AS_RECORDED]).fetchone()
    return found is not None and found[0] is not None and found[1] is None


def _stored_checksums(connection: Connection) -> list[str]:
    """Return the checksums of the views that the database has had, the present ones' first."""
    row = connection.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [AS_RECORDED]
    ).fetchone()
    return row[0].split() if row and row[0] else []
