"""Built-in indicators that are declared once more in a profile have exactly the same figures, splits and records."""

import pytest

from geo.figures.kpis import Indicator, evaluation
from geo.periods import parse_period
from geo.records.layers.layer import Audience
from tests.records import Connection
from tests.test_profile.declaring import declared, indicator

NOT_CANCELLED = "cancelled_on IS NULL"
PUBLIC = (
    f"sector = 'public' AND role IN ('seller', 'supporter') AND kind IN ('sale', 'ground_lease') AND {NOT_CANCELLED}"
)
FUNDED = "programme.funding = 'funded' AND origin <> 'existing_duct' AND duplicate_of IS NULL"
AGAIN = {
    "inquiries": indicator(layer="inquiries", date="received_reached_on", filter="duplicate_of IS NULL"),
    "public_land_m2": indicator(
        layer="transactions", date="agreed_reached_on", property="area_m2", unit="m²", filter=PUBLIC
    ),
    "private_land_m2": indicator(
        layer="transactions",
        date="agreed_reached_on",
        property="area_m2",
        filter="sector = 'private' AND role = 'supporter' AND kind IN ('sale', 'ground_lease', 'lease') AND "
        + NOT_CANCELLED,
    ),
    "public_land_plots": indicator(layer="transactions", date="agreed_reached_on", filter=PUBLIC),
    "properties_brokered": indicator(layer="brokerages", date="agreed_on", filter=NOT_CANCELLED),
    "settlements:phoenix-west": indicator(
        layer="settlements",
        date="settled_reached_on",
        filter="industrial_area.major_project = true AND industrial_area.source_id = 'phoenix-west'",
    ),
    "trench_planned_km": indicator(
        layer="trenches",
        from_="planned_reached_on",
        until=["laid_reached_on", "discarded_on"],
        measure="length",
        unit="km",
        filter=FUNDED,
    ),
    "trench_laid_km": indicator(
        layer="trenches", from_="laid_reached_on", until="discarded_on", measure="length", unit="km", filter=FUNDED
    ),
    "mobile_requests": indicator(layer="mobile_requests", date="received_reached_on"),
    "letters_of_intent": indicator(layer="letters_of_intent", date="signed_reached_on"),
}
"""All but those whose records count differently by their kind: connections by dwellings, renewals by what they add."""

PERIODS = [parse_period(name) for name in ("2023-H2", "2023-H1", "2022", "2023-08", "2019-Q1")]


@pytest.fixture(params=AGAIN)
def pair(request: pytest.FixtureRequest, sample: Connection) -> tuple[Indicator, Indicator]:
    """A built-in indicator, and the same declared."""
    built_in = evaluation.find(evaluation.indicators(sample), request.param)
    return built_in, declared(AGAIN[request.param])["own"]


def test_all_that_is_computed_is_the_same(sample: Connection, pair: tuple[Indicator, Indicator]) -> None:
    built_in, again = pair
    assert (again.unit, again.kind) == (built_in.unit, built_in.kind)
    assert again.layers[0] == built_in.layers[0]
    assert set(again.dates) == set(built_in.dates)
    counted = 0
    for period in PERIODS:
        one, other = (evaluation.totals(sample, [(each, period)])[each.key, period.name] for each in pair)
        assert one == other
        assert evaluation.by_district(sample, built_in, period) == evaluation.by_district(sample, again, period)
        assert evaluation.by_month(sample, built_in, period) == evaluation.by_month(sample, again, period)
        for by_part in (False, True):
            rows = evaluation.rows(sample, built_in, period, by_part=by_part)
            assert rows == evaluation.rows(sample, again, period, by_part=by_part)
            counted += len(rows)
    assert counted > 0


def test_the_public_learns_no_place_from_what_is_declared(
    sample: Connection, pair: tuple[Indicator, Indicator]
) -> None:
    again = pair[1]
    parts = evaluation.by_district(sample, again, PERIODS[0], Audience.PUBLIC)
    assert {part for part, amount in parts if amount} <= {"unlocated"}
