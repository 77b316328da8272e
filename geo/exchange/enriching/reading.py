"""Reads the areas of a register from a GIS file or a table: chosen columns by role, converted exactly or refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely

from geo.exchange.enriching.proposals import Shapes
from geo.exchange.errors import ExchangeRefused
from geo.loading import geometry
from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import shown
from geo.loading.converting.values import Converter, Unreadable, converter
from geo.loading.projection import Projection, projection_of
from geo.loading.reading import Batch, ReadingOptions, Source, open_source
from geo.records.layers.layer import Text

Bounds = tuple[float, float, float, float]


class Field(NamedTuple):
    """A column of the file: what it is for us, by which names it is known, the type that its values must fit."""

    role: str
    names: tuple[str, ...]
    type: str = "text"
    required: bool = True


class BadRow(NamedTuple):
    """A row that cannot be taken over: where it is, the column and text as delivered, and why."""

    place: str
    column: str
    value: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of a file within the bounds: their numbers, shapes in the stored CRS, and values by role.

    ``notes`` tell how exactly their coordinates were transformed.
    """

    rows: list[int]
    shapes: Shapes
    values: dict[str, list[str | None]]
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What a file does not say of itself. ``named`` are its names for roles, where they are not those known."""

    layer: str = ""
    crs: str | None = None
    encoding: str | None = None
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> ReadingOptions:
        """What the readers of files are told."""
        return ReadingOptions(encoding=self.encoding)


INEXACT = Text(
    "Der Wert hat mehr Nachkommastellen, als das Feld speichert.", "The value has more decimals than the field stores."
)


def open_areas(path: Path, fields: Sequence[Field], bounds: Bounds | None, how: HowToRead) -> Sheet:
    """Read the rows whose shapes reach into the bounds, with the fields' values.

    Without bounds there is nothing to compare with, and no row is read. Raises ExchangeRefused if shapes or a column
    are missing or a row within the bounds is bad, and LoadRefused if the file cannot be read.
    """
    source = open_source(path, how.layer, how.options)
    if not source.has_geometry:
        raise ExchangeRefused(
            Text(f"{path.name} enthält keine Flächen.", f"{path.name} contains no areas."),
            Text("Beziehen Sie sie als GeoPackage oder Shapefile.", "Get it as a GeoPackage or Shapefile."),
        )
    place = projection_of(how.crs or source.crs)
    sheet = read_rows(source, path, fields, bounds, how, lambda batch, bad: _shapes(batch, place, bad))
    if place.note:
        sheet.notes.append(place.note)
    return sheet


def read_rows(
    source: Source,
    path: Path,
    fields: Sequence[Field],
    bounds: Bounds | None,
    how: HowToRead,
    shapes_of: Callable[[Batch, list[BadRow]], Shapes],
) -> Sheet:
    """Read the rows of an opened file whose shapes, which ``shapes_of`` returns for a batch, reach into the bounds."""
    headers = headers_of(source, path, fields, how.named)
    sheet = Sheet([], np.array([], object), {field.role: [] for field in fields})
    if bounds is None:
        return sheet
    bad: list[BadRow] = []
    parts: list[Shapes] = []
    for batch in source.batches(list(headers.values()), source.has_geometry):
        shapes = shapes_of(batch, bad)
        inside = _reach_into(shapes, bounds)
        parts.append(shapes[inside])
        sheet.rows.extend(batch.rows[inside].tolist())
        for known in fields:
            column = batch.columns[headers[known.role]] if known.role in headers else [None] * len(inside)
            sheet.values[known.role] += _converted(known, column, inside, batch, source, bad)
        bad += [BadRow(f"row {each.row}", each.column or "", each.value or "", each.reason) for each in batch.problems]
    refuse_bad(path, bad)
    return Sheet(sheet.rows, np.concatenate(parts) if parts else sheet.shapes, sheet.values)


def headers_of(source: Source, path: Path, fields: Sequence[Field], named: Mapping[str, str]) -> dict[str, str]:
    """Return the file's column for each role that it has. Raises ExchangeRefused for one that is missing or unknown."""
    by_name = {name.casefold(): name for name in source.names}
    unknown = named.keys() - {field.role for field in fields}
    if unknown:
        roles = ", ".join(field.role for field in fields)
        raise ExchangeRefused(
            Text(
                f"Eine Rolle {', '.join(sorted(unknown))} gibt es nicht.",
                f"There is no role {', '.join(sorted(unknown))}.",
            ),
            Text(f"Die Rollen sind {roles}.", f"The roles are {roles}."),
        )
    found: dict[str, str] = {}
    for known in fields:
        names = (named[known.role],) if known.role in named else known.names
        header = next((by_name[name.casefold()] for name in names if name.casefold() in by_name), None)
        if header is not None:
            found[known.role] = header
        elif known.required or known.role in named:
            raise ExchangeRefused(
                Text(
                    f"{path.name} hat keine Spalte {' oder '.join(names)}; ihre Spalten sind "
                    f"{', '.join(source.names)}.",
                    f"{path.name} has no column {' or '.join(names)}; its columns are {', '.join(source.names)}.",
                ),
                Text(
                    f"Nennen Sie die richtige: --column {known.role}=NAME.",
                    f"Name the right one: --column {known.role}=NAME.",
                ),
            )
    return found


