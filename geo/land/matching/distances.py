"""How far the nearest fibre and access points are from a plot: the only place that knows where distances come from.

They are the stored ones (geo/store/schema/0026_distance_definitions.sql), metres from the border of a plot, whose alias
is ``p``. How far it is to an access point is public; to which one is not.
"""

from typing import LiteralString

FIBRE: LiteralString = """
left join fibre_distances as fibre on fibre.plot = p.id
"""
NO_FIBRE: LiteralString = """
cross join (select null::text as layer, null::numeric as distance_m) as fibre
"""
FIBRE_REACH_M = 5_000
"""The longest distance that may be asked to fit."""

ACCESS_NAMES: LiteralString = """
left join lateral (
    select json_object_agg(kind, name) as names
    from (
        select distinct on (a.kind) a.kind, a.name
        from for_internal.access_points as a
        where a.kind = any(%(access)s)
        order by a.kind, a.geom <-> p.geom, a.id
    ) as nearest
) as access on true
"""
NO_ACCESS_NAMES: LiteralString = """
cross join (select null::json as names) as access
"""

ACCESS_KINDS = {"motorway": "motorway_junction", "rail": "rail_terminal", "port": "port"}
"""What an inquiry's ``access`` asks for, as a kind of access point."""
