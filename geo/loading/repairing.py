"""Repair of invalid polygons by ST_MakeValid. Every repair is reported."""

from geo.loading.columns import WKT_COLUMN, Plan
from geo.loading.reasons import of_shapes
from geo.loading.report import Problem
from geo.store.database import Connection

# Lines and points (from spikes) that ST_MakeValid returns besides polygons are dropped.
REPAIR = """
    with invalid as (
        select row_number, (st_isvaliddetail(geom)).*
        from staged
        where not st_isvalid(geom)
    )
    update staged as s
    set geom = st_multi(st_collectionextract(st_makevalid(s.geom), 3))
    from invalid as i
    where s.row_number = i.row_number
    returning
        s.row_number,
        s.source_id,
        i.reason,
        round(st_x(i.location)) || ' ' || round(st_y(i.location)),
        st_isempty(s.geom)
"""


def repair_polygons(connection: Connection, plan: Plan) -> tuple[list[Problem], list[Problem]]:
    """Make the staged polygons valid. Return the repaired ones, and those with no area left after the repair."""
    if plan.table.geometry_type != "MultiPolygon" or not plan.has_geometry:
        return [], []
    repaired: list[Problem] = []
    hopeless: list[Problem] = []
    for row, source_id, reason, place, empty in sorted(connection.execute(REPAIR).fetchall()):
        if empty:
            hopeless.append(Problem(row, source_id, WKT_COLUMN, place, of_shapes.NO_AREA_LEFT))
        else:
            note = of_shapes.repaired(of_shapes.invalidity(reason, place))
            repaired.append(Problem(row, source_id, WKT_COLUMN, None, note))
    return repaired, hopeless
