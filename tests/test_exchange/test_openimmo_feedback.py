"""`flurwerk import openimmo-feedback`: inquiries that a portal sends back, all new ones or none."""

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from lxml.etree import XMLSchema, fromstring, parse

from api.cli import main
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import delete, one, update
from tests.test_api.helpers import api

HEAD = """<?xml version="1.0" encoding="{encoding}"?>
<openimmo_feedback>
  <version>1.2.5</version>
  <sender>
    <name>Musterportal</name>
    <datum>{day}</datum>
    <makler_id>M1</makler_id>
  </sender>
"""
FIRM = """  <objekt>
    <oobj_id>plots-17</oobj_id>
    <bezeichnung>Hafen, Fläche 1</bezeichnung>
    <interessent>
      <int_id>i-1</int_id>
      <anrede>Frau</anrede>
      <vorname>Erika</vorname>
      <nachname>Mustermann</nachname>
      <firma>Muster &amp; Söhne GmbH</firma>
      <strasse>Weg 1</strasse>
      <plz>44137</plz>
      <ort>Dortmund</ort>
      <tel>+49 231 1</tel>
      <mobil>+49 170 1</mobil>
      <email>erika@example.org</email>
      <bevorzugt>EMAIL</bevorzugt>
      <wunsch>BESICHTIGUNG</wunsch>
      <wunsch>ANRUF</wunsch>
      <anfrage>Wir suchen 5.000 m²;
"sofort". Erika Mustermann</anfrage>
    </interessent>
  </objekt>
"""
PERSON = """  <objekt>
    <oobj_id>OFLW20230101120000000I000000005</oobj_id>
    <interessent>
      <int_id>i-2</int_id>
      <nachname>Beispiel</nachname>
      <email>b@example.org</email>
      <user_defined_extend><feld><name>Branche</name><wert>Logistik</wert></feld></user_defined_extend>
    </interessent>
    <user_defined_extend><feld><name>Kampagne</name><wert>Mai</wert></feld></user_defined_extend>
  </objekt>
"""
END = "</openimmo_feedback>\n"


def feedback(*objects: str, day: str = "2023-05-03") -> str:
    """A portal's feedback."""
    return HEAD.format(encoding="UTF-8", day=day) + "".join(objects) + END


def book(url: str, folder: Path, content: str | bytes, *options: str) -> Result:
    """Import the content as a file."""
    path = folder / "feedback.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    env = {"FLURWERK_DATABASE_URL": url, "FLURWERK_LANGUAGE": "en"}
    return CliRunner(env=env).invoke(main, ["import", "openimmo-feedback", str(path), *options])


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo(url)) as city:
        return city.execute(statement.encode()).fetchall()


def counts(url: str) -> tuple[int, int]:
    """The numbers of inquiries and parties."""
    with psycopg.connect(conninfo(url)) as city:
        return one(city, "select count(*) from flurwerk.inquiries"), one(city, "select count(*) from flurwerk.parties")


@pytest.mark.long
def test_the_tests_own_feedback_is_valid() -> None:
    """By openimmo-feedback_125.xsd, beside FLURWERK_TEST_OPENIMMO_XSD."""
    schema = XMLSchema(parse(Path(os.environ["FLURWERK_TEST_OPENIMMO_XSD"]).with_name("openimmo-feedback_125.xsd")))
    schema.assertValid(fromstring(feedback(FIRM, PERSON).encode()))


def test_inquiries_and_parties_are_booked_with_all_that_was_said(database_url: str, tmp_path: Path) -> None:
    """What names a person is in the party alone, whose note can be erased, never in the inquiry."""
    done = book(database_url, tmp_path, feedback(FIRM, PERSON))
    assert done.exit_code == 0, done.output
    assert "Musterportal: 2 inquiries booked, 2 parties new" in done.output
    found = rows(
        database_url,
        "select i.source, i.source_id, i.kind, i.received_on::text, i.note, p.source_id"
        " from flurwerk.inquiries as i join flurwerk.parties as p on p.id = i.party order by i.id",
    )
    assert found == [
        (
            "Musterportal", "i-1/plots-17", "plot", "2023-05-03",
            "OpenImmo: plots-17, Hafen, Fläche 1\nWunsch: BESICHTIGUNG, ANRUF", "i-1",
        ),
        ("Musterportal", "i-2/properties-5", "property", "2023-05-03", "OpenImmo: properties-5", "i-2"),
    ]  # fmt: skip
    parties = rows(
        database_url, "select kind, name, contact_name, email, phone, note from flurwerk.parties order by id"
    )
    assert parties == [
        (
            "company", "Muster & Söhne GmbH", "Erika Mustermann", "erika@example.org", "+49 231 1",
            "Anfrage vom 03.05.2023, OpenImmo: plots-17, Hafen, Fläche 1\nAnrede: Frau\n"
            "Anschrift: Weg 1, 44137 Dortmund\nMobil: +49 170 1\nBevorzugter Kontakt: EMAIL\n"
            'Wir suchen 5.000 m²;\n"sofort". Erika Mustermann',
        ),
        (
            "person", "Beispiel", None, "b@example.org", None,
            "Anfrage vom 03.05.2023, OpenImmo: properties-5\nKampagne: Mai\nBranche: Logistik",
        ),
    ]  # fmt: skip


