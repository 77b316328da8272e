"""An audience is told of exactly those changes that it can see: by the feed, its cursor and the versions of tiles."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from geo.access import Caller, Role
from geo.access.grants import RECORDING
from geo.migrate import migrate
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.settings import load_settings
from geo.store.catalogue import TableColumn, describe
from geo.store.database import conninfo
from tests.records import Connection, delete, insert, line, one, plot, sale, square, update
from tests.test_api.helpers import Api
from tests.test_attachments.helpers import attach, picture
from tests.test_changes.helpers import FEED, Partner, truth
from tests.test_changes.seeing import (
    PUBLIC,
    READER,
    Follower,
    followed,
    in_days,
    is_public,
    numbers_in,
    pass_days,
    token,
)
from tests.test_changes.test_replay import STEPS, any_of
from tests.test_editing.helpers import api_as
from tests.test_properties.profile import EXAMPLES


def inhabited(city: Connection) -> None:
    """Insert two records of each layer on which what an audience sees depends, one of them hidden from the public."""
    for offered_on, x in (("2023-01-01", 391000), (None, 393000)):
        inquiry = insert(city, "inquiries", kind="plot", received_on="2023-08-01")
        area = insert(city, "industrial_areas", name="Hafen", geom=square(x, 5705000, 900))
        person = insert(city, "contacts", name=f"Ada {x}", is_public=offered_on is not None)
        land = plot(city, x=x, offered_on=offered_on, industrial_area=area, contact_person=person)
        attach(city, picture(size=(x // 1000, 20)), plot=land, is_public=offered_on is not None)
        insert(city, "plot_restrictions", plot=land, kind="flood", severity="minor")
        soon = in_days(city, 30)
        insert(city, "reservations", plot=land, inquiry=inquiry, area_m2=500, reserved_on="2023-02-01", expires_on=soon)
        sale(city, plot=land, cancelled_on=None if offered_on else "2023-09-01", geom=square(x, 5705000, 30))
        operator = insert(city, "operators", name="Netz", kind="carrier")
        programme = insert(city, "programmes", name=f"Programm {x}", funding="funded")
        letter = insert(city, "letters_of_intent", operator=operator)
        insert(
            city,
            "expansion_areas",
            name="Nord",
            programme=programme,
            operator=operator,
            letter=letter,
            cluster=f"HG-{x}",
            geom=square(x, 5705000, 900),
        )
        insert(city, "trenches", programme=programme, geom=line((x, 5705200), (x + 100, 5705200)))
        insert(city, "access_points", name="Hafen", kind="port", geom=f"POINT({x} 5707000)")
        insert(city, "streets", name="Hafenstraße", kind="main", geom=line((x, 5707000), (x + 100, 5707000)))
        insert(city, "parties", kind="company", name=f"Firma {x}", email="firma@example.org")


@pytest.fixture
def follow(city: Connection, database_url: str) -> Iterator[Callable[..., Follower]]:
    """Makes followers of a city that has some records of every kind."""
    inhabited(city)
    with followed(database_url) as found:
        yield found


EDITED = ("districts", "industrial_areas", "expansion_areas", "plots", "plot_restrictions", "reservations")
EDITED += ("clusters", "transactions", "trenches", "access_points", "streets", "parties", "contacts", "attachments")
"""The layers that are public, or from which something is derived, and one of people."""
RULED = {
    "districts": {"parent_key"},
    "clusters": {"successor"},
    "contacts": {"email"},
    "attachments": {"property", "inquiry", "mobile_request", "sha256"},
}
"""Columns that cannot change alone, or not to the values that are tried."""


def test_every_public_layer_and_every_layer_that_others_show_is_edited() -> None:
    depended = {
        dependency.table
        for layer in LAYERS.values()
        for audience in (Audience.PUBLIC, Audience.INTERNAL)
        for dependency in layer.dependencies(audience)
        if not dependency.is_computed
    }
    assert {*EDITED} >= depended | {key for key in LAYERS if is_public(key)}


@pytest.mark.parametrize("key", EDITED)
def test_each_column_that_is_edited_alone_tells_exactly_those_who_see_it_change(
    city: Connection, follow: Callable[..., Follower], key: str
) -> None:
    """Of a record that the public sees and of one that it does not; each edit is taken back, which is a change too."""
    everybody = [follow(PUBLIC), *(follow(token(layer), layer) for layer in ("plots", "transactions", "trenches"))]
    layer = LAYERS[key]
    edited, silent = set[str](), set[str]()
    changeable = {column.name: other_values(city, layer, column) for column in describe(city, key).columns}
    changeable = {name: values for name, values in changeable.items() if values}
    for record in [record for (record,) in city.execute(f"select id from {key} order by id".encode()).fetchall()]:
        for name, values in changeable.items():
            before = one(city, f"select {name} from {key} where id = %s", record)
            edited |= {name} if write_one(city, key, record, name, values) else set()
            told = [follower.expect_what_changed() for follower in everybody]
            if not told[0]:
                silent.add(name)
            write_one(city, key, record, name, [before])
            for follower in everybody:
                follower.expect_what_changed()
    assert edited == changeable.keys() - RULED.get(key, set())
    if is_public(key):
        assert silent >= edited - {column.name for column in layer.visible_columns(Audience.PUBLIC)}


def write_one(city: Connection, key: str, record: int, name: str, values: list[Any]) -> bool:
    """Write the first of these values that is another one and that the database accepts; return whether any was."""
    before = one(city, f"select {name}::text from {key} where id = %s", record)
    for value in values:
        with suppress(psycopg.errors.IntegrityError):
            update(city, key, record, **{name: value})
            if one(city, f"select {name}::text from {key} where id = %s", record) != before:
                return True
    return False


def other_values(city: Connection, layer: Layer, column: TableColumn) -> list[Any]:
    """Return values to try for a column that users write, none for those that only the database writes."""
    if column.derived or column.name in ("id", "geom", "geom_web", *RECORDING):
        return []
    if column.references:
        found = city.execute(f"select id from {column.references} order by id desc".encode()).fetchall()
        return [record for (record,) in found]
    codes = layer.column(column.name).codes if layer.has_column(column.name) else None
    if codes:
        return list(codes)
    if column.type == "date":
        return ["2023-10-01", "2023-02-02", "2023-01-02", str(in_days(city, 1))]
    if column.type == "boolean":
        return [True, False]
    if column.type == "text":
        return [f"Neu {random.random()}", "12345678901234567890", "A"]
    if column.type == "text[]":
        return [["01234567890123456789"]]
    return [3, 0.5, 2000]


def test_a_moved_geometry_is_told_to_those_who_see_it(city: Connection, follow: Callable[..., Follower]) -> None:
    """The public sees the geometry of a deal only once it is notarised."""
    everybody = [follow(PUBLIC), follow(token("transactions"), "transactions")]
    deal = one(city, "select min(id) from transactions")
    moved = "update transactions set geom = st_translate(geom, 1, 0)"
    notarised = "update transactions set notarised_on = '2023-09-01'"
    for statement, is_told in ((moved, False), (notarised, True), (moved, True)):
        city.execute(f"{statement} where id = {deal}".encode())
        told = [follower.expect_what_changed() for follower in everybody]
        assert told[0] == ({("update", "transactions", deal)} if is_told else set())


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_whatever_is_written_each_audience_is_told_of_what_it_sees_change(
    city: Connection, database_url: str, follow: Callable[..., Follower], seed: int
) -> None:
    """A made-up history, in which transactions of several statements are followed one by one; days pass, too.

    The token for plots sees other layers as the public does, and gets both kinds of changes from one feed.
    """
    everybody = [
        follow(PUBLIC),
        follow(READER, "plots,transactions,plot_restrictions,reservations"),
        follow(token("plots")),
        follow(token("plot_restrictions", "reservations"), "plot_restrictions,reservations"),
    ]
    choose = random.Random(seed)
    with psycopg.connect(conninfo(database_url)) as writer:
        for _ in range(30):
            with suppress(psycopg.errors.IntegrityError):
                for _ in range(choose.randint(1, 4)):
                    choose.choice([*STEPS, reserve, reserve, annotate])(writer, choose)
                if choose.random() < 0.8:
                    writer.commit()
            writer.rollback()
            for follower in everybody:
                follower.expect_what_changed()
            if choose.random() < 0.2:
                pass_days(city, choose.randint(1, 5), *everybody)
                for follower in everybody:
                    follower.expect_what_changed(on_the_same_day=False)


def reserve(connection: Connection, choose: random.Random) -> None:
    """Reserve a plot for some days, or change or end a reservation."""
    expires_on = in_days(connection, choose.randint(0, 8))
    if choose.random() < 0.5:
        land = any_of(connection, "plots", choose)
        area = choose.choice([None, 500, 9000])
        insert(connection, "reservations", plot=land, area_m2=area, reserved_on="2023-02-01", expires_on=expires_on)
    else:
        changed = choose.choice(
            [{"released_on": choose.choice([None, "2023-03-01"])}, {"expires_on": expires_on}, {"expires_on": None}]
        )
        update(connection, "reservations", any_of(connection, "reservations", choose), **changed)


def annotate(connection: Connection, choose: random.Random) -> None:
    """Change a note, which the public does not see."""
    table = choose.choice(EDITED)
    update(connection, table, any_of(connection, table, choose), note=f"Notiz {choose.random()}")


def test_what_the_issue_named_is_not_told_to_the_public(city: Connection, public: Api) -> None:
    """A reservation's note, a price, a plot that was never public; and the cursor does not count them either."""
    land, hidden = plot(city, offered_on="2023-01-01"), plot(city, x=396000)
    insert(city, "plot_restrictions", plot=land, kind="flood", severity="minor")
    held = insert(city, "reservations", plot=land, area_m2=500, reserved_on="2023-02-01")
    deal = sale(city, plot=land)
    partner = Partner(public)
    partner.read()
    assert partner.cursor
    before = numbers_in(partner.cursor)
    tile = "/api/collections/{}/tiles/WebMercatorQuad/0/0/0"
    layers = ("plots", "plot_restrictions", "transactions", "districts")
    tags = {layer: public.get(tile.format(layer)).headers["etag"] for layer in layers}
    updated = {one["id"]: one["updated"] for one in public.json("/api/collections")["collections"]}
    update(city, "reservations", held, note="bis Ostern")
    update(city, "transactions", deal, price_eur=100_000)
    update(city, "plots", land, contact="Team 3")
    update(city, "plot_restrictions", one(city, "select id from plot_restrictions"), note="geprüft")
    city.execute("update districts set note = 'geprüft'")
    delete(city, "plots", hidden)
    assert partner.read() == []
    assert numbers_in(partner.cursor) == before
    assert tags == {layer: public.get(tile.format(layer)).headers["etag"] for layer in layers}
    assert updated == {one["id"]: one["updated"] for one in public.json("/api/collections")["collections"]}
    assert Partner(public).read() == Partner(public).read()
    # A reservation that does change the plot's status is told, by the plot alone.
    update(city, "transactions", deal, cancelled_on="2023-09-01")
    assert set(partner.read()) == {("update", "plots", land), ("delete", "transactions", deal)}
    assert partner.copy == truth(public, Audience.PUBLIC)


