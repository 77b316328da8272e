"""Editors upload photos and documents of records, and everybody gets of them what their audience sees."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from api.records.ranges import Unsatisfiable, wanted_part
from geo.access import Caller, Role
from geo.records.attachments import storing
from geo.records.attachments.content import Content
from geo.settings import load_settings
from geo.store.database import AsyncConnection, login_conninfo
from tests.records import Connection, one, update
from tests.test_api.helpers import Api, answer_as, api, problem
from tests.test_attachments.conftest import LARGEST, OFFERED, PLANNED
from tests.test_attachments.helpers import PDF, content, picture, shown, upload, uploaded
from tests.test_editing.helpers import errors_of, fetch, items, send

ITEMS = "/api/collections/attachments/items"
RECORDS: list[dict[str, Any]] = [{"plot": OFFERED}, {"property": 1}, {"inquiry": 1}, {"mobile_request": 1}]


def different(number: int) -> bytes:
    """A picture that no other test sends."""
    return picture(size=(30 + number, 20), colour=f"#{number * 7919 % 0xFFFFFF:06x}")


@pytest.mark.parametrize("of", RECORDS, ids=lambda of: next(iter(of)))
def test_a_photo_is_uploaded_to_each_kind_of_record_and_described(service: Api, of: dict[str, Any]) -> None:
    sent = different(1)
    response = upload(service, sent, name="..\\Ordner/Halle Süd.gif", caption="Die Halle von Süden", **of)
    assert response.status_code == 201, response.text
    assert response.json() | {"id": 0} == {
        "id": 0, "media_type": "image/jpeg", "width_px": 31, "height_px": 20, "is_new": True,
    }  # fmt: skip
    assert response.headers["location"].endswith(f"{ITEMS}/{response.json()['id']}")
    stored = service.json(f"{ITEMS}/{response.json()['id']}")["properties"]
    assert stored.items() >= of.items()
    assert (stored["file_name"], stored["caption"], stored["is_public"]) == (
        "Halle Süd.gif",
        "Die Halle von Süden",
        False,
    )
    got = content(service, response.json()["id"])
    assert got.headers["content-type"] == "image/jpeg"
    assert stored["size_bytes"] == len(got.content)
    assert shown(got).size == (31, 20)
    # The suffix follows from what it is.
    assert got.headers["content-disposition"].endswith("filename*=UTF-8''Halle%20S%C3%BCd.jpg")


def test_photos_are_in_the_order_of_their_upload_until_an_editor_changes_it(service: Api) -> None:
    first, second = (uploaded(service, different(number), inquiry=1) for number in (40, 41))
    before = [fetch(service, "attachments", one_of)[0]["properties"]["position"] for one_of in (first, second)]
    assert before[1] == before[0] + 1
    _, tag = fetch(service, "attachments", second)
    answer = send(service, "PATCH", items("attachments", second), {"properties": {"position": before[0]}}, tag)
    assert answer.status_code == 204, answer.text
    _, tag = fetch(service, "attachments", second)
    answer = send(service, "PATCH", items("attachments", second), {"properties": {"position": 0}}, tag)
    assert errors_of(answer) == {"/properties/position": "“Position” must be greater than 0."}


def test_the_same_file_sent_again_is_the_same_attachment(service: Api) -> None:
    sent = different(2)
    first = upload(service, sent, property=1, caption="Nord")
    again = upload(service, sent, property=1, caption="Süd", name="kopie.jpg")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "is_new": False}
    assert service.json(f"{ITEMS}/{first.json()['id']}")["properties"]["caption"] == "Nord"
    # Of another record it is another attachment, with the same bytes.
    assert upload(service, sent, inquiry=1).json()["id"] != first.json()["id"]


def test_of_equal_files_sent_at_the_same_time_one_is_stored(service: Api, city: Connection) -> None:
    sent = different(3)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: upload(service, sent, plot=PLANNED), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201], [one.text for one in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    digest = service.json(f"{ITEMS}/{answers[0].json()['id']}")["properties"]["sha256"]
    assert one(city, "select count(*) from attachments where sha256 = %s", digest) == 1


def test_what_is_refused_leaves_nothing_behind(service: Api, city: Connection) -> None:
    before = one(city, "select count(*) from flurwerk.attachment_contents")
    records = one(city, "select count(*) from flurwerk.attachments")
    svg = problem(upload(service, b"<svg><script>alert(1)</script></svg>", plot=OFFERED, lang="de"), 415)
    assert svg["type"] == "urn:flurwerk:problem:file-not-accepted"
    assert svg["detail"].endswith("Bitte als JPEG, PNG, WebP oder PDF speichern.")
    assert "attachments" not in problem(upload(service, different(4), plot=999), 422)["detail"]
    assert "exactly one of plot, property" in problem(upload(service, different(4)), 400)["detail"]
    assert "exactly one of plot, property" in problem(upload(service, different(4), plot=1, inquiry=1), 400)["detail"]
    problem(upload(service, b"\0" * (LARGEST + 1), plot=OFFERED), 413)
    refused = upload(service, different(4), inquiry=1, is_public=True)
    assert errors_of(refused) == {
        "/properties/is_public": "Only attachments of plots can be public: please set “Public” to no."
    }
    assert one(city, "select count(*) from flurwerk.attachment_contents") == before
    assert one(city, "select count(*) from flurwerk.attachments") == records


def test_only_editors_upload(service: Api) -> None:
    assert upload(service, different(5), role="reader", plot=OFFERED).status_code == 403
    assert upload(service, different(5), role="public", plot=OFFERED).status_code == 401


def seen(service: Api, attachment: int, role: str) -> tuple[int, int]:
    """The statuses with which somebody gets the attachment's record and what it contains."""
    record = service.request("GET", f"{ITEMS}/{attachment}", headers={"X-Role": role})
    statuses = {rendition: content(service, attachment, role, rendition).status_code for rendition in ("full", "small")}
    assert len({*statuses.values()}) == 1
    return record.status_code, statuses["full"]


def test_each_audience_gets_what_it_may_see_and_the_public_nothing_of_a_plot_that_becomes_internal(
    service: Api, city: Connection
) -> None:
    public, internal = (
        uploaded(service, different(number), plot=OFFERED, is_public=is_public)
        for number, is_public in ((6, True), (7, False))
    )
    planned = uploaded(service, different(8), plot=PLANNED, is_public=True)
    inquiry = uploaded(service, different(9), inquiry=1)
    for attachment in (public, internal, planned, inquiry):
        for role in ("reader", "editor", "admin"):
            assert seen(service, attachment, role) == (200, 200)
    assert [seen(service, each, "public") for each in (public, internal, planned, inquiry)] == [(200, 200)] + 3 * [
        (404, 404)
    ]
    listed = service.request("GET", ITEMS, params={"limit": 1000}, headers={"X-Role": "public"}).json()["features"]
    assert public in [feature["id"] for feature in listed]
    assert {internal, planned, inquiry}.isdisjoint(feature["id"] for feature in listed)
    assert set(listed[0]["properties"]) == {
        "plot", "caption", "position", "media_type", "size_bytes", "width_px", "height_px",
    }  # fmt: skip
    update(city, "plots", OFFERED, withdrawn_on="2023-06-01")
    assert seen(service, public, "public") == (404, 404)
    update(city, "plots", OFFERED, withdrawn_on=None)
    assert seen(service, public, "public") == (200, 200)


