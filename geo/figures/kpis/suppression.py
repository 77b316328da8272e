"""Suppression of small counts, which are hidden from the public because they disclose the people behind them.

Hiding only the small counts is not enough: a single hidden part is the total minus the other parts, and a hidden month
is the quarter minus the other two months. Therefore the decision is made once for the whole table that can be requested
(a year's months, quarters, halves and the year itself, by part and in total), and all answers use it. No two answers
can then be combined to derive what each of them hides.

A small count is safe if another table exists that differs in it but agrees in every visible cell. Such tables result
from a *move*: one is subtracted from some months' parts and added to others. All cells that the move changes are
hidden. Of all possible moves, the one that hides least is chosen.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import NamedTuple

TOTAL = ""
"""The part of cells that are the sum over all parts."""

WEIGHT_BY_LENGTH = {1: 1, 3: 3, 6: 6, 12: 12}
# The report prints the totals, so they are hidden only if nothing else helps.
WEIGHT_OF_TOTALS = 1000


class Cell(NamedTuple):
    """A figure in the table: of the period with that name and the part (a district) or TOTAL."""

    period: str
    part: str


class Count(NamedTuple):
    """The number of records behind a figure, and their sum."""

    records: int
    amount: Decimal


Move = dict[Cell, int]
"""The amounts added, by month and part."""


def cells_to_hide(months: Mapping[Cell, Count], below: int) -> frozenset[Cell]:
    """Return the cells to hide, given a year's counts by month and part, zeros included.

    These are the cells of at least one and fewer than ``below`` records, and others from which they could be derived.
    """
    return _withheld(tuple(sorted(months.items())), below)


# Cached, since the list, every split and every period of the year need the result for the same records.
@lru_cache(maxsize=64)
def _withheld(months: tuple[tuple[Cell, Count], ...], below: int) -> frozenset[Cell]:
    counts = _with_sums(months)
    small = [cell for cell, count in counts.items() if 0 < count.records < below]
    hidden = set(small)
    for cell in sorted(small, key=lambda cell: (-_length(cell.period), cell)):
        moves = (move for move in _moves(cell, counts) if _is_possible(move, counts))
        changed = (_changed(move) for move in moves)
        hidden |= min(changed, key=lambda cells: _cost(cells - hidden, counts), default=set())
    return frozenset(hidden)


def periods_around(month: str) -> tuple[str, str, str, str]:
    """Return the month itself and its quarter, half and year: 2023-08, 2023-Q3, 2023-H2, 2023."""
    year, number = month.split("-")
    return month, f"{year}-Q{(int(number) + 2) // 3}", f"{year}-H{(int(number) + 5) // 6}", year


def _with_sums(months: tuple[tuple[Cell, Count], ...]) -> dict[Cell, Count]:
    counts: dict[Cell, Count] = {}
    for cell, count in months:
        for around in product(periods_around(cell.period), (cell.part, TOTAL)):
            before = counts.get(Cell(*around), Count(0, Decimal(0)))
            counts[Cell(*around)] = Count(before.records + count.records, before.amount + count.amount)
    return counts


def _moves(cell: Cell, counts: Mapping[Cell, Count]) -> Iterator[Move]:
    """Yield moves that change the cell."""
    months = sorted({other.period for other in counts if _length(other.period) == 1})
    parts = sorted({other.part for other in counts} - {TOTAL})
    inside = [month for month in months if cell.period in periods_around(month)]
    outside = [month for month in months if month not in inside]
    for month, part, one in product(inside, parts if cell.part == TOTAL else [cell.part], (1, -1)):
        here = Cell(month, part)
        yield {here: one}
        for elsewhere in outside:
            yield {here: one, Cell(elsewhere, part): -one}
        if cell.part == TOTAL:
            continue
        for other in parts:
            if other == part:
                continue
            exchange = {here: one, Cell(month, other): -one}
            yield exchange
            for elsewhere in outside:
                yield {**exchange, Cell(elsewhere, part): -one, Cell(elsewhere, other): one}


def _is_possible(move: Move, counts: Mapping[Cell, Count]) -> bool:
    """Whether the move leaves all counts at zero or above."""
    nothing = Count(0, Decimal(0))
    return all(counts.get(cell, nothing).amount + added >= 0 for cell, added in move.items())


def _changed(move: Move) -> set[Cell]:
    """Return the cells whose figure a move changes."""
    sums: dict[Cell, int] = {}
    for cell, added in move.items():
        for around in product(periods_around(cell.period), (cell.part, TOTAL)):
            sums[Cell(*around)] = sums.get(Cell(*around), 0) + added
    return {cell for cell, added in sums.items() if added}


def _cost(cells: set[Cell], counts: Mapping[Cell, Count]) -> tuple[int, Decimal, list[Cell]]:
    """Return the cost of hiding these cells, as a sort key. Longer periods and totals cost more."""
    weight = sum(
        WEIGHT_BY_LENGTH[_length(cell.period)] * (WEIGHT_OF_TOTALS if cell.part == TOTAL else 1) for cell in cells
    )
    amount = sum((counts[cell].amount for cell in cells if cell in counts), Decimal(0))
    return weight, amount, sorted(cells)


def _length(period: str) -> int:
    """Return a period's length in months, from its name."""
    kind = period[5:6]
    return {"": 12, "H": 6, "Q": 3}.get(kind, 1)