def test_a_reservation_that_expires_unseen_is_not_told_to_the_public(public: Api, city: Connection) -> None:
    """On a plot that is partly sold, a reservation does not show."""
    seen, unseen = plot(city, offered_on="2023-01-01"), plot(city, x=396000, offered_on="2023-01-01")
    sale(city, plot=unseen)
    for land in (seen, unseen):
        insert(city, "reservations", plot=land, area_m2=500, reserved_on="2023-02-01", expires_on=in_days(city, 1))
    partner = Partner(public, layers="plots")
    partner.read()
    pass_days(city, 1, partner)
    assert partner.read() == []
    pass_days(city, 1, partner)
    assert partner.read() == [("update", "plots", seen)]
    assert partner.copy == {key: at for key, at in truth(public, Audience.PUBLIC).items() if key[0] == "plots"}
    # What nobody sees afterwards does not tell of it a second time.
    update(city, "plots", seen, contact="Team 3")
    assert partner.read() == []


def test_a_change_after_a_day_that_a_reader_missed_is_read_once(public: Api, city: Connection) -> None:
    land = plot(city, offered_on="2023-01-01")
    insert(city, "reservations", plot=land, reserved_on="2023-02-01", expires_on=in_days(city, 1))
    partner = Partner(public, layers="plots")
    partner.read()
    pass_days(city, 5, partner)
    update(city, "plots", land, name="Anders")
    assert partner.read() == [("update", "plots", land)]
    assert partner.copy["plots", land]["properties"]["status"] == "available"


def test_two_transactions_that_only_together_show_a_record_lose_nothing(
    city: Connection, database_url: str, public: Api
) -> None:
    """A restriction of a plot that is sold out, and the end of the sale, each unseen by the other transaction."""
    land = plot(city, offered_on="2023-01-01")
    deal = sale(city, plot=land, area_m2=10_000)
    partner = Partner(public)
    partner.read()
    with psycopg.connect(conninfo(database_url)) as first, psycopg.connect(conninfo(database_url)) as second:
        restriction = insert(first, "plot_restrictions", plot=land, kind="flood", severity="minor")
        update(second, "transactions", deal, cancelled_on="2023-09-01")
        second.commit()
        assert set(partner.read()) == {("update", "plots", land), ("delete", "transactions", deal)}
        first.commit()
    assert set(partner.read()) == {("update", "plots", land), ("insert", "plot_restrictions", restriction)}
    assert partner.copy == truth(public, Audience.PUBLIC)


def test_the_public_need_not_wait_for_a_long_transaction_of_others(
    city: Connection, database_url: str, public: Api
) -> None:
    partner = Partner(public)
    partner.read()
    with psycopg.connect(conninfo(database_url)) as slow:
        insert(slow, "operators", name="Netz", kind="carrier")
        land = plot(city, offered_on="2023-01-01")
        assert partner.read() == [("insert", "plots", land)]


