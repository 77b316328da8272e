"""Tiles over HTTP: new or from the cache, never stale, and never those of another audience."""

import gzip
import threading
from collections.abc import Iterator

import psycopg
import pytest
import zstandard

from api.records.tiles import tiles as routes
from geo.access import Role
from geo.access.roles import AUDIENCES
from geo.records import tiles
from geo.records.layers import LAYERS
from geo.records.tiles import Tile, answers
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import insert, one, plot, sale, square, two_districts, update
from tests.test_api.helpers import Api, api, problem
from tests.test_tiles.helpers import Place, features, place, read, url

MVT = "application/vnd.mapbox-vector-tile"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def here(database_url: str) -> Place:
    """The place of two plots, one of them on offer, and of a deal that is not notarised."""
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        plot(connection, offered_on="2023-01-01")
        plot(connection, x=395200)
        sale(connection, geom=square(395100, 5705100, 50))
        insert(
            connection,
            "trenches",
            programme=insert(connection, "programmes", name="P", funding="funded"),
            geom="MULTILINESTRING((395000 5705000, 395200 5705200))",
        )
        return place(connection, 395100, 5705050)


@pytest.fixture
def public(database_url: str, here: Place) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=database_url)) as client:
        yield client


@pytest.fixture
def internal(database_url: str, here: Place) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as client:
        yield client


def cached(database_url: str) -> list[tuple[str, str]]:
    """Views and encodings of the tiles in the cache."""
    with psycopg.connect(conninfo(database_url)) as connection:
        return connection.execute("select views, encoding from tile_cache order by 1, 2").fetchall()


def rename(database_url: str) -> None:
    """Rename all plots and commit."""
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("update plots set name = name || '!'")


def test_a_tile_is_drawn_once_and_then_comes_from_the_cache(
    public: Api, here: Place, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = url("plots", here.tile(14))
    first = public.get(address)
    assert first.headers["content-type"] == MVT
    assert cached(database_url) != []

    async def fail(*_: object) -> None:
        raise AssertionError("the tile was drawn again")

    monkeypatch.setattr(routes, "draw", fail)
    second = public.get(address)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]


def test_a_committed_write_renews_the_tile_at_once(internal: Api, here: Place, database_url: str) -> None:
    tile = here.tile(14)
    before = internal.get(url("plots", tile))
    rename(database_url)
    after = internal.get(url("plots", tile))
    assert after.headers["etag"] != before.headers["etag"]
    names = {feature.properties["name"] for feature in read(after.content, tile)["plots"]}
    assert names == {"Grundstück!"}
    assert len(cached(database_url)) == 1


@pytest.mark.parametrize("accepted", ["gzip", "zstd", "identity"])
def test_a_tile_is_the_same_in_every_compression_new_and_cached(
    public: Api, here: Place, accepted: str, database_url: str
) -> None:
    address = url("plots", here.tile(14))
    plain = public.request("GET", address, headers=PLAIN)
    assert "content-encoding" not in plain.headers
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("delete from tile_cache")
    for _ in range(2):
        response = public.request("GET", address, headers={"Accept-Encoding": accepted})
        assert response.content == plain.content
        assert response.headers.get("content-encoding", "identity") == accepted
        assert response.headers["etag"] == plain.headers["etag"]
    assert [encoding for _, encoding in cached(database_url)] == ["zstd" if accepted == "identity" else accepted]


def test_a_tile_is_stored_compressed(public: Api, here: Place, database_url: str) -> None:
    address = url("plots", here.tile(14))
    plain = public.request("GET", address, headers=PLAIN).content
    public.request("GET", address, headers={"Accept-Encoding": "gzip"})
    with psycopg.connect(conninfo(database_url)) as connection:
        bodies = dict(connection.execute("select encoding, body from tile_cache").fetchall())
    assert gzip.decompress(bodies["gzip"]) == zstandard.decompress(bodies["zstd"]) == plain


