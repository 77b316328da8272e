"""What was done is told in sentences made of the registry: one for each layer that a transaction changed."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from geo.access import Caller, Role
from geo.records.activity import Activity, Wanted, activity_sql, read_activity_now, reading, sentence
from geo.records.activity.reading import MOST_RECORDS
from geo.records.layers import LAYERS
from tests.records import delete, insert, plot, two_districts, update

Connection = psycopg.Connection[Any]

READER = Caller(Role.READER, "leser")


class Office:
    """A database in which each step is a transaction of somebody's."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def as_person(self, name: str) -> Connection:
        """End the transaction before, and begin that person's."""
        self.connection.commit()
        self.connection.execute("select set_config('flurwerk.actor', %s, true)", [name])
        return self.connection

    def activity(self, caller: Caller = READER, limit: int = 20, **wanted: Any) -> Activity:
        """Return what the caller is told."""
        self.connection.commit()
        layers = [layer for layer in LAYERS.values() if caller.sees(layer)]
        return read_activity_now(self.connection, layers, caller.audience_of, Wanted(limit, **wanted))

    def told(self, language: str = "de", **wanted: Any) -> list[str]:
        """Return the sentences, the latest first."""
        return [sentence(entry).in_language(language) for entry in self.activity(**wanted).entries]


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    with psycopg.connect(database_url) as connection:
        two_districts(connection)
        yield Office(connection)


def test_a_reservation_is_told_in_the_layers_own_words(office: Office) -> None:
    """Who reserved what until when, then what was changed of it, then that it was given free; in both languages."""
    harbour = plot(office.as_person("Anna"), name="Hafen 12", offered_on="2023-01-01")
    held = insert(
        office.as_person("Bert"),
        "reservations",
        plot=harbour,
        area_m2=2000,
        reserved_on="2026-11-02",
        expires_on="2026-12-31",
    )
    update(office.as_person("Bert"), "reservations", held, expires_on="2027-01-31")
    update(office.as_person("Anna"), "reservations", held, released_on="2026-11-20")
    assert office.told()[:4] == [
        "Anna hat die Reservierung von „Hafen 12“ zum 20.11.2026 freigegeben.",
        "Bert hat die Reservierung zu „Hafen 12“ geändert: Reserviert bis 31.01.2027 (bisher 31.12.2026).",
        "Bert hat 2.000\N{NO-BREAK SPACE}m² von „Hafen 12“ bis 31.12.2026 reserviert.",
        "Anna hat das Grundstück „Hafen 12“ angelegt.",
    ]
    assert office.told("en")[:4] == [
        "Anna released the reservation of “Hafen 12” as of 20 Nov 2026.",
        "Bert changed the reservation for “Hafen 12”: Expires on 31 Jan 2027 (was 31 Dec 2026).",
        "Bert reserved 2,000\N{NO-BREAK SPACE}m² of “Hafen 12” until 31 Dec 2026.",
        "Anna added the plot “Hafen 12”.",
    ]


def test_changed_values_are_told_with_their_units_and_labels(office: Office) -> None:
    """Numbers in the reader's form, codes by their labels, long texts and outlines not word for word, and not all."""
    harbour = plot(office.connection, name="Hafen 12", asking_price_eur_m2=250, horizon="immediate", divisible=False)
    update(office.as_person("Anna"), "plots", harbour, asking_price_eur_m2=270.5)
    update(office.as_person("Anna"), "plots", harbour, horizon="short", divisible=True, note="Altes Gleis")
    update(office.as_person("Anna"), "plots", harbour, asking_price_eur_m2=None, note=None)
    moved = "update flurwerk.plots set geom = st_translate(geom, 10, 0) where id = %s"
    office.as_person("Anna").execute(moved, [harbour])
    sentences = office.told()
    assert sentences[3] == (
        "Anna hat das Grundstück „Hafen 12“ geändert: "
        "Angebotspreis von 250\N{NO-BREAK SPACE}€/m² auf 270,5\N{NO-BREAK SPACE}€/m²."
    )
    assert sentences[2].startswith("Anna hat das Grundstück „Hafen 12“ geändert: Notiz eingetragen; ")
    assert "Teilbar ja (bisher nein)" in sentences[2]
    assert "Zeithorizont der Verfügbarkeit von „" in sentences[2]
    assert "„Angebotspreis“ entfernt (bisher 270,5\N{NO-BREAK SPACE}€/m²)" in sentences[1]
    assert "Notiz entfernt" in sentences[1]
    assert "Lage geändert" in sentences[0]


def test_one_transaction_is_one_entry(office: Office) -> None:
    """Several records are counted; what all of them got is told, otherwise only what was changed."""
    plots = [plot(office.connection, name=f"Hafen {number}", x=395000 + number * 200) for number in range(3)]
    together = office.as_person("Anna")
    for each in plots:
        update(together, "plots", each, horizon="short")
    apart = office.as_person("Anna")
    for price, each in enumerate(plots, start=100):
        update(apart, "plots", each, asking_price_eur_m2=price)
    mixed = office.as_person("Anna")
    delete(mixed, "plots", plots[0])
    plot(mixed, name="Neu", x=397000)
    label = LAYERS["plots"].column("horizon").codes or {}
    assert office.told()[:3] == [
        "Anna hat 2 Gewerbegrundstücke bearbeitet: 1 angelegt, 1 gelöscht.",
        "Anna hat 3 Gewerbegrundstücke geändert: Angebotspreis.",
        f"Anna hat 3 Gewerbegrundstücke geändert: Zeithorizont der Verfügbarkeit auf „{label['short'].de}“ gesetzt.",
    ]
    assert [len(entry.records) for entry in office.activity().entries[:3]] == [2, 3, 3]


