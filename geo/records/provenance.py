"""The records behind a figure: which ones they are, in words that a request for features understands.

A figure that is no indicator (the supply of land, the demand for it) names the records that make it up by conditions on
their properties. Whoever asks for the features that meet them gets exactly these records, and can add them up again.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

Operator = Literal["=", "<>", ">", ">=", "<", "<=", "in", "is null", "is not null"]
Value = str | bool | int | date | tuple[int, ...]


class Condition(NamedTuple):
    """A property of the layer compared with a value, which ``is null`` and ``is not null`` do not have."""

    property: str
    operator: Operator
    value: Value | None = None


class Provenance(NamedTuple):
    """The records of ``layer`` that meet all conditions.

    Their ``amount`` (None: their number) makes up the figure: as a sum, or as a median where the figure is one.
    """

    layer: str
    amount: str | None
    conditions: tuple[Condition, ...]


def equals(name: str, value: Value | None) -> Condition:
    """That a property has this value; None stands for having none."""
    return Condition(name, "is null") if value is None else Condition(name, "=", value)


def parameters(behind: Provenance) -> dict[str, str]:
    """The parameters that ask for the features: a property's own where it has a value, else a CQL2 filter."""
    plain = {
        condition.property: _plain(condition.value)
        for condition in behind.conditions
        if condition.operator == "=" and isinstance(condition.value, str | bool)
    }
    others = [condition for condition in behind.conditions if condition.property not in plain]
    return plain | ({"filter": expression(others)} if others else {})


def expression(conditions: Sequence[Condition]) -> str:
    """The conditions as CQL2 text."""
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
