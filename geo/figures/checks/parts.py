"""Checks of the city's parts: those of a level should cover the city once on every day, and be what records name."""

from geo.figures.checks.check import Check
from geo.profile.wording import worded
from geo.records.layers.layer import Text

OVERLAPPING = Check(
    "overlapping_districts",
    "districts",
    worded(Text("{own:Districts} überlappen sich", "{own:Districts} overlap")),
    worded(
        Text(
            "Grenzen berichtigen; sonst zählt, was dort liegt, nur {own:in_district} mit dem kleineren Schlüssel.",
            "Correct the borders; otherwise what lies there counts {own:in_district} of the lower key only.",
        )
    ),
    """
    select a.id, b.id as other, format('%s m² with %s', round(shared.area::numeric, 1), b.key) as detail
    from districts as a
    join districts as b on b.kind = a.kind and b.id > a.id and st_intersects(a.geom, b.geom)
    cross join lateral (select st_area(st_intersection(a.geom, b.geom)) as area) as shared
    where shared.area > 1
    """,
    finds_pairs=True,
)

GAPS = Check(
    "gap_between_districts",
    "districts",
    worded(Text("Lücke zwischen {own:dative_districts}", "Gap between {own:districts}")),
    worded(
        Text(
            "Grenzen berichtigen oder {own:missing_district} laden; sonst liegt, was dort ist, außerhalb.",
            "Correct the borders or load {own:missing_district}; otherwise what lies there is outside.",
        )
    ),
    """
    with levels as (
        select kind, st_union(geom) as geom
        from districts
        group by kind
    ),
    enclosed as (
        select
            l.kind,
            (st_dump(st_difference(
                (select st_union(st_makepolygon(st_exteriorring(d.geom))) from st_dump(l.geom) as d), l.geom
            ))).geom
        from levels as l
    )
    -- A hole is told at the first of the parts around it, what a lower level leaves free at the district.
    select min(d.id) as id, format('%s m² enclosed', round(st_area(e.geom)::numeric, 1)) as detail
    from enclosed as e
    join districts as d on d.kind = e.kind and st_intersects(d.geom, e.geom)
    where st_area(e.geom) > 1
    group by e.kind, e.geom
    union all
    select d.id, format('%s m² in no %s', round(free.area::numeric, 1), l.kind)
    from districts as d
    join levels as l on l.kind <> d.kind
    cross join lateral (select st_area(st_difference(d.geom, l.geom)) as area) as free
    where d.kind = 'district'
      and free.area > 1
    """,
)

TWICE = Check(
    "district_in_force_twice",
    "former_districts",
    worded(
        Text(
            "Zwei Stände {own:of_a_district} gelten am selben Tag",
            "Two states {own:of_a_district} are in force on the same day",
        )
    ),
    Text(
        "Gültigkeit berichtigen; sonst zählt, was dort liegt, nur in einem von beiden.",
        "Correct the validity; otherwise what lies there counts in one of them only.",
    ),
    """
    with states as (
        select id, key, kind, geom, valid_from, valid_until from former_districts
        union all
        select null, key, kind, geom, valid_from, 'infinity' from districts
    )
    select f.id, format('with %s from %s', s.key, coalesce(s.valid_from::text, 'the beginning')) as detail
    from former_districts as f
    join states as s
      on s.kind = f.kind
     and s.id is distinct from f.id
     and coalesce(s.valid_from, '-infinity') < f.valid_until
     and s.valid_until > coalesce(f.valid_from, '-infinity')
    where s.key = f.key
       or (st_intersects(s.geom, f.geom) and st_area(st_intersection(s.geom, f.geom)) > 1)
    """,
)

WANTED = Check(
    "wanted_district_unknown",
    "inquiries",
    worded(Text("{own:Wanted_district} besteht nicht", "{own:Wanted_district} does not exist")),
    worded(
        Text(
            "Namen berichtigen oder nach einer Neugliederung {own:new_district} eintragen; sonst passt kein "
            "Grundstück.",
            "Correct the name, or enter {own:new_district} after a reform; otherwise no plot will fit.",
        )
    ),
    """
    select i.id, string_agg(wanted.name, ', ' order by wanted.name) as detail
    from inquiries as i
    cross join lateral unnest(i.districts) as wanted (name)
    where i.status = 'open'
      and not exists (select from districts as d where d.kind = 'district' and d.name = wanted.name)
    group by i.id
    """,
    affects_figures=False,
)

UNKNOWN = Check(
    "unknown_part",
    "targets",
    Text("Einen Teil mit diesem Schlüssel gab es nie", "There has never been a part with this key"),
    Text(
        "Schlüssel berichtigen; sonst steht die Angabe in keinem Bericht. Entsteht der Teil erst durch eine Reform, "
        "genügt es, diese zu laden.",
        "Correct the key; otherwise it does not appear in any report. If a reform is yet to make the part, loading "
        "that is enough.",
    ),
    """
    select t.id, format('%s, %s, %s', t.part, t.kpi, t.period) as detail
    from targets as t
    where t.part is not null
      and not exists (select from districts as d where d.key = t.part)
      and not exists (select from former_districts as f where f.key = t.part)
    """,
)

CHECKS = (OVERLAPPING, GAPS, TWICE, WANTED, UNKNOWN)
