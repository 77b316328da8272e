"""Features as they were recorded at an instant: for every layer and audience, whatever else is asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
import pytest

from geo.periods import CITY_TIME
from geo.records.layers import LAYERS
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, delete, insert, one, plot, sale, two_districts, update
from tests.test_api.helpers import Api, api
from tests.test_ogc.helpers import EPSG, ITEMS, items, link, names, pages

EAST = 405000


class Told(NamedTuple):
    """A city of one's own, the service's two audiences, and the instants before and between its changes."""

    city: Connection
    public: Api
    internal: Api
    before: datetime
    between: datetime


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    """Plots a, b and c on offer and d not yet; then a is partly sold and restricted, b moves and c goes, d comes."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as city:
        two_districts(city)
        before = instant(city)
        day: dict[str, Any] = {"offered_on": "2020-01-01", "official_area_m2": 10_000}
        a, b, c = (plot(city, 391000 + 1000 * number, name=name, **day) for number, name in enumerate("abc"))
        d = plot(city, 396000, name="d", official_area_m2=10_000)
        between = instant(city)
        sale(city, plot=a, area_m2=4000)
        insert(city, "plot_restrictions", plot=a, kind="flood", severity="serious")
        with city.transaction():
            city.execute(
                "update flurwerk.plots set geom = st_multi(st_makeenvelope(%s, 5705000, %s, 5705100, 25832)) "
                "where id = %s",
                [EAST, EAST + 100, b],
            )
        delete(city, "plots", c)
        update(city, "plots", d, offered_on="2020-01-01")
        with (
            api(load_settings(database_url=database_url)) as public,
            api(load_settings(database_url=database_url, anonymous_audience="internal")) as internal,
        ):
            yield Told(city, public, internal, before, between)


def instant(city: Connection) -> datetime:
    return one(city, "select clock_timestamp()")


def plots(asked: Api, **parameters: object) -> dict[str, tuple[Any, ...]]:
    """What each plot is, by its name."""
    found = items(asked, "plots", **parameters)["features"]
    facts = ("status", "remaining_m2", "restriction", "district", "on_offer")
    return {one["properties"]["name"]: tuple(one["properties"][fact] for fact in facts) for one in found}


def test_the_past_shows_what_was_recorded_and_what_followed_from_it(told: Told) -> None:
    untouched = ("available", 10_000, "none", "West", True)
    sold = ("partly_taken", 6000, "serious", "West", True)
    now = {"a": sold, "b": ("available", 10_000, "none", "Ost", True), "d": untouched}
    then = {"a": untouched, "b": untouched, "c": untouched}
    assert plots(told.public) == now
    assert plots(told.public, as_of=told.between.isoformat()) == then, "d was not on offer"
    planned = ("planned", 10_000, "none", "West", False)
    assert plots(told.internal, as_of=told.between.isoformat()) == then | {"d": planned}
    assert plots(told.internal, as_of=told.before.isoformat()) == {}
    assert plots(told.public) == now, "the connection has forgotten it"


def test_filters_boxes_and_order_are_asked_of_the_past(told: Told) -> None:
    def named(**asked: object) -> list[str]:
        return names(items(told.internal, "plots", as_of=told.between.isoformat(), **asked))

    assert named(restriction="none", status="available", sortby="-name") == ["c", "b", "a"]
    assert named(filter="remaining_m2 > 6000 and district = 'Ost'") == []
    assert named(bbox=f"{EAST},5700000,{EAST + 500},5710000", bbox_crs=EPSG + "25832") == []
    assert named(district="West", on_offer="true", limit=1) == ["a"]
    assert names(
        items(told.internal, "plots", bbox=f"{EAST},5700000,{EAST + 500},5710000", bbox_crs=EPSG + "25832")
    ) == ["b"]


def test_a_single_feature_is_found_as_long_as_it_was_recorded(told: Told) -> None:
    then = items(told.public, "plots", as_of=told.between.isoformat())
    gone = next(one for one in then["features"] if one["properties"]["name"] == "c")
    url = f"{ITEMS.format('plots')}/{gone['id']}"
    found = told.public.json(url, as_of=told.between.isoformat())
    assert {name: found[name] for name in gone} == gone
    assert link(found, "self") == str(told.public.get(url, as_of=told.between.isoformat()).url)
    told.public.problem(404, url)
    told.public.problem(404, url, as_of=told.before.isoformat())


def test_pages_stay_at_the_instant_of_the_first_one(told: Told) -> None:
    today = one(told.city, "select today()")
    first = items(told.internal, "plots", as_of=today, limit=1)
    told.city.execute("delete from flurwerk.plots where name in ('b', 'd')")
    following = pages(told.internal, link(first, "next") or "")
    assert names(first) + [name for page in following for name in names(page)] == ["a", "b", "d"]
    assert plots(told.internal).keys() == {"a"}


def test_a_cursor_belongs_to_its_instant(told: Told) -> None:
    url = link(items(told.internal, "plots", as_of=told.between.isoformat(), limit=1), "next") or ""
    cursor = url.split("cursor=")[1].split("&")[0]
    for other in ({}, {"as_of": "2024-01-01"}):
        found = told.internal.problem(400, ITEMS.format("plots"), limit=1, cursor=cursor, **other)
        assert [error["parameter"] for error in found["errors"]] == ["cursor"]


def test_of_parties_only_todays_are_known_so_that_people_can_be_forgotten(told: Told) -> None:
    insert(told.city, "parties", kind="person", name="Erika Mustermann")
    assert items(told.internal, "parties", as_of=told.before.isoformat())["numberMatched"] == 1


@pytest.mark.parametrize("text", ["2999-01-01", "yesterday", "", "2024-13-01", "2024-01-15 00:00:00\0", "0000-00-00"])
@pytest.mark.parametrize("path", ["items", "items/1"])
def test_what_is_no_instant_or_has_not_come_is_refused(public: Api, path: str, text: str) -> None:
    found = public.problem(400, f"/api/collections/plots/{path}", as_of=text)
    assert [error["parameter"] for error in found["errors"]] == ["as_of"]


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_layer_is_now_what_is_recorded_now_but_for_distances(sample_url: str, audience: str) -> None:
    today = datetime.now(CITY_TIME).date()
    with api(load_settings(database_url=sample_url, anonymous_audience=audience)) as asked:
        known = [one["id"] for one in asked.json("/api/collections")["collections"]]
        assert len(known) == (len(LAYERS) if audience == "internal" else 6)
        for layer in known:
            now, then = items(asked, layer, limit=50), items(asked, layer, limit=50, as_of=today)
            if layer == "plots":
                for feature in now["features"]:
                    measured = feature["properties"].keys() & {"fibre_m", "motorway_m", "rail_m", "port_m"}
                    assert "motorway_m" in measured
                    feature["properties"] |= dict.fromkeys(measured)
            assert then["features"] == now["features"], layer
            assert then["numberMatched"] == now["numberMatched"], layer
