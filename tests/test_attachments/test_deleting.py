"""What is deleted can be brought back for a while, and is gone for good afterwards."""

from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.cli import main
from api.pages.advisors import settings_of_page
from geo.records.layers import LAYERS
from geo.records.layers.belongings import BELONGINGS
from geo.settings import load_settings
from tests.records import Connection, delete, insert, one, plot, violated_constraint
from tests.test_api.helpers import Api
from tests.test_attachments.helpers import content, picture, upload, uploaded
from tests.test_doctor import examine
from tests.test_editing.helpers import fetch, items, send


def own_change(service: Api, layer: str, record: int) -> dict[str, Any]:
    """The latest change of a record by Erika, as it is undone."""
    found = service.json("/api/changes/own")["changes"]
    change = next(each for each in found if (each["layer"], each["id"]) == (layer, record))
    return {name: change[name] for name in ("layer", "id", "version")}


def undone(service: Api, layer: str, record: int) -> httpx.Response:
    """The answer to undoing Erika's latest change of a record."""
    change = own_change(service, layer, record)
    return send(service, "POST", "/api/changes/own/undo", change, Content_Type="application/json")


def undo(service: Api, layer: str, record: int) -> None:
    """Undo Erika's latest change of a record."""
    response = undone(service, layer, record)
    assert response.status_code == 200, response.text


def purge(city: Connection, days: int) -> tuple[int, int]:
    """Delete for good what was deleted so many days ago."""
    row = city.execute("select * from flurwerk.purge_deleted(make_interval(days => %s))", [days]).fetchone()
    assert row
    return row[0], row[1]


def test_a_deleted_photo_comes_back_until_its_retention_is_over(service: Api, city: Connection) -> None:
    photo = uploaded(service, picture(size=(71, 20)), inquiry=1, caption="Vor dem Umbau")
    digest = fetch(service, "attachments", photo)[0]["properties"]["sha256"]
    stored = "select count(*) from flurwerk.attachment_renditions where sha256 = %s"
    _, tag = fetch(service, "attachments", photo)
    assert send(service, "DELETE", items("attachments", photo), tag=tag).status_code == 204
    assert content(service, photo).status_code == 404
    assert purge(city, 30) == (0, 0)
    undo(service, "attachments", photo)
    assert content(service, photo).status_code == 200
    assert fetch(service, "attachments", photo)[0]["properties"]["caption"] == "Vor dem Umbau"

    _, tag = fetch(service, "attachments", photo)
    assert send(service, "DELETE", items("attachments", photo), tag=tag).status_code == 204
    assert one(city, stored, digest) == 3
    purge(city, 0)
    assert one(city, stored, digest) == 0
    # Who did what and when stays; what it said is gone.
    kept = city.execute(
        "select distinct caption, file_name, ended_by from flurwerk_history.attachments where id = %s", [photo]
    ).fetchall()
    assert kept == [(None, "", "erika")]
    refused = undone(service, "attachments", photo)
    assert refused.status_code == 422
    assert "please upload the file" in refused.json()["detail"]


def test_the_page_asks_for_all_that_goes_with_a_deleted_record_or_loses_it(city: Connection) -> None:
    """Nothing else cascades or is set to null, so its question before a deletion says all that happens."""
    references = city.execute(
        """
        select referenced.relname, referring.relname, attname, confdeltype
        from pg_constraint
        join pg_class as referenced on referenced.oid = confrelid
        join pg_class as referring on referring.oid = conrelid
        join pg_attribute on attrelid = conrelid and attnum = conkey[1]
        where contype = 'f'
          and confdeltype in ('c', 'n')
          and referenced.relnamespace = 'flurwerk'::regnamespace
          and referenced.relname = any(%s)
        """,
        [[*LAYERS]],
    ).fetchall()
    assert {*references} == {
        *((of.layer, belonging, of.column, "c") for of in BELONGINGS for belonging in ("attachments", "memos")),
        *(("parties", one["layer"], "party", "n") for one in settings_of_page(load_settings(), "de")["party_layers"]),
    }


def test_bytes_that_another_record_has_stay(service: Api, city: Connection) -> None:
    sent = picture(size=(72, 20))
    first, second = uploaded(service, sent, inquiry=1), uploaded(service, sent, property=1)
    delete(city, "attachments", first)
    purge(city, 0)
    assert content(service, second).status_code == 200
    assert upload(service, sent, inquiry=1).status_code == 201


def test_photos_and_memos_go_with_their_plot_and_come_back_with_it(service: Api, city: Connection) -> None:
    record = plot(city, x=396000)
    photo = uploaded(service, picture(size=(73, 20)), plot=record)
    removed = uploaded(service, picture(size=(74, 20)), plot=record)
    memo = insert(city, "memos", plot=record, text="Altlast geklärt")
    _, tag = fetch(service, "attachments", removed)
    assert send(service, "DELETE", items("attachments", removed), tag=tag).status_code == 204
    writer = one(city, "select written_by from memos where id = %s", memo)
    _, tag = fetch(service, "plots", record)
    assert send(service, "DELETE", items("plots", record), tag=tag).status_code == 204
    assert one(city, "select count(*) from attachments where plot = %s", record) == 0
    assert one(city, "select count(*) from memos where plot = %s", record) == 0
    undo(service, "plots", record)
    # What had been removed before the plot stays removed.
    assert one(city, "select array_agg(id) from attachments where plot = %s", record) == [photo]
    assert content(service, photo).status_code == 200
    assert city.execute("select id, text, written_by from memos where plot = %s", [record]).fetchall() == [
        (memo, "Altlast geklärt", writer)
    ]