def _shapes(batch: Batch, place: Projection, bad: list[BadRow]) -> Shapes:
    assert batch.wkb is not None
    shapes = geometry.from_wkb(batch.wkb, True, place)
    geometry.prepare(shapes, "MultiPolygon", place)
    bad.extend(BadRow(f"row {batch.rows[cell.index]}", "geometry", cell.value, cell.reason) for cell in shapes.bad)
    return shapes.values


def _reach_into(shapes: Shapes, bounds: Bounds) -> np.ndarray[Any, np.dtype[np.bool_]]:
    west, south, east, north = bounds
    boxes = shapely.bounds(shapes)
    # Bounds of a missing shape are not a number, which no comparison meets.
    return (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)


def _converted(
    known: Field,
    column: RawColumn,
    inside: np.ndarray[Any, np.dtype[np.bool_]],
    batch: Batch,
    source: Source,
    bad: list[BadRow],
) -> list[str | None]:
    convert = converter(known.type, source.decimals)
    cells = column if isinstance(column, list) else column.to_pylist()
    found: list[str | None] = []
    for index in np.flatnonzero(inside).tolist():
        try:
            found.append(_exact(known, convert, cells[index]))
        except Unreadable as error:
            found.append(None)
            bad.append(BadRow(f"row {batch.rows[index]}", known.role, shown(cells[index]), error.reason))
    return found


def _exact(known: Field, convert: Converter, cell: Any) -> str | None:
    value = convert(cell)
    if value is not None and known.type.startswith("numeric("):
        scale = int(known.type.rstrip(")").split(",")[1])
        if Decimal(value) != round(Decimal(value), scale):
            raise Unreadable(INEXACT)
    return value


def refuse_bad(path: Path, bad: Sequence[BadRow]) -> None:
    """Raise ExchangeRefused if there are bad rows, naming the first ones."""
    if bad:
        listed = "; ".join(f"{place}, {column} “{value}”: {reason.en}" for place, column, value, reason in bad[:5])
        more = f" … and {len(bad) - 5} more" if len(bad) > 5 else ""
        raise ExchangeRefused(
            Text(
                f"{path.name} hat Werte, die nicht zu lesen sind; es wurde nichts übernommen: {listed}{more}",
                f"{path.name} has values that cannot be read, so nothing was taken over: {listed}{more}",
            ),
            Text(
                "Berichtigen Sie sie, oder beziehen Sie die Datei noch einmal.", "Correct them, or get the file again."
            ),
        )
