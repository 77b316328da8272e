"""The state of trenches and nodes on a day, as a status of the standard, or why they have none."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from geo.records.layers.layer import Text

DISCARDED = Text("verworfen", "discarded")
DUPLICATE = Text("Dublette eines anderen Abschnitts", "duplicate of another segment")
LATER = Text("am Stichtag noch nicht geplant", "not planned yet on that day")
UNDATED = Text("ohne Datum, daher am Stichtag nicht einzuordnen", "without a date, so its state on that day is unknown")

Row = Mapping[str, Any]


def reason_against(trench: Row, on: date, *, is_past: bool) -> Text | None:
    """Return why a trench is not part of the network on a day, or None if it is.

    ``is_past``: the day was asked for. Otherwise it is today, and a trench without any date is planned.
    """
    if trench["duplicate_of"] is not None:
        return DUPLICATE
    if _reached(trench["discarded_on"], on):
        return DISCARDED
    known = [day for day in (trench["planned_reached_on"], trench["laid_reached_on"]) if day is not None]
    if not known:
        return UNDATED if is_past else None
    return None if min(known) <= on else LATER


def span_status(trench: Row, on: date) -> str:
    """Return a trench's status.

    A laid trench is ``inactive``: its construction is complete. ``operational`` would say that traffic runs through it,
    which is recorded of connections and nodes, not of trenches.
    """
    if _reached(trench["laid_reached_on"], on):
        return "inactive"
    return "underConstruction" if _reached(trench["started_on"], on) else "planned"


def node_status(node: Row, on: date) -> str:
    """Return a network node's status."""
    if _reached(node["removed_on"], on):
        return "decommissioned"
    if _reached(node["in_service_on"], on):
        return "operational"
    return "inactive" if _reached(node["built_reached_on"], on) or node["origin"] == "existing" else "planned"


def _reached(day: date | None, on: date) -> bool:
    return day is not None and day <= on
