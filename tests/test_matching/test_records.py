"""The engine on records: what is on offer, how far things are, and that the demand has the same truth."""

import json
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from psycopg.conninfo import make_conninfo

from api.cli import main
from geo.land.matching import Choices, Fit, InquiryUnknown, PlotUnknown, Wish, find_wish, match, served_by
from geo.land.matching.match_sql import Wanted, facts
from geo.land.matching.ranking import Sight
from geo.store.database import conninfo
from tests.records import Connection, insert, one, plot, sale, two_districts

DAY = "2020-01-01"
PLACE = (7.4875, 51.4857)
"""About 395000 5705000."""


@pytest.fixture
def city(connection: Connection) -> Connection:
    """Two districts and nothing in them."""
    two_districts(connection)
    return connection


def offers(city: Connection, **values: Any) -> int:
    """A plot on offer of 1 ha in the West: a square from 395000 5705000."""
    return plot(city, **({"offered_on": DAY, "zoning": "GE", "official_area_m2": 10_000} | values))


def reason(city: Connection, key: str, **wanted: Any) -> str:
    """Why the only plot answers a criterion as it does."""
    found = match(city, Wish(**wanted))
    (judged,) = (*found.ranked, *found.excluded)
    return judged.verdicts[key].words()


def test_only_what_is_on_offer_is_ranked(city: Connection) -> None:
    kept = offers(city)
    plot(city, name="geplant")
    offers(city, withdrawn_on=DAY)
    sale(city, plot=offers(city), area_m2=10_000)
    assert [one.plot.id for one in match(city, Wish()).ranked] == [kept]


def test_the_size_is_what_is_left(city: Connection) -> None:
    sale(city, plot=offers(city), area_m2=2_500)
    assert reason(city, "size", min_m2=7_500) == "7.500 m² frei"


def test_distances_are_those_that_are_kept_of_plots(sample: Connection) -> None:
    """To fibre, and to the access wanted; which access point that is, is looked up beside it."""
    kept = "select id, fibre_m::float8, rail_m::float8 from for_internal.plots where on_offer"
    found = match(sample, Wish(fibre_required=True, access="rail"))
    assert {
        (one.plot.id, one.plot.fibre and one.plot.fibre.metres, one.plot.access["rail"].metres) for one in found.ranked
    } == set(sample.execute(kept).fetchall())
    names = {one.plot.access["rail"].name for one in found.ranked}
    assert names == {"Containerterminal Hafen", "Umschlagbahnhof Ellinghausen"}


def test_the_place_wanted_is_measured_to_the_border(city: Connection) -> None:
    offers(city, x=396000)
    away = reason(city, "near", place=PLACE, near_m=500)
    assert away == "1,0 km entfernt"


def test_restrictions_and_reservations_are_told(city: Connection) -> None:
    land = offers(city)
    insert(city, "plot_restrictions", plot=land, kind="flood", severity="minor")
    assert reason(city, "restrictions") == "gering: Hochwasser"
    inquiry = insert(city, "inquiries", kind="plot", number="A 1", received_on=DAY)
    insert(city, "reservations", plot=land, inquiry=inquiry, reserved_on=DAY)
    assert reason(city, "reservation") == "reserviert"
    (judged,) = match(city, find_wish(city, "A 1")).ranked
    assert judged.verdicts["reservation"].words() == "für diese Anfrage reserviert"
    (unseen,) = match(city, Wish(), sight=Sight(reservations=False)).ranked
    assert unseen.plot.reserved_for == ()


def test_an_inquiry_is_found_by_its_number_the_open_one_first(city: Connection) -> None:
    wanted = {"kind": "plot", "number": "A 7", "received_on": DAY}
    kept = insert(city, "inquiries", **wanted, min_m2=500, districts=["West"], geom="POINT(395000 5705000)")
    insert(city, "inquiries", **wanted, closed_on=DAY)
    found = find_wish(city, "A 7")
    assert (found.inquiry, found.min_m2, found.districts) == (kept, 500, ("West",))
    assert found.place == pytest.approx(PLACE, abs=1e-3)
    with pytest.raises(InquiryUnknown, match="A 8"):
        find_wish(city, "A 8")


