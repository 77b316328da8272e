"""Takes over what areas of a register say about plots: by overlap, with proof, and without silent overwriting."""

from geo.exchange.enriching.deciding import decide
from geo.exchange.enriching.enrich import Options, enrich
from geo.exchange.enriching.plots import Plot, read_plots
from geo.exchange.enriching.proposals import Areas, Proposal
from geo.exchange.enriching.reading import Field, HowToRead, Sheet, open_areas
from geo.exchange.enriching.report import Action, Enrichment, Entry, write_report

__all__ = [
    "Action",
    "Areas",
    "Enrichment",
    "Entry",
    "Field",
    "HowToRead",
    "Options",
    "Plot",
    "Proposal",
    "Sheet",
    "decide",
    "enrich",
    "open_areas",
    "read_plots",
    "write_report",
]
