"""A city with public, internal and personal records, and the service for the public and for insiders."""

from collections.abc import Iterator

import pytest

from geo.settings import load_settings
from tests.conftest import filled_database
from tests.records import Connection, insert, plot, sale, square, two_districts
from tests.test_api.helpers import Api, api

PERSON = "Erika Mustermann"
SECRET = "streng vertraulich"
PLOTS = 25
CLOCKWISE = "MULTIPOLYGON(((391000 5701000, 391000 5701100, 391100 5701100, 391100 5701000, 391000 5701000)))"
NOTARISED = square(392000, 5702000, 50)
UNNOTARISED = square(393000, 5703000, 50)


def fill(city: Connection) -> None:
    """Insert 25 plots on offer, one each month from January 2022, 700 m apart, and related records."""
    two_districts(city)
    land = [
        plot(
            city,
            x=391000 + 700 * number,
            name=f"Fläche {number:02}",
            official_area_m2=10_000 + 100 * (number % 5),
            asking_price_eur_m2=None if number % 3 == 0 else 100 + number % 4,
            zoning="GE" if number % 2 else "GI",
            brownfield=number % 2 == 0,
            parcels=[f"{number:020}", f"{number + 500:020}"],
            offered_on=f"{2022 + number // 12}-{number % 12 + 1:02}-01",
            contact=SECRET,
            note=SECRET,
            source_id=f"p{number}",
        )
        for number in range(PLOTS - 1)
    ]
    plot(city, name="Fläche 24", geom=CLOCKWISE, offered_on="2024-01-31", note=SECRET)
    plot(city, x=391000, y=5708000, name="Noch nicht angeboten")
    insert(city, "plot_restrictions", plot=land[0], kind="flood", severity="minor", note=SECRET)
    party = insert(city, "parties", kind="person", name=PERSON, email="erika@example.org", note=SECRET)
    known = {"party": party, "note": SECRET, "price_eur": 987654}
    sale(city, agreed_on="2023-06-30", geom=UNNOTARISED, **known)
    sale(city, agreed_on="2023-07-01", notarised_on="2023-09-01", geom=NOTARISED, **known)
    sale(city, agreed_on="2023-12-31", **known)
    sale(city, agreed_on="2024-01-01", **known)
    sale(city, agreed_on="2023-08-15", cancelled_on="2023-09-01", **known)
    insert(city, "inquiries", kind="plot", received_on="2023-08-01", party=party, note=SECRET)
    insert(city, "operators", name="Netz GmbH", kind="carrier")


@pytest.fixture(scope="package")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that city, for reading only."""
    with filled_database(server_url, template, "ogc_city", fill) as url:
        yield url


@pytest.fixture(scope="package")
def public(city_url: str) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=city_url)) as client:
        yield client


@pytest.fixture(scope="package")
def internal(city_url: str) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=city_url, anonymous_audience="internal")) as client:
        yield client
