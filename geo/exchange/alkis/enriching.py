"""The parcels that a plot consists of, and their official area where they are the plot."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import shapely

from geo.exchange.alkis.parcels import read_parcels
from geo.exchange.enriching import Areas, Enrichment, HowToRead, Options, Plot, Proposal, enrich
from geo.exchange.enriching.deciding import SMALLEST_SHARE, Overlap, overlaps
from geo.exchange.enriching.plots import bounds_of
from geo.exchange.enriching.proposals import Decisions, Undecided
from geo.formatting import number
from geo.records.layers.layer import Text
from geo.store.database import Connection

KIND = "ALKIS"
COLUMNS = ("parcels", "official_area_m2")
MOSTLY_INSIDE = 0.5
"""A parcel of which more than this share lies in the plot belongs to it, however small it is."""

TOLERANCE = 0.02
"""Up to this share of the plot, parcels and plot may differ and still be the same land."""


def enrich_by_parcels(connection: Connection, path: Path, options: Options, how: HowToRead) -> Enrichment:
    """Enter the keys of the parcels that each plot lies on, and their official area if they are the plot.

    Raises like `enrich`, and ExchangeRefused if a key or an area cannot be read.
    """

    def decided(plots: list[Plot]) -> Decisions:
        parcels = read_parcels(path, bounds_of(plots), how)
        decisions = Decisions(notes=list(parcels.notes))
        for plot, common in zip(plots, overlaps(plots, parcels.shapes), strict=True):
            _decide(plot, _belonging(plot, common, parcels), parcels, decisions)
        return decisions

    return enrich(connection, KIND, path, COLUMNS, decided, options)


def _belonging(plot: Plot, common: Sequence[Overlap], parcels: Areas) -> list[int]:
    """Return the parcels that the plot lies on, by key."""
    found = [
        overlap.area
        for overlap in common
        if shapely.area(overlap.shape) >= SMALLEST_SHARE * plot.shape.area
        or shapely.area(overlap.shape) > MOSTLY_INSIDE * parcels.shapes[overlap.area].area
    ]
    return sorted(found, key=lambda parcel: parcels.names[parcel])


def _decide(plot: Plot, found: Sequence[int], parcels: Areas, decisions: Decisions) -> None:
    if not found:
        reason = Text("Kein Flurstück der Datei liegt dort.", "No parcel of the file is there.")
        decisions.undecided.append(Undecided(plot, COLUMNS, False, reason))
        return
    union = shapely.union_all(parcels.shapes[list(found)])
    missing = shapely.difference(plot.shape, union).area / plot.shape.area
    beyond = shapely.difference(union, plot.shape).area / plot.shape.area
    # A parcel may be delivered in several parts or twice.
    keys = sorted({parcels.names[parcel] for parcel in found})
    proof = _proof(len(keys), missing, beyond)
    decisions.proposals.append(Proposal(plot, {"parcels": "|".join(keys)}, proof))
    areas = {parcels.names[parcel]: parcels.values["official_area_m2"][parcel] for parcel in found}
    known = [Decimal(area) for area in areas.values() if area is not None]
    if len(known) < len(keys):
        reason = Text("Die amtliche Fläche fehlt in der Datei.", "The file lacks the official area.")
        decisions.undecided.append(Undecided(plot, ("official_area_m2",), False, reason))
    elif missing > TOLERANCE or beyond > TOLERANCE:
        decisions.undecided.append(Undecided(plot, ("official_area_m2",), True, proof))
    else:
        decisions.proposals.append(Proposal(plot, {"official_area_m2": f"{sum(known):f}"}, proof))


def _proof(count: int, missing: float, beyond: float) -> Text:
    percents = {
        language: [f"{number(round(100 * share), language)}\N{NO-BREAK SPACE}%" for share in (1 - missing, beyond)]
        for language in ("de", "en")
    }
    covered, more = percents["de"]
    covered_en, more_en = percents["en"]
    return Text(
        f"{count} Flurstücke decken {covered} des Grundstücks und reichen um {more} seiner Fläche darüber hinaus",
        f"{count} parcels cover {covered_en} of the plot and reach beyond it by {more_en} of its area",
    )
