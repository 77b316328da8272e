"""The report of a period, as data for documents: the table of all indicators and everything around it."""

from geo.figures.report.columns import columns, periods_of
from geo.figures.report.model import Column

__all__ = ["Column", "columns", "periods_of"]