def test_readers_see_the_inquiry_and_nothing_of_the_person(database_url: str, tmp_path: Path) -> None:
    book(database_url, tmp_path, feedback(FIRM))
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as client:
        texts = [client.get(f"/api/collections/{layer}/items").text for layer in ("inquiries", "parties")]
    assert "plots-17" in texts[0]
    assert not any(word in text for text in texts for word in ("Erika", "Mustermann", "5.000", "+49"))


def test_the_same_feedback_is_not_booked_twice_and_edits_stay(database_url: str, tmp_path: Path) -> None:
    """Neither from the same file nor from a later one that contains more, and what an editor changed stays."""
    book(database_url, tmp_path, feedback(FIRM))
    with psycopg.connect(conninfo(database_url)) as city:
        update(city, "inquiries", 1, note="bearbeitet", kind="either")
    done = book(database_url, tmp_path, feedback(FIRM, PERSON, day="2023-06-01"))
    assert done.exit_code == 0, done.output
    assert "Line 12: inquiry i-1/plots-17 is booked already" in done.output
    assert "1 inquiries booked, 1 parties new, 0 added to, 1 booked already" in done.output
    found = rows(database_url, "select note, kind, received_on::text from flurwerk.inquiries order by id")
    assert found[0] == ("bearbeitet", "either", "2023-05-03")
    assert counts(database_url) == (2, 2)


def test_what_was_deleted_or_erased_does_not_come_back(database_url: str, tmp_path: Path) -> None:
    book(database_url, tmp_path, feedback(FIRM))
    with psycopg.connect(conninfo(database_url)) as city:
        delete(city, "inquiries", 1)
        delete(city, "parties", 1)
    done = book(database_url, tmp_path, feedback(FIRM))
    assert "booked already or was deleted" in done.output
    assert counts(database_url) == (0, 0)


def test_a_person_is_a_party_once_and_what_is_written_later_is_added(database_url: str, tmp_path: Path) -> None:
    """Another inquiry of a known person adds to the note; other contact details do not replace what is on record."""
    book(database_url, tmp_path, feedback(FIRM))
    later = FIRM.replace("plots-17", "plots-18").replace("+49 231 1<", "+49 231 2<").replace("Wir suchen", "Nochmals")
    done = book(database_url, tmp_path, feedback(later, day="01.06.2023"))
    assert done.exit_code == 0, done.output
    assert "i-1 is on record with other values (phone), which stay." in done.output
    assert "+49 231 2" not in done.output
    assert counts(database_url) == (2, 1)
    ((phone, note),) = rows(database_url, "select phone, note from flurwerk.parties")
    assert phone == "+49 231 1"
    assert note.startswith("Anfrage vom 03.05.2023")
    assert "\n\nAnfrage vom 01.06.2023, OpenImmo: plots-18" in note
    assert "Nochmals 5.000" in note


def test_all_or_none_and_every_bad_element_is_told_with_its_line(database_url: str, tmp_path: Path) -> None:
    bad = """  <objekt>
    <oobj_id>plots-1</oobj_id>
    <farbe>rot</farbe>
    <interessent>
      <int_id>i-3</int_id>
      <nachname>A</nachname>
      <email>a@example.org</email>
      <email>b@example.org</email>
      <wunsch>SCHENKUNG</wunsch>
    </interessent>
    <interessent>
      <int_id>i-4</int_id>
    </interessent>
  </objekt>
"""
    content = feedback(FIRM, bad, FIRM, day="31.02.2023")
    done = book(database_url, tmp_path, content)
    assert done.exit_code == 1
    lines = content.splitlines()
    people = [number for number, line in enumerate(lines, 1) if "<interessent>" in line]
    expected = [
        (lines.index("    <datum>31.02.2023</datum>") + 1, "datum „31.02.2023“"),
        (lines.index("    <farbe>rot</farbe>") + 1, "farbe „rot“"),
        (lines.index("      <email>b@example.org</email>") + 1, "email „b@example.org“"),
        (lines.index("      <wunsch>SCHENKUNG</wunsch>") + 1, "wunsch „SCHENKUNG“"),
        (people[2], "interessent"),
        (people[3], "interessent „i-1/plots-17“"),
    ]
    told = done.stderr.splitlines()
    assert len(told) == len(expected)
    for (line, part), said in zip(expected, told, strict=True):
        assert said.startswith(f"Line {line}, {part}: ")
    assert counts(database_url) == (0, 0)


def test_what_the_database_refuses_is_told_with_the_line_too(database_url: str, tmp_path: Path) -> None:
    """A day in the future, and a text that is too long: nothing is booked, not even the good one."""
    long = PERSON.replace("Beispiel", "B" * 100_000)
    done = book(database_url, tmp_path, feedback(FIRM, long))
    assert done.exit_code == 1
    assert "Line 33, name „BBBB" in done.stderr
    assert len(done.stderr) < 1000, "a value is shown as far as it is of use"
    assert counts(database_url) == (0, 0)
    done = book(database_url, tmp_path, feedback(FIRM, day="2190-01-01"))
    assert done.exit_code == 1
    assert "Line 12, received_on" in done.stderr
    assert counts(database_url) == (0, 0)


def test_a_dry_run_writes_nothing(database_url: str, tmp_path: Path) -> None:
    done = book(database_url, tmp_path, feedback(FIRM), "--dry-run")
    assert "1 inquiries booked" in done.output
    assert "nothing was written" in done.output
    assert counts(database_url) == (0, 0)


def test_an_object_that_is_not_ours_needs_a_decision(database_url: str, tmp_path: Path) -> None:
    content = feedback(PERSON.replace("OFLW20230101120000000I000000005", "4711"))
    done = book(database_url, tmp_path, content)
    assert done.exit_code == 1
    assert "--kind" in done.stderr
    assert book(database_url, tmp_path, content, "--kind", "either").exit_code == 0
    assert rows(database_url, "select kind, source_id from flurwerk.inquiries") == [("either", "i-2/4711")]


def test_without_an_id_of_the_portals_only_the_same_file_is_recognised(database_url: str, tmp_path: Path) -> None:
    """Another file never overwrites an inquiry that stands in the same place of an earlier one."""
    nameless = PERSON.replace("<int_id>i-2</int_id>", "")
    first = feedback(nameless)
    assert "Without an int_id: 1" in book(database_url, tmp_path, first).output
    assert "1 booked already" in book(database_url, tmp_path, first).output
    assert counts(database_url) == (1, 1)
    book(database_url, tmp_path, feedback(nameless.replace("Beispiel", "Anders")))
    assert counts(database_url) == (2, 2)


def test_what_the_portal_says_about_a_transfer_is_told(database_url: str, tmp_path: Path) -> None:
    said = "<fehlerliste><fehler><objekt_id>plots-3</objekt_id><fehlernr>7</fehlernr><text>Bild fehlt</text></fehler>"
    done = book(database_url, tmp_path, feedback(FIRM, f"{said}</fehlerliste>"))
    assert "The portal says: plots-3 7 Bild fehlt" in done.output


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "haha" * 10}">' for n in range(10))


@pytest.mark.parametrize(
    "document",
    [
        f"<!DOCTYPE x [{ENTITIES}]><openimmo_feedback><version>&a9;</version></openimmo_feedback>",
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><openimmo_feedback><version>&f;</version>'
        "</openimmo_feedback>",
        '<!DOCTYPE openimmo_feedback SYSTEM "http://127.0.0.1:9/x.dtd"><openimmo_feedback/>',
        "<openimmo/>",
        "<openimmo_feedback>",
        "<openimmo_feedback/>",
        "",
        "\0\1",
    ],
)
def test_no_feedback_and_no_entities_are_refused_at_once(database_url: str, tmp_path: Path, document: str) -> None:
    done = book(database_url, tmp_path, document)
    assert done.exit_code == 1
    assert done.output.startswith("flurwerk: ")
    assert len(done.output.splitlines()) == 1
    assert "root:" not in done.output


def test_other_encodings_are_read_as_declared(database_url: str, tmp_path: Path) -> None:
    content = (HEAD.format(encoding="ISO-8859-1", day="2023-05-03") + FIRM + END).encode("latin-1")
    assert book(database_url, tmp_path, content).exit_code == 0
    assert rows(database_url, "select name from flurwerk.parties") == [("Muster & Söhne GmbH",)]
    wrong = (HEAD.format(encoding="UTF-8", day="2023-05-03") + FIRM + END).encode("latin-1")
    assert book(database_url, tmp_path, wrong).exit_code == 1
