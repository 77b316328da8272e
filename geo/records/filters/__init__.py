"""CQL2 filters: parses text or JSON to a tree, and compiles the tree to a condition with bound values.

The tree is that of the package ``cql2``. The package's own SQL is never used, since it passes on any function name.
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
