"""Reservations are promises: those of a plot never exceed what is left of it, and others get it only with a yes."""

from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from geo.loading import load
from geo.periods import CITY_TIME
from geo.store.database import conninfo
from tests.records import Connection, delete, insert, one, plot, sale, update, violated_after, violated_constraint

FULL, BROKEN = "reservations_fit_plot", "transactions_respect_reservations"


def reserve(connection: Connection, where: int, area_m2: float | None = None, **values: object) -> int:
    return insert(connection, "reservations", plot=where, area_m2=area_m2, **({"reserved_on": "2023-05-02"} | values))


def inquiry(connection: Connection, number: str = "A 1/2023", **values: object) -> int:
    return insert(connection, "inquiries", number=number, kind="plot", received_on="2023-05-01", **values)


def supply(connection: Connection, where: int) -> tuple[str, float, float]:
    query = "select array[status, remaining_m2::text, reserved_m2::text] from plot_supply where plot = %s"
    status, left, reserved = one(connection, query, where)
    return status, float(left), float(reserved)


def held(connection: Connection) -> list[tuple[float, float]]:
    found = connection.execute("select promised_m2, held_m2 from holding_reservations order by reservation").fetchall()
    return [(float(promised), float(of_it)) for promised, of_it in found]


@pytest.fixture
def where(connection: Connection) -> int:
    """A plot on offer of exactly one hectare."""
    return plot(connection, official_area_m2=10_000, offered_on="2023-01-01")


def test_reservations_never_exceed_what_is_left(connection: Connection, where: int) -> None:
    reserve(connection, where, 6000)
    assert violated_constraint(connection, lambda: reserve(connection, where, 4000.01)) == FULL
    assert violated_constraint(connection, lambda: reserve(connection, where)) == FULL, "the whole of it is not free"
    second = reserve(connection, where, 4000)
    assert violated_constraint(connection, lambda: update(connection, "reservations", second, area_m2=5000)) == FULL
    update(connection, "reservations", second, area_m2=3000, note="smaller")
    assert violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=1000.01)) == BROKEN
    sale(connection, plot=where, area_m2=1000)
    assert held(connection) == [(6000, 6000), (3000, 3000)]


def test_a_whole_plot_is_reserved_once(connection: Connection, where: int) -> None:
    first = reserve(connection, where)
    assert supply(connection, where) == ("reserved", 10_000, 10_000)
    for area in (None, 1):
        assert violated_constraint(connection, lambda area=area: reserve(connection, where, area)) == FULL
    update(connection, "reservations", first, released_on="2023-06-01")
    reserve(connection, where, 1)
    assert violated_constraint(connection, lambda: update(connection, "reservations", first, released_on=None)) == FULL


def test_nothing_is_reserved_of_what_is_sold(connection: Connection, where: int) -> None:
    sale(connection, plot=where, area_m2=10_000)
    assert violated_constraint(connection, lambda: reserve(connection, where)) == FULL
    assert violated_constraint(connection, lambda: reserve(connection, where, 99_999)) == FULL


def test_an_expired_reservation_promises_nothing_until_it_is_extended(connection: Connection, where: int) -> None:
    today = datetime.now(CITY_TIME).date()
    expired = reserve(connection, where, 8000, expires_on=today - timedelta(days=3))
    reserve(connection, where, 8000, expires_on=today)
    assert supply(connection, where) == ("partly_reserved", 10_000, 8000)
    extend = lambda: update(connection, "reservations", expired, expires_on=today + timedelta(days=30))  # noqa: E731
    assert violated_constraint(connection, extend) == FULL


def test_a_small_part_makes_a_plot_partly_reserved_and_keeps_it_on_offer(connection: Connection, where: int) -> None:
    reserve(connection, where, 100)
    assert supply(connection, where) == ("partly_reserved", 10_000, 100)
    assert one(connection, "select on_offer from plot_supply where plot = %s", where)
    sale(connection, plot=where, area_m2=5000)
    assert supply(connection, where) == ("partly_taken", 5000, 100)
    reserve(connection, where, 4900)
    assert supply(connection, where) == ("reserved", 5000, 5000)


