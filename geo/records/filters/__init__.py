"""Filters in CQL2: a text or JSON becomes a tree, the tree a condition with bound values.

The tree is the one of the package ``cql2``; its own SQL is never used, since function names pass through it.
"""

from geo.records.filters.compiling import compile  # noqa: A004
from geo.records.filters.expression import FilterCrs, FilterError, Kind, Queryable
from geo.records.filters.queryables import column_types, queryables
from geo.records.filters.reading import Language, parse

__all__ = [
    "FilterCrs",
    "FilterError",
    "Kind",
    "Language",
    "Queryable",
    "column_types",
    "compile",
    "parse",
    "queryables",
]
