"""Uploads go to an S3-compatible store by setting, and are read, deleted and moved as if they were in the database."""

import asyncio
import socket
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
from click.testing import CliRunner, Result
from fastapi import Request

from api.cli import main
from geo.access import Caller, Role
from geo.errors import ConfigurationError
from geo.land import dossiers
from geo.records.attachments import objects, storing
from geo.records.attachments.objects import NotTheBytes
from geo.records.layers.layer import Audience
from geo.settings import Settings, load_settings
from geo.store.objects import ObjectStore, object_store
from tests.records import Connection, delete, one, plot, violated_constraint
from tests.test_api.helpers import Api, answer_as, api, problem
from tests.test_attachments.conftest import LARGEST, OFFERED, PLANNED
from tests.test_attachments.helpers import PDF, content, picture, shown, upload, uploaded
from tests.test_attachments.object_stores import BUCKET, KEY_ID, SECRET, Server, object_server
from tests.test_doctor import examine

NOTED = "select count(*) from flurwerk.stored_objects where state = %s"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An S3-compatible server with a bucket."""
    with object_server() as running:
        yield running


@contextmanager
def serving(city_url: str, settings: Settings) -> Iterator[Api]:
    """The service with these settings; the header `X-Role` says who asks."""

    def stated(request: Request) -> Caller:
        role = Role(request.headers.get("x-role", "editor"))
        return Caller(role, None if role is Role.PUBLIC else "erika")

    with api(settings) as client:
        answer_as(client.app, stated)
        yield client


@pytest.fixture(scope="module")
def stored(city_url: str, server: Server) -> Iterator[Api]:
    """The service whose uploads go to the server."""
    with serving(city_url, server.settings(database_url=city_url, largest_attachment=LARGEST)) as client:
        yield client


def different(number: int) -> bytes:
    """A photo like no other of these tests."""
    return picture(size=(500 + number, 40))


def keys_of(city: Connection, attachment: int) -> set[str]:
    """The keys of an attachment's objects."""
    found = city.execute(
        """
        select r.object_key
        from flurwerk.attachments as a
        join flurwerk.attachment_renditions as r using (sha256)
        where a.id = %s
        """,
        [attachment],
    )
    return {row[0] for row in found}


def run(city_url: str, server: Server | None, *arguments: str, **environment: str) -> Result:
    """Run a command of an installation with that store."""
    given = {"FLURWERK_DATABASE_URL": city_url, **(server.environment() if server else {}), **environment}
    return CliRunner(env={"FLURWERK_S3_TIMEOUT_S": "5", **given}).invoke(main, arguments)


def purge_all(city: Connection, city_url: str, server: Server) -> Result:
    """Delete for good all that was ever deleted."""
    return run(city_url, server, "purge", "--days", "0")


def test_an_upload_goes_to_the_store_alone_and_is_read_as_from_the_database(
    stored: Api, service: Api, server: Server, city: Connection
) -> None:
    photo = uploaded(stored, different(1), plot=OFFERED, is_public=True)
    keys = keys_of(city, photo)
    assert len(keys) == 3
    assert keys <= server.keys()
    assert (
        one(
            city,
            "select count(*) from flurwerk.attachment_renditions where content is not null and object_key is not null",
        )
        == 0
    )
    described = stored.json(f"/api/collections/attachments/items/{photo}")["properties"]
    full = content(stored, photo)
    assert described["size_bytes"] == len(full.content)
    assert shown(full).size == (501, 40)
    assert shown(content(stored, photo, rendition="small")).size[0] == 480
    # Only the service gets it: without its key, the store gives nothing. And nothing tells where it is.
    assert httpx.get(f"{server.endpoint}/{BUCKET}/{min(keys)}").status_code == 403
    assert server.endpoint not in repr(full.headers)
    assert content(stored, photo, If_None_Match=full.headers["etag"]).status_code == 304
    part = content(stored, photo, Range="bytes=5-14")
    assert (part.status_code, part.content) == (206, full.content[5:15])
    assert part.headers["content-range"] == f"bytes 5-14/{len(full.content)}"
    assert content(stored, photo, Range=f"bytes={len(full.content)}-").status_code == 416