def test_who_has_reserved_buys_without_being_asked(connection: Connection, where: int) -> None:
    """What is bought is no longer promised; what is left of the reservation still is."""
    mine, theirs = inquiry(connection), inquiry(connection, "A 2/2023")
    reserve(connection, where, 6000, inquiry=mine)
    reserve(connection, where, 4000, inquiry=theirs)
    sale(connection, plot=where, area_m2=2000, inquiry=mine)
    assert held(connection) == [(4000, 4000), (4000, 4000)]
    sale(connection, plot=where, area_m2=4000, inquiry=mine)
    assert held(connection) == [(4000, 4000)]
    assert violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=1, inquiry=mine)) == BROKEN
    sale(connection, plot=where, area_m2=4000, inquiry=theirs)
    assert held(connection) == []


def test_what_an_inquiry_bought_before_it_reserved_is_not_counted_against_it(
    connection: Connection, where: int
) -> None:
    mine = inquiry(connection)
    sale(connection, plot=where, area_m2=5000, inquiry=mine, agreed_on="2023-05-01")
    reserve(connection, where, 5000, inquiry=mine)
    assert held(connection) == [(5000, 5000)]
    assert violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=5000)) == BROKEN


@pytest.mark.parametrize(
    ("table", "changed", "violated"),
    [
        ("transactions", {"inquiry": None}, BROKEN),
        ("transactions", {"agreed_on": "2023-05-01"}, BROKEN),
        ("reservations", {"inquiry": None}, FULL),
        ("reservations", {"reserved_on": "2023-08-02"}, FULL),
    ],
)
def test_a_fulfilled_promise_does_not_come_back_by_a_change_of_whose_it_is_or_of_its_day(
    connection: Connection, where: int, table: str, changed: dict[str, object], violated: str
) -> None:
    mine = inquiry(connection)
    records = {"reservations": reserve(connection, where, 6000, inquiry=mine)}
    records["transactions"] = sale(connection, plot=where, area_m2=6000, inquiry=mine)
    assert violated_constraint(connection, lambda: update(connection, table, records[table], **changed)) == violated
    update(connection, table, records[table], note="angesehen")


def test_two_parts_of_one_inquiry_are_bought_one_after_the_other(connection: Connection, where: int) -> None:
    mine = inquiry(connection)
    reserve(connection, where, 1000, inquiry=mine)
    reserve(connection, where, 2000, inquiry=mine)
    sale(connection, plot=where, area_m2=1500, inquiry=mine)
    assert held(connection) == [(1500, 1500)]


def test_a_part_stays_promised_after_the_inquiry_s_other_part_was_bought_and_is_over(
    connection: Connection, where: int
) -> None:
    """What was bought of the one is not taken from the other after the last day of the one, nor by its release."""
    mine = inquiry(connection)
    yesterday = datetime.now(CITY_TIME).date() - timedelta(days=1)
    sold = reserve(connection, where, 1000, inquiry=mine, reserved_on="2023-05-01")
    reserve(connection, where, 2000, inquiry=mine)
    sale(connection, plot=where, area_m2=1000, inquiry=mine)
    for over in ({"expires_on": yesterday}, {"expires_on": None, "released_on": yesterday}):
        update(connection, "reservations", sold, **over)
        assert held(connection) == [(2000, 2000)]
        assert violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=7001)) == BROKEN
    # Nothing had been bought when it was given up, so the deal is one of the part that is left.
    update(connection, "reservations", sold, released_on="2023-05-02")
    assert held(connection) == [(1000, 1000)]


def test_a_deal_from_before_a_reservation_leaves_the_later_deals_to_it(connection: Connection, where: int) -> None:
    """An earlier reservation that was bought already does not take them from it, nor does more than it was of."""
    mine = inquiry(connection)
    reserve(connection, where, 1000, inquiry=mine, reserved_on="2023-01-01")
    sale(connection, plot=where, area_m2=1200, inquiry=mine, agreed_on="2023-02-01")
    reserve(connection, where, 2000, inquiry=mine, reserved_on="2023-03-01")
    assert held(connection) == [(2000, 2000)]
    sale(connection, plot=where, area_m2=500, inquiry=mine, agreed_on="2023-04-01")
    assert held(connection) == [(1500, 1500)]


