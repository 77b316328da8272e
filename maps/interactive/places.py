"""The city's districts, from which the map takes names and extent."""

from typing import LiteralString, NamedTuple

DISTRICTS: LiteralString = """
    select
        name,
        array[st_x(label), st_y(label)] as label,
        array[st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)] as bounds
    from
        flurwerk_for_public.districts,
        st_transform(st_pointonsurface(geom), 4326) as label,
        st_envelope(st_transform(geom, 4326)) as box
    where kind = 'district'
    order by key
"""
"""Rows of District: the city's districts, without the statistical ones."""

SURROUNDINGS: LiteralString = """
    select st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)
    from flurwerk.place, st_transform(coalesce(outline, country), 4326) as box
"""
"""West, south, east and north, in degrees, of what is shown before there are districts: the outline, else Germany."""


class District(NamedTuple):
    """A district: its name, the label's position, and the bounding box (west, south, east, north), in degrees."""

    name: str
    label: list[float]
    bounds: list[float]
