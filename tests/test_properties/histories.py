"""Random histories of a small city: two writers insert, correct, cancel and delete records, in transactions.

Each writer has its own records, plots, programmes and industrial area, so that neither waits for the other's locks:
both write from one thread.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from psycopg import sql

from geo.records.layers import LAYERS
from geo.store.catalogue import in_loading_order
from tests.records import Connection, insert, line, plot, square, two_districts

WRITERS = (0, 1)
DAYS = ("2023-03-01", "2023-06-30", "2023-07-01", "2023-08-07", "2023-12-31", "2024-01-01")
"""Within the half-years and at their boundaries."""
PERIODS = ("2023-H1", "2023-H2")
PLACES = ((389500, 5705000), (395000, 5705000), (399990, 5705000), (405000, 5705000))
"""Outside the city, in West, in West near the border, in Ost."""

Columns = dict[str, Any]


@dataclass(frozen=True)
class Insert:
    """A new record."""

    writer: int
    table: str
    values: Columns


@dataclass(frozen=True)
class Correct:
    """Other values for one of the writer's records, whether or not it still exists."""

    writer: int
    table: str
    record: int
    values: Columns


@dataclass(frozen=True)
class Delete:
    """One of the writer's records is removed."""

    writer: int
    table: str
    record: int


@dataclass(frozen=True)
class Begin:
    """The writer's transaction begins; it writes nothing yet."""

    writer: int


@dataclass(frozen=True)
class End:
    """The writer's transaction ends."""

    writer: int
    commits: bool


@dataclass(frozen=True)
class Look:
    """Writers with changes commit, and the figures are read."""


@dataclass(frozen=True)
class Publish:
    """Writers with changes commit, and a period is published."""

    period: str


Step = Insert | Correct | Delete | Begin | End | Look | Publish

day = st.sampled_from(DAYS)
maybe_day = st.sampled_from([None, *DAYS])
place = st.sampled_from(PLACES)
point = place.map(lambda at: f"POINT({at[0]} {at[1]})")
area = place.map(lambda at: square(*at, 20))
number = st.integers(0, 9)
period = st.sampled_from(PERIODS)
square_metres = st.decimals("0.01", 900, places=2)


