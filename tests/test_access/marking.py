"""A city with two records of every layer of the registry, whose values say which layer they belong to.

Of a layer that is public in part, one is shown to the public and one is hidden from it. The records of other layers
refer to the shown ones and to the hidden ones. New layers are included.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import sees
from geo.store.catalogue import TableColumn, describe, in_loading_order
from geo.store.database import Connection
from tests.records import insert, line, one, square, two_districts, update

MARK = re.compile(rb"Marked-([a-z_]+)-(?:shown|hidden)-[a-z_]+|(?<![\w.])7319\d\d(?![\w.]*\w)")
"""Matches the marked texts and numbers in an answer."""

SHAPES = {
    "Point": "POINT(395000 5705000)",
    "MultiLineString": line((395000, 5705000), (395100, 5705000)),
    "MultiPolygon": square(395000, 5705000, 100),
}
FORMED = {
    "kpi": ("inquiries", "inquiries"),
    "period": ("2023-H2", "2023"),
    "key": ("fairs", "events"),
    "goals": (["1"], ["2"]),
    "sha256": ("a" * 64, "b" * 64),
    "parcels": (["05513100100012______"], ["05513100100013______"]),
}
"""Values of columns that need a certain form, in the shown and in the hidden record."""
MADE_PUBLIC = {("attachments", "is_public")}
"""The columns by which a record is made public, which is not so by default."""
STATES = ("shown", "hidden")
COMMON = ("source", "source_id", "note")
DAY = "2023-08-01"

REFUSALS = (psycopg.errors.IntegrityError, psycopg.errors.DataError, psycopg.errors.RaiseException)


class Marking:
    """Inserts the records. ``marks`` are the texts and numbers that the public does not see, with their layers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Downwards, since deals have to fit into their plot, which is marked before them.
        self._numbers = count(731_999, -1)
        self._records: dict[tuple[str, str], int] = {}
        self.marks: dict[bytes, str] = {}

    def mark(self) -> dict[bytes, str]:
        """Insert the records and return the marks. Their notes and references are changed once: they have a history."""
        two_districts(self._connection)
        for digest in FORMED["sha256"]:
            document = "insert into flurwerk.attachment_contents (media_type, sha256) values ('application/pdf', %s)"
            self._connection.execute(document, [digest])
        order = in_loading_order(self._connection, list(LAYERS))
        for layer in map(LAYERS.__getitem__, order):
            for state in STATES[: 1 if _is_wholly_public(layer) else 2]:
                self._insert(layer, state)
        self._connection.commit()
        for (key, state), record in self._records.items():
            for column in self._optional(LAYERS[key]):
                if column.references or column.name in COMMON:
                    self._set(LAYERS[key], state, record, column)
        for (key, state), record in self._records.items():
            if LAYERS[key].audience is Audience.PUBLIC:
                assert self._is_shown(LAYERS[key], record) == (state == "shown"), f"{state} record of {key}"
        self._connection.commit()
        return self.marks

    def _insert(self, layer: Layer, state: str) -> None:
        if layer.key == "districts":
            self._records[layer.key, state] = 1
            return
        columns = describe(self._connection, layer.key).loadable
        required = [one for one in columns if one.required and not (one.has_default or one.derived)]
        values = {column.name: self._value(layer, state, column) for column in required}
        if layer.geometry:
            values["geom"] = SHAPES[layer.geometry]
        optional = self._optional(layer)
        for added in ({}, *({column.name: self._value(layer, state, column)} for column in optional)):
            # Some rules require one of several columns.
            try:
                with self._transaction():
                    record = insert(self._connection, layer.key, **values | added)
                break
            except REFUSALS:
                continue
        else:
            raise AssertionError(f"no record of {layer.key} could be made: add what it needs to FORMED")
        self._records[layer.key, state] = record
        for column in optional:
            if not column.references and column.name not in COMMON:
                self._set(layer, state, record, column)

    def _optional(self, layer: Layer) -> list[TableColumn]:
        """Return the columns that may be set later. A source stays as it is, since it identifies a record."""
        columns = describe(self._connection, layer.key).columns
        known = {column.name for column in layer.columns} | {"source_id", "note"}
        return [
            one
            for one in columns
            if one.name in known and not one.derived and (not one.required or (layer.key, one.name) in MADE_PUBLIC)
        ]

    def _set(self, layer: Layer, state: str, record: int, column: TableColumn) -> None:
        """Set a column, unless a rule refuses the value, or it hides what is shown or shows what is hidden."""
        value = self._value(layer, state, column)
        was_public = self._is_shown(layer, record)
        try:
            with self._transaction():
                update(self._connection, layer.key, record, **{column.name: value})
                if self._is_shown(layer, record) != was_public and was_public == (state == "shown"):
                    raise psycopg.Rollback
        except REFUSALS:
            pass

    def _value(self, layer: Layer, state: str, column: TableColumn) -> Any:
        name = column.name
        codes = layer.column(name).codes if layer.has_column(name) else None
        if column.references:
            target = column.references
            return self._records.get((target, state)) or self._records.get((target, "shown"))
        if codes:
            return next(iter(codes))
        if name in FORMED:
            return FORMED[name][STATES.index(state)]
        if column.type in ("date", "boolean"):
            return DAY if column.type == "date" else True
        mark = f"Marked-{layer.key}-{state}-{name}" if column.type in ("text", "text[]") else next(self._numbers)
        if not (state == "shown" and _is_public(layer, name)):
            self.marks[str(mark).encode()] = layer.key
        return [mark] if column.type == "text[]" else mark

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Check all rules at the end, also those that are due at commit."""
        with self._connection.transaction():
            yield
            self._connection.execute("set constraints all immediate")

    def _is_shown(self, layer: Layer, record: int) -> bool:
        if not sees(Audience.PUBLIC, layer):
            return False
        return one(
            self._connection, f"select exists (select from flurwerk_for_public.{layer.key} where id = %s)", record
        )


def _is_wholly_public(layer: Layer) -> bool:
    return layer.audience is Audience.PUBLIC and layer.public_rows == "true"


def _is_public(layer: Layer, column: str) -> bool:
    return column in {one.name for one in layer.visible_columns(Audience.PUBLIC)}


def marks_in(body: bytes) -> set[bytes]:
    """Return the marks that an answer contains."""
    return {found[0] for found in MARK.finditer(body)}
