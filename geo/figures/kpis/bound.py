"""The values that a compiled filter binds, as releases keep them; and the properties that a filter names."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def properties(tree: Any) -> Iterator[str]:
    """Yield the names of the properties in a filter's tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("property"), str):
                yield "geometry" if node["property"] == "geom" else node["property"]
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def stored(value: Any) -> tuple[str, str]:
    """Return a bound value as a text, as which a release keeps it, and the cast that makes it the same value again."""
    if isinstance(value, bool | str):
        return str(value), ""
    if isinstance(value, int):
        return str(value), "::bigint"
    if isinstance(value, Decimal):
        return f"{value:f}", "::numeric"
    if isinstance(value, float):
        return repr(value), "::float8"
    if isinstance(value, date | datetime):
        return value.isoformat(), ""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}", "::bytea"
    return "{" + ",".join(map(_element, value)) + "}", ""


def _element(item: Any) -> str:
    """Return an element of an array as PostgreSQL writes it."""
    text = f"{item:f}" if isinstance(item, Decimal) else str(item)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
