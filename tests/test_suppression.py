"""Counts below three stay hidden, whatever else is requested, and as little as possible is hidden with them."""

from decimal import Decimal
from itertools import product
from random import Random

import numpy as np
import pytest

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
    visible = np.array([row for cell, row in rows.items() if cell not in hidden]).reshape(-1, len(base))
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


def test_a_published_total_is_never_hidden_and_reveals_no_part() -> None:
    published = ("2023-H1", "2023-H2", "2023")
    counts = table("AB", Aug={"A": 1}, Oct={"B": 1})
    hidden = cells_to_hide(counts, 3, published)
    assert not {Cell(period, TOTAL) for period in published} & hidden
    assert {Cell("2023-08", "A"), Cell("2023-08", TOTAL), Cell("2023-H2", "A"), Cell("2023-10", TOTAL)} <= hidden


def test_the_only_part_of_a_published_total_is_hidden_by_month_alone() -> None:
    hidden = cells_to_hide(table("A", Aug={"A": 1}, Nov={"A": 9}), 3, ("2023-H1", "2023-H2", "2023"))
    assert {cell.period for cell in hidden if cell.part == "A"} > {"2023-08"}
    assert not {Cell("2023-H2", "A"), Cell("2023", "A")} & hidden, "they are the published totals"


def test_what_hides_a_large_amount_leaves_a_wide_range_for_it() -> None:
    """A neighbour of 1 m² would do for the sums, but would give away 900 m² to the square metre."""
    counts = table("ABC") | {
        Cell("2023-08", "A"): Count(1, Decimal(900)),
        Cell("2023-08", "B"): Count(5, Decimal(1)),
        Cell("2023-08", "C"): Count(5, Decimal(5000)),
    }
    hidden = cells_to_hide(counts, 3)
    assert Cell("2023-08", "B") in hidden, "a table without the 900 m² exists, with 901 in B"


def test_two_records_of_a_cell_are_hidden_together_in_a_range_as_wide_as_their_sum() -> None:
    """To hide one of them would leave the other's amount as a lower bound of the cell."""
    counts = table("AB") | {
        Cell("2023-07", "A"): Count(1, Decimal(7866)),
        Cell("2023-09", "A"): Count(1, Decimal(126)),
        Cell("2023-08", "B"): Count(3, Decimal(7350)),
        Cell("2023-10", "A"): Count(3, Decimal(4254)),
        Cell("2023-11", "B"): Count(3, Decimal(324)),
    }
    hidden = cells_to_hide(counts, 3, ("2023-H1",))
    # B could have had both of them.
    assert {Cell(period, part) for period in ("2023-07", "2023-09", "2023-Q3") for part in "AB"} <= hidden


@pytest.mark.parametrize("published", [(), ("2023-H1",), ("2023-H1", "2023-H2", "2023")], ids=["none", "half", "year"])
@pytest.mark.parametrize("seed", range(25))
def test_no_small_count_can_be_derived_from_all_visible_figures(seed: int, published: tuple[str, ...]) -> None:
    random = Random(seed)
    density = random.choice([0.05, 0.3, 0.9])
    counts = {
        Cell(month, part): Count(number, Decimal(number))
        for month, part in product(MONTHS, "ABCDEF"[: random.randint(1, 6)])
        for number in [random.randint(1, random.choice([2, 6, 30])) if random.random() < density else 0]
    }
    hidden = cells_to_hide(counts, 3, published)
    known = {Cell(period, TOTAL) for period in published}
    small = {cell for cell, count in sums(counts).items() if 0 < count < 3} - known
    # A part that is the only one, or a year without records after its published half, is a published total itself.
    empty = {Cell(half, TOTAL) for half in ("2023-H1", "2023-H2") if published and not sums(counts)[Cell(half, TOTAL)]}
    small -= derivable(counts, frozenset(sums(counts)) - known - empty)
    assert small <= hidden
    assert not hidden & known
    assert not derivable(counts, hidden) & small


@pytest.mark.parametrize("seed", range(10))
def test_totals_stay_visible_if_every_total_is_large(seed: int) -> None:
    random = Random(seed)
    counts = {Cell(m, p): Count(n, Decimal(n)) for m, p in product(MONTHS, "ABCD") for n in [random.randint(1, 9)]}
    assert not {cell for cell in cells_to_hide(counts, 3) if cell.part == TOTAL}
