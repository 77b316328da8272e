"""The supply of land in hand-calculated cases: the land on offer, the take-up, and the range of supply."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import psycopg
import pytest

from geo.land.supply import DIMENSIONS, Row, Supply, UnknownDimension, Window, parse_dimensions, supply
from geo.records.layers.layer import Audience
from geo.store.database import conninfo
from tests.conftest import LendFilled
from tests.records import Connection, insert, one, plot, sale, square, two_districts

ADDED_UP = ("plots", "offered_m2", "left_m2", "unrestricted_m2", "minor_m2", "serious_m2", "divisible_m2")
SPLITS = [split for size in range(5) for split in combinations(DIMENSIONS, size)]
EAST = 405000
BUYER: dict[str, Any] = {"kind": "purchase", "role": "buyer"}


def before(connection: Connection, years: int, days: int = 0) -> date:
    """Return the day that many years and days before today."""
    return one(connection, "select (today() - make_interval(years => %s, days => %s))::date", years, days)


def fill(city: Connection) -> None:
    """Insert five plots on offer, three that are not, and the deals of `deals`.

    | plot | m² | left | horizon   | zoning | district | ownership | severity | asking price over ground value (€/m²) |
    |------|---:|-----:|-----------|--------|----------|-----------|----------|--------------------------------|
    | a    | 20,000 | 11,000 | immediate | GE | West | public  | –       | 110 over 100: 10 % |
    | b    | 10,000 | 10,000 | immediate | GI | West | private | minor   | 120 over 100: 20 % |
    | c    |  5,000 |  5,000 | short     | GE | Ost  | public  | serious | 160 over 80: 100 % |
    | d    |  4,000 |  4,000 | –         | –  | Ost  | private | –       | 90, no ground value |
    | e    |  3,000 |  1,000 | short     | GE | Ost  | public  | –       | –                   |
    """
    two_districts(city)
    day: dict[str, Any] = {"offered_on": "2015-01-01"}
    west: dict[str, Any] = {"horizon": "immediate", **day}
    east: dict[str, Any] = {"x": EAST, "horizon": "short", "zoning": "GE", **day}
    a = plot(
        city,
        official_area_m2=20000,
        zoning="GE",
        asking_price_eur_m2=110,
        ground_value_eur_m2=100,
        divisible=True,
        **west,
    )
    b = plot(
        city, official_area_m2=10000, zoning="GI", ownership="private", asking_price_eur_m2=120,
        ground_value_eur_m2=100, brownfield=True, **west,
    )  # fmt: skip
    c = plot(city, official_area_m2=5000, asking_price_eur_m2=160, ground_value_eur_m2=80, **east)
    plot(city, EAST, official_area_m2=4000, ownership="private", asking_price_eur_m2=90, divisible=True, **day)
    e = plot(city, official_area_m2=3000, brownfield=True, **east)
    # Not on offer: never offered, withdrawn, all taken.
    plot(city, official_area_m2=50000)
    plot(city, official_area_m2=60000, withdrawn_on="2020-01-01", **day)
    gone = plot(city, official_area_m2=7000, zoning="SO", **west)
    insert(city, "plot_restrictions", plot=b, kind="mining", severity="minor")
    for severity in ("minor", "serious", "serious"):
        insert(city, "plot_restrictions", plot=c, kind="ordnance", severity=severity)
    # Reserved land is still on offer.
    insert(city, "reservations", plot=b, reserved_on="2020-01-01")
    deals(city, a, e, gone)


def deals(city: Connection, a: int, e: int, gone: int) -> None:
    """Insert deals: 6,000 m² taken within one year, 9,000 within three, 18,000 within five; 4,800 m² bought."""
    today, one_year = before(city, 0), before(city, 1)
    sale(city, plot=a, area_m2=6000, agreed_on=today)
    sale(city, plot=a, area_m2=3000, kind="lease", sector="private", role="supporter", agreed_on=one_year)
    sale(city, plot=e, area_m2=2000, kind="ground_lease", agreed_on=before(city, 3))
    sale(city, plot=gone, area_m2=7000, agreed_on=None, notarised_on=before(city, 5, -1))
    sale(city, plot=gone, area_m2=500, agreed_on=before(city, 5), ended_on=today)
    # Without a plot; cancelled; purchases.
    sale(city, area_m2=400, agreed_on=today)
    sale(city, plot=e, area_m2=5000, cancelled_on=today, agreed_on=today)
    sale(city, plot=e, area_m2=1000, price_eur=130_000, ground_value_eur_m2=100, agreed_on=today, **BUYER)
    sale(city, area_m2=3000, price_eur=270_000, ground_value_eur_m2=90, agreed_on=before(city, 2), **BUYER)
    sale(city, area_m2=800, price_eur=999_999, agreed_on=before(city, 4), **BUYER)


@pytest.fixture
def city(lend_filled: LendFilled) -> Iterator[Connection]:
    """A connection to the city of `fill`; what the test does is rolled back."""
    with lend_filled(fill) as connection:
        yield connection


def row(found: Supply, **part: str | None) -> Row:
    (only,) = (row for row in found.rows if row.part == part)
    return only


def windows(row: Row) -> dict[int, Window]:
    assert row.windows is not None
    return {window.years: window for window in row.windows}


def test_the_land_on_offer_is_the_remaining_area(city: Connection) -> None:
    total = supply(city).total
    assert total.part == {}
    assert total.plots == 5
    assert total.offered_m2 == 20000 + 10000 + 5000 + 4000 + 3000
    assert total.left_m2 == 11000 + 10000 + 5000 + 4000 + 1000 == 31000
    assert total.divisible_m2 == 11000 + 4000
    assert total.brownfield_m2 == 10000 + 1000


def test_a_plot_counts_once_by_its_most_severe_restriction(city: Connection) -> None:
    total = supply(city).total
    assert (total.unrestricted_m2, total.minor_m2, total.serious_m2) == (11000 + 4000 + 1000, 10000, 5000)
    assert total.unrestricted_m2 + total.minor_m2 + total.serious_m2 == total.left_m2


def test_medians_cover_the_known_prices_and_markups(city: Connection) -> None:
    found = supply(city, "horizon")
    assert found.total.asking_price_eur_m2 == 115, "of 90, 110, 120, 160"
    assert found.total.asking_markup_percent == 20, "of 10, 20, 100"
    assert row(found, horizon="immediate").asking_markup_percent == 15
    assert row(found, horizon=None).asking_price_eur_m2 == 90
    assert row(found, horizon=None).asking_markup_percent is None


def test_take_up_counts_land_taken_within_the_window(city: Connection) -> None:
    total = windows(supply(city).total)
    # A deal exactly one year ago counts only from the three-year window on, one exactly five years ago in none.
    assert total[1].taken_m2 == 6000
    assert total[3].taken_m2 == 6000 + 3000
    assert total[5].taken_m2 == 6000 + 3000 + 2000 + 7000
    assert total[5].taken_m2_per_year == 3600


def test_an_ended_deal_still_counts_as_take_up(connection: Connection) -> None:
    land = plot(connection, official_area_m2=1000, offered_on="2015-01-01")
    day = before(connection, 0)
    sale(connection, plot=land, area_m2=1000, agreed_on=before(connection, 0, 200), ended_on=day)
    sale(connection, plot=land, area_m2=1000, agreed_on=day)
    assert windows(supply(connection).total)[1].taken_m2 == 2000


def test_the_range_is_the_supply_divided_by_the_mean_take_up(city: Connection) -> None:
    total = supply(city).total
    ranges = {years: total.range_years(window) for years, window in windows(total).items()}
    assert ranges[1] == Decimal(31000) / 6000
    assert ranges[3] == Decimal(31000) / 3000
    assert ranges[5] == Decimal(31000) / 3600


def test_the_windows_end_on_the_day_of_reckoning(city: Connection) -> None:
    found = supply(city, on=before(city, 0, 1))
    assert found.day == before(city, 0, 1)
    assert [window.taken_m2 for window in windows(found.total).values()] == [
        3000,
        3000 + 2000,
        3000 + 2000 + 7000 + 500,
    ]
    assert found.total.left_m2 == 31000


def test_without_take_up_there_is_no_range(city: Connection) -> None:
    found = supply(city, "horizon")
    unknown = row(found, horizon=None)
    assert unknown.left_m2 == 4000
    assert [unknown.range_years(window) for window in windows(unknown).values()] == [None, None, None]


def test_the_range_is_zero_if_all_land_is_taken(city: Connection) -> None:
    special = row(supply(city, "zoning"), zoning="SO")
    assert (special.plots, special.left_m2) == (0, 0)
    assert special.range_years(windows(special)[5]) == 0


def test_take_up_is_public_or_private_by_the_deals_own_sector(city: Connection) -> None:
    found = supply(city, "ownership")
    assert windows(row(found, ownership="private"))[3].taken_m2 == 3000, "a private deal on a public plot"
    assert windows(row(found, ownership="public"))[3].taken_m2 == 6000
    assert row(found, ownership="private").left_m2 == 14000


def test_the_markup_of_purchases_is_weighted_by_area(city: Connection) -> None:
    total = windows(supply(city).total)
    assert [total[years].bought_m2 for years in (1, 3, 5)] == [1000, 4000, 4800]
    assert total[1].bought_markup_percent == 30
    # 400,000 € were paid for land worth 100,000 + 270,000 €; the third purchase has no ground value.
    assert total[3].bought_markup_percent == (Decimal(400) / 370 - 1) * 100
    assert total[5].bought_markup_percent == total[3].bought_markup_percent
    assert windows(row(supply(city, "horizon"), horizon="immediate"))[5].bought_markup_percent is None


def test_a_deals_own_geometry_takes_precedence_over_its_plots(connection: Connection) -> None:
    two_districts(connection)
    day = before(connection, 0)
    land = plot(connection, official_area_m2=5000, offered_on="2015-01-01")
    sale(connection, plot=land, area_m2=100, agreed_on=day)
    sale(connection, plot=land, area_m2=200, agreed_on=day, geom=square(EAST, 5705000, 10))
    sale(connection, area_m2=400, agreed_on=day, **BUYER)
    found = supply(connection, ["district"])
    assert [line.part["district"] for line in found.rows] == ["01", "02", "unlocated"]
    assert [windows(line)[1].taken_m2 for line in found.rows] == [100, 200, 0]
    assert windows(row(found, district="unlocated"))[1].bought_m2 == 400
    assert [found.label("district", line.part["district"]) for line in found.rows] == ["West", "Ost", "ohne Ortsangabe"]


@pytest.mark.parametrize("by", SPLITS, ids=",".join)
@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.PUBLIC])
def test_the_parts_sum_exactly_to_the_total(sample: Connection, by: tuple[str, ...], audience: Audience) -> None:
    found = supply(sample, by, audience=audience)
    assert found.total == supply(sample, audience=audience).total
    assert found.total.plots > 100
    assert [list(line.part) for line in found.rows] == [list(by)] * len(found.rows)
    if not by:
        assert found.rows == ()
        return
    for name in (*ADDED_UP, "brownfield_m2"):
        assert sum(getattr(line, name) for line in found.rows) == getattr(found.total, name)
    if found.rows[0].windows is None:
        assert audience is Audience.PUBLIC
        assert by != ("ownership",)
        return
    for years, total in windows(found.total).items():
        for name in ("taken_m2", "bought_m2", "paid_eur", "worth_eur"):
            parts = [getattr(windows(line)[years], name) for line in found.rows]
            assert sum(part or 0 for part in parts) == (getattr(total, name) or 0)


def test_rows_are_in_the_order_of_the_code_lists_with_unknown_last(city: Connection) -> None:
    assert [line.part["horizon"] for line in supply(city, "horizon").rows] == ["immediate", "short", None]
    assert [line.part["zoning"] for line in supply(city, "zoning").rows] == ["GE", "GI", "SO", None]


def test_measures_are_counted_by_horizon_and_status_including_zero(connection: Connection) -> None:
    insert(connection, "measures", name="M", kind="develop", horizon="short", started_on="2020-01-01")
    insert(connection, "measures", name="M", kind="secure", horizon="short", started_on="2020-01-01")
    insert(connection, "measures", name="M", kind="densify", done_on="2020-01-01")
    counts = supply(connection).measures
    assert counts is not None
    found = {(count.horizon, count.status): count.measures for count in counts}
    assert len(found) == 5 * 3
    assert {key: number for key, number in found.items() if number} == {("short", "started"): 2, (None, "done"): 1}


def test_an_empty_database_has_an_empty_supply(connection: Connection) -> None:
    for audience in (Audience.INTERNAL, Audience.PUBLIC):
        for by in ("", "horizon,district"):
            found = supply(connection, by, audience=audience)
            assert found.is_empty
            assert found.rows == ()
            assert (found.total.plots, found.total.left_m2, found.total.asking_price_eur_m2) == (0, 0, None)


def test_the_past_is_computed_from_what_was_recorded_then_and_reckoned_on_that_day(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        land = plot(connection, official_area_m2=10000, offered_on="2015-01-01", horizon="short")
        instant = one(connection, "select clock_timestamp()")
        sale(connection, plot=land, area_m2=4000, agreed_on=before(connection, 0))
        insert(connection, "measures", name="M", kind="develop")
        now, then = supply(connection), supply(connection, as_of=instant)
        assert (now.total.left_m2, then.total.left_m2) == (6000, 10000)
        assert (windows(now.total)[1].taken_m2, windows(then.total)[1].taken_m2) == (4000, 0)
        assert (len(now.measures or ()), len(then.measures or ())) == (15, 12)
        long_ago = supply(connection, "horizon", one(connection, "select timestamptz '2020-06-15 12:00Z'"))
        assert (long_ago.day, long_ago.is_empty, long_ago.rows) == (date(2020, 6, 15), True, ())
        assert supply(connection) == now, "the connection shows the present again"


@pytest.mark.parametrize("names", ["horizont", "horizon,horizon", "status", "id) from plots; --", ["zoning", "x"]])
def test_an_unknown_or_repeated_dimension_is_refused(connection: Connection, names: str | list[str]) -> None:
    with pytest.raises(UnknownDimension, match=r"Known: horizon, zoning, district, ownership|named twice"):
        supply(connection, names)


def test_dimensions_are_read_from_a_list_or_a_text() -> None:
    assert parse_dimensions("horizon, zoning") == parse_dimensions(["horizon", "zoning"]) == ("horizon", "zoning")
    assert parse_dimensions("") == parse_dimensions(None) == ()
