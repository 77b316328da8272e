"""Every indicator's definition can be computed for ever: no migration removes a column that it names."""

from dataclasses import replace
from typing import Any

import pytest

from geo.figures.kpis import INDICATORS, Kind, evaluation
from geo.periods import parse_period
from geo.store.database import Connection, as_recorded
from tests.records import one
from tests.test_releases.keeping import current_definitions, stored_definitions


@pytest.mark.parametrize("definition", stored_definitions(), ids=lambda definition: definition["key"])
def test_every_definition_ever_published_still_works(connection: Connection, definition: dict[str, Any]) -> None:
    indicator = replace(INDICATORS[0], **(definition | {"kind": Kind(definition["kind"])}))
    for instant in (None, one(connection, "select clock_timestamp()")):
        with as_recorded(connection, instant):
            for period in (parse_period("2023-H2"), parse_period("2024")):
                assert evaluation.rows(connection, indicator, period) == []
                assert sum(part.amount or 0 for part in evaluation.by_district(connection, indicator, period)) == 0


def test_the_stored_definitions_include_todays() -> None:
    stored = stored_definitions()
    missing = [definition["key"] for definition in current_definitions() if definition not in stored]

    assert missing == [], "run: python -m tests.test_releases.keeping"