def test_a_long_document_is_read_in_parts(stored: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = PDF.replace(b"endobj\n", b"endobj\n%" + b"lang " * 10_000 + b"\n")
    document = uploaded(stored, sent, name="lang.pdf", property=1)
    monkeypatch.setattr(storing, "PART_BYTES", 7000)
    assert content(stored, document).content == sent
    assert content(stored, document, Range="bytes=6000-22000").content == sent[6000:22001]


def test_the_database_says_who_reads_it(stored: Api, city: Connection) -> None:
    shown_to_all = uploaded(stored, different(2), plot=OFFERED, is_public=True)
    internal = uploaded(stored, different(3), plot=OFFERED)
    of_planned = uploaded(stored, different(4), plot=PLANNED, is_public=True)
    for attachment, status in ((shown_to_all, 200), (internal, 404), (of_planned, 404)):
        assert content(stored, attachment, role="public").status_code == status
        assert content(stored, attachment, role="reader").status_code == 200


def test_the_same_bytes_are_stored_once_however_many_send_them(stored: Api, server: Server, city: Connection) -> None:
    sent = different(5)
    first = uploaded(stored, sent, inquiry=1)
    before = server.keys()
    second = uploaded(stored, sent, property=1)
    assert keys_of(city, first) == keys_of(city, second)
    assert server.keys() == before
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda of: uploaded(stored, different(6), **of), ({"inquiry": 1}, {"property": 1})))
    assert keys_of(city, found[0]) == keys_of(city, found[1])
    assert all(content(stored, each).status_code == 200 for each in found)


def test_whoever_deletes_equal_bytes_does_not_delete_those_that_are_uploaded_at_that_moment(
    stored: Api, server: Server, city: Connection, city_url: str
) -> None:
    sent = different(7)
    deleted = uploaded(stored, sent, inquiry=1)
    delete(city, "attachments", deleted)
    # Purged in the database, and not yet in the store: its objects are still to be deleted.
    city.execute("select flurwerk.purge_deleted(interval '0 days')")
    again = uploaded(stored, sent, inquiry=1)
    assert one(city, NOTED, "released") >= 3
    assert purge_all(city, city_url, server).exit_code == 0
    assert one(city, NOTED, "released") == 0
    assert content(stored, again).status_code == 200


def test_after_its_retention_all_of_it_is_gone_in_the_store(
    stored: Api, server: Server, city: Connection, city_url: str
) -> None:
    photo = uploaded(stored, different(8), inquiry=1)
    keys = keys_of(city, photo)
    delete(city, "attachments", photo)
    assert run(city_url, server, "purge").exit_code == 0
    assert keys <= server.keys()
    told = purge_all(city, city_url, server)
    assert told.exit_code == 0, told.output
    assert "Deleted in the object store" in told.stdout
    assert not keys & server.keys()
    assert one(city, "select count(*) from flurwerk.stored_objects where object_key = any(%s)", list(keys)) == 0


def test_what_the_store_does_not_delete_now_the_next_call_does(
    stored: Api, server: Server, city: Connection, city_url: str
) -> None:
    photo = uploaded(stored, different(9), inquiry=1)
    keys = keys_of(city, photo)
    delete(city, "attachments", photo)
    down = run(city_url, server, "purge", "--days", "0", "--lang", "de", FLURWERK_S3_ENDPOINT=nowhere())
    assert down.exit_code == 1
    assert "sind im Dateispeicher noch zu löschen" in down.stderr
    # In the database they are gone, and the store still owes their deletion.
    assert content(stored, photo).status_code == 404
    assert keys <= server.keys()
    city.execute("update flurwerk.stored_objects set since = since - interval '3 days' where state = 'released'")
    found = findings(city_url, server)
    assert any("waiting for days" in each["what"] for each in found)
    assert purge_all(city, city_url, server).exit_code == 0
    assert not keys & server.keys()


def test_an_upload_that_fails_after_writing_leaves_objects_that_purge_finds(
    stored: Api, server: Server, city: Connection, city_url: str
) -> None:
    before = server.keys()
    refused = upload(stored, different(10), plot=999_999)
    assert refused.status_code == 422
    left = server.keys() - before
    assert len(left) == 3
    assert purge_all(city, city_url, server).exit_code == 0
    # An upload may still be at work with them.
    assert left <= server.keys()
    city.execute("update flurwerk.stored_objects set since = since - interval '2 hours' where state = 'noted'")
    assert purge_all(city, city_url, server).exit_code == 0
    assert not left & server.keys()
    assert one(city, NOTED, "noted") == 0


