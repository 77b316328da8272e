"""The report on the sample's second half of 2023, with its pictures."""

from collections.abc import Callable
from functools import cache

import psycopg
import pytest

from geo.figures.report.content import content
from geo.periods import parse_period
from geo.store.database import conninfo
from maps.figures.report.content import Edition
from maps.figures.report.pictures.drawing import illustrations
from maps.figures.report.reading import Found, places_of
from maps.figures.report.writing import Form, document
from tests.test_report.editions import AGENCY


@pytest.fixture(scope="package")
def sample_places(sample_url: str) -> tuple[Edition, Found]:
    """The report without pictures, and the places that its maps show."""
    with psycopg.connect(conninfo(sample_url)) as connection:
        report = content(connection, parse_period("2023-H2"))
        return Edition(report, (), AGENCY, "de"), places_of(connection, report)


@pytest.fixture(scope="package")
def edition(sample_places: tuple[Edition, Found]) -> Edition:
    """The draft in German."""
    bare, places = sample_places
    return Edition(bare.report, illustrations(bare.report, places, "de"), AGENCY, "de")


@pytest.fixture(scope="package")
def made(edition: Edition) -> Callable[[Form], bytes]:
    """The draft's documents, each made once in this process: setting one takes seconds."""
    return cache(lambda form: document(edition, form))


@pytest.fixture(scope="package")
def english(sample_places: tuple[Edition, Found]) -> Edition:
    """The draft in English."""
    bare, places = sample_places
    return Edition(bare.report, illustrations(bare.report, places, "en"), AGENCY, "en")