def test_the_inquiries_that_a_plot_serves(city: Connection) -> None:
    """1 waits at the plot, 2 far from it; 3 wants more than there is; 4 is closed, 5 a duplicate, 6 for rooms.

    Both 1 and 2 weigh near 2, restrictions 1, reservation 1: 4/4 and, without near, 2/4.
    """
    land = offers(city)
    wanted = {"kind": "plot", "received_on": DAY}
    near = insert(city, "inquiries", **wanted, geom="POINT(395000 5705000)")
    far = insert(city, "inquiries", **wanted, geom="POINT(409000 5705000)", access="port")
    large = insert(city, "inquiries", **wanted, min_m2=20_000)
    insert(city, "inquiries", **wanted, closed_on=DAY)
    insert(city, "inquiries", **wanted, duplicate_of=near)
    insert(city, "inquiries", kind="property", received_on=DAY)
    found = served_by(city, land)
    assert [(wish.inquiry, judged.score) for wish, judged in found.served] == [(near, 100), (far, 50)]
    assert [(wish.inquiry, judged.fails) for wish, judged in found.excluded] == [(large, ("size",))]
    with pytest.raises(PlotUnknown):
        served_by(city, plot(city))


DEMAND = ("size", "zoning", "divisible", "districts")


def test_a_plot_fits_in_the_demand_exactly_if_it_fits_in_its_four_criteria(sample: Connection) -> None:
    """Every open inquiry for land against every plot on offer, by wanted_plots and by the engine."""
    fitting = set(sample.execute("select inquiry, plot from wanted_plots").fetchall())
    plots = [land for (land,) in sample.execute("select plot from plot_supply where on_offer").fetchall()]
    found = {
        (wish.inquiry, land)
        for land in plots
        for served in [served_by(sample, land)]
        for wish, judged in (*served.served, *served.excluded)
        if all(judged.verdicts[key].fit is Fit.FITS for key in DEMAND if key in judged.verdicts)
    }
    assert found == fitting
    assert len(fitting) > 1000


def test_both_ways_say_the_same(sample: Connection) -> None:
    """What a plot says of an inquiry is what the inquiry says of the plot."""
    waiting = """
        select i.number
        from inquiries as i
        join wanted_land as w on w.inquiry = i.id
        where i.geom is not null
          and i.access = 'motorway'
        order by i.id
        limit 1
    """
    wish = find_wish(sample, one(sample, waiting))
    all_soft = Choices(hard=frozenset())
    for judged in match(sample, wish, all_soft).ranked[:5]:
        found = {other.inquiry: seen for other, seen in served_by(sample, judged.plot.id, all_soft).served}
        assert found[wish.inquiry].score == judged.score
        for key, verdict in judged.verdicts.items():
            assert found[wish.inquiry].verdicts[key].words() == verdict.words()


@pytest.mark.parametrize(
    ("login", "wanted"),
    [
        ("flurwerk_public", Wanted(place=PLACE)),
        ("flurwerk_reader", Wanted(fibre=True, access=("motorway",), reservations=True, place=PLACE)),
    ],
)
def test_each_login_may_read_the_facts_that_are_gathered_for_it(sample_url: str, login: str, wanted: Wanted) -> None:
    with psycopg.connect(conninfo(make_conninfo(sample_url, user=login))) as connection:
        assert connection.execute(*facts(wanted)).fetchall()


def test_the_command_prints_the_ranked_plots_with_their_reasons(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        two_districts(city)
        offers(city, name="Nordfeld")
        offers(city, name="Südfeld", official_area_m2=2_000)
        insert(city, "inquiries", kind="plot", number="A 7", min_m2=5_000, received_on=DAY)
        insert(city, "inquiries", kind="plot", number="A 8", min_m2=50_000, received_on=DAY)
    shown = command(database_url, "A 7")
    assert "Flächen für Anfrage A 7: 1 von 2" in shown
    assert "+ Größe: 10.000 m² frei" in shown
    assert "Südfeld" not in shown
    assert "Südfeld" in command(database_url, "A 7", "--excluded", "5", "--lang", "en")
    assert "Nichts passt" in command(database_url, "A 8")
    told = json.loads(command(database_url, "A 7", "--format", "json", "--hard", "", "--weights", "size:0"))
    assert [found["score"] for found in told["matches"]] == [100, 100]
    refused = CliRunner().invoke(main, ["match", "B 1"], env={"FLURWERK_DATABASE_URL": database_url})
    assert (refused.exit_code, "There is no inquiry with number “B 1”" in refused.stderr) == (1, True)


def command(url: str, *arguments: str) -> str:
    """What the command prints."""
    result = CliRunner().invoke(main, ["match", *arguments], env={"FLURWERK_DATABASE_URL": url, "COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout
