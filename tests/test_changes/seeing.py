"""Audiences that follow the feed, and what each sees of the records, read from its views and not from the feed."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from api.records.changes import visible
from geo.access import Caller, Role
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.seen import seen_view
from geo.records.layers.views import property_names, view_of
from geo.records.tiles.versions import VERSION
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, one
from tests.test_api.helpers import Api, answer_as, api
from tests.test_changes.helpers import Key, Partner, decoded, encoded

READER = Caller(Role.READER, "reader")
PUBLIC = Caller(Role.PUBLIC)
DAY = 8
"""The place of the day in the cursor."""
VERSION_OF_VIEW = VERSION.as_string().replace("%(views)s", "%s")

Copy = dict[Key, Any]


def token(*layers: str) -> Caller:
    """Return a reader of these layers only."""
    return Caller(Role.READER, "reader of some", frozenset(layers))


class CallerApi(Api):
    """The service as it answers one caller."""

    def __init__(self, client: Api, as_whom: Caller) -> None:
        self.client = client
        self.as_whom = as_whom

    def get(self, url: str, **parameters: object) -> Any:
        """Send a GET request as the caller."""
        answer_as(self.client.app, lambda _: self.as_whom)
        return self.client.get(url, **parameters)


class Follower:
    """An audience that follows the feed of its layers, with what it saw when it last looked."""

    def __init__(self, client: Api, city: Connection, as_whom: Caller, layers: str | None = None) -> None:
        self.caller = as_whom
        self.city = city
        self.audiences = visible(as_whom)
        seen = as_whom.visible_layers()
        self.layers = [layer for layer in seen if layers is None or layer.key in layers.split(",")]
        self.views = [seen_view(layer, self.audiences[layer.key]) for layer in self.layers if layer.geometry]
        self.partner = Partner(CallerApi(client, as_whom), **({"layers": layers} if layers else {}))
        self.partner.read()
        self._passed = 0
        # One statement for all layers: they are looked at after every change.
        self._everything, self._drawn = self._query(self.layers), self._query(view.layer for view in self.views)
        self.saw = self._look(self._everything)
        (self.drawn, self.versions), self.districts = self._tiles(), self._districts()
        assert self.partner.copy.keys() == self.saw.keys()

    def _query(self, layers: Iterable[Layer]) -> bytes:
        """Return the query of every record of these layers that the audience sees, from its views; empty for none."""
        queries: list[sql.Composed] = []
        for layer in layers:
            audience = self.audiences[layer.key]
            names = [*property_names(layer, audience), *(["geom"] if layer.geometry else [])]
            # As on the day on which the days began to pass, which move what reservations say.
            shown = [
                sql.SQL("r.{} + coalesce(current_setting('tests.days_passed', true), '0')::integer").format(
                    sql.Identifier(name)
                )
                if name == "reserved_until"
                else sql.Identifier("r", name)
                for name in names
            ]
            queries.append(
                sql.SQL("select {}, r.id, (select p::text from (select {}) as p) from {} as r").format(
                    layer.key, sql.SQL(", ").join(shown), view_of(audience, layer)
                )
            )
        return sql.SQL(" union all ").join(queries).as_bytes(self.city)

    def _look(self, query: bytes) -> Copy:
        return {(layer, record): text for layer, record, text in self.city.execute(query)} if query else {}

    def _tiles(self) -> tuple[Copy, dict[str, str]]:
        """Return what tiles may draw, and the versions of each layer's tiles."""
        return self._look(self._drawn), {
            view.layer.key: one(self.city, VERSION_OF_VIEW, view.name) for view in self.views
        }

    def expect_what_changed(self, *, on_the_same_day: bool = True) -> set[tuple[str, str, int]]:
        """Assert that the feed reports what the audience sees changed and nothing else; return it.

        The same of the versions of tiles, on the same day. Whoever sees all layers may also be told of what another
        layer changed.
        """
        now = self._look(self._everything)
        changed = _different(now, self.saw)
        told = self.partner.read()
        keys = {(layer, record) for _, layer, record in told}
        assert changed <= keys
        assert len(told) == len(keys)
        if self.caller is not READER:
            assert keys == changed
            for operation, *key in told:
                assert (operation == "delete") == (tuple(key) not in now), (operation, key)
        assert self.partner.copy.keys() == now.keys()
        self.saw = now
        self._expect_moved(on_the_same_day=on_the_same_day)
        return set(told)

    def _expect_moved(self, *, on_the_same_day: bool) -> None:
        (drawn, versions), districts = self._tiles(), self._districts()
        layers = {layer for layer, _ in _different(drawn, self.drawn)}
        moved = {key for key, version in versions.items() if version != self.versions[key]}
        if on_the_same_day:
            assert layers <= moved
            # What shows a district's name counts all that the public sees change of districts.
            assert moved <= layers or districts != self.districts
        self.drawn, self.versions, self.districts = drawn, versions, districts

    def _districts(self) -> str:
        return one(self.city, "select string_agg(d::text, '|' order by id) from flurwerk_for_public.districts as d")

    def pass_days(self, days: int) -> None:
        """Look at days as those before so many more have passed."""
        self._passed += days
        self.city.execute("select set_config('tests.days_passed', %s, false)", [str(self._passed)])

    def overlook(self, layer: str) -> None:
        """Take what the audience sees of a layer now as what it saw, although no change was recorded."""
        shown = self._look(self._query(one for one in self.layers if one.key == layer))
        self.saw |= shown
        self.drawn |= shown


def _different(one: Copy, other: Copy) -> set[Key]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


@contextmanager
def followed(database_url: str) -> Iterator[Callable[..., Follower]]:
    """Yield a function that makes followers of the city's feed."""
    with (
        psycopg.connect(conninfo(database_url), autocommit=True) as city,
        api(load_settings(database_url=database_url)) as client,
    ):
        yield lambda as_whom, layers=None: Follower(client, city, as_whom, layers)


def in_days(city: Connection, days: int) -> date:
    """Return the day in so many days."""
    return one(city, "select flurwerk.today() + %s::integer", days)


def pass_days(city: Connection, days: int, *followed: Partner | Follower) -> None:
    """Move reservations, what the database expects of them, and when its followers last read into the past."""
    city.execute("alter table flurwerk.reservations disable trigger user")
    city.execute("update flurwerk.reservations set expires_on = expires_on - %s::integer", [days])
    city.execute("alter table flurwerk.reservations enable trigger user")
    city.execute("update flurwerk.seen_days set day = day - %s::integer", [days])
    for one_of_them in followed:
        partner = one_of_them if isinstance(one_of_them, Partner) else one_of_them.partner
        assert partner.cursor
        content = decoded(partner.cursor)
        content[DAY] = one(city, "select (%s::date - %s::integer)::text", content[DAY], days)
        partner.cursor = encoded(content)
        if isinstance(one_of_them, Follower):
            one_of_them.overlook("reservations")
            one_of_them.pass_days(days)


def numbers_in(cursor: str) -> str:
    """Return what a cursor tells, apart from the day."""
    content = decoded(cursor)
    del content[DAY]
    return json.dumps(content)


def is_public(layer: str) -> bool:
    """Whether the public sees the layer at all."""
    return LAYERS[layer].audience is Audience.PUBLIC
