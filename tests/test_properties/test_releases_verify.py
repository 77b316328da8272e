"""Whatever happens to the records later, a release verifies, and the records that differ explain the difference."""

from decimal import Decimal

from hypothesis import given

from geo.figures.releases import chain
from geo.figures.releases.differing import differences, recorded, state_of
from geo.figures.releases.release import Release
from geo.figures.releases.verifying import verify
from geo.figures.report.document import report_of
from geo.periods import parse_period
from tests.records import Connection
from tests.test_properties.city import Site
from tests.test_properties.histories import Step, histories
from tests.test_properties.profile import profile


def published(site: Site, history: list[Step]) -> list[Release]:
    """Play a history to its end and return the releases that it published."""
    before = len(chain.releases(site.publisher))
    site.city().play(history)
    return chain.releases(site.publisher)[before:]


@profile(3)
@given(history=histories(publishing=True))
def test_a_release_verifies_after_any_further_history(site: Site, history: list[Step]) -> None:
    for release in published(site, history):
        verdict = verify(site.publisher, release.period, release.number)
        assert verdict.holds, verdict


@profile(3)
@given(history=histories(publishing=True))
def test_the_records_that_differ_since_a_release_sum_to_the_difference_and_name_their_writes(
    site: Site, history: list[Step]
) -> None:
    for release in published(site, history):
        assert_explained(site.publisher, release)


def assert_explained(connection: Connection, release: Release) -> None:
    """Check that every figure differs by the sum of its records, and that each of these has a recorded cause."""
    before = state_of(report_of(release.document))
    after = recorded(connection, parse_period(release.period), before.indicators.values(), None)
    found = {each.indicator.key: each.records for each in differences(connection, before, after)}
    for key in before.indicators:
        differ = found.get(key, ())
        assert all(record.writes and not record.by_definition for record in differ)
        total = sum((record.difference for record in differ), Decimal())
        assert total == (after.total(key) or 0) - (before.total(key) or 0)