def test_no_row_refers_to_an_object_that_is_to_be_deleted(city: Connection) -> None:
    for state in (None, "released", "kept"):
        key = f"key-{state}"
        if state:
            city.execute(
                "insert into flurwerk.stored_objects (bucket, object_key, state) values ('abc', %s, %s)", [key, state]
            )

        def refer(key: str = key) -> object:
            digest = "ab" * 32
            city.execute(
                "insert into flurwerk.attachment_contents (media_type, sha256) values ('application/pdf', %s) "
                "on conflict do nothing",
                [digest],
            )
            return city.execute(
                "insert into flurwerk.attachment_renditions "
                "(sha256, rendition, media_type, digest, size_bytes, bucket, object_key) "
                "values (%s, 'full', 'application/pdf', %s, 1, 'abc', %s)",
                [digest, digest, key],
            )

        assert violated_constraint(city, refer) == "attachment_renditions_object_noted"
    city.execute("delete from flurwerk.stored_objects where bucket = 'abc'")


def nowhere() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def answering(status: int, code: str) -> Iterator[str]:
    """A store that refuses every request like this; its answer quotes the key, as Amazon's does."""

    class Refusing(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            body = f"<Error><Code>{code}</Code><AWSAccessKeyId>{KEY_ID}</AWSAccessKeyId></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "code", "german", "english"),
    [
        (403, "AccessDenied", "nimmt den Schlüssel des Dienstes nicht an", "refuses the service's key"),
        (404, "NoSuchBucket", "Der Bucket des Dateispeichers fehlt", "bucket is missing"),
        (403, "QuotaExceeded", "Der Dateispeicher ist voll", "store is full"),
        (507, "XMinioStorageFull", "Der Dateispeicher ist voll", "store is full"),
    ],
)
def test_what_the_store_refuses_is_told_and_nothing_is_stored(
    city_url: str,
    city: Connection,
    server: Server,
    caplog: pytest.LogCaptureFixture,
    status: int,
    code: str,
    german: str,
    english: str,
) -> None:
    before = one(city, "select count(*) from flurwerk.attachment_contents")
    with answering(status, code) as endpoint:
        settings = server.settings(database_url=city_url, s3_endpoint=endpoint)
        with serving(city_url, settings) as client:
            for language, words in (("de", german), ("en", english)):
                refused = problem(upload(client, different(30), plot=OFFERED, lang=language), 503)
                assert words in refused["detail"]
                assert ("Versuchen Sie es später" if language == "de" else "Try again later") in refused["detail"]
                assert endpoint not in repr(refused)
            # What needs no bytes goes on.
            assert client.get("/api/collections/attachments/items", plot=OFFERED).status_code == 200
        faults = [
            each for each in findings(city_url, server, FLURWERK_S3_ENDPOINT=endpoint) if each["state"] == "fault"
        ]
        assert english in next(each["what"] for each in faults if each["subject"] == "files")
    assert one(city, "select count(*) from flurwerk.attachment_contents") == before
    assert SECRET not in caplog.text
    assert KEY_ID not in caplog.text


def test_what_is_to_be_deleted_is_not_forgotten_in_another_store(
    stored: Api, server: Server, city: Connection, city_url: str
) -> None:
    """Whatever it is asked to delete is not there, either."""
    uploaded(stored, different(52), plot=OFFERED)
    deleted = uploaded(stored, different(53), plot=OFFERED)
    keys = keys_of(city, deleted)
    delete(city, "attachments", deleted)
    with answering(404, "NoSuchKey") as another:
        told = run(city_url, server, "purge", "--days", "0", "--lang", "de", FLURWERK_S3_ENDPOINT=another)
    assert told.exit_code == 1
    assert "fehlt, was zuletzt gespeichert wurde" in told.stderr
    assert one(city, "select count(*) from flurwerk.stored_objects where object_key = any(%s)", list(keys)) == 3
    assert purge_all(city, city_url, server).exit_code == 0
    assert not keys & server.keys()


def test_a_store_that_is_down_or_silent_costs_a_bounded_time_and_no_connection(
    stored: Api, city_url: str, city: Connection, server: Server
) -> None:
    photo = uploaded(stored, different(31), plot=OFFERED)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_at = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for endpoint, reason in ((nowhere(), "no connection"), (silent_at, "1 s")):
            settings = server.settings(database_url=city_url, s3_endpoint=endpoint, s3_timeout_s=1, pool_size=1)
            with serving(city_url, settings) as client:
                assert reason in problem(content(client, photo), 503)["detail"]
                with ThreadPoolExecutor(4) as waiting:
                    waits = [waiting.submit(content, client, photo) for _ in range(3)]
                    # Of one connection for all, none is held by those who wait for the store.
                    listed = client.get("/api/collections/attachments/items", plot=OFFERED)
                    assert listed.status_code == 200
                    assert {each.result().status_code for each in waits} == {503}
                refused = upload(client, different(32), plot=OFFERED, lang="de")
                assert reason in problem(refused, 503)["detail"]