def test_the_database_itself_shows_each_login_no_more(city_url: str, service: Api) -> None:
    public, internal = (
        uploaded(service, different(number), plot=OFFERED, is_public=is_public)
        for number, is_public in ((10, True), (11, False))
    )
    settings = load_settings(database_url=city_url)
    for role, expected in ((Role.PUBLIC, {public}), (Role.READER, {public, internal})):
        with psycopg.connect(login_conninfo(settings, role.login), autocommit=True) as connection:
            schema = "flurwerk_for_public" if role is Role.PUBLIC else "flurwerk_for_internal"
            found = connection.execute(f"select attachment from {schema}.attachment_renditions".encode()).fetchall()
            assert {each for (each,) in found} & {public, internal} == expected
            for table in ("flurwerk.attachment_renditions", "flurwerk.attachment_contents"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select from {table}".encode())
    with psycopg.connect(login_conninfo(settings, Role.EDITOR.login), autocommit=True) as connection:
        for statement in (
            "update flurwerk.attachment_renditions set content = '\\x00'",
            "delete from flurwerk.attachment_contents",
            "select flurwerk.purge_deleted('0 days')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_a_token_for_plots_alone_sees_of_attachments_what_the_public_sees(service: Api, city_url: str) -> None:
    internal = uploaded(service, different(12), plot=OFFERED)
    with api(load_settings(database_url=city_url)) as other:
        answer_as(other.app, lambda _: Caller(Role.EDITOR, "paul", frozenset({"plots"})))
        assert content(other, internal).status_code == 404
        assert upload(other, different(13), plot=OFFERED).status_code == 403


def test_headers_let_clients_keep_a_photo_without_keeping_it_from_being_withdrawn(service: Api) -> None:
    photo = uploaded(service, different(14), plot=OFFERED, is_public=True)
    got = content(service, photo)
    tag = got.headers["etag"]
    assert got.headers["cache-control"] == "private, no-cache"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["content-disposition"].startswith("inline;")
    again = content(service, photo, If_None_Match=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert content(service, photo, rendition="small").headers["etag"] != tag
    public = content(service, photo, "public")
    assert public.headers["cache-control"] == "public, max-age=60"
    assert "Authorization" in public.headers["vary"]
    assert "foto" not in public.headers["content-disposition"]


def test_a_document_is_sent_to_be_saved_and_in_parts(service: Api) -> None:
    document = uploaded(service, PDF, property=1, name="Grundriss.pdf")
    got = content(service, document)
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    assert got.headers["content-disposition"].startswith('attachment; filename="datei-')
    assert content(service, document, rendition="small").status_code == 404
    part = content(service, document, Range="bytes=5-9")
    assert (part.status_code, part.content) == (206, PDF[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(PDF)}"
    assert content(service, document, Range="bytes=5-9", If_Range='"another"').content == PDF
    beyond = content(service, document, Range=f"bytes={len(PDF)}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(PDF)}")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-4", (0, 5)),
        ("bytes=3-", (3, 10)),
        ("bytes=-4", (6, 10)),
        ("bytes=-40", (0, 10)),
        ("bytes=5-99", (5, 10)),
        ("bytes=5-2", None),
        ("bytes=0-1,4-5", None),
        ("lines=1-2", None),
        ("bytes=-", None),
    ],
)
def test_a_range_is_read_as_http_defines_it(header: str | None, part: tuple[int, int] | None) -> None:
    assert wanted_part(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_part_behind_the_end_is_told(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        wanted_part(header, 10)


def test_what_an_attachment_says_of_its_content_cannot_be_written(service: Api) -> None:
    photo = uploaded(service, different(15), plot=OFFERED)
    _, tag = fetch(service, "attachments", photo)
    wrong = {"media_type": "application/pdf", "size_bytes": 1}
    assert set(errors_of(send(service, "PATCH", items("attachments", photo), {"properties": wrong}, tag))) == {
        "/properties/media_type", "/properties/size_bytes",
    }  # fmt: skip
    other = uploaded(service, different(16), plot=OFFERED)
    digest = fetch(service, "attachments", other)[0]["properties"]["sha256"]
    answer = errors_of(send(service, "PATCH", items("attachments", photo), {"properties": {"sha256": digest}}, tag))
    assert "does not change" in answer["/properties/sha256"]


def test_a_full_disk_is_told_and_leaves_nothing_behind(
    service: Api, city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = one(city, "select count(*) from flurwerk.attachment_contents")

    async def keep(connection: AsyncConnection, digest: str, content: Content, places: None) -> None:
        await kept(connection, digest, content, places)
        raise psycopg.errors.DiskFull("could not extend file")

    kept = storing.keep
    monkeypatch.setattr(storing, "keep", keep)
    refused = upload(service, different(50), plot=OFFERED, lang="de")
    assert problem(refused, 503)["title"] == "The disk is full"
    monkeypatch.undo()
    assert one(city, "select count(*) from flurwerk.attachment_contents") == before
    assert upload(service, different(50), plot=OFFERED).status_code == 201


def test_an_upload_that_is_cut_off_leaves_nothing_behind(service: Api, city: Connection) -> None:
    """The body ends before its declared length, and the client is gone."""
    before = one(city, "select count(*) from flurwerk.attachment_contents")
    sent = different(51)
    messages = iter([{"type": "http.request", "body": sent[:100], "more_body": True}, {"type": "http.disconnect"}])
    answered: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send_back(message: Any) -> None:
        answered.append(message)

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/api/attachments", "raw_path": b"/api/attachments", "query_string": b"plot=1&name=a.jpg",
        "root_path": "", "headers": [(b"x-role", b"editor"), (b"content-length", str(len(sent)).encode())],
        "client": ("127.0.0.1", 1), "server": None,
    }  # fmt: skip
    service.call(lambda: service.app(scope, receive, send_back))
    assert [each for each in answered if each["type"] == "http.response.start" and each["status"] < 400] == []
    assert one(city, "select count(*) from flurwerk.attachment_contents") == before
