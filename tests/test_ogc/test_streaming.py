"""Exports: streamed row by row, cancelled when the reader disconnects, aborted on errors, and limited in number."""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

from api.app import create_app
from api.records.ogc import exports
from geo.access import Caller, Role
from geo.records.exports import FILES, Export, converting, streaming
from geo.records.features import Crs, FeatureQuery, Paging, Selection
from geo.records.features.feature_sql import Query
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.settings import Settings, load_settings
from geo.store.database import conninfo
from tests.records import Connection, insert, square, two_districts
from tests.test_api.helpers import Api, answer_as, api, problem, running, wait_until
from tests.test_ogc.conftest import PERSON, SECRET
from tests.test_ogc.helpers import ITEMS

PLOTS = ITEMS.format("plots")
AREAS = ITEMS.format("industrial_areas")
LARGE = 1_000_000
ROWS = 60
COPYING = """
    select count(*)
    from pg_stat_activity
    where datname = current_database()
      and query like '%copy (%'
      and state = 'active'
      and pid <> pg_backend_pid()
"""


@pytest.fixture
def city(database_url: str) -> Iterator[Connection]:
    """60 records of a megabyte each: more than all buffers between the database and a reader hold."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as city:
        two_districts(city)
        # A few large rows are made faster than many of an allowed length.
        city.execute("alter table flurwerk.industrial_areas drop constraint industrial_areas_name_length")
        for number in range(ROWS):
            insert(city, "industrial_areas", name=f"{number}" + "x" * LARGE, geom=square(391000 + number, 5701000, 1))
        yield city


@contextmanager
def served(app: FastAPI) -> Iterator[httpx.Client]:
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = httpx.Client(base_url=url, timeout=300)
        with client:
            yield client


def copying(city: Connection) -> int:
    (count,) = city.execute(COPYING.encode()).fetchone() or (0,)
    return count


def test_rows_arrive_before_the_last_is_read_and_the_query_ends_when_the_reader_disconnects(
    settings: Settings, city: Connection
) -> None:
    with served(create_app(settings)) as client:
        with client.stream("GET", AREAS, params={"f": "csv"}, headers={"Accept-Encoding": "identity"}) as response:
            assert next(response.iter_bytes(100_000)).startswith(b"id,name")
            assert copying(city) == 1, "the database has more rows to send"
        wait_until(lambda: copying(city) == 0)
        assert client.get(AREAS, params={"limit": 1, "properties": "district_key"}).status_code == 200


def test_an_error_while_streaming_aborts_the_response(settings: Settings, city: Connection) -> None:
    with (
        served(create_app(settings)) as client,
        client.stream("GET", AREAS, params={"f": "csv"}, headers={"Accept-Encoding": "identity"}) as response,
    ):
        blocks = response.iter_bytes(100_000)
        next(blocks)
        city.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query like %s and pid <> pg_backend_pid()",
            ["%copy (%"],
        )
        with pytest.raises(httpx.RemoteProtocolError):
            for _ in blocks:
                pass


def test_a_file_that_takes_too_long_is_refused_before_anything_is_sent(
    city: Connection, database_url: str, tmp_path: Path
) -> None:
    assert city
    with api(load_settings(database_url=database_url, export_timeout_s=0.001, export_folder=tmp_path)) as client:
        for f in ("csv", "gpkg"):
            found = client.problem(503, AREAS, f=f)
            assert found["type"] == "urn:flurwerk:problem:statement-timeout"
    assert list(tmp_path.iterdir()) == []


def test_no_temporary_file_is_left_after_sending(city_url: str, tmp_path: Path) -> None:
    with api(load_settings(database_url=city_url, export_folder=tmp_path)) as client:
        response = client.get(PLOTS, f="fgb")
        assert response.status_code == 200
        assert int(response.headers["content-length"]) == len(response.content)
    assert list(tmp_path.iterdir()) == []


def test_the_process_that_writes_a_file_ends_when_the_reader_disconnects(
    city_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    folder = tmp_path / "exports"
    folder.mkdir()
    endless = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(1000)"
    monkeypatch.setattr(converting, "COMMAND", (sys.executable, "-c", endless))
    with served(create_app(load_settings(database_url=city_url, export_folder=folder))) as client:
        host, port = client.base_url.host, client.base_url.port
        assert port
        with socket.create_connection((host, port)) as reader:
            reader.sendall(f"GET {PLOTS}?f=gpkg HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
            wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
        wait_until(lambda: not is_alive(int(pid_file.read_text())))
        wait_until(lambda: not list(folder.iterdir()))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_process_that_writes_a_file_imports_nothing_of_the_service() -> None:
    """Every import takes up memory for as long as it writes."""
    code = "import sys, geo.records.file_writers.rows, geo.records.file_writers.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    imported = set(done.stdout.split())
    assert {"pyarrow", "geo.records.file_writers.job"} <= imported
    assert not imported & {"psycopg", "pydantic", "fastapi", "cql2", "geo.settings", "geo.records.exports"}


def test_a_file_that_cannot_be_written_is_an_internal_error(
    public: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(converting, "COMMAND", (sys.executable, "-c", "import sys; sys.exit('the disk is full')"))
    found = public.problem(500, PLOTS, f="parquet")
    assert "disk" not in found["detail"]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "the disk is full" in str(record.exc_info)


def test_no_more_files_are_written_at_once_than_allowed(city_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "WAIT_S", 0.01)
    with api(load_settings(database_url=city_url)) as client:
        client.app.state.service = replace(client.app.state.service, exporting=asyncio.Semaphore(0))
        for f in ("csv", "xlsx"):
            response = client.get(PLOTS, f=f)
            assert problem(response, 503)["type"] == "urn:flurwerk:problem:exports-busy"
            assert int(response.headers["retry-after"]) > 0
            # A HEAD request needs no file.
            head = client.request("HEAD", PLOTS, params={"f": f})
            assert head.status_code == 200
            assert "content-disposition" in head.headers
        assert client.get(PLOTS).status_code == 200


def test_more_records_than_fit_a_sheet_are_refused_and_other_formats_are_named(
    public: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = Query(sql.SQL("select 1048576").format(), {})
    monkeypatch.setattr(streaming.feature_sql, "count", lambda *_: many)
    found = public.problem(400, PLOTS, f="xlsx")
    assert found["type"] == "urn:flurwerk:problem:too-many-rows"
    assert "csv, gpkg, fgb, parquet" in found["detail"]
    assert [error["parameter"] for error in found["errors"]] == ["f"]


@pytest.mark.parametrize("f", ["csv", "xlsx", "gpkg", "fgb", "parquet"])
def test_a_file_contains_nothing_personal_even_for_editors(city_url: str, f: str) -> None:
    with api(load_settings(database_url=city_url)) as client:
        answer_as(client.app, lambda _: Caller(Role.EDITOR, "editor"))
        url = ITEMS.format("parties")
        assert PERSON in client.get(url).text
        response = client.get(url, f=f)
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "private, no-store"
        assert PERSON.encode() not in response.content
        assert b"email" not in response.content
        assert "kind" in client.get(url, f="csv").text
        for parameters in ({"email": "x"}, {"filter": "email = 'x'"}, {"sortby": "email"}, {"properties": "email"}):
            client.problem(400, url, f=f, **parameters)


def test_an_export_of_personal_columns_cannot_even_be_constructed() -> None:
    query = FeatureQuery(Selection(), Paging(1), Crs.STORED, ())
    with pytest.raises(ValueError, match="personal"):
        Export(FILES["csv"], LAYERS["parties"], Audience.PERSONAL, query, None, "de")


def test_the_public_gets_only_public_rows_columns_and_geometries_in_files_too(public: Api) -> None:
    for layer in ("plots", "transactions"):
        text = public.get(ITEMS.format(layer), f="csv").text
        assert all(secret not in text for secret in (PERSON, SECRET, "987654", "Noch nicht"))
        listed = public.json(ITEMS.format(layer))["features"]
        assert text.splitlines()[0] == ",".join(["id", *listed[0]["properties"], "geometry"])
        assert len(text.splitlines()) == len(listed) + 1
    public.problem(404, ITEMS.format("connections"), f="csv")
