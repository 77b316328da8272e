"""What a person should look at before trusting a figure. Nothing is corrected by itself."""

from dataclasses import dataclass
from typing import LiteralString, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.database import Connection
from geo.layers.base import Text


class Finding(NamedTuple):
    """One record that a check found, with what is odd about it in a few machine-readable words."""

    check: str
    layer: str
    id: int
    source: str
    source_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """A question to the records of one layer. ``query`` returns rows of id and detail."""

    key: str
    layer: str
    label: Text
    advice: Text
    query: LiteralString


DERIVED = Text("Datum eines Schritts abgeleitet", "Date of a step derived")
DERIVED_ADVICE = Text(
    "Das fehlende Datum nachtragen; bis dahin gilt das früheste Datum eines späteren Schritts.",
    "Enter the missing date; until then the earliest date of a later step counts.",
)
OUTSIDE = Text("Außerhalb der Stadt", "Outside the city")
OUTSIDE_ADVICE = Text(
    "Lage prüfen. Breitbandzahlen zählen nur, was im Stadtgebiet liegt; alles andere steht in der Zeile „outside“.",
    "Check the place. Broadband figures count only what lies inside the city; the rest stands in the line “outside”.",
)


def derived(layer: str, step: str, reached: str) -> Check:
    """Records whose ``step`` counts as reached although its own date is missing."""
    query = sql.SQL(
        "select id, {step} || ' = ' || {reached} as detail from {layer} where {date} is null and {reached} is not null"
    ).format(
        step=sql.Literal(step), reached=sql.Identifier(reached), layer=sql.Identifier(layer), date=sql.Identifier(step)
    )
    return Check(f"derived_{step}", layer, DERIVED, DERIVED_ADVICE, query.as_string())  # pyright: ignore[reportArgumentType]


def outside(layer: str) -> Check:
    """Records with a place that lies in no district."""
    query = sql.SQL("select id, '' as detail from {} where district_key = 'outside'").format(sql.Identifier(layer))
    return Check("outside", layer, OUTSIDE, OUTSIDE_ADVICE, query.as_string())  # pyright: ignore[reportArgumentType]


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
        format('%s m with %s', round(overlap.length_m::numeric, 1), b.source_id) as detail
    from trenches as a
    join trenches as b on b.id > a.id and b.geom && a.geom and st_intersects(b.geom, st_buffer(a.geom, 0.01))
    cross join lateral (select st_length(st_intersection(a.geom, b.geom, 0.01)) as length_m) as overlap
    where a.duplicate_of is distinct from b.id
      and b.duplicate_of is distinct from a.id
      and overlap.length_m > 1
    """,
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

UNLOCATED_TRANSACTIONS = Check(
    "transaction_without_plot",
    "transactions",
    Text("Vorgang ohne Grundstück", "Transaction without a plot"),
    Text(
        "Grundstück oder eigene Fläche eintragen; sonst steht der Vorgang in der Zeile „unlocated“.",
        "Enter the plot or an area of its own; else the transaction stands in the line “unlocated”.",
    ),
    """
    select id, case when geom is null then 'no place at all' else 'has an area of its own' end as detail
    from transactions
    where plot is null
    """,
)

CHECKS: tuple[Check, ...] = (
    OVERLAPPING_TRENCHES,
    PARALLEL_TRENCHES,
    PLOT_AREAS,
    UNLOCATED_TRANSACTIONS,
    derived("trenches", "planned_on", "planned_reached_on"),
    derived("trenches", "laid_on", "laid_reached_on"),
    derived("connections", "connected_on", "connected_reached_on"),
    derived("transactions", "agreed_on", "agreed_reached_on"),
    derived("inquiries", "received_on", "received_reached_on"),
    derived("mobile_requests", "received_on", "received_reached_on"),
    derived("letters_of_intent", "signed_on", "signed_reached_on"),
    derived("settlements", "settled_on", "settled_reached_on"),
    *(outside(layer) for layer in ("plots", "transactions", "properties", "connections", "mobile_requests")),
)


def run(connection: Connection, check: Check) -> list[Finding]:
    """The findings of one check, in order of the records' ids."""
    statement = sql.SQL(
        """
        select %(check)s as check, %(layer)s as layer, f.id, r.source, r.source_id, f.detail
        from ({query}) as f
        join {layer} as r using (id)
        order by f.id, f.detail
        """
    ).format(query=sql.SQL(check.query.replace("%", "%%")), layer=sql.Identifier(check.layer))
    with connection.cursor(row_factory=class_row(Finding)) as cursor:
        return cursor.execute(statement, {"check": check.key, "layer": check.layer}).fetchall()