def in_order(days: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """Return the same days, with the known ones sorted."""
    known = iter(sorted(filter(None, days)))
    return tuple(next(known) if found else None for found in days)


def steps(*names: str) -> st.SearchStrategy[Columns]:
    """Return a strategy for the dates of a lifecycle, of which any may be missing."""
    days = st.tuples(*(maybe_day for _ in names)).map(in_order)
    return days.map(lambda found: dict(zip(names, found, strict=True)))


def record(*parts: st.SearchStrategy[Columns], **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Columns]:
    """Return a strategy for a record's columns. A column that ends in ``_no`` picks one of the writer's records."""
    together = st.tuples(st.fixed_dictionaries(columns), *parts)
    return together.map(lambda found: {name: value for part in found for name, value in part.items()})


DEALS = [
    {"kind": kind, "sector": sector, "role": role}
    for kind, role in (("sale", "seller"), ("sale", "supporter"), ("ground_lease", "seller"), ("lease", "supporter"))
    for sector in ("public", "private")
]

TABLES: dict[str, st.SearchStrategy[Columns]] = {
    "transactions": record(
        st.sampled_from([*DEALS, {"kind": "purchase", "sector": "public", "role": "buyer"}]),
        steps("agreed_on", "notarised_on", "handed_over_on"),
        plot_no=st.none() | number,
        area_m2=square_metres,
        cancelled_on=st.sampled_from([None, None, None, DAYS[-1]]),
        geom=st.none() | area,
    ),
    "connections": record(
        steps("passed_on", "connected_on", "activated_on"),
        programme_no=number,
        dwellings=st.integers(1, 5),
        geom=point,
    ),
    "trenches": record(
        steps("planned_on", "started_on", "laid_on", "accepted_on"),
        programme_no=number,
        origin=st.sampled_from(["new", "new", "co_laid", "existing_duct"]),
        discarded_on=st.sampled_from([None, None, *DAYS]),
        duplicate_of_no=st.none() | number,
        geom=st.lists(place, min_size=2, max_size=3, unique=True).map(lambda found: line(*found)),
    ),
    "inquiries": record(
        steps("received_on", "closed_on"),
        kind=st.sampled_from(["plot", "property"]),
        duplicate_of_no=st.none() | number,
        geom=st.none() | point,
    ),
    "office_takeups": record(
        st.just({"kind": "lease", "added_m2": None})
        | st.decimals(0, "0.01", places=2).map(lambda added: {"kind": "renewal", "added_m2": added}),
        area_m2=square_metres,
        agreed_on=day,
        cancelled_on=st.sampled_from([None, None, DAYS[-1]]),
        district=st.sampled_from([None, "West", "Ost"]),
        geom=st.none() | point,
    ),
    "settlements": record(steps("settled_on", "left_on"), industrial_area_no=number),
    "mobile_requests": record(steps("received_on", "proposed_on"), geom=point),
    "manual_actuals": record(
        st.integers(0, 99).map(lambda value: {"value": value, "text": None})
        | st.just({"value": None, "text": "läuft"}),
        indicator_no=number,
        period=period,
    ),
    "targets": record(kpi_no=number, period=period, value=st.integers(0, 99)),
}
"""The records that writers insert."""

LENT: dict[str, st.SearchStrategy[Columns]] = {
    "plots": record(geom=place.map(lambda at: square(*at, 1000))),
    "programmes": record(
        funding=st.sampled_from(["self_financed", "self_financed", "funded"]),
        counts=st.sampled_from(["address", "dwelling"]),
    ),
    "industrial_areas": record(major_project=st.booleans(), geom=area),
}
"""Further records that they correct: others take their place from them or count because of them."""

KPI = "kpi"
"""Used like a table: the indicators for which each writer sets targets."""

DEPENDENT = ("connections", "trenches", "transactions")
"""Tables whose records depend on others; they are inserted more often."""

REFERENCES = {
    "plot_no": "plots",
    "programme_no": "programmes",
    "industrial_area_no": "industrial_areas",
    "indicator_no": "manual_indicators",
    "kpi_no": KPI,
    "duplicate_of_no": None,
}
"""The table from which a column picks a record; None for the record's own table."""

KINDS = (
    *("insert", "insert", "correct", "correct", "lend", "lend", "delete", "delete"),
    *("begin", "late", "late", "end", "look", "look", "look"),
)
"""A ``late`` correction is made in a transaction that began before the figures were read."""


@st.composite
def histories(draw: st.DrawFn, *, publishing: bool = False) -> list[Step]:
    """Draw a history that begins with inserts, followed by random steps."""
    kinds = (*KINDS, "publish", "publish") if publishing else KINDS
    history: list[Step] = []
    inserted: dict[int, list[str]] = {writer: [] for writer in WRITERS}
    opening = draw(st.integers(5, 8))
    for kind in ["insert"] * opening + draw(st.lists(st.sampled_from(kinds), min_size=10, max_size=18)):
        writer = draw(st.sampled_from(WRITERS))
        own = inserted[writer]
        match kind:
            case "insert":
                table = draw(st.sampled_from([*sorted(TABLES), *DEPENDENT]))
                own.append(table)
                history.append(Insert(writer, table, draw(TABLES[table])))
            case "correct" | "lend" | "late" if own:
                if kind == "late":
                    history += [End(writer, commits=True), Begin(writer), Look()]
                table = draw(st.sampled_from(["programmes", *sorted(LENT)] if kind == "lend" else own))
                history.append(Correct(writer, table, draw(number), draw(_some_of(table))))
            case "delete" if own:
                history.append(Delete(writer, draw(st.sampled_from(own)), draw(number)))
            case "begin":
                history.append(Begin(writer))
            case "end":
                history.append(End(writer, commits=draw(st.sampled_from([True, True, False]))))
            case "publish":
                history.append(Publish(draw(period)))
            case _:
                history.append(Look())
    return history


@st.composite
def _some_of(draw: st.DrawFn, table: str) -> Columns:
    values = draw({**TABLES, **LENT}[table])
    names = draw(st.sets(st.sampled_from(sorted(values)), min_size=1))
    return {name: values[name] for name in sorted(names)}


REPORTED = {"area": "Kundenservice", "product": "Gründen", "position": 8}


def found_city(connection: Connection) -> dict[tuple[int, str], list[Any]]:
    """Replace the database's records by a city of two districts, and return the ids of each writer's records."""
    for table in reversed(in_loading_order(connection, list(LAYERS))):
        connection.execute(sql.SQL("delete from {}").format(sql.Identifier("flurwerk", table)))
    two_districts(connection)
    return {
        (owner, table): ids
        for owner in WRITERS
        for table, ids in {
            "programmes": [
                insert(connection, "programmes", name="P", funding="funded", counts=counts)
                for counts in ("address", "dwelling")
            ],
            KPI: [("inquiries", "public_land_m2")[owner]],
            "manual_indicators": [
                insert(connection, "manual_indicators", key=f"fairs_{owner}", label=f"Messen {owner}", **REPORTED)
            ],
            "plots": [plot(connection, x=x, side=1000) for x in (394000, 404000)],
            "industrial_areas": [
                insert(
                    connection,
                    "industrial_areas",
                    name=f"Gebiet {owner}",
                    source_id=f"gebiet-{owner}",
                    major_project=True,
                    geom=square(395000, 5705000, 100),
                )
            ],
        }.items()
    }