def test_a_missing_object_is_told(stored: Api, server: Server, city: Connection, city_url: str) -> None:
    photo = uploaded(stored, different(33), plot=OFFERED)
    (small,) = (key for key in keys_of(city, photo) if "/small-" in key)
    server.replace(small, None)
    assert "fehlt im Dateispeicher" in problem(content(stored, photo, rendition="small"), 503)["detail"]
    assert content(stored, photo).status_code == 200
    told = run(city_url, server, "attachments", "check")
    assert told.exit_code == 1
    assert small in told.stderr
    assert any("lacks 1" in each["what"] for each in findings(city_url, server) if each["state"] == "fault")
    delete(city, "attachments", photo)
    purge_all(city, city_url, server)
    assert run(city_url, server, "attachments", "check").exit_code == 0


def test_another_file_in_an_objects_place_is_not_shown(
    stored: Api, server: Server, city: Connection, city_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither one of the same size nor a longer one, in one part or in several, on the page or on an exposé."""
    photo = uploaded(stored, different(50), plot=OFFERED, is_public=True)
    for key in keys_of(city, photo):
        original = server.read(key)
        rendition = key.rsplit("/", 1)[1].partition("-")[0]
        for other in (bytes(reversed(original)), bytes(reversed(original)) + b"more"):
            server.replace(key, other)
            told = problem(content(stored, photo, rendition=rendition, lang="de"), 503)["detail"]
            assert "nicht die, die gespeichert wurde" in told
        if rendition == "full":
            with monkeypatch.context() as small:
                small.setattr(storing, "PART_BYTES", len(original) // 2)
                with pytest.raises(Exception, match="is not what was stored"):
                    content(stored, photo)
        server.replace(key, original)
        assert content(stored, photo, rendition=rendition).content == original
    dossier = dossiers.read_at_once(city, [OFFERED], Audience.PUBLIC, photo_of=OFFERED)
    medium = dossier.photos[0]["object_key"]
    original = server.read(medium)
    server.replace(medium, bytes(reversed(original)))
    with pytest.raises(NotTheBytes):
        asyncio.run(dossiers.fetch_photos(dossier, object_store(server.settings())))
    server.replace(medium, original)


def test_what_others_have_in_the_same_bucket_is_left_alone(
    stored: Api, server: Server, city: Connection, city_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two installations with the same settings, by mistake: what one does not know the other may."""
    photo = uploaded(stored, different(51), plot=OFFERED)
    own = f"flurwerk/{one(city, 'select object_owner from flurwerk.instance')}"
    assert all(key.startswith(f"{own}/") for key in keys_of(city, photo))
    of_others = {f"flurwerk/{uuid4()}/abc/full-1", f"{own}x/abc/full-1", "flurwerk/abc/full-1", "theirs"}
    unknown = f"{own}/abc/full-1"
    for key in (*of_others, unknown):
        server.replace(key, b"x")
    # None is so old that no upload could be at work with it.
    assert "does not know" not in run(city_url, server, "attachments", "check").stdout
    monkeypatch.setattr(objects, "UNKNOWN_AFTER", timedelta(minutes=-1))
    before = server.keys()
    assert "does not know 1 files" in run(city_url, server, "attachments", "check").stdout
    assert server.keys() == before
    assert "Deleted 1 files" in run(city_url, server, "attachments", "check", "--remove-unknown").stdout
    assert server.keys() == before - {unknown}
    for key in of_others:
        server.replace(key, None)


@pytest.mark.parametrize("prefix", ["", "/", "../others", "a/../b", ".", "a//b", "ä", "a b"])
def test_a_prefix_that_would_name_the_whole_bucket_or_no_key_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="FLURWERK_S3_PREFIX"):
        load_settings(s3_prefix=prefix)


