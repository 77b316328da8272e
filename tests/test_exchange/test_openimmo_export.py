"""`flurwerk export openimmo`: what the public sees of plots, and properties on request, for real-estate portals."""

import os
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from lxml.etree import XMLSchema, fromstring, parse
from PIL import Image
from pypdf import PdfReader

from api.cli import main
from geo.exchange.openimmo.files import PublicFile, read_content
from geo.exchange.openimmo.sender import address_parts
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.profiles import published_by
from tests.records import Connection, insert, plot, sale, two_districts, update
from tests.test_attachments.helpers import PDF, attach, picture
from tests.test_exchange.openimmo_order import faults

SECRET = "Streng-vertraulich-4711"
AGENCY = {
    "FLURWERK_CONTACT_TEAM": "Flächenservice",
    "FLURWERK_CONTACT_EMAIL": "flaechen@stadt.example",
    "FLURWERK_CONTACT_PHONE": "+49 231 50-0",
    "FLURWERK_CONTACT_ADDRESS": "Marktplatz 1, 44137 Musterstadt",
    "FLURWERK_OPENIMMO_ANID": "A4711",
    "FLURWERK_LANGUAGE": "en",
}
FULL, BARE, PLANNED, WITHDRAWN, TAKEN = range(1, 6)
"""The ids of the plots, in the order in which they are inserted."""


def fill(city: Connection) -> None:
    """Insert a plot with all facts, one with none, three that are not on offer, and three properties."""
    two_districts(city)
    full = plot(
        city,
        x=395000,
        name="Hafen, Fläche 1 <Süd> & Kai",
        description="Ebenes Grundstück\x0b am Kanal.",
        address="Hafenstraße 12a, 44147 Musterstadt",
        official_area_m2=10_000,
        zoning="GI",
        plan_name="Hö 252",
        site_coverage_ratio=0.8,
        floor_area_ratio=2.4,
        servicing="partial",
        divisible=True,
        min_lot_m2=2500,
        asking_price_eur_m2=118.5,
        ground_value_eur_m2=105,
        ground_value_on="2024-01-01",
        parcels=["05592204000621____00"],
        offered_on="2023-01-01",
        available_from="2027-03-01",
        contact=SECRET,
        note=SECRET,
        source_id=SECRET,
    )
    person = {"job_title": "Gewerbeflächen Nord", "phone": "+49 231 50-17", "email": "ada@stadt.example"}
    update(city, "plots", full, contact_person=insert(city, "contacts", name="Ada Acker", is_public=True, **person))
    attach(city, picture("JPEG", (2000, 1000), "#1a6e4b"), plot=full, caption="Blick vom Kai", is_public=True)
    attach(city, picture("PNG", (40, 30), "#8a6414"), plot=full, is_public=True)
    attach(city, picture(colour="#401010"), plot=full, caption=SECRET, file_name=f"{SECRET}.jpg")
    attach(city, PDF, plot=full, caption="Festsetzungen", file_name=f"{SECRET}.pdf", is_public=True)
    insert(city, "plot_restrictions", plot=full, kind="contamination", severity="serious", note=SECRET)
    sale(city, plot=full, area_m2=1500, price_eur=987654, note=SECRET)
    bare = plot(city, x=396000, name="Ohne Angaben", offered_on="2023-01-01")
    update(city, "plots", bare, contact_person=insert(city, "contacts", name=SECRET, phone=SECRET))
    plot(city, x=397000, name="Geplant", note=SECRET)
    plot(city, x=398000, name="Zurückgezogen", offered_on="2023-01-01", withdrawn_on="2023-02-01")
    taken = plot(city, x=399000, name="Verkauft", offered_on="2023-01-01")
    sale(city, plot=taken, area_m2=10_000)
    place = {"geom": "POINT(395500 5705500)", "note": SECRET}
    insert(city, "properties", name="Halle", use="hall", area_m2=900, height_m=7.5, vacant_since="2023-01-01", **place)
    insert(city, "properties", name="Bewohnt", use="office", **place)
    let = insert(city, "properties", name="Vermietet", use="office", vacant_since="2023-01-01", **place)
    insert(city, "brokerages", property=let, kind="lease", agreed_on="2023-05-01")


