"""The provenance of a figure: the records behind it, as conditions that a request for features can use.

A figure that is not an indicator (the supply of land, the demand for it) describes its records by conditions on their
properties. A request for the features that meet them returns exactly these records, which can be added up again.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

Operator = Literal["=", "<>", ">", ">=", "<", "<=", "in", "is null", "is not null"]
Value = str | bool | int | date | tuple[int, ...]


class Condition(NamedTuple):
    """A comparison of a property with a value; ``is null`` and ``is not null`` have no value."""

    property: str
    operator: Operator
    value: Value | None = None


class Provenance(NamedTuple):
    """The records of ``layer`` that meet all conditions.

    The figure is the sum of the property ``amount``, or its median if the figure is a median; None: their number.
    """

    layer: str
    amount: str | None
    conditions: tuple[Condition, ...]


def equals(name: str, value: Value | None) -> Condition:
    """Return the condition that a property has this value, or no value for None."""
    return Condition(name, "is null") if value is None else Condition(name, "=", value)


def parameters(provenance: Provenance) -> dict[str, str]:
    """Return the request parameters that select the features.

    Equal texts and booleans use the parameter of the property, all other conditions a CQL2 filter.
    """
    plain = {
        condition.property: _plain(condition.value)
        for condition in provenance.conditions
        if condition.operator == "=" and isinstance(condition.value, str | bool)
    }
    others = [condition for condition in provenance.conditions if condition.property not in plain]
    return plain | ({"filter": expression(others)} if others else {})


def expression(conditions: Sequence[Condition]) -> str:
    """Return the conditions as CQL2 text."""
    return " AND ".join(_compared(condition) for condition in conditions)


def _compared(condition: Condition) -> str:
    if condition.value is None:
        return f"{condition.property} {condition.operator.upper()}"
    return f"{condition.property} {condition.operator.upper()} {_literal(condition.value)}"


def _plain(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, tuple):
        return f"({', '.join(map(str, value))})"
    if isinstance(value, date):
        return f"DATE('{value}')"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