def test_what_was_purged_does_not_come_back_with_its_plot(service: Api, city: Connection) -> None:
    record = plot(city, x=396200)
    uploaded(service, picture(size=(75, 20)), plot=record)
    insert(city, "memos", plot=record, text="Vertraulich")
    _, tag = fetch(service, "plots", record)
    assert send(service, "DELETE", items("plots", record), tag=tag).status_code == 204
    purge(city, 0)
    undo(service, "plots", record)
    assert one(city, "select count(*) from attachments where plot = %s", record) == 0
    assert one(city, "select count(*) from memos where plot = %s", record) == 0
    assert one(city, "select count(*) from flurwerk_history.memos where text = 'Vertraulich'") == 0


def memo_of(service: Api, name: str, **properties: Any) -> int:
    """Record a memo as somebody, and return its id."""
    document = {"type": "Feature", "geometry": None, "properties": {"plot": 1, **properties}}
    response = send(service, "POST", items("memos"), document, X_Name=name)
    assert response.status_code == 201, response.text
    return int(response.headers["location"].rsplit("/", 1)[1])


def test_a_memo_is_its_writers(service: Api) -> None:
    memo = memo_of(service, "erika", text="Rückruf am Montag")
    stored, tag = fetch(service, "memos", memo)
    assert stored["properties"]["written_by"] == "erika"
    change = {"properties": {"text": "Rückruf am Dienstag"}}
    for method, document in (("PATCH", change), ("DELETE", None)):
        refused = send(service, method, items("memos", memo), document, tag, X_Name="paul")
        assert refused.status_code == 422, refused.text
        assert "Somebody else wrote this memo" in refused.json()["detail"]
    assert send(service, "PATCH", items("memos", memo), change, tag, X_Name="erika").status_code == 204
    _, tag = fetch(service, "memos", memo)
    # An administrator may, and the author stays the author.
    change = {"properties": {"text": "Rückruf erledigt"}}
    assert send(service, "PATCH", items("memos", memo), change, tag, X_Name="ada", X_Role="admin").status_code == 204
    stored, tag = fetch(service, "memos", memo)
    assert (stored["properties"]["text"], stored["properties"]["written_by"]) == ("Rückruf erledigt", "erika")
    assert send(service, "DELETE", items("memos", memo), tag=tag, X_Name="erika").status_code == 204


def test_memos_are_internal(service: Api) -> None:
    memo = memo_of(service, "erika", text="Intern")
    for role, status in (("public", 404), ("reader", 200)):
        assert service.request("GET", items("memos", memo), headers={"X-Role": role}).status_code == status


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"text": " \n"}, "memos_text_not_blank"),
        ({"text": "A", "property": 1}, "memos_one_record"),
        ({"text": "A", "made_on": "2999-01-01"}, "memos_not_future"),
    ],
)
def test_a_memo_of_nothing_or_of_two_records_or_of_tomorrow_is_refused(
    city: Connection, values: dict[str, Any], constraint: str
) -> None:
    assert violated_constraint(city, lambda: insert(city, "memos", **({"plot": 1} | values))) == constraint


def test_the_command_deletes_what_is_due_and_doctor_tells_that_nobody_calls_it(
    service: Api, city: Connection, city_url: str
) -> None:
    purge(city, 0)
    photo = uploaded(service, picture(size=(76, 20)), inquiry=1)
    recent = uploaded(service, picture(size=(77, 20)), inquiry=1)
    delete(city, "attachments", photo)
    delete(city, "attachments", recent)
    ago = "now() - interval '33 days'"
    for column, table, condition in (
        ("recorded_until", "flurwerk_history.attachments", f"id = {photo}"),
        ("stored_at", "flurwerk.attachment_contents", "true"),
    ):
        city.execute(f"update {table} set {column} = {ago} where {condition}".encode())
    _, found = examine(city_url)
    assert [each["what"].split()[0] for each in found["deleted"]] == ["1"]
    told = CliRunner(env={"FLURWERK_DATABASE_URL": city_url}).invoke(main, ["purge", "--lang", "de"])
    assert told.exit_code == 0, told.output
    assert told.stdout == (
        "Endgültig gelöscht, was vor 30 Tagen oder früher gelöscht wurde: 1 Dateien, 1 frühere Fassungen von Texten.\n"
    )
    _, found = examine(city_url)
    assert "deleted" not in found
    undo_of_recent = "select count(*) from flurwerk.attachment_contents where width_px = 77"
    assert one(city, undo_of_recent) == 1
