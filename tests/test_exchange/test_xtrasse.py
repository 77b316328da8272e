"""Applications for consent as XTrasse: what is written of a trench, what is left out, and what is told."""

from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psycopg
import pytest

from geo.exchange.errors import ExchangeRefused
from geo.exchange.xtrasse import Application, Choice, Kind, write_application
from geo.exchange.xtrasse.codes import CONSTRUCTION, METHOD, MILLING, SURFACE, section
from geo.records.layers import rollout_codes
from geo.store.database import conninfo
from tests.records import Connection, insert
from tests.test_cli import Command
from tests.test_exchange.trenches import LINE, programme, trench

NAMES = {
    "x": "http://www.xtrasse.de/2.0",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": "http://www.w3.org/1999/xlink",
}
NORD = Choice(clusters=("Nord",))
APPLICATION = Application("Ausbau Nord")


def texts(path: Path, name: str) -> list[str | None]:
    """Return the texts of all elements of that name."""
    return [element.text for element in ElementTree.parse(path).iterfind(f".//x:{name}", NAMES)]


def refusal(connection: Connection, path: Path, choice: Choice = NORD, application: Application = APPLICATION) -> str:
    """Return why nothing is written."""
    with pytest.raises(ExchangeRefused) as refused:
        write_application(connection, path, choice, application)
    assert not path.exists()
    assert refused.value.hint
    return str(refused.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file to be written."""
    return tmp_path / "antrag.gml"


def test_an_application_names_plan_parties_days_and_law(connection: Connection, path: Path) -> None:
    """The operator applies, the works end on the last due date, and the plan's area contains all trenches."""
    operator = insert(connection, "operators", name="Netz & Söhne", kind="carrier")
    first = programme(connection)
    trench(connection, first, "T-1", operator=operator, due_on="2024-05-01")
    trench(connection, first, "T-2", operator=operator, due_on="2024-06-30")
    written = write_application(
        connection,
        path,
        NORD,
        Application("Ausbau Nord", "7/24", Kind.NOTICE, contractor="Tiefbau GmbH", begins_on=date(2024, 2, 1)),
    )
    assert (written.trenches, written.sections, written.notes) == (2, 2, [])
    for name, expected in {
        "nummer": ["7/24"],
        "detail": ["§ 127 Abs. 4"],
        "nameOrganisation": ["Netz & Söhne", "Tiefbau GmbH"],
        "rolle": ["1000", "5000"],
        "bauBeginn": ["2024-02-01"],
        "bauEnde": ["2024-06-30"],
        "status": ["3000"],
        "title": ["T-1", "T-2"],
    }.items():
        assert texts(path, name) == expected


def test_the_same_records_make_the_same_file(connection: Connection, path: Path, tmp_path: Path) -> None:
    """So that a second application can be compared with the first; each section refers to the plan, the plan to it."""
    first = programme(connection)
    trench(
        connection,
        first,
        "T-1",
        geom="MULTILINESTRING((395000 5705000, 395100 5705000), (395200 5705000, 395300 5705000))",
    )
    again = tmp_path / "again.gml"
    for target in (path, again):
        assert write_application(connection, target, NORD, APPLICATION).sections == 2
    assert path.read_bytes() == again.read_bytes()
    root = ElementTree.parse(path).getroot()
    identifier, href = f"{{{NAMES['gml']}}}id", f"{{{NAMES['xlink']}}}href"
    sections = [f"#{found.get(identifier)}" for found in root.iterfind(".//x:BRA_BreitbandtrasseAbschnitt", NAMES)]
    assert [found.get(href) for found in root.iterfind(".//x:hatBRAObjekt", NAMES)] == sections
    (plan,) = root.iterfind(".//x:BRA_AusbauPlan", NAMES)
    assert {found.get(href) for found in root.iterfind(".//x:gehoertZuBRA", NAMES)} == {f"#{plan.get(identifier)}"}
    identifiers = [found.get(identifier) for found in root.iter() if found.get(identifier)]
    assert len(identifiers) == len(set(identifiers))


def test_every_code_of_ours_is_written_as_a_code_or_in_words() -> None:
    """None is lost: what the other list lacks stands in the description."""
    assert CONSTRUCTION.keys() == rollout_codes.CONSTRUCTION.keys()
    for method in rollout_codes.METHOD:
        for surface in rollout_codes.SURFACE:
            codes = section("open", method, surface, "new")
            words = [text.de for text in codes.words]
            label = f"Verlegeverfahren: {rollout_codes.METHOD[method].de}"
            assert (codes.legeverfahren is None) == (label in words)
            ground = f"Oberfläche: {rollout_codes.SURFACE[surface].de}"
            assert (codes.baugrund in (None, "9999") and surface != "other") == (ground in words)
    assert {*METHOD, "milling"} == rollout_codes.METHOD.keys()
    assert MILLING.keys() | SURFACE.keys() <= rollout_codes.SURFACE.keys()
    assert section(None, None, None, "existing_duct").words[0].de == "Herkunft der Trasse: Bestandsleerrohr"


@pytest.mark.parametrize(
    ("surface", "code"), [("carriageway", "60002"), ("unpaved", "5000"), ("verge", None), ("other", None), (None, None)]
)
def test_milling_has_the_code_of_its_surface_or_none(surface: str | None, code: str | None) -> None:
    """Bound and unbound surfaces are milled by methods of different codes."""
    assert section("open", "milling", surface, "new").legeverfahren == code


def test_duplicates_and_discarded_trenches_stay_out_and_what_is_done_is_told(
    connection: Connection, path: Path
) -> None:
    """Each with its identifier; so are a missing applicant and a missing end of the works."""
    first = programme(connection)
    kept = trench(connection, first, "T-1")
    trench(connection, first, "T-2", duplicate_of=kept)
    trench(connection, first, "T-3", discarded_on="2023-05-01")
    trench(connection, first, "T-4", laid_on="2023-06-01", due_on="2023-06-30")
    trench(connection, first, "T-5", permitted_on="2023-06-01", method="milling")
    written = write_application(connection, path, NORD, APPLICATION)
    assert texts(path, "title") == ["T-1", "T-4", "T-5"]
    assert texts(path, "bauEnde") == []
    assert [(trench, text.en) for trench, text in written.notes] == [
        ("T-2", "left out, being a duplicate"),
        ("T-3", "left out, being discarded"),
        ("T-4", "is laid already: does it belong here?"),
        ("T-5", "has its consent already: does it belong here?"),
        (None, "The application names no applicant, as the trenches have no operator (--applicant NAME)."),
        (None, "The end of the works is missing, as 2 trenches have no due date (--ends-on DAY)."),
        ("T-5", "stands as text in the description: Laying method: Milling"),
    ]


def test_what_cannot_be_an_application_is_refused(connection: Connection, path: Path) -> None:
    """Nothing chosen, unknown names, only discarded trenches, works that end before they begin, a control character."""
    first = programme(connection)
    trench(connection, first, "T-1", discarded_on="2023-05-01")
    trench(connection, first, "T-2", cluster="Süd")
    assert "No trenches are chosen" in refusal(connection, path, Choice())
    assert "no such cluster among the trenches: West" in refusal(connection, path, Choice(clusters=("Nord", "West")))
    assert "no such trench among the trenches: T-9" in refusal(connection, path, Choice(source_ids=("T-9",)))
    assert "No trench meets" in refusal(connection, path, Choice(applied_on=date(2023, 1, 1)))
    assert "duplicates or discarded" in refusal(connection, path)
    backwards = Application("A", begins_on=date(2024, 2, 1), ends_on=date(2024, 1, 1))
    assert "end before they begin" in refusal(connection, path, Choice(source_ids=("T-2",)), backwards)
    assert "U+0001" in refusal(connection, path, Choice(source_ids=("T-2",)), Application("Süd\x01"))


def test_one_application_has_one_applicant(connection: Connection, path: Path) -> None:
    """Trenches of two operators are refused until somebody says who applies."""
    first = programme(connection)
    for source_id, name in (("T-1", "A-Netz"), ("T-2", "B-Netz")):
        operator = insert(connection, "operators", name=name, kind="carrier")
        trench(connection, first, source_id, operator=operator)
    assert "several operators (A-Netz, B-Netz)" in refusal(connection, path)
    write_application(connection, path, NORD, Application("Ausbau Nord", applicant="A-Netz"))
    assert texts(path, "nameOrganisation") == ["A-Netz"]
    assert texts(path, "netzbetreiber") == ["A-Netz", "B-Netz"]


def test_an_identifier_of_two_sources_is_ambiguous(connection: Connection, path: Path) -> None:
    """Two contractors may both have a T-1."""
    first = programme(connection)
    trench(connection, first, "T-1")
    insert(connection, "trenches", source="kabelbau", source_id="T-1", programme=first, geom=LINE)
    assert "T-1 exists in several sources: kabelbau, netzbau" in refusal(connection, path, Choice(source_ids=("T-1",)))


def test_the_command_writes_the_file_and_tells_what_to_know(database_url: str, path: Path) -> None:
    """In German unless asked otherwise; an unknown cluster is one line and the exit status 1."""
    with psycopg.connect(conninfo(database_url)) as connection:
        trench(connection, programme(connection), "T-1", applied_on="2024-03-01", method="milling")
    flurwerk = Command(database_url)
    arguments = ("export", "xtrasse", str(path), "--name", "Ausbau Nord", "--applied-on", "01.03.2024")
    done: Any = flurwerk(*arguments, "--applicant", "A-Netz", "--ends-on", "2024-12-31")
    assert done.stdout == f"{path}: 1 Trassen in 1 Abschnitten\n"
    assert done.stderr == "T-1: steht als Text in der Beschreibung – Verlegeverfahren: Fräsverfahren\n"
    assert texts(path, "bauEnde") == ["2024-12-31"]
    refused = flurwerk("export", "xtrasse", str(path), "--name", "Süd", "--cluster", "Süd", exit_code=1)
    assert refused.stderr.startswith("flurwerk: There is no such cluster among the trenches: Süd.")
