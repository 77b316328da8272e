"""Suppression of small counts, which are hidden from the public because they disclose the records behind them.

The method is the *minimum frequency rule* with *complementary cell suppression* (Hundepool et al., Statistical
Disclosure Control, Wiley 2012, chapter 4): a figure of at least one but fewer records than a threshold is hidden, and
so are others from which it could be derived. A single hidden part is the total minus the other parts, and a hidden
month is the quarter minus the other two months. Therefore the decision is made once for the whole table that can be
requested (a year's months, quarters, halves and the year itself, by part and in total), and all answers use it. No two
answers can then be combined to derive what each of them hides.

A small count is safe if another table exists that lacks its records, or has as many again, but agrees in every visible
cell. Such tables result from a *move*: the cell is emptied or doubled, and others make up for it. All cells that the
move changes are hidden. Of all possible moves, the one that hides least is chosen.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import NamedTuple

TOTAL = ""
"""The part of cells that are the sum over all parts."""

WEIGHT_BY_LENGTH = {1: 1, 3: 3, 6: 6, 12: 12}
# Totals are what most readers look for, so they are hidden only if nothing else helps.
WEIGHT_OF_TOTALS = 1000


class Cell(NamedTuple):
    """A figure in the table: of the period with that name and the part (a district) or TOTAL."""

    period: str
    part: str


class Count(NamedTuple):
    """The number of records behind a figure, and their sum."""

    records: int
    amount: Decimal


NOTHING = Count(0, Decimal(0))

Move = dict[Cell, Decimal]
"""The amounts added, by month and part."""


def cells_to_hide(
    months: Mapping[Cell, Count], below: int, published: Collection[str] = frozenset()
) -> frozenset[Cell]:
    """Return the cells to hide, given a year's counts by month and part, zeros included.

    These are the cells of at least one and fewer than ``below`` records, and others from which they could be derived.
    The totals of the periods named in ``published`` are known anyway: they are never hidden, and no move changes them.
    """
    return _hidden(tuple(sorted(months.items())), below, frozenset(published))


# Cached, since every split and every period of the year need the result for the same records.
@lru_cache(maxsize=64)
def _hidden(months: tuple[tuple[Cell, Count], ...], below: int, published: frozenset[str]) -> frozenset[Cell]:
    table = _Table(dict(months), {Cell(period, TOTAL) for period in published})
    small = [cell for cell, count in table.counts.items() if 0 < count.records < below and table.can_hide(cell)]
    hidden = set(small)
    for cell in sorted(small, key=lambda cell: (-_length(cell.period), cell)):
        hidden |= table.cheapest(cell, hidden)
    return frozenset(hidden)


def periods_around(month: str) -> tuple[str, str, str, str]:
    """Return the month itself and its quarter, half and year: 2023-08, 2023-Q3, 2023-H2, 2023."""
    year, number = month.split("-")
    return month, f"{year}-Q{(int(number) + 2) // 3}", f"{year}-H{(int(number) + 5) // 6}", year


class _Table:
    """A year's counts by period and part, sums included, and which of its cells are known to everybody."""

    def __init__(self, months: dict[Cell, Count], published: set[Cell]) -> None:
        self.months = sorted({cell.period for cell in months})
        self.parts = sorted({cell.part for cell in months})
        self.around = {month: periods_around(month) for month in self.months}
        self.counts = dict(self._sums(months))
        self.published = published
        self.costs = {cell: _cost(cell, count.amount) for cell, count in self.counts.items()}

    def can_hide(self, cell: Cell) -> bool:
        """Whether the cell does not simply follow from the published totals."""
        return any(self._changes(cell))

    def cheapest(self, cell: Cell, hidden: set[Cell]) -> set[Cell]:
        """Return the cells to hide with this one: those that the best move changes besides the hidden ones."""
        best: set[Cell] = set()
        lowest: tuple[int, Decimal, list[Cell]] | None = None
        for changed in self._changes(cell):
            further = changed - hidden
            if not further:
                return further
            costs = [self.costs[one] for one in further]
            cost = sum(weight for weight, _ in costs), sum((amount for _, amount in costs), Decimal(0)), sorted(further)
            if lowest is None or cost < lowest:
                best, lowest = further, cost
        return best

    def _changes(self, cell: Cell) -> Iterator[set[Cell]]:
        """Yield for each possible move that changes the cell all cells that it changes.

        The moves empty or double the whole cell; where none can, since some of its records follow from published
        totals, they do so with one of its months and parts.
        """
        inside = [
            Cell(month, part)
            for month, part in product(self.months, self.parts if cell.part == TOTAL else [cell.part])
            if cell.period in self.around[month] and self.counts[Cell(month, part)].records
        ]
        for here in (inside, *([one] for one in inside)):
            is_possible = False
            for move in self._moves(cell, here):
                changed = self._changed(move)
                if cell in changed:
                    is_possible = True
                    yield changed
            if is_possible:
                return

    def _sums(self, months: dict[Cell, Count]) -> Mapping[Cell, Count]:
        counts: defaultdict[Cell, Count] = defaultdict(lambda: NOTHING)
        for cell, count in months.items():
            for around in product(self.around[cell.period], (cell.part, TOTAL)):
                before = counts[Cell(*around)]
                counts[Cell(*around)] = Count(before.records + count.records, before.amount + count.amount)
        return counts

    def _moves(self, cell: Cell, here: list[Cell]) -> Iterator[Move]:
        """Yield moves that empty or double these months' parts, which the cell sums."""
        outside = [month for month in self.months if cell.period not in self.around[month]]
        amounts = {one: self.counts[one].amount or Decimal(1) for one in here}
        total = sum(amounts.values(), Decimal(0))
        for sign in (-1, 1):
            added = {one: sign * amount for one, amount in amounts.items()}
            yield added
            for elsewhere in product(outside, self.parts):
                yield added | {Cell(*elsewhere): -sign * total}
            for other in self.parts:
                if cell.part in (TOTAL, other):
                    continue
                # The months keep their totals.
                exchange = added | {Cell(one.period, other): -amount for one, amount in added.items()}
                yield exchange
                for month in outside:
                    yield exchange | {Cell(month, cell.part): -sign * total, Cell(month, other): sign * total}

    def _changed(self, move: Move) -> set[Cell]:
        """Return the cells that a move changes; none if it takes more than there is, or changes a published total."""
        if any(self.counts[cell].amount + added < 0 for cell, added in move.items()):
            return set()
        sums: defaultdict[Cell, Decimal] = defaultdict(Decimal)
        for (month, part), added in move.items():
            for period in self.around[month]:
                sums[Cell(period, part)] += added
                sums[Cell(period, TOTAL)] += added
        changed = {cell for cell, added in sums.items() if added}
        return set() if changed & self.published else changed


def _cost(cell: Cell, amount: Decimal) -> tuple[int, Decimal]:
    """Return what hiding the cell costs. Longer periods and totals cost more."""
    return WEIGHT_BY_LENGTH[_length(cell.period)] * (WEIGHT_OF_TOTALS if cell.part == TOTAL else 1), amount


def _length(period: str) -> int:
    """Return a period's length in months, from its name."""
    kind = period[5:6]
    return {"": 12, "H": 6, "Q": 3}.get(kind, 1)
