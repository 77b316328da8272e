"""The page on which editors load files: the whole way of a file, and what it says on bad days.

Where a test is about the page, the service does its jobs in the tests' process.
"""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, Request, Route, expect

from geo.access import Role
from geo.loading import FileMapping, load, read_mapping
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.jobs import loading_in_this_process
from tests.records import Connection, two_districts
from tests.test_web.conftest import Open, Site, serving
from tests.test_web.test_page import violations

LOAD = "/load"
NAME = "netze Los 3.csv"
OPERATORS = "Nr;Firma;Art;Sachbearbeiter\nN-1;Netz & Söhne;Turmbau;Müller\nN-2;Turm AG;Funkmastbetreiber;Müller\n"
OURS = "select source_id, name, kind, recorded_by from flurwerk.operators where source = 'netze-Los-3' order by 1"


@pytest.fixture
def city(server_url: str, template: str) -> Iterator[Site]:
    """A city of two districts, into which nothing has been loaded yet; people sign in with tokens."""
    with filled_database(server_url, template, "web_loading", two_districts) as url, serving(url) as site:
        yield site


@pytest.fixture
def in_this_process() -> Iterator[None]:
    """Jobs are done in this process."""
    with loading_in_this_process():
        yield


quickly = pytest.mark.usefixtures("in_this_process")


def editor(site: Site, open_page: Open, **options: Any) -> Page:
    return open_page(site, token=site.token(Role.EDITOR, "Erika"), path=LOAD, **options)


def choose(page: Page, content: str = OPERATORS, name: str = NAME) -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content.encode()})


def inspected(page: Page, content: str = OPERATORS, layer: str = "operators") -> None:
    """Choose a file and its layer."""
    choose(page, content)
    expect(page.locator("#layer")).to_be_enabled()
    page.locator("#layer").select_option(layer)
    expect(page.locator("#columns-title")).to_be_visible()
    expect(page.locator("#layer")).to_be_enabled()


def assign(page: Page, header: str, ours: str) -> None:
    page.get_by_label(f"Unsere Spalte für „{header}“").select_option(ours)


def decided(page: Page) -> None:
    """Assign all columns by their lists, and name the source."""
    for header, ours in (("Nr", "source_id"), ("Firma", "name"), ("Art", "kind"), ("Sachbearbeiter", "-")):
        assign(page, header, ours)
    page.get_by_label("Bedeutung von „Turmbau“").select_option("tower")
    page.get_by_role("button", name="„netze-Los-3“ übernehmen").click()


def tried(page: Page) -> None:
    page.get_by_role("button", name="prüfen").or_(page.get_by_role("button", name="Prüfen")).click()
    expect(page.locator("#result")).to_be_focused()


def rows(site: Site) -> list[Any]:
    with psycopg.connect(conninfo(site.database_url)) as connection:
        return connection.execute(OURS).fetchall()