def test_a_record_is_told_as_it_was_left_then(office: Office) -> None:
    """What is done to a record later does not change what is told of earlier; a deletion keeps the name."""
    harbour = plot(office.as_person("Anna"), name="Hafen 12")
    twice = office.as_person("Bert")
    update(twice, "plots", harbour, name="Hafen 13")
    update(twice, "plots", harbour, name="Hafen 14")
    delete(office.as_person("Anna"), "plots", harbour)
    gone = office.as_person("Anna")
    delete(gone, "plots", plot(gone, name="Versehen"))
    assert office.told()[:3] == [
        "Anna hat das Grundstück „Hafen 14“ gelöscht.",
        "Bert hat das Grundstück „Hafen 14“ geändert: Bezeichnung von „Hafen 12“ auf „Hafen 14“.",
        "Anna hat das Grundstück „Hafen 12“ angelegt.",
    ]


def test_pages_and_filters(office: Office) -> None:
    """Pages follow each other without gap or repetition; one writer's, all others', and what is new since then."""
    for number in range(6):
        plot(office.as_person("Anna" if number % 2 else "Bert"), name=f"Hafen {number}", x=395000 + number * 200)
    together = office.as_person("Carla")
    for layer in ("sensitive_sites", "access_points", "properties"):
        kind = {"sensitive_sites": "school", "access_points": "port"}.get(layer)
        values = {"kind": kind} if kind else {"use": "office", "ownership": "public"}
        insert(together, layer, name="Zugleich", geom="POINT(395000 5705000)", **values)
    everything = office.activity(limit=100).entries
    first = office.activity(limit=2)
    assert len(first.entries) == 3, "all of one transaction"
    second = office.activity(limit=100, before=first.next_before)
    assert [*first.entries, *second.entries] == list(everything)
    assert second.next_before is None
    assert {entry.by for entry in office.activity(by="Anna").entries} == {"Anna"}
    assert "Anna" not in {entry.by for entry in office.activity(but_by="Anna").entries}
    since = office.activity().horizon
    assert office.told(since=since) == []
    plot(office.as_person("Anna"), name="Später", x=399000)
    assert office.told(since=since) == ["Anna hat das Grundstück „Später“ angelegt."]


def test_what_somebody_did_is_found_however_much_others_have_done_since(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a few transactions at a time, over pages without gap or repetition; an end is told only where there is one."""
    for number in range(24):
        person = "Anna" if number in (0, 1, 9) else "Bert"
        plot(office.as_person(person), name=f"Hafen {number}", x=395000 + number * 200)
    monkeypatch.setattr(activity_sql, "STEPS", 3)
    told: list[str] = []
    before = None
    for _ in range(30):
        page = office.activity(limit=2, by="Anna", before=before)
        told += [sentence(entry).de for entry in page.entries]
        before = page.next_before
        if before is None:
            break
    assert told == [f"Anna hat das Grundstück „Hafen {number}“ angelegt." for number in (9, 1, 0)]
    assert before is None
    monkeypatch.setattr(reading, "MOST_PAGES", 2)
    page = office.activity(by="Anna")
    assert page.entries == ()
    assert page.next_before is not None


def test_only_layers_that_the_reader_sees_inside(office: Office) -> None:
    """A token for some layers is told of these only, and nobody is told of people."""
    harbour = plot(office.as_person("Anna"), name="Hafen 12")
    insert(
        office.as_person("Anna"),
        "reservations",
        plot=harbour,
        area_m2=10,
        reserved_on="2026-11-02",
        expires_on="2027-01-01",
    )
    insert(office.as_person("Anna"), "parties", kind="person", name="Erika Musterfrau")
    limited = Caller(Role.READER, "gis", frozenset({"reservations"}))
    assert {entry.layer.key for entry in office.activity(limited).entries} == {"reservations"}
    assert {entry.layer.key for entry in office.activity().entries} == {"districts", "plots", "reservations"}
    assert office.activity(Caller(Role.PUBLIC)).entries == ()


def test_many_records_are_counted(office: Office) -> None:
    """More records than are listed are one entry with their number, whatever was done to them."""
    programme = insert(office.connection, "programmes", name="Ausbau", funding="funded", gap="white", counts="address")
    office.as_person("Anna").execute(
        """
        insert into flurwerk.trenches (geom, programme)
        select st_multi(st_makeline(st_point(395000, 5705000 + n, 25832), st_point(395100, 5705000 + n, 25832))), %s
        from generate_series(1, %s) as n
        """,
        [programme, MOST_RECORDS + 1],
    )
    office.as_person("Anna").execute("update flurwerk.trenches set note = 'x' where id % 2 = 0")
    latest, first = office.activity().entries[:2]
    assert (latest.number, first.number, first.records) == (100, MOST_RECORDS + 1, ())
    assert sentence(first).de == "Anna hat 201 Trassen bearbeitet."
    assert sentence(latest).de == "Anna hat 100 Trassen geändert: Notiz eingetragen."


def test_an_own_change_is_told_to_the_reader(office: Office) -> None:
    """Of what the reader has done, the sentence says so."""
    plot(office.as_person("leser"), name="Hafen 12")
    (entry, *_) = office.activity().entries
    assert sentence(entry, is_own=True) == (
        "Sie haben das Grundstück „Hafen 12“ angelegt.",
        "You added the plot “Hafen 12”.",
    )
