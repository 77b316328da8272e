"""Checks for records other than a plot's reservations by which the same thing is promised, sold or brokered twice."""

from typing import LiteralString

from geo.figures.checks.check import Check
from geo.records.layers.layer import Text

OVERLAP: LiteralString = """
    st_intersects({one}, {other})
      and st_area(st_intersection({one}, {other})) > greatest(1, 0.01 * least(st_area({one}), st_area({other})))
"""
"""Whether two areas share more than what borders drawn by hand do."""

LETTERS_IN_FORCE: LiteralString = """
    areas_of_letters as (
        select e.id, e.letter, l.operator, l.promises, l.programme, e.geom
        from expansion_areas as e
        join letters_of_intent as l on l.id = e.letter
        where l.signed_reached_on is not null
          and coalesce(l.ended_on >= flurwerk.today(), true)
          and l.terminated_on is null
    )
"""

PARTS_OVERLAP = Check(
    "reserved_parts_overlap",
    "reservations",
    Text("Dieselbe Teilfläche ist zweimal reserviert", "The same part is reserved twice"),
    Text(
        "Teilflächen anders schneiden oder eine Reservierung freigeben.",
        "Cut the parts differently, or release one of the reservations.",
    ),
    f"""
    with held as (
        select r.id, r.plot, r.geom
        from holding_reservations as h
        join reservations as r on r.id = h.reservation
        where r.geom is not null
    )
    select h.id, format('overlaps reservation %s', min(o.id)) as detail
    from held as h
    join held as o on o.plot = h.plot and o.id <> h.id
    where {OVERLAP.format(one="h.geom", other="o.geom")}
    group by h.id
    """,
    affects_figures=False,
)

PART_SOLD = Check(
    "reserved_part_sold",
    "transactions",
    Text("Vergeben ist eine Teilfläche, die anderen zugesagt ist", "The part sold or leased is promised to others"),
    Text(
        "Die Zusage mit der Anfrage klären und die Reservierung ändern oder freigeben.",
        "Settle the promise with the inquiry, and change or release the reservation.",
    ),
    f"""
    select d.id, format('overlaps reservation %s', min(r.id)) as detail
    from holding_reservations as h
    join reservations as r on r.id = h.reservation
    join transactions as d on d.plot = r.plot and d.takes_land
    where d.inquiry is distinct from r.inquiry
      and {OVERLAP.format(one="d.geom", other="r.geom")}
    group by d.id
    """,
    affects_figures=False,
)

DEAL_BESIDE = Check(
    "deal_beside_promise",
    "transactions",
    Text("Geschäft ohne Grundstück auf zugesagter Fläche", "Deal without a plot on land that is promised"),
    Text(
        "Das Grundstück eintragen: erst dann wacht die Datenbank über die Zusage.",
        "Enter the plot: only then the database watches over the promise.",
    ),
    f"""
    select d.id, format('on plot %s', min(p.id)) as detail
    from transactions as d
    join plots as p on {OVERLAP.format(one="d.geom", other="p.geom")}
    join plot_supply as s on s.plot = p.id and s.reserved_m2 > 0
    where d.plot is null
      and d.takes_land
    group by d.id
    """,
    affects_figures=False,
)

BROKERED = Check(
    "brokered_twice",
    "brokerages",
    Text("Immobilie binnen eines Jahres zweimal vermittelt", "Property brokered twice within a year"),
    Text(
        "Zusammen ist es mehr als die Immobilie hat: stornieren, was doppelt erfasst ist, oder die Flächen prüfen.",
        "Together they exceed the property: cancel what is recorded twice, or check the areas.",
    ),
    """
    select b.id, o.id as other, format('also brokerage %s of %s', o.id, o.agreed_on) as detail
    from brokerages as b
    join brokerages as o on o.property = b.property and o.kind = b.kind and o.id > b.id
    join properties as p on p.id = b.property
    where b.cancelled_on is null
      and o.cancelled_on is null
      and abs(o.agreed_on - b.agreed_on) <= 365
      -- Without areas, each is of the whole property.
      and coalesce(b.area_m2 + o.area_m2 > p.area_m2, true)
    """,
    finds_pairs=True,
)