@pytest.fixture(scope="module")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that city, for reading only."""
    with filled_database(server_url, template, "openimmo", fill) as url:
        yield url


def export(url: str, out: Path, *options: str, **environment: str) -> Result:
    """Run the command."""
    env = {**AGENCY, "FLURWERK_DATABASE_URL": url, **environment}
    with published_by("Wirtschaftsförderung Musterstadt"):
        return CliRunner(env=env).invoke(main, ["export", "openimmo", str(out), *options])


def exported(url: str, out: Path, *options: str) -> tuple[Any, str]:
    """Run it without files; return the document and what was said."""
    done = export(url, out, "--without-files", *options)
    assert done.exit_code == 0, done.output
    return fromstring((out / "openimmo.xml").read_bytes()), done.output


def objects(root: Any) -> dict[str, Any]:
    return {one.findtext("verwaltung_techn/objektnr_extern"): one for one in root.iter("immobilie")}


@pytest.fixture(scope="module")
def archive(city_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], str]:
    """Everything with all files, as an archive: its members, and what was said."""
    out = tmp_path_factory.mktemp("openimmo") / "portal.zip"
    done = export(city_url, out, "--properties", "both")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(out) as found:
        return {name: found.read(name) for name in found.namelist()}, done.output


def test_order_and_required_elements_are_those_of_the_standard(archive: tuple[dict[str, bytes], str]) -> None:
    assert list(faults(fromstring(archive[0]["openimmo.xml"]))) == []


def test_a_wrong_order_would_be_found(archive: tuple[dict[str, bytes], str]) -> None:
    root = fromstring(archive[0]["openimmo.xml"])
    one = root.find("anbieter/immobilie")
    one.append(one[0])
    assert any("out of order" in fault for fault in faults(root))


@pytest.mark.long
def test_it_is_valid_by_the_associations_schema(
    archive: tuple[dict[str, bytes], str], city_url: str, tmp_path: Path
) -> None:
    """FLURWERK_TEST_OPENIMMO_XSD is the path of openimmo_127b.xsd, which may not be copied."""
    schema = XMLSchema(parse(os.environ["FLURWERK_TEST_OPENIMMO_XSD"]))
    schema.assertValid(fromstring(archive[0]["openimmo.xml"]))
    stock = tmp_path / "stock.xml"
    exported(city_url, tmp_path / "all", "--properties", "sale", "--stock", str(stock))
    part, _ = exported(city_url, tmp_path / "part", "--stock", str(stock))
    schema.assertValid(parse(stock))
    schema.assertValid(part)
    assert part.find("uebertragung").get("modus") == "DELETE"


def test_all_that_is_recorded_and_public_is_filled_in(archive: tuple[dict[str, bytes], str]) -> None:
    full = objects(fromstring(archive[0]["openimmo.xml"]))["plots-1"]
    texts = {
        "geo/plz": "44147",
        "geo/ort": "Musterstadt",
        "geo/strasse": "Hafenstraße",
        "geo/hausnummer": "12a",
        "geo/gemeindecode": "05913000",
        "kontaktperson/email_zentrale": "flaechen@stadt.example",
        "kontaktperson/email_direkt": "ada@stadt.example",
        "kontaktperson/tel_durchw": "+49 231 50-17",
        "kontaktperson/name": "Ada Acker",
        "kontaktperson/position": "Gewerbeflächen Nord",
        "kontaktperson/email_feedback": "flaechen@stadt.example",
        "preise/kaufpreis_pro_qm": "118.5",
        "preise/freitext_preis": "Bodenrichtwert: 105 €/m² (Stichtag 01.01.2024)",
        "flaechen/grundstuecksflaeche": "8500",
        "flaechen/teilbar_ab": "2500",
        "flaechen/grz": "0.8",
        "flaechen/gfz": "2.4",
        "zustand_angaben/altlasten": "Altlast: schwerwiegend",
        "freitexte/objekttitel": "Hafen, Fläche 1 <Süd> & Kai",
        "verwaltung_objekt/verfuegbar_ab": "ab 01.03.2027",
        "verwaltung_objekt/abdatum": "2027-03-01",
    }
    assert {path: full.findtext(path) for path in texts} == texts
    assert full.find("objektkategorie/objektart/grundstueck").get("grundst_typ") == "INDUSTRIE"
    assert full.find("zustand_angaben/bebaubar_nach").get("bebaubar_attr") == "B_PLAN"
    assert full.find("zustand_angaben/erschliessung").get("erschl_attr") == "TEILERSCHLOSSEN"
    place = full.find("geo/geokoordinaten")
    assert (float(place.get("breitengrad")), float(place.get("laengengrad"))) == pytest.approx((51.49, 7.49), abs=0.01)


def test_what_is_not_recorded_is_left_out(archive: tuple[dict[str, bytes], str]) -> None:
    """No price is "on request", no address is coordinates alone; nothing is invented."""
    bare = objects(fromstring(archive[0]["openimmo.xml"]))["plots-2"]
    assert [child.tag for child in bare] == [
        "objektkategorie", "geo", "kontaktperson", "preise", "flaechen", "freitexte", "anhaenge",
        "verwaltung_objekt", "verwaltung_techn",
    ]  # fmt: skip
    assert [child.tag for child in bare.find("geo")] == ["geokoordinaten", "land", "gemeindecode"]
    price = bare.find("preise/kaufpreis")
    assert (price.text, price.get("auf_anfrage")) == ("0", "true")
    assert [child.tag for child in bare.find("flaechen")] == ["grundstuecksflaeche"]
    contact = {child.tag: child.text for child in bare.find("kontaktperson")}
    assert contact["name"] == "Flächenservice"
    assert not contact.keys() & {"email_direkt", "tel_durchw", "position"}


def test_nothing_internal_gets_out(archive: tuple[dict[str, bytes], str]) -> None:
    """Neither notes, contacts, source ids nor prices of deals, in the XML and in the exposés."""
    files, _ = archive
    pdfs = [name for name in files if name.endswith(".pdf")]
    exposes = [PdfReader(BytesIO(files[name])) for name in pdfs if name.endswith("-expose.pdf")]
    texts = [page.extract_text() for pdf in exposes for page in pdf.pages]
    for text in [files["openimmo.xml"].decode(), *texts]:
        assert SECRET not in text
        assert "987654" not in text
    assert len(pdfs) == 3


def test_every_attachment_is_there_and_nothing_else(archive: tuple[dict[str, bytes], str]) -> None:
    files, _ = archive
    named = [
        (one.get("gruppe"), one.findtext("daten/pfad")) for one in fromstring(files["openimmo.xml"]).iter("anhang")
    ]
    assert {path for _, path in named} == files.keys() - {"openimmo.xml"}
    assert [(group, re.sub(r"\d+\.", ".", path)) for group, path in named] == [
        ("TITELBILD", "plots-1-foto-.jpg"),
        ("BILD", "plots-1-foto-.jpg"),
        ("KARTEN_LAGEPLAN", "plots-1-lageplan.png"),
        ("DOKUMENTE", "plots-1-expose.pdf"),
        ("DOKUMENTE", "plots-1-dokument-.pdf"),
        ("KARTEN_LAGEPLAN", "plots-2-lageplan.png"),
        ("DOKUMENTE", "plots-2-expose.pdf"),
    ]
    begins = {"jpg": b"\xff\xd8", "png": b"\x89PNG", "pdf": b"%PDF"}
    assert all(files[path].startswith(begins[path.rpartition(".")[2]]) for _, path in named)
    titles = [one.findtext("anhangtitel") for one in fromstring(files["openimmo.xml"]).iter("anhang")]
    assert titles[:2] == ["Blick vom Kai", "Foto 2: Hafen, Fläche 1 <Süd> & Kai"]
    # Of photos what a screen shows, of documents the bytes that were uploaded.
    assert max(Image.open(BytesIO(files[named[0][1]])).size) == 1600
    assert files[named[4][1]] == PDF


def test_it_tells_what_was_written_and_what_was_left_out_and_why(archive: tuple[dict[str, bytes], str]) -> None:
    _, said = archive
    for line in (
        "plots 2, properties 1, deletions 0.",
        "Plots not on offer, planned: 1",
        "Plots not on offer, taken: 1",
        "Plots not on offer, withdrawn: 1",
        "Properties not on offer, no vacancy recorded: 1",
        "Properties not on offer, brokered: 1",
        "Plots without an asking price (“on request”): 1",
        "Plots without an address (coordinates only): 1",
        "Plot 1: control characters in description became spaces.",
    ):
        assert line in said, said


def test_properties_are_internal_unless_asked_for(city_url: str, tmp_path: Path) -> None:
    root, said = exported(city_url, tmp_path / "out")
    assert objects(root).keys() == {"plots-1", "plots-2"}
    assert "Properties on offer, but internal: 1" in said
    root, _ = exported(city_url, tmp_path / "leased", "--properties", "lease")
    hall = objects(root)["properties-1"]
    assert dict(hall.find("objektkategorie/vermarktungsart").attrib) == {"KAUF": "false", "MIETE_PACHT": "true"}
    assert hall.findtext("ausstattung/hallenhoehe") == "7.5"


def test_ids_are_the_same_in_every_transfer_and_unlike_another_installations(
    city_url: str, database_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        city.execute("update public.flurwerk_migrations set applied_at = applied_at - interval '1 day'")
        plot(city, offered_on="2023-01-01")
    paths = "verwaltung_techn/openimmo_obid"
    first, second, other = (
        objects(exported(url, tmp_path / name)[0])["plots-1"].findtext(paths)
        for name, url in (("first", city_url), ("second", city_url), ("other", database_url))
    )
    assert first == second != other
    assert len(first) == 31


def test_with_a_stock_only_what_differs_is_sent(database_url: str, tmp_path: Path) -> None:
    """New and changed objects as CHANGE, those no longer on offer as DELETE, once; unchanged ones are not sent."""
    stock = ("--stock", str(tmp_path / "stock.xml"))
    with psycopg.connect(conninfo(database_url), autocommit=True) as city:
        ids = [plot(city, x=391000 + 200 * number, name=f"P{number}", offered_on="2023-01-01") for number in range(3)]
        first, _ = exported(database_url, tmp_path / "first", *stock)
        assert first.find("uebertragung").get("umfang") == "VOLL"
        done = export(database_url, tmp_path / "same", "--without-files", *stock)
        assert done.exit_code == 0
        assert "Nothing has changed" in done.output
        assert not (tmp_path / "same").exists()

        update(city, "plots", ids[0], asking_price_eur_m2=90)
        update(city, "plots", ids[1], withdrawn_on="2024-01-01")
        plot(city, x=395000, name="Neu", offered_on="2024-01-01")
        part, said = exported(database_url, tmp_path / "part", *stock)
    assert (part.find("uebertragung").get("umfang"), part.find("uebertragung").get("modus")) == ("TEIL", "CHANGE")
    actions = {number: one.find("verwaltung_techn/aktion").get("aktionart") for number, one in objects(part).items()}
    assert actions == {"plots-1": "CHANGE", "plots-2": "DELETE", "plots-4": "CHANGE"}
    assert list(faults(part)) == []
    was, now = (objects(root)["plots-2"].findtext("verwaltung_techn/openimmo_obid") for root in (first, part))
    assert was == now
    assert "plots 2, properties 0, deletions 1." in said
    assert "As the portal has them, not sent: 1" in said
    assert "Nothing has changed" in export(database_url, tmp_path / "again", "--without-files", *stock).output


def test_a_file_that_is_no_stock_is_refused(city_url: str, tmp_path: Path) -> None:
    """Neither something else nor a part of a stock; and entities are not resolved."""
    (tmp_path / "secret").write_text(SECRET)
    for number, content in enumerate(
        (
            "no XML",
            "<openimmo/>",
            '<openimmo><uebertragung umfang="TEIL"/></openimmo>',
            f'<!DOCTYPE openimmo [<!ENTITY x SYSTEM "{tmp_path}/secret">]><openimmo>&x;</openimmo>',
        )
    ):
        stock = tmp_path / f"stock{number}.xml"
        stock.write_text(content)
        done = export(city_url, tmp_path / "out", "--stock", str(stock))
        assert done.exit_code == 1
        assert "stock" in done.output
        assert SECRET not in done.output
        assert not (tmp_path / "out").exists()
        assert stock.read_text() == content


def test_nothing_is_overwritten_and_a_failed_export_leaves_nothing(
    city_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "portal.zip"
    out.write_text("theirs")
    done = export(city_url, out)
    assert (done.exit_code, out.read_text()) == (1, "theirs")
    assert "exists already" in done.output

    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.cli.exchange.openimmo.make", fail)
    stock = tmp_path / "stock.xml"
    assert export(city_url, tmp_path / "folder", "--stock", str(stock)).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["portal.zip"]


def test_a_photo_that_stops_being_public_meanwhile_is_not_written(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its bytes, nor an archive that names it: the export is refused and leaves nothing."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as city:
        two_districts(city)
        record = plot(city, name="Kai", offered_on="2023-01-01")
        photo = attach(city, picture(), plot=record, is_public=True)

        def hidden(connection: Connection, file: PublicFile) -> object:
            update(city, "attachments", photo, is_public=False)
            return read_content(connection, file)

        monkeypatch.setattr("api.cli.exchange.openimmo.read_content", hidden)
        done = export(database_url, tmp_path / "portal.zip")
    assert done.exit_code == 1
    assert f"A photo or document of plot {record} has just stopped being public." in done.output
    assert [*tmp_path.iterdir()] == []


def test_without_a_way_to_reach_the_agency_it_is_refused(city_url: str, tmp_path: Path) -> None:
    done = export(city_url, tmp_path / "out", FLURWERK_CONTACT_EMAIL="", FLURWERK_CONTACT_PHONE="")
    assert done.exit_code == 1
    assert "FLURWERK_CONTACT_EMAIL" in done.output


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (
            "Kampstraße 3, 44137 Dortmund",
            {"strasse": "Kampstraße", "hausnummer": "3", "plz": "44137", "ort": "Dortmund"},
        ),
        ("Kampstraße 3 a, Dortmund", {"strasse": "Kampstraße", "hausnummer": "3 a", "ort": "Dortmund"}),
        ("Straße des 17. Juni", {"strasse": "Straße des 17. Juni"}),
        ("Hafen, Halle 3", {"strasse": "Hafen, Halle 3"}),
        ("Hafen, Westseite", {"strasse": "Hafen, Westseite"}),
        ("Weg 9-11", {"strasse": "Weg", "hausnummer": "9-11"}),
        (None, {}),
    ],
)
def test_an_address_is_taken_apart_as_far_as_it_is_certain(address: str | None, parts: dict[str, str]) -> None:
    assert address_parts(address) == parts
