"""Matching on records: plots on offer, distances, and agreement with the demand for land."""

import json
import math
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from psycopg.conninfo import make_conninfo

from api.cli import main
from geo.land.matching import Choices, Fit, InquiryUnknown, PlotUnknown, Wish, find_wish, match, served_by
from geo.land.matching.match_sql import Wanted, facts
from geo.land.matching.ranking import Sight
from geo.land.matching.rules.land import smallest_lot_m2
from geo.store.database import conninfo
from tests.records import Connection, insert, one, plot, sale, two_districts

DAY = "2020-01-01"
PLACE = (7.4875, 51.4857)
"""About 395000 5705000."""


@pytest.fixture
def city(districts: Connection) -> Connection:
    """Two districts without records."""
    return districts


def insert_offer(city: Connection, **values: Any) -> int:
    """Insert a plot on offer, by default of 1 ha in West from 395000 5705000, and return its id."""
    return plot(city, **({"offered_on": DAY, "zoning": "GE", "official_area_m2": 10_000} | values))


def reason(city: Connection, key: str, **wanted: Any) -> str:
    """Return the reason of the only plot's verdict on a criterion."""
    found = match(city, Wish(**wanted))
    (judged,) = (*found.ranked, *found.excluded)
    return judged.verdicts[key].words()


def test_only_plots_on_offer_are_ranked(city: Connection) -> None:
    on_offer = insert_offer(city)
    plot(city, name="geplant")
    insert_offer(city, withdrawn_on=DAY)
    sale(city, plot=insert_offer(city), area_m2=10_000)
    assert [one.plot.id for one in match(city, Wish()).ranked] == [on_offer]


def test_the_size_is_the_remaining_area(city: Connection) -> None:
    sale(city, plot=insert_offer(city), area_m2=2_500)
    assert reason(city, "size", min_m2=7_500) == "7.500 m² frei"


def test_distances_are_the_stored_ones(sample: Connection) -> None:
    """To fibre and to the wanted access; the access point's name is looked up in addition."""
    stored = "select id, fibre_m::float8, rail_m::float8 from flurwerk_for_internal.plots where on_offer"
    found = match(sample, Wish(fibre_required=True, access="rail"))
    assert {
        (one.plot.id, one.plot.fibre and one.plot.fibre.metres, one.plot.access["rail"].metres) for one in found.ranked
    } == set(sample.execute(stored).fetchall())
    names = {one.plot.access["rail"].name for one in found.ranked}
    assert names == {"Containerterminal Hafen", "Umschlagbahnhof Ellinghausen"}


def test_the_distance_to_the_wanted_place_is_measured_from_the_plots_border(city: Connection) -> None:
    insert_offer(city, x=396000)
    away = reason(city, "near", place=PLACE, near_m=500)
    assert away == "1,0 km entfernt"


def test_restrictions_and_reservations_are_among_the_reasons(city: Connection) -> None:
    land = insert_offer(city)
    insert(city, "plot_restrictions", plot=land, kind="flood", severity="minor")
    assert reason(city, "restrictions") == "gering: Hochwasser"
    inquiry = insert(city, "inquiries", kind="plot", number="A 1", received_on=DAY)
    insert(city, "reservations", plot=land, inquiry=inquiry, reserved_on=DAY)
    assert reason(city, "reservation") == "reserviert"
    (judged,) = match(city, find_wish(city, "A 1")).ranked
    assert judged.verdicts["reservation"].words() == "für diese Anfrage reserviert"
    (unseen,) = match(city, Wish(), sight=Sight(reservations=False)).ranked
    assert unseen.plot.reserved_for == ()


def test_an_inquiry_is_found_by_its_number_open_ones_first(city: Connection) -> None:
    wanted = {"kind": "plot", "number": "A 7", "received_on": DAY}
    open_one = insert(city, "inquiries", **wanted, min_m2=500, districts=["West"], geom="POINT(395000 5705000)")
    insert(city, "inquiries", **wanted, closed_on=DAY)
    found = find_wish(city, "A 7")
    assert (found.inquiry, found.min_m2, found.districts) == (open_one, 500, ("West",))
    assert found.place == pytest.approx(PLACE, abs=1e-3)
    with pytest.raises(InquiryUnknown, match="A 8"):
        find_wish(city, "A 8")


def test_a_plot_serves_the_open_inquiries_that_fit_it(city: Connection) -> None:
    """Inquiry 1 is at the plot, 2 far away, 3 too large; 4 is closed, 5 a duplicate and 6 for a property.

    For 1 and 2 the weights are near 2, restrictions 1, reservation 1: their scores are 4/4 and, without near, 2/4.
    """
    land = insert_offer(city)
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


DEMAND = ("zoning", "divisible", "districts")
"""Besides the size: in the demand, a lot that has to be cut counts like a plot of its own."""


def test_a_plot_fits_in_the_demand_exactly_if_it_fits_in_its_size_and_three_criteria(sample: Connection) -> None:
    """Compares every open inquiry for land with every plot on offer, by wanted_plots and by matching."""
    fitting = set(sample.execute("select inquiry, plot from wanted_plots").fetchall())
    plots = [land for (land,) in sample.execute("select plot from plot_supply where on_offer").fetchall()]
    found = {
        (wish.inquiry, land)
        for land in plots
        for served in [served_by(sample, land)]
        for wish, judged in (*served.served, *served.excluded)
        if all(judged.verdicts[key].fit is Fit.FITS for key in DEMAND if key in judged.verdicts)
        and (wish.min_m2 or 0) <= judged.plot.remaining_m2
        and smallest_lot_m2(judged.plot) <= (wish.max_m2 or math.inf)
    }
    assert found == fitting
    assert len(fitting) > 1000


def test_both_directions_agree(sample: Connection) -> None:
    """A plot's inquiries have the same scores and reasons as the inquiries' plots."""
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
def test_each_login_can_read_the_facts_that_it_needs(sample_url: str, login: str, wanted: Wanted) -> None:
    with psycopg.connect(conninfo(make_conninfo(sample_url, user=login))) as connection:
        assert connection.execute(*facts(wanted)).fetchall()


def test_the_command_prints_the_ranked_plots_with_their_reasons(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        two_districts(city)
        insert_offer(city, name="Nordfeld")
        insert_offer(city, name="Südfeld", official_area_m2=2_000)
        insert(city, "inquiries", kind="plot", number="A 7", min_m2=5_000, received_on=DAY)
        insert(city, "inquiries", kind="plot", number="A 8", min_m2=50_000, received_on=DAY)
    shown = command(database_url, "A 7")
    assert "Flächen für Anfrage A 7: 1 von 2" in shown
    assert "+ Größe: 10.000 m² frei" in shown
    assert "Südfeld" not in shown
    assert "Südfeld" in command(database_url, "A 7", "--excluded", "5", "--lang", "en")
    assert "Nichts passt" in command(database_url, "A 8")
    as_json = json.loads(command(database_url, "A 7", "--format", "json", "--hard", "", "--weights", "size:0"))
    assert [found["score"] for found in as_json["matches"]] == [100, 100]
    refused = CliRunner().invoke(main, ["match", "B 1"], env={"FLURWERK_DATABASE_URL": database_url})
    assert (refused.exit_code, "There is no inquiry with number “B 1”" in refused.stderr) == (1, True)


def command(url: str, *arguments: str) -> str:
    """Run the command and return its output."""
    result = CliRunner().invoke(main, ["match", *arguments], env={"FLURWERK_DATABASE_URL": url, "COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout
