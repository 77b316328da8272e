"""Tells which of a file's records lie outside the city, in layers whose records are expected inside."""

from psycopg import sql

from geo.figures.checks.places import outside_condition
from geo.loading.columns import Plan
from geo.loading.reasons import of_loads
from geo.loading.staging import target
from geo.records.layers.layer import Text
from geo.store.database import Connection

EXAMPLES = 5


def outside_note(connection: Connection, plan: Plan) -> Text | None:
    """Return the note on the merged rows whose records lie outside the city, by the rule of `flurwerk check`.

    They are stored all the same: what lies there may be meant, and figures show it in the row "outside". None if there
    are none, if the layer's records may lie anywhere, or if the city has no districts yet.
    """
    if not plan.layer.expected_inside or not plan.has_geometry or not _has_districts(connection):
        return None
    found = connection.execute(
        sql.SQL(
            """
            select s.source_id
            from staged as s
            join {table} as t on t.id = s.id
            where s.row_number > 0
              and t.{condition}
            order by s.row_number
            """
        ).format(table=target(plan), condition=sql.SQL(outside_condition(plan.layer)))
    ).fetchall()
    return of_loads.outside_city(len(found), [source_id for (source_id,) in found[:EXAMPLES]]) if found else None


def _has_districts(connection: Connection) -> bool:
    row = connection.execute("select exists (select from flurwerk.district_pieces)").fetchone()
    return bool(row and row[0])
