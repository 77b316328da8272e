"""The literals of a filter as the values that are bound."""

from decimal import Decimal
from typing import Any

from psycopg import sql

from geo.records.filters.expression import Expression, FilterError, Kind, Queryable, quoted


def is_literal(node: Any) -> bool:
    """Return whether a node of the tree is a text or a number."""
    return isinstance(node, str | int | float) and not isinstance(node, bool)


def item_value(item: Any, found: Expression, tested: Any) -> Any:
    """Return the value of a literal in a list. Raises FilterError unless its kind is that of ``found``."""
    if isinstance(item, str) is not (found.kind is Kind.TEXT):
        what = found.queryable.name if found.queryable else tested
        raise FilterError(f"{quoted(item)} cannot be compared with {quoted(what)}, which is {found.kind.value}.")
    return text(item, found.queryable) if isinstance(item, str) else number(item)


def number(value: float) -> int | Decimal:
    """Return the number exactly as written: 0.1 as Decimal, 3.0 as 3. Raises FilterError for inf and nan."""
    try:
        exact = Decimal(str(value))
        if not exact.is_finite():
            raise ValueError(value)
        return int(exact) if exact == exact.to_integral_value() and abs(exact) < Decimal(10) ** 18 else exact
    except (ValueError, ArithmeticError):
        raise FilterError(f"{quoted(value)} is not a usable number.") from None


def array_type(values: list[Any]) -> sql.SQL:
    """Return the array type; bigint for whole numbers, so that an index on them can be used."""
    return sql.SQL("bigint[]" if all(isinstance(value, int) for value in values) else "numeric[]")


def is_geometry(node: Any) -> bool:
    """Return whether a node of the tree is a GeoJSON geometry or a box."""
    return isinstance(node, dict) and ("bbox" in node or "type" in node)


def text(value: Any, expected: Queryable | None) -> str:
    """Return the text. Raises FilterError unless PostgreSQL can store it and it is a code of ``expected``, if any."""
    if not isinstance(value, str):
        raise FilterError(f"{quoted(value)} is not a text.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FilterError(f"{quoted(value)} contains an incomplete character.", "Write it in UTF-8.") from None
    if expected and expected.codes and value not in expected.codes:
        raise FilterError(
            f"{quoted(value)} is not a value of {expected.name}.", f"Known values: {', '.join(expected.codes)}."
        )
    return value
