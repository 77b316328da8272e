"""Checks of the rollout: what was built without leave or beyond its time, and what is recorded or built twice."""

from typing import LiteralString

from geo.figures.checks.check import DAYS_OFF, Check
from geo.records.layers.layer import Text


def address_key(address: LiteralString) -> LiteralString:
    """Return the SQL for what is equal of equal addresses in capitals or not, with Straße, Strasse or Str.; else null.

    It is simpler than flurwerk.search_text, by which a city's addresses would take seconds.
    """
    letters = f"translate(lower({address}), ' .,-/', '')"
    return f"nullif(replace(replace({letters}, 'straße', 'str'), 'strasse', 'str'), '')"


SAME_ADDRESS: LiteralString = """
    b.address = a.address
      and (b.district_key = a.district_key or st_dwithin(b.geom, a.geom, 1000))
"""
"""Whether two connections with their ``address_key`` as address are at one: a county has the same street twice."""

ADDRESSED: LiteralString = f"""
    addressed as materialized (
        select c.id, c.source_id, c.operator, c.district_key, c.geom, {address_key("c.address")} as address
        from connections as c
        where c.status <> 'dropped'
    )
"""

CONSENT = Check(
    "laid_before_consent",
    "trenches",
    Text("Verlegt vor der Zustimmung", "Laid before consent"),
    Text(
        "Daten prüfen. Stimmen sie, wurde ohne Zustimmung nach § 127 TKG gebaut: mit dem Straßenbaulastträger klären.",
        "Check the dates. If they are right, works went on without consent under § 127 TKG: settle it with the road "
        "authority.",
    ),
    # Deemed given as by geo.rollout.consents.
    f"""
    select
        t.id,
        format('laid on %s, consent %s', t.laid_reached_on, coalesce('of ' || consent.given_on, 'not given')) as detail
    from trenches as t
    cross join lateral (
        select case when t.complete_on is not null then greatest(min(day)::date, t.extended_until) end as ends_on
        from generate_series(
            t.complete_on + interval '3 months',
            t.complete_on + interval '3 months 20 days',
            interval '1 day'
        ) as day
        where extract(isodow from day) < 6
          and day::date <> all ({DAYS_OFF})
    ) as period
    cross join lateral (
        select least(
            t.permitted_on,
            case when coalesce(t.refused_on > period.ends_on, true) then period.ends_on + 1 end
        ) as given_on
    ) as consent
    where coalesce(t.applied_on, t.complete_on, t.refused_on, t.permitted_on) is not null
      and t.origin <> 'existing_duct'
      and t.duplicate_of is null
      and t.discarded_on is null
      and coalesce(t.laid_reached_on < consent.given_on, t.laid_reached_on is not null)
    """,
    affects_figures=False,
)

PROGRAMME_OVER = Check(
    "connected_after_programme",
    "connections",
    Text("Angeschlossen nach dem Ende des Ausbauprogramms", "Connected after the end of its programme"),
    Text(
        "Tag, Ausbauprogramm oder dessen Ende berichtigen; bis dahin zählt der Anschluss zu diesem Programm.",
        "Correct the day, the programme or its end; until then the connection counts for this programme.",
    ),
    """
    select c.id, format('connected on %s, %s ended on %s', c.connected_reached_on, p.name, p.ended_on) as detail
    from connections as c
    join programmes as p on p.id = c.programme
    where c.connected_reached_on > p.ended_on
    """,
    date="connected_reached_on",
)

ADDRESS_TWICE = Check(
    "address_twice",
    "connections",
    Text("Adresse doppelt erfasst", "Address recorded twice"),
    Text(
        "Prüfen, ob es derselbe Anschluss ist; wenn ja, einen löschen oder entfallen lassen, sonst zählt er doppelt.",
        "Check whether it is the same connection; if so, delete or drop one, otherwise it counts twice.",
    ),
    f"""
    with {ADDRESSED}
    select a.id, b.id as other, format('also %s', b.source_id) as detail
    from addressed as a
    join addressed as b on b.id > a.id and {SAME_ADDRESS}
    where a.operator is not distinct from b.operator
       or num_nulls(a.operator, b.operator) = 1
    """,
    finds_pairs=True,
)

TWO_OPERATORS = Check(
    "address_two_operators",
    "connections",
    Text("Adresse bei zwei Betreibern", "Address under two operators"),
    Text(
        "Prüfen, wer anschließt; bauen beide, ist es ein Überbau, den der Ausbaufortschritt nennt.",
        "Check who connects it; if both do, it is overbuild, which the rollout's progress tells.",
    ),
    f"""
    with {ADDRESSED}
    select a.id, b.id as other, format('also %s of %s', b.source_id, o.name) as detail
    from addressed as a
    join addressed as b on b.id > a.id and {SAME_ADDRESS}
    join operators as o on o.id = b.operator
    where a.operator <> b.operator
    """,
    finds_pairs=True,
    affects_figures=False,
)

ORDERED_ANEW = Check(
    "ordered_after_drop",
    "connections",
    Text("Beauftragt, nachdem er entfallen war", "Ordered after it was dropped"),
    Text(
        "Prüfen, ob der Anschluss neu beauftragt ist: dann zählt er von da an wieder. Sonst die Daten berichtigen.",
        "Check whether it was ordered anew: then it counts again from that day on. If not, correct the dates.",
    ),
    """
    select id, format('dropped on %s, ordered on %s', dropped_on, ordered_on) as detail
    from connections
    where ordered_on > dropped_on
    """,
    affects_figures=False,
)

OBSTRUCTION_OVER = Check(
    "obstruction_over",
    "obstructions",
    Text("Behinderung von etwas, das fertig oder aufgegeben ist", "Obstruction of what is finished or given up"),
    Text(
        "„Behindert bis“ eintragen: seither hält sie nichts mehr auf und zählt keine Tage.",
        "Enter “Until”: since then it has held up nothing, and counts no days.",
    ),
    """
    select o.id, format('%s since %s', ended.how, ended.on_day) as detail
    from obstructions as o
    left join trenches as t on t.id = o.trench
    left join connections as c on c.id = o.connection
    cross join lateral (
        select
            coalesce(least(t.laid_reached_on, t.discarded_on), c.connected_reached_on, c.dropped_on) as on_day,
            coalesce(t.status, c.status) as how
    ) as ended
    where coalesce(o.until_on > ended.on_day, true)
      and (t.status in ('laid', 'discarded') or c.status in ('connected', 'activated', 'dropped'))
    """,
    affects_figures=False,
)

CHECKS = (CONSENT, PROGRAMME_OVER, ADDRESS_TWICE, TWO_OPERATORS, ORDERED_ANEW, OBSTRUCTION_OVER)