def test_what_was_stored_before_stays_readable_and_moves_to_and_fro(
    stored: Api, service: Api, server: Server, city: Connection, city_url: str
) -> None:
    there = uploaded(stored, different(34), plot=OFFERED)
    here = uploaded(service, different(35), plot=OFFERED)
    expected = {each: content(stored, each).content for each in (there, here)}
    assert keys_of(city, here) == {None}
    # With the store still set, but uploads into the database again.
    with serving(city_url, server.settings(database_url=city_url, attachment_store="database")) as back:
        assert content(back, there).content == expected[there]
        assert keys_of(city, uploaded(back, different(36), plot=OFFERED)) == {None}
    assert "nicht mehr eingestellt" in problem(content(service, there), 503)["detail"]
    assert any("is not set" in each["what"] for each in findings(city_url, None))

    told = run(city_url, server, "attachments", "move")
    assert told.exit_code == 0, told.output
    assert None not in keys_of(city, here) | keys_of(city, there)
    assert one(city, "select count(*) from flurwerk.attachment_renditions where content is not null") == 0
    keys = keys_of(city, here)
    assert all(content(stored, each).content == expected[each] for each in expected)

    told = run(city_url, server, "attachments", "move", "--to", "database", "--lang", "de")
    assert told.exit_code == 0, told.output
    assert "sind jetzt in der Datenbank" in told.stdout
    assert not keys & server.keys()
    assert all(content(service, each).content == expected[each] for each in expected)


def test_a_move_that_was_interrupted_goes_on_and_takes_no_other_bytes_for_the_stored_ones(
    stored: Api, server: Server, city: Connection, city_url: str
) -> None:
    photo = uploaded(stored, different(37), plot=OFFERED)
    last = max(city.execute("select object_key from flurwerk.attachment_renditions where object_key is not null"))[0]
    original = server.read(last)
    server.replace(last, bytes(reversed(original)))
    assert run(city_url, server, "attachments", "check").exit_code == 0
    checked = run(city_url, server, "attachments", "check", "--bytes")
    assert checked.exit_code == 1
    assert last in checked.stderr
    stopped = run(city_url, server, "attachments", "move", "--to", "database")
    assert stopped.exit_code == 1
    assert "not the one that was stored" in stopped.stderr
    left = "select count(*) from flurwerk.attachment_renditions where object_key is not null"
    assert one(city, left) >= 1
    server.replace(last, original)
    assert run(city_url, server, "attachments", "move", "--to", "database").exit_code == 0
    assert one(city, left) == 0
    assert content(stored, photo).status_code == 200


def findings(city_url: str, server: Server | None, **environment: str) -> list[dict[str, str]]:
    """What `flurwerk doctor` finds of the files."""
    given = {**(server.environment() if server else {}), **environment}
    _, found = examine(city_url, **given)
    return found.get("files", [])


def test_doctor_writes_reads_and_deletes(server: Server, city_url: str) -> None:
    before = server.keys()
    (found,) = findings(city_url, server)
    assert found["state"] == "ok"
    assert "can be written, read and deleted from" in found["what"]
    assert server.keys() == before
    assert "Uploads go into the database." in [each["what"] for each in findings(city_url, None)]


@pytest.mark.parametrize("missing", ["s3_endpoint", "s3_bucket", "s3_key_id", "s3_secret"])
def test_a_store_of_which_something_is_missing_is_refused(server: Server, missing: str) -> None:
    settings = load_settings(**{name: value for name, value in server.variables().items() if name != missing})
    with pytest.raises(ConfigurationError, match=f"FLURWERK_{missing.upper()} is missing"):
        object_store(settings)
    assert object_store(load_settings()) is None


def test_the_secret_is_in_nothing_printed(server: Server) -> None:
    settings = server.settings()
    assert SECRET not in repr(settings)
    assert SECRET not in repr(vars(ObjectStore(settings))["_clients"])


def test_an_expose_shows_a_photo_of_the_store_or_is_refused(
    stored: Api, server: Server, city: Connection, city_url: str
) -> None:
    record = plot(city, x=397000, offered_on="2023-01-01")
    photo = uploaded(stored, different(40), plot=record, is_public=True)
    dossier = dossiers.read_at_once(city, [record], Audience.PUBLIC, photo_of=record)
    found = asyncio.run(dossiers.fetch_photos(dossier, object_store(server.settings())))
    (shown_photo,) = found.photos
    assert b64decode(shown_photo["content"]) == content(stored, photo, rendition="medium").content
    assert not {"bucket", "object_key", "size_bytes"} & shown_photo.keys()
    with serving(city_url, server.settings(database_url=city_url, s3_endpoint=nowhere(), s3_timeout_s=1)) as client:
        assert "no connection" in problem(client.get(f"/api/plots/{record}/expose"), 503)["detail"]
