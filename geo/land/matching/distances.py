"""SQL for the distances from a plot (alias ``p``) to the nearest fibre and the names of the nearest access points.

The distances are the stored ones (geo/store/schema/0026_distance_definitions.sql), in metres from the plot's border.
The distance to an access point is public; which one it is, is not.
"""

from typing import LiteralString

FIBRE: LiteralString = """
left join fibre_distances as fibre on fibre.plot = p.id
"""
NO_FIBRE: LiteralString = """
cross join (select null::text as layer, null::numeric as distance_m) as fibre
"""
FIBRE_REACH_M = 5_000
"""The upper limit for the reach of fibre in a request, in metres."""

ACCESS_M: LiteralString = "p.motorway_m::float8, p.rail_m::float8, p.port_m::float8"
NO_ACCESS_M: LiteralString = "null::float8 as motorway_m, null::float8 as rail_m, null::float8 as port_m"

ACCESS_NAMES: LiteralString = """
left join lateral (
    select json_object_agg(kind, name) as names
    from (
        select distinct on (a.kind) a.kind, a.name
        from flurwerk_for_internal.access_points as a
        where a.kind = any(%(access)s)
        order by a.kind, a.geom <-> p.geom, a.id
    ) as nearest
) as access on true
"""
NO_ACCESS_NAMES: LiteralString = """
cross join (select null::json as names) as access
"""

ACCESS_KINDS = {"motorway": "motorway_junction", "rail": "rail_terminal", "port": "port"}
"""The kind of access point for each value of an inquiry's ``access``."""
