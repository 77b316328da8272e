"""A period's report: the table of all indicators, and what stands around it, as data that documents are made of."""

from geo.figures.report.columns import columns, periods_of
from geo.figures.report.model import Column

__all__ = ["Column", "columns", "periods_of"]