def test_a_client_with_the_current_version_gets_no_body_and_no_table_is_read(
    internal: Api, here: Place, database_url: str
) -> None:
    address = url("plots", here.tile(14))
    etag = internal.get(address).headers["etag"]
    assert etag.startswith('W/"i-')
    with psycopg.connect(conninfo(database_url)) as locking:
        # Even planning a query over one of these tables would block.
        locking.execute("lock table plots, transactions, reservations, tile_cache in access exclusive mode")
        for header in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
            response = internal.request("GET", address, headers={"If-None-Match": header})
            assert response.status_code == 304
            assert response.content == b""
            assert response.headers["etag"] == etag
            assert response.headers["cache-control"] == "private, no-cache"
    assert internal.request("GET", address, headers={"If-None-Match": 'W/"i-other"'}).status_code == 200
    rename(database_url)
    assert internal.request("GET", address, headers={"If-None-Match": etag}).status_code == 200


def test_a_write_between_reading_version_and_rows_leaves_no_stale_tile(
    internal: Api, here: Place, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tile = here.tile(14)
    address = url("plots", tile)
    before = internal.get(address).headers["etag"]
    layer = answers._layer

    async def write_first(*arguments: object) -> bytes:
        # The version has been read; the rows have not.
        writer = threading.Thread(target=rename, args=[database_url])
        writer.start()
        writer.join()
        return await layer(*arguments)  # pyright: ignore[reportArgumentType]

    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("delete from tile_cache")
    with monkeypatch.context() as patched:
        patched.setattr(answers, "_layer", write_first)
        assert internal.get(address).headers["etag"] == before
    after = internal.get(address)
    assert after.headers["etag"] != before
    assert {feature.properties["name"] for feature in read(after.content, tile)["plots"]} == {"Grundstück!"}


def test_each_audience_gets_its_own_tiles_from_the_same_cache(
    public: Api, internal: Api, here: Place, database_url: str
) -> None:
    tile = here.tile(14)
    for _ in range(2):
        assert len(features(internal, "plots", tile)) == 2
        assert len(features(public, "plots", tile)) == 1
        assert len(features(internal, "transactions", tile)) == 1
        assert features(public, "transactions", tile) == []
    assert {views for views, _ in cached(database_url)} == {
        f"flurwerk_for_{audience}.{layer}" for audience in ("internal", "public") for layer in ("plots", "transactions")
    }
    etags = {client.get(url("plots", tile)).headers["etag"] for client in (public, internal)}
    assert len(etags) == 2


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
def test_editors_get_the_internal_tile(role: Role) -> None:
    assert tiles.view(LAYERS["plots"], AUDIENCES[role]).schema == "flurwerk_for_internal"


def test_one_tile_may_have_several_layers(internal: Api, here: Place, database_url: str) -> None:
    tile = here.tile(14)
    address = f"/api/tiles/WebMercatorQuad/{tile.z}/{tile.y}/{tile.x}"
    both = internal.get(address, collections="trenches,plots")
    assert {name: len(found) for name, found in read(both.content, tile).items()} == {"plots": 2, "trenches": 1}
    assert internal.get(address, collections="plots,trenches").headers["etag"] == both.headers["etag"]
    assert len(cached(database_url)) == 1
    everything = internal.get(address)
    assert set(read(everything.content, tile)) == {"districts", "plots", "trenches", "transactions"}
    assert everything.headers["etag"] != both.headers["etag"]


def test_public_tiles_may_be_cached_by_everyone_and_versioned_ones_for_ever(
    public: Api, internal: Api, here: Place
) -> None:
    address = url("plots", here.tile(14))
    for client, who, fresh in ((public, "public", "public, max-age=60"), (internal, "private", "private, no-cache")):
        response = client.get(address)
        assert response.headers["cache-control"] == fresh
        assert {"Authorization", "Accept-Encoding"} <= {name.strip() for name in response.headers["vary"].split(",")}
        version = response.headers["etag"].removeprefix("W/").strip('"')
        assert client.get(address, v=version).headers["cache-control"] == f"{who}, max-age=31536000, immutable"
        assert client.get(address, v="p-old").headers["cache-control"] == fresh


def test_a_tile_without_records_is_empty(dense_public: Api) -> None:
    response = dense_public.get(url("plots", Tile(14, 0, 0)))
    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "collections/nowhere/tiles/WebMercatorQuad/0/0/0",
        "collections/connections/tiles/WebMercatorQuad/0/0/0",
        "collections/operators/tiles/WebMercatorQuad/0/0/0",
        "collections/plots/tiles/WorldCRS84Quad/0/0/0",
        "collections/plots/tiles/WebMercatorQuad/19/0/0",
        "collections/plots/tiles/WebMercatorQuad/1/2/0",
        "collections/plots/tiles/WebMercatorQuad/1/0/2",
        "collections/plots/tiles/WebMercatorQuad/1/-1/0",
        "collections/plots/tiles/WebMercatorQuad/x/0/0",
        "collections/plots/tiles/WebMercatorQuad/1/2147483647/2147483647",
        "collections/plots/tiles/WebMercatorQuad/1/99999999999999999999/0",
        "tiles/WorldCRS84Quad/0/0/0",
        "tiles/WebMercatorQuad/0/0/1",
    ],
)
def test_an_invalid_tile_is_not_found(dense_public: Api, path: str) -> None:
    assert dense_public.problem(404, f"/api/{path}")["detail"]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("collections/plots/tiles/WebMercatorQuad/0/0/0?x=1", "x"),
        ("collections/plots/tiles/WebMercatorQuad/0/0/0?collections=plots", "collections"),
        ("collections/plots/tiles/WebMercatorQuad/0/0/0?v=1&v=2", "v"),
        ("collections/plots/tiles/WebMercatorQuad/0/0/0?f=png", "f"),
        ("collections/plots/tiles/WebMercatorQuad/0/0/0?datetime=yesterday", "datetime"),
        ("tiles/WebMercatorQuad/0/0/0?collections=plots,trenches", "collections"),
        ("tiles/WebMercatorQuad/0/0/0?collections=", "collections"),
        ("tiles/WebMercatorQuad/0/0/0?limit=1", "limit"),
    ],
)
def test_a_bad_parameter_is_named(dense_public: Api, path: str, parameter: str) -> None:
    found = problem(dense_public.request("GET", f"/api/{path}"), 400)
    assert [error["parameter"] for error in found["errors"]] == [parameter]


