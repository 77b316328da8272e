"""Compiles a filter's tree to an SQL condition. Only the operators listed here are allowed; values are always bound."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, LiteralString

from psycopg import sql

from geo.records.filters import literals, temporal
from geo.records.filters.expression import (
    Expression,
    FilterCrs,
    FilterError,
    Kind,
    Parameters,
    Queryable,
    Shape,
    quoted,
)
from geo.records.filters.reading import check, unknown
from geo.store.database import Query

COMPARISONS: dict[str, LiteralString] = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
ARITHMETIC: dict[str, LiteralString] = {
    # Division by zero yields null, so that the record does not match.
    "+": "({}::numeric + {})",
    "-": "({}::numeric - {})",
    "*": "({}::numeric * {})",
    "/": "({}::numeric / nullif({}, 0))",
    "%": "mod({}::numeric, nullif({}, 0)::numeric)",
    "div": "div({}::numeric, nullif({}, 0)::numeric)",
}
SPATIAL: dict[str, LiteralString] = {
    "s_contains": "st_contains({}, {})",
    "s_crosses": "st_crosses({}, {})",
    "s_disjoint": "(not st_intersects({}, {}))",
    "s_equals": "st_equals({}, {})",
    "s_intersects": "st_intersects({}, {})",
    "s_overlaps": "st_overlaps({}, {})",
    "s_touches": "st_touches({}, {})",
    "s_within": "st_within({}, {})",
}
LISTS: dict[str, LiteralString] = {
    "a_containedby": "({} <@ {})",
    "a_contains": "({} @> {})",
    "a_equals": "({} = {})",
    "a_overlaps": "({} && {})",
}
CONVERSE = {"s_contains": "s_within", "s_within": "s_contains"}
LARGEST_IN_ARITHMETIC = Decimal(10) ** 15
"""Beyond it, repeated multiplication could exceed the range of PostgreSQL's numeric."""
TEMPORAL = temporal.RELATIONS.keys() - COMPARISONS.keys()
ORDERED = (Kind.TEXT, Kind.NUMBER)


def compile(  # noqa: A001 (as in re.compile)
    tree: Any, queryables: Mapping[str, Queryable], filter_crs: FilterCrs
) -> Query:
    """Return the tree as a condition on records. Raises FilterError, and nothing else."""
    check(tree)
    compiler = _Compiler(queryables, filter_crs)
    condition = compiler.condition(tree)
    return Query(sql.SQL("({})").format(condition), compiler.parameters.values)


