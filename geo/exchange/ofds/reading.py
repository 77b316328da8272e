"""The records of a network."""

from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg.rows import dict_row

from geo.store.database import Connection

Rows = list[dict[str, Any]]

TRENCHES: LiteralString = """
    select
        t.id,
        t.source,
        t.source_id,
        t.programme,
        k.key as cluster_key,
        t.operator,
        t.origin,
        t.construction,
        t.duplicate_of,
        t.planned_reached_on,
        t.started_on,
        t.laid_reached_on,
        t.permitted_on,
        t.discarded_on,
        st_asbinary(t.geom) as shape
    from trenches as t
    left join clusters as k on k.id = t.cluster
    where %(programmes)s::bigint[] is null
       or t.programme = any(%(programmes)s)
    order by t.id
"""
NODES: LiteralString = """
    select
        id,
        source,
        source_id,
        name,
        kind,
        kind_text,
        programme,
        operator,
        origin,
        built_reached_on,
        in_service_on,
        removed_on,
        st_asbinary(geom) as shape
    from network_nodes
    where %(programmes)s::bigint[] is null
       or programme = any(%(programmes)s)
    order by id
"""
PROGRAMMES: LiteralString = "select id, name, funding, gap from programmes order by id"
OPERATORS: LiteralString = "select id, name from operators order by id"
NOT_COVERED: LiteralString = """
    select layer, count(*)
    from (
        select 'ducts' as layer, programme from ducts
        union all
        select 'cables', programme from cables
        union all
        select 'connections', programme from connections
    ) as r
    where %(programmes)s::bigint[] is null
       or programme = any(%(programmes)s)
    group by layer
    order by layer
"""


def read(connection: Connection, statement: LiteralString, programmes: Sequence[int] | None = None) -> Rows:
    """Return the rows of one of the statements above; ``programmes`` None: of all programmes, and of none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, {"programmes": None if programmes is None else list(programmes)}).fetchall()
