"""All answers to the public together give no hidden figure back."""

from decimal import Decimal

import psycopg
import pytest

from geo.figures.kpis import INDICATORS, kpi_sql
from geo.figures.kpis.evaluation import find
from geo.figures.kpis.suppression import TOTAL, Cell, Count
from geo.periods import parse_period
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.test_api.helpers import Api, api
from tests.test_suppression import derivable, sums

YEAR = "2023"
PERIODS = [YEAR, *(f"{YEAR}-{part}" for part in ("H1", "H2", "Q1", "Q2", "Q3", "Q4")), *parse_period(YEAR).months()]


def hidden(client: Api, key: str) -> frozenset[Cell]:
    """Return the cells that are hidden in any answer; each has to be hidden in all answers that have it."""
    shown: set[Cell] = set()
    found: set[Cell] = set()
    for period in PERIODS:
        for by in ("district", "month"):
            answer = client.json(f"/api/kpis/{key}", period=period, by=by)
            cells = {Cell(period, TOTAL): answer["suppressed"]}
            listed = {part["part"] for part in answer["parts"]}
            if by == "district":
                # Parts that are not listed are known to be empty.
                cells |= {Cell(period, part): False for part in ("outside", "unlocated") if part not in listed}
            for part in answer["parts"]:
                cell = Cell(period, part["part"]) if by == "district" else Cell(part["part"], TOTAL)
                cells[cell] = part["suppressed"]
            found |= {cell for cell, is_hidden in cells.items() if is_hidden}
            shown |= {cell for cell, is_hidden in cells.items() if not is_hidden}
    assert not found & shown
    return frozenset(found)


@pytest.mark.parametrize("key", ["inquiries", "office_takeup_m2"])
def test_no_figure_of_few_records_follows_from_all_others(sample_url: str, key: str) -> None:
    indicator = find(INDICATORS, key)
    with psycopg.connect(conninfo(sample_url)) as connection:
        rows = connection.execute(*kpi_sql.counts(indicator, parse_period(YEAR))).fetchall()
    records = {Cell(month, part): Count(number, Decimal(number)) for month, part, number, _ in rows}
    with api(load_settings(database_url=sample_url)) as public:
        concealed = hidden(public, key)
    published = {Cell(period, TOTAL) for period in (YEAR, f"{YEAR}-H1", f"{YEAR}-H2")}
    small = {cell for cell, number in sums(records).items() if 0 < number < 3} - published
    assert set() < small <= concealed
    assert not concealed & published
    assert not derivable(records, concealed) & small
