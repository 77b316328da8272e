"""Checks for lines on top of each other, and for plots whose official area differs from the measured one."""

from typing import LiteralString

from geo.figures.checks.check import Check
from geo.records.layers.layer import Text


def shortened(line: LiteralString, length: LiteralString, metres: LiteralString) -> LiteralString:
    """Return the SQL for a line shortened by ``metres`` at both ends; unchanged if too short or of several parts."""
    return f"""
        case
            when st_numgeometries({line}) = 1 and {length} > 2 * {metres} then
                st_linesubstring(st_geometryn({line}, 1), {metres} / {length}, 1 - {metres} / {length})
            else {line}
        end
    """


# Joined by equal grid cells rather than an index, which would not be used for the past. Each pair counts in one cell
# only: that of the lower left corner of the intersection of their boxes.
NEIGHBOURS: LiteralString = """boxes as materialized (
        select
            id,
            source_id,
            length_m,
            geom,
            st_xmin(geom) - 1 as west,
            st_ymin(geom) - 1 as south,
            st_xmax(geom) as east,
            st_ymax(geom) as north
        from trenches
        where duplicate_of is null
    ),
    cells as (
        select boxes.*, x, y
        from boxes
        cross join generate_series(floor(west / 200)::integer, floor(east / 200)::integer) as x
        cross join generate_series(floor(south / 200)::integer, floor(north / 200)::integer) as y
    ),
    neighbours as (
        select
            a.id,
            b.id as other,
            b.source_id,
            a.geom,
            b.geom as other_geom,
            a.length_m,
            b.length_m as other_length_m
        from cells as a
        join cells as b using (x, y)
        where b.id > a.id
          and x = floor(greatest(a.west, b.west) / 200)::integer
          and y = floor(greatest(a.south, b.south) / 200)::integer
          and greatest(a.west, b.west) <= least(a.east, b.east)
          and greatest(a.south, b.south) <= least(a.north, b.north)
    )"""
"""Pairs of trenches, neither marked as a duplicate, whose bounding boxes are at most 1 m apart."""

# In a network, lines meet at their ends, so most neighbours are ruled out by comparing the lines without their ends: if
# they overlap by more than a metre, some of it remains after cutting off less than half a metre at both ends. Only the
# remaining pairs need an overlay, which is a hundred times slower. Its precision is 1 cm, because an exact overlay
# misses lines that were digitised from the same axis.
OVERLAPPING_TRENCHES = Check(
    "overlapping_trenches",
    "trenches",
    Text("Trassen liegen aufeinander", "Trenches overlap"),
    Text(
        "Die überzählige Trasse mit „Dublette von“ kennzeichnen; sonst zählt die Strecke doppelt.",
        "Mark the surplus trench as a duplicate; otherwise this stretch counts twice.",
    ),
    f"""
    with {NEIGHBOURS},
    pairs as materialized (
        select *
        from neighbours
        where st_dwithin({shortened("geom", "length_m", "0.45")}, other_geom, 0.02)
          and st_dwithin({shortened("other_geom", "other_length_m", "0.45")}, geom, 0.02)
    )
    select
        id,
        other,
        format('%s m with %s', round(overlap.length_m::numeric, 1), source_id) as detail
    from pairs
    cross join lateral (select st_length(st_intersection(geom, other_geom, 0.01)) as length_m) as overlap
    where overlap.length_m > 1
    """,
    finds_pairs=True,
)

PARALLEL_TRENCHES = Check(
    "parallel_trenches",
    "trenches",
    Text("Trassen verlaufen fast aufeinander", "Trenches run nearly on top of each other"),
    Text(
        "Prüfen, ob beide Trassen dieselbe sind; wenn ja, eine mit „Dublette von“ kennzeichnen.",
        "Check whether both are the same trench; if so, mark one as a duplicate.",
    ),
    f"""
    with {NEIGHBOURS},
    pairs as materialized (
        select *
        from neighbours
        where length_m > 10
          and st_dwithin({shortened("geom", "length_m", "4.5")}, other_geom, 1)
          and st_dwithin({shortened("other_geom", "other_length_m", "2")}, geom, 1)
    )
    select
        id,
        other,
        format('%s m within 1 m of %s', round(near.length_m::numeric, 1), source_id) as detail
    from pairs
    cross join lateral (
        select
            st_length(st_intersection(geom, st_buffer(other_geom, 1, 'endcap=flat'))) as length_m,
            st_length(st_intersection(geom, other_geom, 0.01)) as overlap_m
    ) as near
    where near.overlap_m <= 1
      and near.length_m > greatest(10, 0.8 * least(pairs.length_m, pairs.other_length_m))
    """,
    finds_pairs=True,
)

PLOT_AREAS = Check(
    "plot_area",
    "plots",
    Text("Amtliche Fläche weicht um mehr als 2 % ab", "Official area off by more than 2 %"),
    Text(
        "Grenze oder amtliche Fläche prüfen; gerechnet wird mit der amtlichen.",
        "Check the boundary or the official area; the official area is the one that counts.",
    ),
    """
    select
        id,
        format('official %s m², measured %s m²', official_area_m2, round(st_area(geom)::numeric, 1)) as detail
    from plots
    where abs(official_area_m2 - st_area(geom)) > 0.02 * st_area(geom)
    """,
)

CHECKS = (OVERLAPPING_TRENCHES, PARALLEL_TRENCHES, PLOT_AREAS)
