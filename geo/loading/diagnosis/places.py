"""Finds staged rows that lie in another region, or whose x and y are swapped."""

from geo.loading.columns import WKT_COLUMN, Plan
from geo.loading.report import Problem
from geo.records.messages import sentence
from geo.store.database import Connection

FAR_AWAY = """
    with far as (
        select row_number, source_id, geom
        from merged_rows
        where not geom && (select flurwerk.place_bounds())
           or (select outline is not null from flurwerk.place)
    )
    select
        row_number,
        source_id,
        'x ' || round(st_x(st_centroid(geom))) || ', y ' || round(st_y(st_centroid(geom))),
        'place_' || flurwerk.place_problem(geom)
    from far
    where flurwerk.place_problem(geom) is not null
    order by row_number
"""


def place_problems(connection: Connection, plan: Plan) -> list[Problem]:
    """Return the rows whose geometry lies far outside the city. The city's districts are exempt: they define it."""
    if not plan.has_geometry or plan.table.name == "districts":
        return []
    return [
        Problem(row, source_id, WKT_COLUMN, value, sentence(constraint, plan.table.name, "geom"))
        for row, source_id, value, constraint in connection.execute(FAR_AWAY)
    ]
