"""Counts below three stay hidden, whatever else is requested, and as little as possible is hidden with them."""

from decimal import Decimal
from itertools import product
from random import Random

import numpy as np
import pytest

from geo.figures.kpis import Indicator, Kind
from geo.figures.kpis.broadband import TRENCH_LAID_KM
from geo.figures.kpis.suppression import TOTAL, Cell, Count, cells_to_hide, periods_around

MONTHS = [f"2023-{number:02}" for number in range(1, 13)]


def table(parts: str, **given: dict[str, int]) -> dict[Cell, Count]:
    """Return counts by month and part, 0 unless given as ``Aug={"A": 1}``."""
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return {
        Cell(month, part): Count(number := given.get(name, {}).get(part, 0), Decimal(number))
        for (month, name), part in product(zip(MONTHS, names, strict=True), parts)
    }


def sums(months: dict[Cell, Count]) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for cell, count in months.items():
        for period, part in product(periods_around(cell.period), (cell.part, TOTAL)):
            found[Cell(period, part)] = found.get(Cell(period, part), 0) + count.records
    return found


def derivable(months: dict[Cell, Count], hidden: frozenset[Cell]) -> set[Cell]:
    """Return the hidden cells that are linear combinations of the visible ones."""
    base = sorted(months)
    rows = {
        cell: np.array(
            [cell.period in periods_around(one.period) and cell.part in (one.part, TOTAL) for one in base], float
        )
        for cell in sums(months)
    }
    visible = np.array([row for cell, row in rows.items() if cell not in hidden])
    _, sizes, space = np.linalg.svd(visible)
    unseen = space[int((sizes > 1e-9).sum()) :]
    return {cell for cell in hidden if not np.abs(unseen @ rows[cell]).max(initial=0) > 1e-9}


def test_without_small_counts_nothing_is_hidden() -> None:
    assert cells_to_hide(table("AB", Aug={"A": 3, "B": 5}), 3) == frozenset()
    assert cells_to_hide(table("AB"), 3) == frozenset()
    assert cells_to_hide({}, 3) == frozenset()


def test_a_single_small_part_is_hidden_with_another_since_the_total_would_reveal_it() -> None:
    hidden = cells_to_hide(table("ABC", Aug={"A": 1, "B": 9, "C": 4}), 3)
    for period in periods_around("2023-08"):
        assert {cell.part for cell in hidden if cell.period == period} == {"A", "C"}


def test_a_small_month_is_hidden_with_another_of_its_quarter_but_quarters_and_totals_are_shown() -> None:
    counts = table("AB", Jul={"A": 7, "B": 8}, Aug={"A": 1, "B": 9}, Sep={"A": 8, "B": 9})
    assert cells_to_hide(counts, 3) == {
        Cell("2023-07", "A"),
        Cell("2023-07", "B"),
        Cell("2023-08", "A"),
        Cell("2023-08", "B"),
    }


def test_a_small_total_is_hidden_with_another_total_that_would_reveal_it() -> None:
    hidden = cells_to_hide(table("A", Jul={"A": 7}, Aug={"A": 2}, Sep={"A": 8}), 3)
    assert {cell for cell in hidden if cell.part == TOTAL} == {Cell("2023-07", TOTAL), Cell("2023-08", TOTAL)}


def test_a_single_record_in_a_year_is_hidden_in_every_period() -> None:
    hidden = cells_to_hide(table("AB", Aug={"A": 1}), 3)
    assert {Cell(period, part) for period in periods_around("2023-08") for part in ("A", TOTAL)} <= hidden


def test_the_number_of_records_decides_and_not_their_sum() -> None:
    counts = table("AB", Aug={"B": 5}) | {Cell("2023-08", "A"): Count(1, Decimal(40))}
    assert Cell("2023-08", "A") in cells_to_hide(counts, 3)


def test_the_same_counts_hide_the_same_cells_in_any_order() -> None:
    counts = table("ABC", Aug={"A": 1, "B": 4, "C": 4}, Sep={"A": 4, "B": 2})
    assert cells_to_hide(counts, 3) == cells_to_hide(dict(reversed(counts.items())), 3)


@pytest.mark.parametrize("seed", range(40))
def test_no_small_count_can_be_derived_from_all_visible_figures(seed: int) -> None:
    random = Random(seed)
    density = random.choice([0.05, 0.3, 0.9])
    counts = {
        Cell(month, part): Count(number, Decimal(number))
        for month, part in product(MONTHS, "ABCDEF"[: random.randint(1, 6)])
        for number in [random.randint(1, random.choice([2, 6, 30])) if random.random() < density else 0]
    }
    hidden = cells_to_hide(counts, 3)
    small = {cell for cell, count in sums(counts).items() if 0 < count < 3}
    assert small <= hidden
    assert not derivable(counts, hidden) & small


@pytest.mark.parametrize("seed", range(10))
def test_totals_stay_visible_if_every_total_is_large(seed: int) -> None:
    random = Random(seed)
    counts = {Cell(m, p): Count(n, Decimal(n)) for m, p in product(MONTHS, "ABCD") for n in [random.randint(1, 9)]}
    assert not {cell for cell in cells_to_hide(counts, 3) if cell.part == TOTAL}


def test_a_stock_cannot_be_suppressed_since_its_periods_do_not_sum() -> None:
    stock = TRENCH_LAID_KM
    assert stock.kind is Kind.STOCK
    with pytest.raises(ValueError, match="flows only"):
        Indicator(
            key=stock.key,
            position=stock.position,
            area=stock.area,
            product=stock.product,
            label=stock.label,
            unit=stock.unit,
            kind=stock.kind,
            rule=stock.rule,
            layer=stock.layer,
            contributions=stock.contributions,
            suppress_below=3,
        )
