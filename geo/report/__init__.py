"""A period's report: the table of all indicators, and what stands around it, as data that documents are made of."""

from geo.report.base import Column
from geo.report.figures import Figure, columns, compute, figure, periods_of

__all__ = ["Column", "Figure", "columns", "compute", "figure", "periods_of"]