def test_the_cache_stays_within_its_limit_and_drops_the_least_recently_used_tiles(
    here: Place, database_url: str
) -> None:
    with api(load_settings(database_url=database_url, tile_cache_mb=0.002)) as client:
        for x in range(120):
            client.get(url("plots", Tile(9, x, 0)))
    with psycopg.connect(conninfo(database_url)) as connection:
        assert 1000 < one(connection, "select sum(size) from tile_cache") <= 2000
        columns = [x for (x,) in connection.execute("select x from tile_cache order by x")]
    assert columns == list(range(120 - len(columns), 120))


def test_without_a_cache_every_tile_is_drawn(here: Place, database_url: str) -> None:
    with api(load_settings(database_url=database_url, tile_cache_mb=0)) as client:
        tile = here.tile(14)
        assert len(features(client, "plots", tile)) == len(features(client, "plots", tile)) == 1
    assert cached(database_url) == []


def test_the_last_use_is_recorded_once_an_hour(public: Api, here: Place, database_url: str) -> None:
    address = url("plots", here.tile(14))
    public.get(address)
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("update tile_cache set used_at = now() - interval '30 minutes'")
        connection.commit()
        public.get(address)
        assert one(connection, "select used_at < now() - interval '29 minutes' from tile_cache")
        connection.execute("update tile_cache set used_at = now() - interval '61 minutes'")
        connection.commit()
        public.get(address)
        assert one(connection, "select used_at > now() - interval '1 minute' from tile_cache")


def test_tiles_are_served_again_as_soon_as_the_database_is_back(public: Api, here: Place, database_url: str) -> None:
    address = url("plots", here.tile(14))
    public.get(address)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    assert public.get(address).status_code == 200
    with psycopg.connect(conninfo(database_url)) as connection:
        record = one(connection, "select min(id) from plots")
        update(connection, "plots", record, name="Neu")
    assert public.get(address).status_code == 200


def test_a_tile_that_cannot_be_stored_is_sent_all_the_same_and_the_log_says_why(
    public: Api, here: Place, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = url("plots", here.tile(14))
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute(
            """
            create function refuse() returns trigger language plpgsql
            as $$begin raise disk_full using message = 'no space left'; end$$
            """
        )
        connection.execute("create trigger refuse before insert on tile_cache execute function refuse()")
    for _ in range(2):
        # An error after the response would reach the test, as it would break a connection.
        response = public.get(address)
        assert response.status_code == 200
        assert response.content
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "cannot store a tile: The database's disk is full. Its operator has to free space."
    ] * 2
