"""Features as recorded at an instant, for every layer and audience, and with all other parameters."""

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


class Past(NamedTuple):
    """A city, its service for both audiences, and the instants before and between its changes."""

    city: Connection
    public: Api
    internal: Api
    before: datetime
    between: datetime


@pytest.fixture
def past(database_url: str) -> Iterator[Past]:
    """Plots a, b and c on offer, d not yet; then a is partly sold and restricted, b moved, c deleted and d offered."""
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
            yield Past(city, public, internal, before, between)


def instant(city: Connection) -> datetime:
    return one(city, "select clock_timestamp()")


def plots(client: Api, **parameters: object) -> dict[str, tuple[Any, ...]]:
    """The derived values of each plot, by its name."""
    found = items(client, "plots", **parameters)["features"]
    facts = ("status", "remaining_m2", "restriction", "district", "on_offer")
    return {one["properties"]["name"]: tuple(one["properties"][fact] for fact in facts) for one in found}


def test_the_past_shows_recorded_and_derived_values(past: Past) -> None:
    untouched = ("available", 10_000, "none", "West", True)
    sold = ("partly_taken", 6000, "serious", "West", True)
    now = {"a": sold, "b": ("available", 10_000, "none", "Ost", True), "d": untouched}
    then = {"a": untouched, "b": untouched, "c": untouched}
    assert plots(past.public) == now
    assert plots(past.public, as_of=past.between.isoformat()) == then, "d was not on offer"
    planned = ("planned", 10_000, "none", "West", False)
    assert plots(past.internal, as_of=past.between.isoformat()) == then | {"d": planned}
    assert plots(past.internal, as_of=past.before.isoformat()) == {}
    assert plots(past.public) == now, "the instant does not stay set on the connection"


def test_filters_boxes_and_order_apply_to_the_past(past: Past) -> None:
    def named(**parameters: object) -> list[str]:
        return names(items(past.internal, "plots", as_of=past.between.isoformat(), **parameters))

    assert named(restriction="none", status="available", sortby="-name") == ["c", "b", "a"]
    assert named(filter="remaining_m2 > 6000 and district = 'Ost'") == []
    assert named(bbox=f"{EAST},5700000,{EAST + 500},5710000", bbox_crs=EPSG + "25832") == []
    assert named(district="West", on_offer="true", limit=1) == ["a"]
    assert names(
        items(past.internal, "plots", bbox=f"{EAST},5700000,{EAST + 500},5710000", bbox_crs=EPSG + "25832")
    ) == ["b"]


def test_a_deleted_feature_is_found_at_an_instant_at_which_it_existed(past: Past) -> None:
    then = items(past.public, "plots", as_of=past.between.isoformat())
    gone = next(one for one in then["features"] if one["properties"]["name"] == "c")
    url = f"{ITEMS.format('plots')}/{gone['id']}"
    found = past.public.json(url, as_of=past.between.isoformat())
    assert {name: found[name] for name in gone} == gone
    assert link(found, "self") == str(past.public.get(url, as_of=past.between.isoformat()).url)
    past.public.problem(404, url)
    past.public.problem(404, url, as_of=past.before.isoformat())


def test_pages_stay_at_the_instant_of_the_first_one(past: Past) -> None:
    today = one(past.city, "select today()")
    first = items(past.internal, "plots", as_of=today, limit=1)
    past.city.execute("delete from flurwerk.plots where name in ('b', 'd')")
    following = pages(past.internal, link(first, "next") or "")
    assert names(first) + [name for page in following for name in names(page)] == ["a", "b", "d"]
    assert plots(past.internal).keys() == {"a"}


def test_a_cursor_belongs_to_its_instant(past: Past) -> None:
    url = link(items(past.internal, "plots", as_of=past.between.isoformat(), limit=1), "next") or ""
    cursor = url.split("cursor=")[1].split("&")[0]
    for other in ({}, {"as_of": "2024-01-01"}):
        found = past.internal.problem(400, ITEMS.format("plots"), limit=1, cursor=cursor, **other)
        assert [error["parameter"] for error in found["errors"]] == ["cursor"]


def test_parties_have_no_past_so_that_people_can_be_erased(past: Past) -> None:
    insert(past.city, "parties", kind="person", name="Erika Mustermann")
    assert items(past.internal, "parties", as_of=past.before.isoformat())["numberMatched"] == 1


@pytest.mark.parametrize("text", ["2999-01-01", "yesterday", "", "2024-13-01", "2024-01-15 00:00:00\0", "0000-00-00"])
@pytest.mark.parametrize("path", ["items", "items/1"])
def test_an_invalid_or_future_instant_is_refused(public: Api, path: str, text: str) -> None:
    found = public.problem(400, f"/api/collections/plots/{path}", as_of=text)
    assert [error["parameter"] for error in found["errors"]] == ["as_of"]


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_as_of_today_equals_the_current_features_except_for_distances(sample_url: str, audience: str) -> None:
    today = datetime.now(CITY_TIME).date()
    with api(load_settings(database_url=sample_url, anonymous_audience=audience)) as client:
        known = [one["id"] for one in client.json("/api/collections")["collections"]]
        assert known == [key for key, layer in LAYERS.items() if audience in ("internal", layer.audience.value)]
        for layer in known:
            now, then = items(client, layer, limit=50), items(client, layer, limit=50, as_of=today)
            if layer == "plots":
                for feature in now["features"]:
                    measured = feature["properties"].keys() & {"fibre_m", "motorway_m", "rail_m", "port_m"}
                    assert "motorway_m" in measured
                    feature["properties"] |= dict.fromkeys(measured)
            assert then["features"] == now["features"], layer
            assert then["numberMatched"] == now["numberMatched"], layer