def test_a_deal_despite_a_reservation_needs_a_yes_that_is_recorded(connection: Connection, where: int) -> None:
    reserve(connection, where, 6000, inquiry=inquiry(connection))
    reserve(connection, where, 4000)
    deal = sale(connection, plot=where, area_m2=3000, despite_reservation=True)
    assert held(connection) == [(6000, 6000), (4000, 1000)], "who came first is served first"
    assert supply(connection, where) == ("reserved", 7000, 7000)
    update(connection, "transactions", deal, notarised_on="2023-09-01")
    take_back = lambda: update(connection, "transactions", deal, despite_reservation=None)  # noqa: E731
    assert violated_constraint(connection, take_back) == BROKEN
    delete(connection, "transactions", deal)
    assert held(connection) == [(6000, 6000), (4000, 4000)], "an undone deal gives back what was promised"


def test_of_a_whole_plot_any_part_is_promised(connection: Connection, where: int) -> None:
    reserve(connection, where)
    assert violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=1)) == BROKEN
    sale(connection, plot=where, area_m2=10_000, despite_reservation=True)
    assert held(connection) == [(0, 0)]


def test_what_takes_no_land_breaks_no_promise(connection: Connection, where: int) -> None:
    reserve(connection, where)
    sale(connection, plot=where, area_m2=10_000, kind="purchase", role="buyer")
    deal = sale(connection, plot=where, area_m2=10_000, cancelled_on="2023-09-01")
    assert (
        violated_constraint(connection, lambda: update(connection, "transactions", deal, cancelled_on=None)) == BROKEN
    )


def test_a_plot_does_not_become_smaller_than_what_is_promised(connection: Connection, where: int) -> None:
    reserve(connection, where, 9000)
    assert violated_constraint(connection, lambda: update(connection, "plots", where, official_area_m2=8000)) == FULL
    update(connection, "plots", where, official_area_m2=9000)


def test_only_a_measured_area_has_a_tolerance_of_two_percent(connection: Connection) -> None:
    measured = plot(connection)
    reserve(connection, measured, 10_200)
    assert violated_constraint(connection, lambda: reserve(connection, measured, 1)) == FULL


@pytest.mark.parametrize("kind", ["reservation", "deal"])
def test_two_at_the_same_instant_get_the_same_land_once(database_url: str, kind: str) -> None:
    """The second waits for the first, and is then refused."""
    with psycopg.connect(conninfo(database_url)) as first, psycopg.connect(conninfo(database_url)) as second:
        where = plot(first, official_area_m2=10_000)
        first.commit()
        reserve(first, where)

        def take() -> object:
            return reserve(second, where) if kind == "reservation" else sale(second, plot=where, area_m2=6000)

        assert violated_after(first, take) == (FULL if kind == "reservation" else BROKEN)


def test_a_file_with_promises_that_exclude_one_another_is_refused_row_by_row(
    connection: Connection, tmp_path: Path
) -> None:
    plot(connection, source="amt", source_id="p-1", name="Am Kanal", official_area_m2=10_000)
    file = tmp_path / "reservations.csv"
    file.write_text("source_id,plot,area_m2,reserved_on\nr-1,p-1,8000,2023-05-02\nr-2,p-1,3000,2023-05-03\n", "utf-8")
    report = load(connection, "reservations", file, source="amt")
    told = [(problem.row, problem.column, problem.reason.de) for problem in report.problems]
    assert [(row, column) for row, column, _ in told] == [(2, "area_m2"), (3, "area_m2")]
    assert all("Am Kanal: 11.000 m² von 10.000 m²" in reason for _, _, reason in told)
    assert one(connection, "select count(*) from reservations") == 0
