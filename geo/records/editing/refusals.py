"""Finds the members at fault for an error of the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg
from psycopg import errors

from geo.periods import CITY_TIME
from geo.records.editing import edit_sql, sentences
from geo.records.editing.faults import GEOM, Fault, pointer
from geo.records.layers.layer import Layer
from geo.records.messages import explain
from geo.records.messages.errors import UNREADABLE_SHAPE
from geo.store.database import AsyncConnection

DATA_ERRORS = (psycopg.IntegrityError, psycopg.DataError, errors.InternalError_)
"""What the database raises for an invalid record; PostGIS reports everything as an internal error."""

CHECKED_BY_OTHERS = {
    ("plots", "transactions_fit_plot"): ("official_area_m2", GEOM),
    ("plots", "reservations_fit_plot"): ("official_area_m2", GEOM),
}
"""The columns behind constraints that a trigger of another table checks."""

EARLIEST = "1900-01-01"


async def faults_of(
    connection: AsyncConnection, layer: Layer, error: psycopg.Error, values: Mapping[str, Any]
) -> list[Fault]:
    """Return the error as a fault of every member that could be changed to fix it.

    ``values`` are the record's, as far as known; if several columns are concerned, those without a value are not at
    fault. Reraises an internal error if the record has no geometry.
    """
    message = explain(error)
    if message is None and isinstance(error, errors.InternalError_):
        if GEOM not in values:
            raise error
        message = UNREADABLE_SHAPE
    names = await _columns(connection, layer, error)
    if message is UNREADABLE_SHAPE or (message and not names and isinstance(error, errors.InternalError_)):
        names = [GEOM]
    message = message or sentences.NOT_STORABLE
    return [Fault(pointer(name), message) for name in _at_fault(error, names, values)] or [Fault("", message)]


async def _columns(connection: AsyncConnection, layer: Layer, error: psycopg.Error) -> list[str]:
    diag = error.diag
    constraint = diag.constraint_name
    if constraint and constraint.startswith("place_"):
        return [GEOM]
    if constraint:
        cursor = await connection.execute(*edit_sql.constrained_columns(layer, constraint))
        if found := [name for (name,) in await cursor.fetchall()]:
            return found
        if (layer.key, constraint) in CHECKED_BY_OTHERS:
            return list(CHECKED_BY_OTHERS[layer.key, constraint])
    return [diag.column_name] if diag.column_name and diag.table_name == layer.key else []


def _at_fault(error: psycopg.Error, names: list[str], values: Mapping[str, Any]) -> list[str]:
    present = [name for name in names if name not in values or values[name] is not None]
    if (error.diag.constraint_name or "").endswith("_not_future"):
        today = datetime.now(CITY_TIME).date().isoformat()
        present = [name for name in present if not EARLIEST <= str(values.get(name, EARLIEST)) <= today] or present
    return [name for name in present if name != "id"] or names
