"""Whatever happens to the records: a past figure is what was read then, and splits and rows add up to it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from geo.kpis import run
from tests.conftest import filled_database
from tests.test_properties.city import HALVES, Site, read_as_recorded, site_of
from tests.test_properties.histories import Step, histories

PROFILE = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
"""The same histories each time, whatever the machine."""


@pytest.fixture(scope="module")
def site(server_url: str, template: str) -> Iterator[Site]:
    """A database for one city after the other."""
    with filled_database(server_url, template, "cities", lambda _: None) as url, site_of(url) as site:
        yield site


@PROFILE
@given(history=histories)
def test_a_past_figure_is_what_was_read_then(site: Site, history: list[Step]) -> None:
    city = site.city()
    city.play(history)
    for seen in city.seen:
        for instant in seen.at:
            assert read_as_recorded(city.reader, instant) == (seen.figures, seen.proof)


@PROFILE
@given(history=histories)
def test_splits_and_rows_add_up_to_the_figure(site: Site, history: list[Step]) -> None:
    city = site.city()
    city.play(history)
    indicators = run.indicators(city.reader)
    figures = city.seen[-1].figures
    for indicator in indicators:
        for half in HALVES:
            total = figures[indicator.key, half.name]
            districts = run.by_district(city.reader, indicator, half)
            months = run.by_month(city.reader, indicator, half)
            rows = run.rows(city.reader, indicator, half)
            by_part = run.rows(city.reader, indicator, half, by_part=True)
            for parts in (districts, months, rows, by_part):
                assert sum((part.amount for part in parts), Decimal(0)) == total
            assert len({row.id for row in rows}) == len(rows)