class _Compiler:
    """Compiles one filter."""

    def __init__(self, queryables: Mapping[str, Queryable], crs: FilterCrs) -> None:
        self.queryables = queryables
        self.crs = crs
        self.parameters = Parameters()
        self.operators: dict[str, tuple[int, Callable[[str, list[Any]], Expression]]] = {
            "not": (1, self._not),
            "isnull": (1, self._is_null),
            "casei": (1, self._casei),
            "like": (2, self._like),
            "between": (3, self._between),
            "in": (2, self._in),
            **dict.fromkeys(COMPARISONS, (2, self._comparison)),
            **dict.fromkeys(ARITHMETIC, (2, self._arithmetic)),
            **dict.fromkeys(SPATIAL, (2, self._spatial)),
            **dict.fromkeys(TEMPORAL, (2, self._temporal)),
            **dict.fromkeys(LISTS, (2, self._list)),
        }

    def condition(self, node: Any) -> sql.Composable:
        """Compile a part of the filter that must be true or false."""
        return self._expect(self.value(node), Kind.BOOLEAN, node)

    def value(self, node: Any, expected: Queryable | None = None) -> Expression:
        """Compile any part of the filter. A literal that is compared with ``expected`` must be one of its codes."""
        if isinstance(node, dict) and "op" in node:
            return self._operation(node)
        if isinstance(node, dict) and "property" in node:
            return self._property(node["property"])
        if isinstance(node, bool):
            return Expression(sql.SQL("true" if node else "false"), Kind.BOOLEAN)
        if isinstance(node, int | float):
            return Expression(self.parameters.bind(literals.number(node)), Kind.NUMBER)
        if isinstance(node, str):
            bound = self.parameters.bind(literals.text(node, expected))
            return Expression(sql.SQL("{}::text").format(bound), Kind.TEXT)
        raise FilterError(f"{quoted(node)} is not allowed here.", "Write a property, a value or a function.")

    def _property(self, name: Any) -> Expression:
        found = self.queryables.get("geometry" if name == "geom" else name) if isinstance(name, str) else None
        if not found:
            raise unknown(name, "property", list(self.queryables))
        return Expression(found.column, found.kind, found)

    def _operation(self, node: dict[str, Any]) -> Expression:
        name, arguments = node["op"], node.get("args")
        key = name.lower() if isinstance(name, str) else ""
        if not isinstance(arguments, list):
            raise FilterError(f"{quoted(node)} has no operands.", "Write them as a list named args.")
        if key in ("and", "or"):
            return self._combined(key, arguments)
        if key not in self.operators:
            raise unknown(name, "operator or function", ["and", "or", *self.operators])
        count, compiled = self.operators[key]
        if len(arguments) != count:
            raise FilterError(f"{quoted(name)} takes {count} operands, not {len(arguments)}.")
        return compiled(key, arguments)

    def _combined(self, name: str, arguments: list[Any]) -> Expression:
        if not arguments:
            raise FilterError(f"{quoted(name)} has no operands.")
        joined = sql.SQL(" and " if name == "and" else " or ").join(map(self.condition, arguments))
        return _boolean("({})", joined)

    def _not(self, _name: str, arguments: list[Any]) -> Expression:
        return _boolean("(not {})", self.condition(arguments[0]))

    def _is_null(self, _name: str, arguments: list[Any]) -> Expression:
        return _boolean("({} is null)", self.value(arguments[0]).sql)

    def _casei(self, _name: str, arguments: list[Any]) -> Expression:
        text = self._expect(self.value(arguments[0]), Kind.TEXT, arguments[0])
        return Expression(sql.SQL("lower({})").format(text), Kind.TEXT)

    def _comparison(self, name: str, arguments: list[Any]) -> Expression:
        if self._compares_times(arguments):
            return self._temporal(name, arguments)
        left, right = self._same_kind(arguments, name)
        if left.kind not in ORDERED and not (left.kind is Kind.BOOLEAN and name in ("=", "<>")):
            raise FilterError(f"{name} cannot be applied to {quoted(arguments[0])}, which is {left.kind.value}.")
        return _boolean("({} {} {})", left.sql, sql.SQL(COMPARISONS[name]), right.sql)

    def _between(self, _name: str, arguments: list[Any]) -> Expression:
        tested, lower, upper = arguments
        above, below = self._comparison(">=", [tested, lower]), self._comparison("<=", [tested, upper])
        return _boolean("({} and {})", above.sql, below.sql)

    def _in(self, _name: str, arguments: list[Any]) -> Expression:
        tested, listed = arguments
        if not isinstance(listed, list):
            raise FilterError(f"{quoted(listed)} is not a list.", "Write in ('a', 'b').")
        if not listed:
            return _boolean("false")
        found = self.value(tested) if not temporal.is_time(tested) else None
        if found and found.kind in ORDERED and all(literals.is_literal(item) for item in listed):
            # Bound as one array, since a statement can have no more than 65,535 parameters.
            is_text = found.kind is Kind.TEXT
            values = [literals.item_value(item, found, tested) for item in listed]
            bound = self.parameters.bind(values if is_text else [Decimal(value) for value in values])
            type_name = literals.array_type(values) if not is_text else sql.SQL("text[]")
            return _boolean("({} = any ({}::{}))", found.sql, bound, type_name)
        return _boolean("({})", sql.SQL(" or ").join(self._comparison("=", [tested, item]).sql for item in listed))

    def _like(self, _name: str, arguments: list[Any]) -> Expression:
        tested, pattern = arguments
        text = self._expect(self.value(tested), Kind.TEXT, tested)
        return _boolean("({} like {})", text, self._pattern(pattern))

    def _pattern(self, node: Any) -> sql.Composable:
        if isinstance(node, dict) and str(node.get("op")).lower() == "casei" and isinstance(node.get("args"), list):
            return sql.SQL("lower({})").format(self._pattern(node["args"][0] if len(node["args"]) == 1 else None))
        if not isinstance(node, str):
            raise FilterError(
                f"{quoted(node)} is not a pattern.", "After like, write a text with the wildcards % and _."
            )
        # CQL2 and PostgreSQL have the same wildcards and escape, but PostgreSQL rejects a single \ at the end.
        alone = (len(node) - len(node.rstrip("\\"))) % 2
        return sql.SQL("{}::text").format(self.parameters.bind(node + "\\" * alone))

    def _arithmetic(self, name: str, arguments: list[Any]) -> Expression:
        sides: list[sql.Composable] = []
        for node in arguments:
            if literals.is_literal(node) and not isinstance(node, str) and node:
                size = abs(literals.number(node))
                if not 1 / LARGEST_IN_ARITHMETIC <= size <= LARGEST_IN_ARITHMETIC:
                    raise FilterError(f"{quoted(node)} is too large or too small for arithmetic.")
            sides.append(self._expect(self.value(node), Kind.NUMBER, node))
        return Expression(sql.SQL(ARITHMETIC[name]).format(*sides), Kind.NUMBER)

    def _temporal(self, name: str, arguments: list[Any]) -> Expression:
        return Expression(temporal.relate(name, arguments, self.value, self.parameters), Kind.BOOLEAN)

    def _spatial(self, name: str, arguments: list[Any]) -> Expression:
        first, second = arguments
        if literals.is_geometry(first) and not literals.is_geometry(second):
            first, second, name = second, first, CONVERSE.get(name, name)
        left, right = self._shape(first), self._shape(second)
        if name in ("s_equals", "s_contains") and right.is_clipped and not left.is_clipped:
            return _boolean("false")  # no record reaches that far
        if name not in ("s_intersects", "s_disjoint") and (left.is_collection or right.is_collection):
            raise FilterError(f"{name} does not accept geometry collections.", "Write one condition for each part.")
        return _boolean(SPATIAL[name], left.sql, right.sql)

    def _shape(self, node: Any) -> Shape:
        if literals.is_geometry(node):
            # Imported on demand: it loads shapely and numpy, which a service without such filters does not need.
            from geo.records.filters.geometry import compile_literal

            return compile_literal(node, self.crs, self.parameters)
        return Shape(self._expect(self.value(node), Kind.GEOMETRY, node))

    def _list(self, name: str, arguments: list[Any]) -> Expression:
        sides: list[sql.Composable] = []
        for node in arguments:
            if isinstance(node, list):
                values = [literals.text(item, None) for item in node]
                sides.append(sql.SQL("{}::text[]").format(self.parameters.bind(values)))
            else:
                sides.append(self._expect(self.value(node), Kind.LIST, node))
        return Expression(sql.SQL(LISTS[name]).format(*sides), Kind.BOOLEAN)

    def _compares_times(self, arguments: list[Any]) -> bool:
        """Return whether one of the operands is a time, so that a text as the other one is meant as a time too."""
        kinds = (Kind.DATE, Kind.TIMESTAMP)
        return any(
            temporal.is_time(node)
            or (isinstance(node, dict) and "property" in node and self._property(node["property"]).kind in kinds)
            for node in arguments
        )

    def _same_kind(self, arguments: list[Any], name: str) -> tuple[Expression, Expression]:
        """Compile two operands. Raises FilterError unless they are of the same kind."""
        # An unknown code is a mistake in = and <> only.
        properties = [
            self._property(node["property"]).queryable
            for node in arguments
            if name in ("=", "<>") and isinstance(node, dict) and "property" in node
        ]
        expected = properties[0] if properties else None
        left, right = (self.value(node, expected) for node in arguments)
        if left.kind is not right.kind:
            other, wanted = (arguments[1], left) if not right.queryable else (arguments[0], right)
            against = quoted(wanted.queryable.name) if wanted.queryable else "the other side"
            raise FilterError(f"{quoted(other)} cannot be compared with {against}, which is {wanted.kind.value}.")
        return left, right

    def _expect(self, found: Expression, kind: Kind, node: Any) -> sql.Composable:
        if found.kind is not kind:
            what = found.queryable.name if found.queryable else node
            raise FilterError(f"{quoted(what)} is {found.kind.value}, but {kind.value} is expected.")
        return found.sql


def _boolean(template: LiteralString, *parts: sql.Composable) -> Expression:
    return Expression(sql.SQL(template).format(*parts), Kind.BOOLEAN)
