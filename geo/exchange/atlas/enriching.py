"""The atlas's shares of households, entered into plots."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import shapely

from geo.exchange.atlas.cells import read_cells
from geo.exchange.enriching import Enrichment, HowToRead, Options, Plot, Proposal, Sheet, enrich
from geo.exchange.enriching.deciding import CLEAR_SHARE, Overlap, overlaps
from geo.exchange.enriching.plots import bounds_of
from geo.exchange.enriching.proposals import Decisions, Undecided
from geo.exchange.errors import ExchangeRefused
from geo.formatting import number
from geo.records.layers.layer import Text
from geo.store.database import Connection

KIND = "Breitbandatlas"
COLUMNS = ("atlas_fibre_percent", "atlas_gigabit_percent", "atlas_on")
ROLES = {"atlas_fibre_percent": "fibre", "atlas_gigabit_percent": "gigabit"}


def enrich_by_cells(connection: Connection, path: Path, options: Options, how: HowToRead, as_of: date) -> Enrichment:
    """Enter the mean of the cells of each plot, weighted by their area within it, and the atlas's day.

    A cell without a figure has no households, and does not count; those with one have to cover more than half of the
    plot. Raises like `enrich`, and ExchangeRefused if a value cannot be read or is no percentage.
    """

    def decided(plots: list[Plot]) -> Decisions:
        sheet = read_cells(path, bounds_of(plots), how)
        refuse_impossible(sheet, path)
        decisions = Decisions(notes=list(sheet.notes))
        for plot, common in zip(plots, overlaps(plots, sheet.shapes), strict=True):
            _decide(plot, common, sheet, as_of, decisions)
        return decisions

    return enrich(connection, KIND, path, COLUMNS, decided, options)


def refuse_impossible(sheet: Sheet, path: Path) -> None:
    """Raise ExchangeRefused for a share below 0 or above 100: the column is another one."""
    for role in ROLES.values():
        for row, value in zip(sheet.rows, sheet.values[role], strict=True):
            if value is not None and not 0 <= Decimal(value) <= 100:
                raise ExchangeRefused(
                    Text(
                        f"{path.name} hat in Zeile {row} als Anteil {role} {value}, was kein Prozentsatz ist.",
                        f"{path.name} has in row {row} the {role} share {value}, which is no percentage.",
                    ),
                    Text(
                        f"Nennen Sie die richtige Spalte: --column {role}=NAME.",
                        f"Name the right column: --column {role}=NAME.",
                    ),
                )


def _decide(plot: Plot, common: Sequence[Overlap], sheet: Sheet, as_of: date, decisions: Decisions) -> None:
    values: dict[str, str] = {}
    shares: list[float] = []
    for column, role in ROLES.items():
        known = [(each.shape, sheet.values[role][each.area]) for each in common]
        weighted = [(shapely.area(shape), float(value)) for shape, value in known if value is not None]
        total = sum(area for area, _ in weighted)
        if total > CLEAR_SHARE * plot.shape.area:
            values[column] = f"{sum(area * value for area, value in weighted) / total:.1f}"
            shares.append(total / plot.shape.area)
    if not values:
        reason = Text(
            "Zellen mit einer Angabe decken höchstens die Hälfte des Grundstücks.",
            "Cells with a figure cover no more than half of the plot.",
        )
        decisions.undecided.append(Undecided(plot, COLUMNS, False, reason))
        return
    percents = {language: number(round(100 * min(shares)), language) for language in ("de", "en")}
    proof = Text(
        f"{len(common)} Zellen; die mit einer Angabe decken {percents['de']}\N{NO-BREAK SPACE}%",
        f"{len(common)} cells; those with a figure cover {percents['en']}\N{NO-BREAK SPACE}%",
    )
    decisions.proposals.append(Proposal(plot, {**values, "atlas_on": as_of.isoformat()}, proof))