CANDIDATES = Check(
    "candidate_on_promised_land",
    "mobile_candidates",
    Text("Standortkandidat auf reserviertem oder vergebenem Grundstück", "Candidate on a plot reserved or sold"),
    Text(
        "Mit dem Eigentümer oder der Anfrage klären, oder den Kandidaten verwerfen.",
        "Settle it with the owner or the inquiry, or reject the candidate.",
    ),
    # Roofs are used beside what the building is for, and several networks may share a mast.
    """
    select c.id, format('plot %s is %s', p.id, s.status) as detail
    from mobile_candidates as c
    join mobile_requests as m on m.id = c.request
    join plots as p on st_intersects(p.geom, c.geom)
    join plot_supply as s on s.plot = p.id
    where c.result <> 'rejected'
      and c.kind <> 'building'
      and m.on_air_on is null
      and m.withdrawn_on is null
      and s.status in ('reserved', 'taken')
    """,
    affects_figures=False,
)

PROPOSED = Check(
    "proposed_twice",
    "mobile_candidates",
    Text("Immobilie für eine Suchkreisanfrage zweimal vorgeschlagen", "Property proposed twice for a mobile request"),
    Text(
        "Wohl von zwei Personen zugleich: den einen löschen, dessen Prüfung nicht gebraucht wird.",
        "Probably by two people at once: delete the one whose assessment is not needed.",
    ),
    """
    select c.id, o.id as other, format('also candidate %s', o.id) as detail
    from mobile_candidates as c
    join mobile_candidates as o
      on o.request = c.request
     and o.property = c.property
     and o.id > c.id
    where c.result <> 'rejected'
      and o.result <> 'rejected'
    """,
    finds_pairs=True,
    affects_figures=False,
)

LETTERS = Check(
    "promised_by_two_letters",
    "expansion_areas",
    Text("Ein Betreiber sagt dasselbe Gebiet zweimal zu", "An operator promises the same area twice"),
    Text(
        "Die Gebiete trennen oder die frühere Absichtserklärung beenden; sonst zählt jeder Anschluss nur bei ihr.",
        "Separate the areas or end the earlier letter of intent: otherwise each connection counts for that one only.",
    ),
    f"""
    with {LETTERS_IN_FORCE}
    select a.id, format('overlaps expansion area %s', min(o.id)) as detail
    from areas_of_letters as a
    join areas_of_letters as o
      on o.operator = a.operator
     and o.letter <> a.letter
     and (
         'all' in (o.promises, a.promises)
         or (o.promises = a.promises and o.programme is not distinct from a.programme)
     )
    where {OVERLAP.format(one="a.geom", other="o.geom")}
    group by a.id
    """,
    affects_figures=False,
)

FUNDED = Check(
    "funded_despite_letter",
    "expansion_areas",
    Text("Gefördert, wo eigenwirtschaftlicher Ausbau zugesagt ist", "Funded where a letter of intent promises it"),
    Text(
        "Die Gebiete abgrenzen: was ein Betreiber auf eigene Kosten zusagt, ist in der Regel nicht förderfähig.",
        "Separate the areas: what an operator promises at its own expense is not eligible as a rule.",
    ),
    f"""
    with {LETTERS_IN_FORCE}
    select e.id, format('overlaps expansion area %s', min(a.id)) as detail
    from expansion_areas as e
    join programmes as g on g.id = e.programme and g.funding = 'funded'
    join areas_of_letters as a on a.id <> e.id and a.promises = 'self_financed'
    where e.letter is null
      and {OVERLAP.format(one="e.geom", other="a.geom")}
    group by e.id
    """,
    affects_figures=False,
)

CHECKS = (PARTS_OVERLAP, PART_SOLD, DEAL_BESIDE, BROKERED, CANDIDATES, PROPOSED, LETTERS, FUNDED)
