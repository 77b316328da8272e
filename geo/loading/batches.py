"""Conversion of a file's batches for COPY: values and geometry are converted, bad cells are collected."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from geo.loading import geometry, reasons
from geo.loading.columns import WKT_COLUMN, Plan
from geo.loading.converting.columns import BadCell, convert
from geo.loading.converting.keys import Respelt, converter_of, named_codes, respelt
from geo.loading.converting.values import Converter
from geo.loading.mapping import FileMapping
from geo.loading.reading import Batch, Source
from geo.loading.report import LoadRefused, Problem


class Conversion:
    """Converts a source's batches according to a plan. What it finds (``problems``, ``respelt`` …) grows meanwhile."""

    def __init__(self, source: Source, plan: Plan, mapping: FileMapping, repair: bool) -> None:
        self.source = source
        self.plan = plan
        self.mapping = mapping
        self.crs = mapping.crs or source.crs
        self.repair = repair
        self.projection: geometry.Projection | None = None
        if plan.reads_wkb or (plan.has_geometry and self.crs):
            self.projection = geometry.projection(self.crs)
        self.problems: list[Problem] = []
        self.adjusted: list[Problem] = []
        self.respelt: dict[str, Respelt] = {}
        self.codes = named_codes(mapping.codes)
        self.converters: dict[str, Converter] = {
            column.name: converter_of(plan.table, column, source.decimals) for column in plan.table.loadable
        }
        self.constants = {name: self._constant(name, value) for name, value in mapping.constants.items()}

    def rows(self) -> Iterator[pa.Table]:
        """Yield tables of row_number, source_id, the loaded columns and the geometry, ready for COPY."""
        for batch in self.source.batches(self.plan.wanted, self.plan.reads_wkb):
            self.problems += batch.problems
            self.adjusted += batch.adjusted
            bad: list[tuple[str, BadCell]] = []
            columns: dict[str, Any] = {
                "row_number": pa.array(batch.rows),
                "source_id": self._column(batch, "source_id", bad),
            }
            for column in self.plan.loaded:
                columns[column.name] = self._column(batch, column.name, bad)
            source_ids = columns["source_id"]
            if self.plan.has_geometry:
                shapes = self._shapes(batch)
                bad += [(WKT_COLUMN, cell) for cell in shapes.bad]
                self.adjusted += [
                    Problem(int(batch.rows[i]), source_ids[i].as_py(), WKT_COLUMN, None, reasons.CLOSED)
                    for i in shapes.closed
                ]
                columns["geom"] = geometry.as_hex_wkb(shapes.values)
            self.problems += [
                Problem(int(batch.rows[cell.index]), source_ids[cell.index].as_py(), name, cell.value, cell.reason)
                for name, cell in bad
            ]
            yield pa.table(columns)

    def _column(self, batch: Batch, name: str, bad: list[tuple[str, BadCell]]) -> pa.Array:
        if name in self.constants:
            return pa.repeat(pa.scalar(self.constants[name], pa.string()), len(batch.rows))
        raw = batch.columns[self.plan.headers[name]]
        converted, cells = convert(raw, self.converters[name], self.codes.get(name))
        bad += [(name, cell) for cell in cells]
        if found := respelt(raw, self.converters[name]):
            known = self.respelt.get(name, Respelt(0, found.example))
            self.respelt[name] = known._replace(cells=known.cells + found.cells)
        return converted

    def _constant(self, name: str, value: Any) -> str | None:
        converted, cells = convert([value], self.converters[name], self.codes.get(name))
        if cells:
            raise LoadRefused(
                f"The mapping's constant {name} has the invalid value {cells[0].value}.", cells[0].reason.en
            )
        return converted[0].as_py()

    def _shapes(self, batch: Batch) -> geometry.Shapes:
        places = {name: batch.columns[header] for name, header in self.plan.places.items()}
        if batch.wkb is not None:
            shapes = geometry.from_wkb(batch.wkb, self.repair)
        elif WKT_COLUMN in places:
            shapes, srids = geometry.from_wkt(places[WKT_COLUMN], self.repair)
            self._adopt_srid(srids)
        else:
            shapes = geometry.from_xy(places["x"], places["y"])
        if self.projection is None and all(value is None for value in shapes.values):
            return shapes
        self.projection = self.projection or geometry.projection(self.crs)
        assert self.plan.table.geometry_type
        geometry.prepare(shapes, self.plan.table.geometry_type, self.projection)
        return shapes

    def _adopt_srid(self, srids: set[str]) -> None:
        """Adopt the CRS that EWKT names in its cells. The file must have only one. Raises LoadRefused."""
        named = srids | ({self.projection.name} if self.projection else set())
        if srids and len(named) > 1:
            raise LoadRefused(
                f"The file's geometries name different CRS ({', '.join(sorted(named))}).",
                "Transform them to one CRS, and do not name a different one with --crs.",
            )
        if srids and self.projection is None:
            self.projection = geometry.projection(srids.pop())
