"""Lines that lie on each other, areas that are not what they are said to be."""

from geo.checks.base import Check
from geo.layers.base import Text

# Overlay with a precision of 1 cm: exact overlay misses lines that were digitised from the same axis.
OVERLAPPING_TRENCHES = Check(
    "overlapping_trenches",
    "trenches",
    Text("Trassen liegen aufeinander", "Trenches overlap"),
    Text(
        "Die überzählige Trasse mit „Dublette von“ kennzeichnen; sonst zählt die Strecke doppelt.",
        "Mark the superfluous trench as a duplicate; else the stretch counts twice.",
    ),
    """
    select
        a.id,
        b.id as other,
        format('%s m with %s', round(overlap.length_m::numeric, 1), b.source_id) as detail
    from trenches as a
    join trenches as b on b.id > a.id and b.geom && a.geom and st_intersects(b.geom, st_buffer(a.geom, 0.01))
    cross join lateral (select st_length(st_intersection(a.geom, b.geom, 0.01)) as length_m) as overlap
    where a.duplicate_of is distinct from b.id
      and b.duplicate_of is distinct from a.id
      and overlap.length_m > 1
    """,
    finds_pairs=True,
)

PARALLEL_TRENCHES = Check(
    "parallel_trenches",
    "trenches",
    Text("Trassen laufen fast aufeinander", "Trenches run nearly on top of each other"),
    Text(
        "Prüfen, ob beide Trassen dieselbe sind; wenn ja, eine mit „Dublette von“ kennzeichnen.",
        "Check whether both are the same trench; if so, mark one as a duplicate.",
    ),
    """
    select
        a.id,
        b.id as other,
        format('%s m within 1 m of %s', round(near.length_m::numeric, 1), b.source_id) as detail
    from trenches as a
    join trenches as b on b.id > a.id and b.geom && st_expand(a.geom, 1) and st_dwithin(a.geom, b.geom, 1)
    cross join lateral (
        select
            st_length(st_intersection(a.geom, st_buffer(b.geom, 1, 'endcap=flat'))) as length_m,
            st_length(st_intersection(a.geom, b.geom, 0.01)) as overlap_m
    ) as near
    where a.duplicate_of is distinct from b.id
      and b.duplicate_of is distinct from a.id
      and near.overlap_m <= 1
      and near.length_m > greatest(10, 0.8 * least(a.length_m, b.length_m))
    """,
    finds_pairs=True,
)

PLOT_AREAS = Check(
    "plot_area",
    "plots",
    Text("Amtliche Fläche weicht um mehr als 2 % ab", "Official area off by more than 2 %"),
    Text(
        "Grenze oder amtliche Fläche prüfen; gerechnet wird mit der amtlichen.",
        "Check the boundary or the official area; the official one counts.",
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
