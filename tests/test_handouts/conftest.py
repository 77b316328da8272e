"""A city with plots whose texts contain markup and formulas, and the service that makes hand-outs of them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from geo.access import Role, tokens
from geo.migrate import migrate
from geo.settings import Settings, load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.jobs import handouts_in_this_process
from tests.profiles import published_by
from tests.records import Connection, insert, plot, sale, square, two_districts
from tests.test_api.helpers import Api, api
from tests.test_attachments.helpers import attach, picture

SECRET = "Streng-vertraulich-4711"
PERSON = "Erika Mustermann"
TYPST = '#panic("Typst") *fett* $x^2$ @verweis <marke> \\ ] " _kursiv_'
FORMULA = '=HYPERLINK("http://example.org")'
LONG = "Gewerbeflächenentwicklungsgesellschaftsgrundstücksverwaltungsvereinbarung"
STRANGE = "Fläche 漢字 \N{ROCKET} \N{RIGHT-TO-LEFT OVERRIDE}"
FULL, PLANNED, HOSTILE, FORMULAS, BARE, LENGTHY = range(1, 7)
"""The ids of the plots, in the order in which they are inserted."""
MANY = 50
PHOTOGRAPHED, HIDDEN_PHOTO = MANY + 2, MANY + 3


def fill(city: Connection) -> None:
    """Insert eight different plots, more plots to fill a list, and a sale to a person."""
    migrate(city)
    two_districts(city)
    area = insert(city, "industrial_areas", name="Gewerbegebiet Hafen", geom=square(394500, 5704500, 1200))
    full = plot(
        city,
        x=395000,
        name="Hafen, Fläche 1",
        description="Ebenes Grundstück am Kanal.",
        address="Hafenstraße 12, 44147 Musterstadt",
        industrial_area=area,
        official_area_m2=10_000,
        zoning="GE",
        plan_name="Hö 252",
        site_coverage_ratio=0.8,
        floor_area_ratio=2.4,
        horizon="immediate",
        servicing="serviced",
        divisible=True,
        min_lot_m2=2500,
        asking_price_eur_m2=118.5,
        ground_value_eur_m2=105,
        ground_value_on="2024-01-01",
        brownfield=False,
        parcels=["05592204000621____00", "055922040006220007__"],
        offered_on="2023-01-01",
        checked_on="2024-03-04",
        contact=SECRET,
        note=SECRET,
        source_id=SECRET,
    )
    insert(city, "plot_restrictions", plot=full, kind="flood", severity="minor", note=SECRET)
    insert(city, "plot_restrictions", plot=full, kind="mining", severity="serious", geom=square(395010, 5705010, 30))
    party = insert(city, "parties", kind="person", name=PERSON, email="erika@example.org")
    sale(city, plot=full, party=party, area_m2=1500, price_eur=987654, note=SECRET, source_id=f"{SECRET}-2")
    plot(city, x=395200, name="Noch nicht angeboten", note=SECRET, contact=SECRET)
    plot(city, x=395400, name=TYPST, description=TYPST, address=TYPST, plan_name=TYPST, offered_on="2023-01-01")
    plot(city, x=395600, name=FORMULA, description=FORMULA, offered_on="2023-01-01")
    plot(city, x=399950, name="Ohne Angaben", offered_on="2023-01-01")
    plot(city, x=396000, name=LONG, address=LONG, description=f"{LONG} {STRANGE} " * 30, offered_on="2023-01-01")
    street = "MULTILINESTRING((393000 5704940, 397000 5704940))"
    insert(city, "streets", name="Kanalstraße", kind="main", geom=street, note=SECRET)
    for number in range(MANY - 5):
        plot(city, x=391000 + 90 * number, y=5702000, side=60, name=f"Fläche {number}", offered_on="2023-01-01")
    _with_photo(city)


def _with_photo(city: Connection) -> None:
    """Insert two plots with photos and contact persons: of one they are made public, of the other they are internal."""
    values: dict[str, Any] = {"description": "Am Kanal, mit eigener Kaimauer.", "offered_on": "2023-01-01"}
    known = insert(
        city, "contacts", name="Ada Acker", job_title="Gewerbeflächen Nord", phone="+49 231 000-17", is_public=True
    )
    unknown = insert(city, "contacts", name=PERSON, email="erika@example.org")
    shown = plot(city, x=396200, y=5703000, name="Kaimauer", contact_person=known, **values)
    hidden = plot(city, x=396400, y=5703000, name="Ohne Bild", contact_person=unknown, **values)
    attach(city, picture(size=(600, 400), colour="#808080"), plot=shown, caption=SECRET)
    attach(city, picture(size=(900, 600), colour="#1a6e4b"), plot=shown, caption="Blick vom Kanal", is_public=True)
    attach(city, picture(size=(90, 60), colour="#c00000"), plot=hidden, caption=SECRET)


@pytest.fixture(scope="package", autouse=True)
def jobs() -> Iterator[list[bytes]]:
    """The jobs of all hand-outs so far, which are made in this process."""
    with handouts_in_this_process() as sent:
        yield sent


@pytest.fixture(scope="package")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that city, for reading only."""
    with filled_database(server_url, template, "handouts", fill) as url:
        yield url


@pytest.fixture(scope="package")
def city_settings(city_url: str) -> Iterator[Settings]:
    """The settings of an agency with a name and contact details."""
    settings = load_settings(
        database_url=city_url,
        contact_team="Team Gewerbeflächen",
        contact_address="Friedensplatz 1, 44135 Musterstadt",
        contact_phone="+49 231 000-0",
        contact_email="flaechen@example.org",
        contact_url="https://www.example.org/flaechen",
    )
    with published_by("Wirtschaftsförderung Musterstadt"):
        yield settings


@pytest.fixture(scope="package")
def public(city_settings: Settings) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(city_settings) as client:
        yield client


@pytest.fixture(scope="package")
def internal(city_settings: Settings) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(city_settings.model_copy(update={"anonymous_audience": "internal"})) as client:
        yield client


@pytest.fixture(scope="package")
def editor(city_url: str) -> dict[str, str]:
    """The headers of an editor, who sees even personal data."""
    with psycopg.connect(conninfo(city_url)) as connection:
        return {"Authorization": f"Bearer {tokens.create(connection, 'editor', Role.EDITOR)}"}