def test_who_may_not_edit_is_told_what_to_do_and_is_let_in(city: Site, open_page: Open) -> None:
    page = open_page(city, path=LOAD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dateien laden kann, wer bearbeiten darf")
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    page.get_by_label("Zugangstoken").fill(city.token(Role.EDITOR, "Erika"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Datei auswählen")).to_be_visible()
    expect(page.get_by_text("Noch wurde keine Datei geladen.")).to_be_visible()
    reader = open_page(city, path=LOAD, token=city.token(Role.READER, "Rita"))
    expect(reader.get_by_text("Ihr Token gilt nur zum Lesen.")).to_be_visible()
    assert reader.locator("#file").count() == 0


def test_who_reads_internal_facts_without_a_token_is_asked_to_sign_in(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, path=LOAD)
    expect(page.get_by_role("main").get_by_role("button", name="Anmelden")).to_be_visible()
    expect(page.get_by_text("Ihr Token gilt nur zum Lesen.")).to_have_count(0)


@quickly
def test_a_file_is_looked_at_assigned_tried_loaded_and_undone(city: Site, open_page: Open, tmp_path: Path) -> None:
    page = editor(city, open_page)
    page.evaluate("page.settings.largest = 50")
    choose(page)
    expect(page.locator(".failure")).to_contain_text("„netze Los 3.csv“ ist mit 1\N{NO-BREAK SPACE}kB zu groß")
    page.evaluate("page.settings.largest = 2e8")
    inspected(page)
    expect(page.locator(".facts")).to_contain_text("Zeilen2Spalten4", use_inner_text=False)
    expect(page.locator("#valid-from")).to_have_count(0)
    page.locator(".grip", has_text="Firma").drag_to(page.locator("[data-target=name]"))
    expect(page.get_by_label("Unsere Spalte für „Firma“")).to_have_value("name")
    page.locator(".grip", has_text="Sachbearbeiter").drag_to(page.locator("[data-target='-']"))
    expect(page.locator("tr.ignored")).to_contain_text("Sachbearbeiter")
    # What another column had is not taken from it in silence.
    assign(page, "Art", "name")
    expect(page.locator(".toast")).to_contain_text("„Firma“ wird jetzt ignoriert.")
    assign(page, "Firma", "name")
    assign(page, "Art", "")
    assign(page, "Nr", "source_id")
    page.get_by_role("button", name="Prüfen, ohne zu schreiben").click()
    expect(page.get_by_label("Unsere Spalte für „Art“")).to_be_focused()
    assign(page, "Art", "kind")
    page.get_by_role("button", name="Prüfen, ohne zu schreiben").click()
    expect(page.locator("#source")).to_be_focused()
    page.get_by_role("button", name="„netze-Los-3“ übernehmen").click()
    tried(page)
    bad = page.locator("#problems-title + .wide tbody tr")
    assert [cell.inner_text() for cell in bad.locator("th, td").all()][:4] == [
        "2",
        "N-1",
        "Art des Betreibers",
        "Turmbau",
    ]
    assert page.get_by_role("button", name="Laden", exact=True).count() == 0
    assert violations(page) == []
    page.get_by_label("Bedeutung von „Turmbau“").select_option("tower")
    expect(page.get_by_text("Seit dieser Prüfung haben Sie etwas geändert")).to_be_visible()
    tried(page)
    expect(page.locator(".fits")).to_contain_text("2 neu, 0 geändert")
    assert rows(city) == []
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Zuordnung als Datei").click()
    page.get_by_role("button", name="Laden", exact=True).dblclick()
    expect(page.locator(".fits")).to_contain_text("Geladen in Betreiber, als Ladung Nr. 1.")
    expected = [("N-1", "Netz & Söhne", "tower", "Erika"), ("N-2", "Turm AG", "tower", "Erika")]
    assert rows(city) == expected
    expect(page.locator(".log tbody tr")).to_have_count(1)
    assert violations(page) == []
    with psycopg.connect(conninfo(city.database_url)) as connection:
        unchanged(connection, Path(downloading.value.path()), downloading.value.suggested_filename, tmp_path)
    page.get_by_role("button", name="Ladung 1 rückgängig machen").click()
    expect(page.get_by_role("dialog")).to_contain_text("2 neue Datensätze werden gelöscht.")
    page.get_by_role("dialog").get_by_role("button", name="Rückgängig machen").click()
    expect(page.locator(".log")).to_contain_text("von Erika")
    expect(page.locator(".doubt")).to_contain_text("Diese Ladung wurde rückgängig gemacht.")
    assert rows(city) == []


def unchanged(connection: Connection, downloaded: Path, name: str, tmp_path: Path) -> None:
    """The mapping file does on the command line what was done on the page."""
    assert name == "netze-Los-3-operators.toml"
    mapping = tmp_path / name
    mapping.write_bytes(downloaded.read_bytes())
    assert mapping.read_text("utf-8").startswith(
        "# flurwerk load operators 'netze Los 3.csv' --source netze-Los-3 --mapping netze-Los-3-operators.toml\n"
    )
    delivery = tmp_path / NAME
    delivery.write_text(OPERATORS)
    report = load(connection, "operators", delivery, source="netze-Los-3", mapping=read_mapping(mapping), dry_run=True)
    assert (report.ok, report.unchanged) == (True, 2)


def test_a_lost_connection_is_told_with_what_was_written(city: Site, open_page: Open) -> None:
    page = editor(city, open_page, expected=("net::ERR",))
    page.route("**/api/deliveries?*", lambda route: route.abort())
    choose(page)
    expect(page.locator(".failure")).to_contain_text("Die Datei ist nicht vollständig angekommen")
    page.unroute("**/api/deliveries?*")
    inspected(page)
    decided(page)
    tried(page)
    with psycopg.connect(conninfo(city.database_url)) as other:
        # So that the load has to wait.
        other.execute("lock table flurwerk.operators in access exclusive mode")
        page.get_by_role("button", name="Laden", exact=True).click()
        expect(page.locator(".progress")).to_contain_text("2 Zeilen gelesen, jetzt wird mit dem Bestand verglichen")
        page.go_back()
        expect(page.locator(".toast")).to_contain_text("Das läuft noch.")
        page.get_by_role("button", name="Abbrechen").click()
        expect(page.locator(".failure")).to_contain_text("Geschrieben wurde nichts")
    page.route("**/load?lang=de", lambda route: route.abort())
    page.get_by_role("button", name="Laden", exact=True).click()
    expect(page.locator(".failure")).to_contain_text("Geschrieben wurde bis jetzt nichts.")
    assert rows(city) == []
    page.unroute("**/load?lang=de")
    lost: list[str] = []
    page.route("**/load?lang=de", partial(without_result, lost))
    with page.expect_response("**/load?lang=de"):
        page.get_by_role("button", name="Laden", exact=True).click()
    assert [json.loads(line).get("result", {}).get("ok") for line in lost] == [True], lost
    expect(page.locator(".failure")).to_contain_text("das Protokoll führt die Ladung als Nr. 1")
    assert len(rows(city)) == 2


def without_result(lost: list[str], route: Route) -> None:
    """Answer as when the connection breaks before the last line, which goes to ``lost``."""
    answer = route.fetch()
    *arrived, last = answer.text().splitlines()
    lost.append(last)
    route.fulfill(response=answer, body="".join(f"{line}\n" for line in arrived))


@quickly
def test_what_was_decided_survives_the_end_of_the_session_and_the_back_button(city: Site, open_page: Open) -> None:
    token = city.token(Role.EDITOR, "Erika")
    page = open_page(city, token=token, path=LOAD, expected=("status of 401",))
    inspected(page)
    decided(page)
    with psycopg.connect(conninfo(city.database_url)) as connection:
        connection.execute("update flurwerk_access.sessions set expires_at = now()")
    page.get_by_role("button", name="Prüfen, ohne zu schreiben").click()
    expect(page.get_by_role("heading", name="Ihre Anmeldung ist beendet")).to_be_visible()
    page.get_by_label("Zugangstoken").fill(token)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".failure")).to_contain_text("Ihre Zuordnung ist noch da.")
    tried(page)
    expect(page.locator(".fits")).to_contain_text("2 neu")
    page.go_back()
    expect(page.get_by_text("Datei auswählen")).to_be_visible()
    page.go_forward()
    expect(page.get_by_label("Bedeutung von „Turmbau“")).to_have_value("tower")
    expect(page.locator("#source")).to_have_value("netze-Los-3")
    page.reload()
    expect(page.get_by_label("Unsere Spalte für „Sachbearbeiter“")).to_have_value("-")


QUESTION = "In 30 von 40 Datensätzen würde „Notiz“ geleert."


@quickly
def test_what_would_be_lost_is_confirmed_by_its_own_box(city: Site, open_page: Open) -> None:
    page = editor(city, open_page)
    inspected(page)
    decided(page)
    asked: list[dict[str, Any]] = []

    def answer(route: Route, request: Request) -> None:
        body = request.post_data_json
        assert body
        asked.append(body)
        is_accepted = bool(body.get("accept_emptying"))
        question = {"option": "--accept-emptying", "reason": QUESTION}
        result = {
            **json.loads(route.fetch(post_data=json.dumps({**plain(body)})).text().splitlines()[-1])["result"],
            "ok": is_accepted,
            "problems": {"count": 0 if is_accepted else 1, "rows": []},
            "questions": [] if is_accepted else [question],
            "columns": [{"column": "note", "present": 40, "filled": 1, "changed": 2, "emptied": 30}],
            "vanished": {"count": 1234, "examples": ["N-3", "N-4"]},
        }
        route.fulfill(status=200, body=json.dumps({"result": result}) + "\n")

    page.route("**/load?lang=de", answer)
    tried(page)
    expect(page.locator(".doubt")).to_contain_text("ist zu bestätigen")
    expect(page.get_by_text("1.234 Datensätze dieser Quelle fehlen in der Datei")).to_be_visible()
    assert page.locator(".changes tbody :is(th, td)").all_inner_texts() == ["Notiz", "40", "1", "2", "30"]
    expect(page.get_by_text(QUESTION)).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Ja, so ist es gemeint").check()
    page.get_by_label("Diese 1.234 Datensätze löschen").check()
    tried(page)
    assert [(body.get("accept_emptying"), body.get("prune")) for body in asked] == [(None, None), (True, True)]
    expect(page.get_by_role("button", name="Laden", exact=True)).to_be_enabled()


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """A request without what the service does not know yet."""
    return {name: value for name, value in body.items() if not name.startswith("accept_")}


PARTS = """source_id;key;name;kind;geometry
a;11;Altstadt;statistical;POLYGON ((390000 5720000, 391000 5720000, 391000 5721000, 390000 5721000, 390000 5720000))
b;12;Berg;statistical;POLYGON ((391000 5720000, 392000 5720000, 392000 5721000, 391000 5721000, 391000 5720000))
"""
REFORM = PARTS.replace("Altstadt", "Neustadt").rpartition("b;")[0]


@quickly
def test_a_reform_is_loaded_with_its_day_after_what_ends_was_confirmed(
    city: Site, open_page: Open, tmp_path: Path
) -> None:
    file = tmp_path / "parts.csv"
    file.write_text(PARTS)
    with psycopg.connect(conninfo(city.database_url)) as connection:
        assert load(connection, "districts", file, source="stadt", mapping=FileMapping(crs="EPSG:25832")).ok
    page = editor(city, open_page)
    inspected(page, REFORM, "districts")
    page.locator("#crs").fill("EPSG:25832")
    page.get_by_role("button", name="Datei neu lesen").click()
    page.locator("#source").fill("stadt")
    tried(page)
    page.get_by_label("Diesen Datensatz löschen").check()
    field = page.get_by_label("Neuer Stand ab")
    field.fill("31.02.2025")
    # What cannot be read is never tried as if there were no day.
    page.get_by_role("button", name="Erneut prüfen").press("Enter")
    expect(page.locator("#valid-from-problem")).to_contain_text("Den 31.02.2025 gibt es nicht.")
    expect(field).to_be_focused()
    expect(page.get_by_label("Diesen Datensatz löschen")).to_be_checked()
    page.locator(".valid-from").get_by_role("button", name="Kalender öffnen").click()
    expect(page.locator("dialog.calendar-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    field.fill("1.7.25")
    tried(page)
    expect(field).to_have_value("01.07.2025")
    expect(page.locator(".ask")).to_contain_text("1 von 2 Bezirken der Quelle fehlen in der Datei und würden enden.")
    assert page.locator(".note").all_inner_texts()[-3:] == [
        "Als frühere Bezirke bis vor dem 01.07.2025 bleiben erhalten: Altstadt, Berg. Zahlen von Zeiträumen, die davor "
        "enden, werden nach ihnen aufgeteilt.",
        "Ab dem 01.07.2025 gelten neu oder anders: Neustadt.",
        "Am 01.07.2025 enden, weil sie in der Datei fehlen: Berg.",
    ]
    assert violations(page) == []
    page.get_by_label("Ja, so ist es gemeint").check()
    tried(page)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Zuordnung als Datei").click()
    assert "--valid-from 2025-07-01\n" in Path(downloading.value.path()).read_text()
    page.get_by_role("button", name="Laden", exact=True).click()
    expect(page.locator(".fits")).to_contain_text("Geladen in")
    with psycopg.connect(conninfo(city.database_url)) as connection:
        former = connection.execute(
            "select name, valid_until::text from flurwerk.former_districts order by 1"
        ).fetchall()
    assert former == [("Altstadt", "2025-07-01"), ("Berg", "2025-07-01")]


@quickly
def test_nothing_is_cut_off_on_small_screens(city: Site, open_page: Open) -> None:
    """A file is tried on the smallest one, and shown on the others."""
    page = editor(city, open_page, width=390, height=800)
    inspected(page)
    decided(page)
    tried(page)
    for width, height in ((390, 800), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("(width) => innerWidth === width", arg=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == [], f"{width} pixels"


@quickly
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(city: Site, open_page: Open) -> None:
    page = editor(city, open_page, lang="en")
    page.locator("#file").set_input_files({"name": "x.gpkg", "mimeType": "", "buffer": b"nonsense"})
    expect(page.locator(".failure")).to_contain_text("is not a GeoPackage file")
    expect(page.locator(".failure")).to_contain_text("Export the data again.")
    page.get_by_role("button", name="Another file").click()
    expect(page.get_by_text("Choose a file")).to_be_visible()


@quickly
def test_a_refusal_names_the_fields_of_the_page_instead_of_the_options_of_the_command(
    city: Site, open_page: Open
) -> None:
    page = editor(city, open_page)
    page.locator("#file").set_input_files(
        {"name": "adressen.csv", "mimeType": "", "buffer": "a;b\nMühle;1".encode("cp1252")}
    )
    told = page.locator(".failure")
    expect(told).to_contain_text(
        "oder nennen Sie ihre Kodierung, für die CSV-Dateien eines deutschen Excel „Zeichensatz“: cp1252."
    )
    page.get_by_role("button", name="Andere Datei").click()
    choose(page, "Betreiber, Stand 2023;;\n;;\nNr;Firma;Art\n1;Netz;Turmbau\n", "liste.csv")
    expect(told).to_contain_text("vielleicht „Zeile mit den Spaltennamen“: 3.")
    assert "--" not in told.inner_text()
    row = page.locator("#reading-header_row")
    for typed, wrong in (("drei", "Das ist keine Zahl"), ("1,5", "eine ganze Zahl"), ("0", "hat die Nummer 1")):
        row.fill(typed)
        page.get_by_role("button", name="Datei neu lesen").press("Enter")
        expect(page.locator("#reading-header_row-problem")).to_contain_text(wrong)
        expect(row).to_be_focused()
    row.fill("3")
    page.get_by_role("button", name="Datei neu lesen").click()
    page.locator("#layer").select_option("operators")
    expect(page.locator("#columns-title")).to_be_visible()
