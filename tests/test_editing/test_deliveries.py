"""Editors upload a file, look at it, try it, load it, and undo the load.

A process inspects or loads a file, of which test_loading_process.py says more; its start takes most of a test's time.
Most tests here are about what is answered, and have it answered by their own process.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from geo.access import Caller, Role
from geo.settings import load_settings
from tests.german import english_words
from tests.jobs import loading_in_this_process
from tests.records import Connection
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import api_as

OPERATORS = "Nr;Firma;Art\n1;Netz GmbH;carrier\n2;Turm AG;tower\n"
MAPPING = {"columns": {"Nr": "source_id", "Firma": "name", "Art": "kind"}}


@pytest.fixture
def in_this_process() -> Iterator[None]:
    """Jobs are done in this process."""
    with loading_in_this_process():
        yield


quickly = pytest.mark.usefixtures("in_this_process")


def upload(client: Api, content: str = OPERATORS, name: str = "operators.csv") -> str:
    response = client.request("POST", "/api/deliveries", params={"name": name}, content=content.encode())
    assert response.status_code == 201, response.text
    return response.json()["id"]


def answer(client: Api, delivery: str, task: str, **body: Any) -> dict[str, Any]:
    """The last line of an answer, in English."""
    response = client.request("POST", f"/api/deliveries/{delivery}/{task}", params={"lang": "en"}, json=body)
    assert response.status_code == 200, response.text
    return json.loads(response.text.splitlines()[-1])


def load(client: Api, delivery: str, **body: Any) -> dict[str, Any]:
    given = {"layer": "operators", "source": "netz", "mapping": MAPPING, "dry_run": False, **body}
    done = answer(client, delivery, "load", **given)
    assert "result" in done, done
    return done["result"]


def operators(records: Connection) -> list[Any]:
    return records.execute("select source_id, name, kind, recorded_by from operators order by source_id").fetchall()


def test_an_uploaded_file_is_inspected(editor: Api) -> None:
    result = answer(editor, upload(editor), "inspection", layer="operators", mapping=MAPPING)["result"]
    assert (result["layer"], result["rows"]) == ("operators", 2)
    assert result["first_rows"][0]["values"]["name"] == "Netz GmbH"
    assert [column["header"] for column in result["columns"]] == ["Nr", "Firma", "Art"]


@quickly
def test_an_inspection_says_what_columns_and_values_can_be_assigned_to(editor: Api) -> None:
    content = "Nr;Firma;Art\n1;Netz GmbH;Turmgesellschaft\n2;Turm AG;?\n"
    result = answer(editor, upload(editor, content), "inspection", layer="operators")["result"]
    targets = {target["name"]: target for target in result["targets"]}
    assert result["targets"][0]["name"] == "source_id"
    assert (targets["name"]["required"], targets["name"]["codes"], targets["note"]["required"]) == (True, None, False)
    label = targets["kind"]["codes"]["tower"]
    assert result["values"]["Art"]["rows"] == {"Turmgesellschaft": 1, "?": 1}
    again = upload(editor, content.replace("Turmgesellschaft", label))
    result = answer(editor, again, "inspection", layer="operators")["result"]
    # Only what a load recognises is proposed.
    assert result["values"]["Art"]["codes"] == {"kind": {label: "tower"}}


def test_a_try_writes_nothing_and_a_load_writes_as_the_editor(editor: Api, records: Connection) -> None:
    delivery = upload(editor)
    tried = answer(editor, delivery, "load", layer="operators", source="netz", mapping=MAPPING)["result"]
    assert (tried["dry_run"], tried["inserted"], tried["number"]) == (True, 2, None)
    assert operators(records) == []
    assert load(editor, delivery)["inserted"] == 2
    assert operators(records) == [("1", "Netz GmbH", "carrier", "erika"), ("2", "Turm AG", "tower", "erika")]


@quickly
def test_a_load_is_listed_and_undone(editor: Api, records: Connection) -> None:
    number = load(editor, upload(editor))["number"]
    [logged] = editor.request("GET", "/api/loads").json()["loads"]
    assert (logged["id"], logged["file_name"], logged["recorded_by"]) == (number, "operators.csv", "erika")
    response = editor.request("POST", f"/api/loads/{number}/undo")
    assert response.json()["undone_by"] == "erika"
    assert operators(records) == []
    english = {"Accept-Language": "en"}
    again = problem(editor.request("POST", f"/api/loads/{number}/undo", headers=english), 409)
    assert "undone already" in again["detail"]
    unknown = editor.request("POST", "/api/loads/99/undo", headers=english)
    assert "There is no load 99" in problem(unknown, 409)["detail"]


@quickly
def test_bad_rows_are_listed_in_the_callers_language_and_nothing_is_written(editor: Api, records: Connection) -> None:
    bad = OPERATORS.replace("tower", "turm?")
    response = editor.request(
        "POST",
        f"/api/deliveries/{upload(editor, bad)}/load",
        params={"lang": "de"},
        json={"layer": "operators", "source": "netz", "mapping": MAPPING, "dry_run": False},
    )
    result = json.loads(response.text.splitlines()[-1])["result"]
    assert (result["ok"], result["problems"]["count"]) == (False, 1)
    [row] = result["problems"]["rows"]
    assert (row["row"], row["column"]) == (3, "kind")
    assert operators(records) == []


@quickly
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(editor: Api) -> None:
    refused = answer(editor, upload(editor, "nonsense", "x.gpkg"), "inspection")["refused"]
    assert "is not a GeoPackage file" in refused["message"]
    assert refused["hint"] == "Export the data again."


UNREADABLE = {
    "x.gpkg": ("nonsense", "x.gpkg ist keine Datei im Format GeoPackage, oder sie ist beschädigt."),
    "x.xlsx": ("nonsense", "x.xlsx ist keine Excel-Mappe, oder die Datei ist beschädigt."),
    "x.dwg": ("AC1032", "Das Format von x.dwg kann nicht gelesen werden."),
    "x.csv": ('a;b\n"1;2\n', "x.csv hat in Zeile 2 ein Anführungszeichen"),
    "x.kml": ("<kml", "x.kml ist keine Datei im Format KML, oder sie ist beschädigt (Meldung: "),
}
UNUSABLE = {
    "Die Datei hat keine Spalte source_id": {"columns": {"Firma": "name", "Art": "kind"}, "ignore": ["Nr"]},
    "Die Zuordnung mapping hat den unbekannten Eintrag colums.": {"colums": {}},
    "operators hat keine Spalte Firma, Art.": {"columns": {"Nr": "source_id"}},
    "Von den 2 Zeilen der Datei erfüllt keine: Art=?.": {**MAPPING, "where": ["Art=?"]},
}


def refused_in_german(client: Api, delivery: str, task: str, **body: Any) -> str:
    """The message of a refusal in German, which has nothing English in it."""
    response = client.request("POST", f"/api/deliveries/{delivery}/{task}", params={"lang": "de"}, json=body)
    refused = json.loads(response.text.splitlines()[-1])["refused"]
    assert not english_words(f"{refused['message']} {refused['hint']}")
    return refused["message"]


@quickly
def test_files_that_cannot_be_read_are_refused_in_german(editor: Api) -> None:
    for name, (content, told) in UNREADABLE.items():
        assert refused_in_german(editor, upload(editor, content, name), "inspection").startswith(told)


@quickly
def test_files_that_do_not_fit_are_refused_in_german(editor: Api) -> None:
    wanted = {"layer": "operators", "source": "netz"}
    delivery = upload(editor)
    for told, mapping in UNUSABLE.items():
        assert refused_in_german(editor, delivery, "load", **wanted, mapping=mapping).startswith(told)


@quickly
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ({"params": {"lang": "de"}, "headers": {"Accept-Language": "en"}}, "Die Quelle hat keinen Namen."),
        ({"headers": {"Accept-Language": "en"}}, "The source has no name."),
        ({}, "Die Quelle hat keinen Namen."),
    ],
)
def test_refusals_are_in_the_language_that_is_named_else_accepted_else_the_services(
    editor: Api, language: dict[str, Any], told: str
) -> None:
    wanted = {"layer": "operators", "source": " "}
    response = editor.request("POST", f"/api/deliveries/{upload(editor)}/load", json=wanted, **language)
    assert json.loads(response.text.splitlines()[-1])["refused"]["message"] == told


@quickly
def test_problems_of_uploads_and_of_undoing_are_told_in_german(editor: Api, database_url: str) -> None:
    number = load(editor, upload(editor))["number"]
    editor.request("POST", f"/api/loads/{number}/undo")
    wanted = {"layer": "operators", "source": "netz"}
    refused = [
        (409, "POST", f"/api/loads/{number}/undo", {}),
        (409, "POST", "/api/loads/99/undo", {}),
        (400, "POST", "/api/deliveries?name=a.csv", {"content": b""}),
        (404, "POST", f"/api/deliveries/{uuid4()}/inspection", {"json": {}}),
        (404, "DELETE", f"/api/deliveries/{uuid4()}", {}),
        (404, "POST", f"/api/deliveries/{uuid4()}/load", {"json": {**wanted, "layer": "plts"}}),
    ]
    with api_as(
        Caller(Role.EDITOR, "erika", frozenset({"plots"})), load_settings(database_url=database_url)
    ) as limited:
        outside = limited.request("POST", f"/api/deliveries/{uuid4()}/load?lang=de", json=wanted)
    answers = [problem(outside, 404)]
    for status, method, path, options in refused:
        answers.append(problem(editor.request(method, path, headers={"Accept-Language": "de"}, **options), status))
    for found in answers:
        assert not english_words(found["detail"]), found["detail"]


@quickly
@pytest.mark.parametrize("mapping", [{"colums": {}}, {"columns": 5}, {"values": {"name": {"unit": 1}}}])
def test_a_mapping_that_is_none_is_refused(editor: Api, mapping: dict[str, Any]) -> None:
    assert "mapping" in answer(editor, upload(editor), "inspection", mapping=mapping)["refused"]["message"]


def test_names_of_files_lose_their_folders(editor: Api) -> None:
    response = editor.request("POST", "/api/deliveries", params={"name": "../../etc\\a\nb.csv"}, content=b"x")
    assert response.json()["file_name"] == "ab.csv"
    # As long as a file system allows, in bytes, and no folder itself.
    for name, kept in (("ü" * 250 + ".csv", "ü" * 98 + ".csv"), ("..", "delivery")):
        response = editor.request("POST", "/api/deliveries", params={"name": name}, content=b"x")
        assert response.json()["file_name"] == kept


def test_an_empty_file_and_an_unknown_one_are_refused(editor: Api) -> None:
    problem(editor.request("POST", "/api/deliveries", params={"name": "a.csv"}, content=b""), 400)
    problem(editor.request("POST", f"/api/deliveries/{uuid4()}/inspection", json={}), 404)
    problem(editor.request("DELETE", f"/api/deliveries/{uuid4()}"), 404)


def test_a_file_belongs_to_who_uploaded_it(editor: Api, database_url: str) -> None:
    delivery = upload(editor)
    with api_as(Caller(Role.EDITOR, "paul"), load_settings(database_url=database_url)) as other:
        problem(other.request("POST", f"/api/deliveries/{delivery}/inspection", json={}), 404)
        problem(other.request("DELETE", f"/api/deliveries/{delivery}"), 404)
    assert editor.request("DELETE", f"/api/deliveries/{delivery}").status_code == 204


def test_a_file_is_usable_for_a_day_and_the_next_upload_removes_it(editor: Api, records: Connection) -> None:
    delivery = upload(editor)
    records.execute("update deliveries set uploaded_at = now() - interval '25 hours'")
    problem(editor.request("POST", f"/api/deliveries/{delivery}/inspection", json={}), 404)
    upload(editor)
    assert records.execute("select count(*) from deliveries where id = %s", [delivery]).fetchone() == (0,)


PARTS = """source_id;key;name;kind;geometry
a;11;Altstadt;statistical;POLYGON ((390000 5720000, 391000 5720000, 391000 5721000, 390000 5721000, 390000 5720000))
b;12;Berg;statistical;POLYGON ((391000 5720000, 392000 5720000, 392000 5721000, 391000 5721000, 391000 5720000))
"""
REFORM = PARTS.replace("Altstadt", "Neustadt").rpartition("b;")[0]
OF_CITY = {"layer": "districts", "source": "stadt", "mapping": {"crs": "EPSG:25832"}}


@quickly
def test_a_reform_is_tried_asked_about_and_loaded(editor: Api, records: Connection) -> None:
    load(editor, upload(editor, PARTS, "parts.csv"), **OF_CITY)
    delivery = upload(editor, REFORM, "reform.csv")
    assert answer(editor, delivery, "inspection", layer="districts")["result"]["takes_day"] is True
    assert answer(editor, delivery, "inspection", layer="industrial_areas")["result"]["takes_day"] is False
    reform = {**OF_CITY, "valid_from": "01.07.2025", "dry_run": False}
    asked = answer(editor, delivery, "load", **reform)["result"]
    [question] = asked["questions"]
    assert (asked["ok"], question["option"]) == (False, "--accept-pruning")
    told = " ".join(asked["notes"])
    for part in ("until 1 Jul 2025: Altstadt, Berg.", "from 1 Jul 2025 on: Neustadt.", "from the file: Berg."):
        assert part in told
    former = "select name, valid_until::text from former_districts order by 1"
    assert records.execute(former).fetchall() == []
    done = answer(editor, delivery, "load", **{**reform, "accept_pruning": True})["result"]
    assert (done["changed"], done["removed"], done["notes"]) == (1, 1, asked["notes"])
    assert records.execute(former).fetchall() == [("Altstadt", "2025-07-01"), ("Berg", "2025-07-01")]
    earlier = answer(editor, upload(editor, PARTS, "before.csv"), "load", **{**reform, "valid_from": "2025-06-30"})[
        "result"
    ]
    assert "only since 1 Jul 2025: load earlier states into" in earlier["problems"]["rows"][0]["reason"]


@quickly
def test_a_day_that_a_reform_cannot_have_is_refused_with_what_to_do(editor: Api, records: Connection) -> None:
    delivery = upload(editor, PARTS, "parts.csv")
    for day in ("9999-12-31", "", "gestern", "31.02.2025", "1850-01-01", "2025-07-01T10:00:00"):
        given = {**OF_CITY, "valid_from": day, "dry_run": False}
        refused = answer(editor, delivery, "load", **given)["refused"]
        assert refused["hint"].startswith("Write it as 01.07.2025 or 2025-07-01"), day
        assert "Tag" in refused_in_german(editor, delivery, "load", **given)
    tomorrow = {**OF_CITY, "valid_from": "2199-12-31"}
    assert answer(editor, delivery, "load", **tomorrow)["refused"]["hint"] == "Load the file on that day or later."
    plots = {**OF_CITY, "layer": "plots", "valid_from": "2025-07-01"}
    assert answer(editor, delivery, "load", **plots)["refused"]["hint"] == "Load without --valid-from."
    number = {**OF_CITY, "valid_from": 20250701}
    problem(editor.request("POST", f"/api/deliveries/{delivery}/load", json=number), 400)
    assert records.execute("select count(*) from districts where source = 'stadt'").fetchone() == (0,)


@quickly
def test_only_editors_of_a_layer_load_into_it(editor: Api, database_url: str) -> None:
    delivery = upload(editor)
    settings = load_settings(database_url=database_url)
    with api_as(Caller(Role.READER, "leser"), settings) as reader:
        problem(reader.request("POST", "/api/deliveries", params={"name": "a.csv"}, content=b"x"), 403)
        problem(reader.request("GET", "/api/loads"), 403)
    with api_as(Caller(Role.EDITOR, "erika", frozenset({"plots"})), settings) as limited:
        wanted = {"layer": "operators", "source": "netz"}
        problem(limited.request("POST", f"/api/deliveries/{delivery}/load", json=wanted), 404)
        number = load(editor, delivery)["number"]
        assert limited.request("GET", "/api/loads").json()["loads"] == []
        problem(limited.request("POST", f"/api/loads/{number}/undo"), 404)


def test_a_large_file_comes_back_as_it_was(editor: Api) -> None:
    rows = "".join(f"{number};Netz {number};carrier\n" for number in range(90_000))
    result = answer(editor, upload(editor, "source_id;name;kind\n" + rows), "inspection", layer="operators")["result"]
    assert (result["rows"], result["columns"][1]["filled"]) == (90_000, 90_000)


def test_only_uploads_may_be_large(database_url: str, records: Connection) -> None:
    settings = load_settings(database_url=database_url, largest_body=100, largest_delivery=1000)
    with api_as(Caller(Role.EDITOR, "erika"), settings) as client:
        assert (
            client.request("POST", "/api/deliveries", params={"name": "a.csv"}, content=b"x" * 1000).status_code == 201
        )
        problem(client.request("POST", "/api/deliveries", params={"name": "a.csv"}, content=b"x" * 1001), 413)
        problem(client.request("POST", f"/api/deliveries/{uuid4()}/inspection", content=b"x" * 101), 413)