def test_migrating_again_tells_nobody_of_a_change(city: Connection, database_url: str, public: Api) -> None:
    plot(city, offered_on="2023-01-01")
    partner = Partner(public)
    partner.read()
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("comment on schema flurwerk_as_of is 'outdated'")
        migrate(connection)
    assert partner.read() == []


def test_what_a_new_version_shows_differently_is_told(
    city: Connection, database_url: str, public: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the public's view of a layer becomes narrower, the records that leave it are deleted from copies."""
    land, other = (plot(city, x=x, offered_on="2023-01-01") for x in (395000, 396000))
    partner = Partner(public, layers="plots")
    partner.read()
    narrower = replace(LAYERS["plots"], public_rows=f"plot_supply.on_offer and r.id <> {other}")
    monkeypatch.setitem(LAYERS, "plots", narrower)
    with psycopg.connect(conninfo(database_url)) as connection:
        migrate(connection)
    assert partner.read() == [("delete", "plots", other)]
    assert {record for _, record in partner.copy} == {land}


def test_a_cursor_of_a_caller_who_sees_other_columns_has_expired(city: Connection, database_url: str) -> None:
    """A token for plots alone lacks their distance to fibre, so its copy does too."""
    settings = load_settings(database_url=database_url)
    plot(city)
    narrow, wide = (("plots",), ("plots", "trenches", "connections"))
    with api_as(Caller(Role.READER, "narrow", frozenset(narrow)), settings) as client:
        cursor = client.json(FEED, layers="plots")["cursor"]
        assert client.json(FEED, since=cursor)["changes"] == []
    with api_as(Caller(Role.READER, "wide", frozenset(wide)), settings) as client:
        client.problem(410, FEED, since=cursor)
