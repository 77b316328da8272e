"""What was an indicator's definition once can be computed for ever: no migration takes away a column that it names."""

from dataclasses import replace
from typing import Any

import pytest

from geo.figures.kpis import INDICATORS, Kind, evaluation
from geo.periods import parse_period
from geo.store.database import Connection, as_recorded
from tests.records import one
from tests.test_releases.keeping import kept, present


@pytest.mark.parametrize("definition", kept(), ids=lambda definition: definition["key"])
def test_every_definition_that_was_ever_published_still_works(
    connection: Connection, definition: dict[str, Any]
) -> None:
    indicator = replace(INDICATORS[0], **(definition | {"kind": Kind(definition["kind"])}))
    for instant in (None, one(connection, "select clock_timestamp()")):
        with as_recorded(connection, instant):
            for period in (parse_period("2023-H2"), parse_period("2024")):
                assert evaluation.rows(connection, indicator, period) == []
                assert sum(part.amount for part in evaluation.by_district(connection, indicator, period)) == 0


def test_the_definitions_of_today_are_among_them() -> None:
    missing = [definition["key"] for definition in present() if definition not in kept()]
    assert missing == [], "run: python -m tests.test_releases.keeping"
