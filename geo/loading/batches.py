"""Conversion of a file's batches for COPY: values and geometry are converted, bad cells are collected."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from geo.loading import geometry
from geo.loading.columns import WKT_COLUMN, Plan
from geo.loading.converting.codes import CodeTable
from geo.loading.converting.columns import BadCell, RawColumn, convert
from geo.loading.converting.keys import Respelt, converter_of, named_codes, respelt
from geo.loading.converting.losses import Loss, decimals_of, rounded, without_time
from geo.loading.converting.rules import joined, ruled_converter
from geo.loading.converting.shown import shown
from geo.loading.converting.values import Converter, to_date
from geo.loading.mapping import NO_RULE, FileMapping
from geo.loading.projection import Projection, projection_of
from geo.loading.reading import Batch, Source
from geo.loading.reasons import of_loads, of_shapes, of_tables
from geo.loading.report import LoadRefused, Problem
from geo.text import Text


class Conversion:
    """Converts a source's batches according to a plan. What it finds (``problems``, ``respelt`` …) grows meanwhile."""

    def __init__(self, source: Source, plan: Plan, mapping: FileMapping, repair: bool) -> None:
        self.source = source
        self.plan = plan
        self.mapping = mapping
        self.crs = mapping.crs or source.crs
        self.repair = repair
        self.projection: Projection | None = None
        if plan.reads_wkb or (plan.has_geometry and self.crs):
            self.projection = self._place()
        self.problems: list[Problem] = []
        self.adjusted: list[Problem] = []
        self.left_out = 0
        self.reported: set[str] = set()
        self.respelt: dict[str, Respelt] = {}
        self.rounded: dict[str, Loss] = {}
        self.untimed: dict[str, Loss] = {}
        self.has_heights = False
        self.named_codes = named_codes(mapping.codes)
        self.forms = {column.name: converter_of(plan.table, column, source.decimals) for column in plan.table.loadable}
        self.converters: dict[str, Converter] = {
            column.name: ruled_converter(
                self.forms[column.name], plan.layer, column, source.decimals, mapping.values.get(column.name, NO_RULE)
            )
            for column in plan.table.loadable
        }
        self.codes = {column.name: self._code_table(column.name) for column in plan.table.loadable}
        self.constants = {name: self._constant(name, value) for name, value in mapping.constants.items()}

    def rows(self) -> Iterator[pa.Table]:
        """Yield tables of row_number, source_id, the loaded columns and the geometry, ready for COPY."""
        for whole in self.source.batches(self.plan.wanted, self.plan.reads_wkb):
            batch = self._selected(whole)
            if len(batch.rows):
                yield self._converted(batch)

    def tell(self) -> None:
        """Add to the source's notes what became of the rows as a whole, after the last one."""
        if self.projection and self.projection.note:
            self.source.notes.append(self.projection.note)
        if self.left_out:
            self.source.notes.append(of_loads.rows_left_out(self.left_out, list(self.mapping.where)))
        if self.has_heights or self.source.has_heights:
            self.source.notes.append(of_shapes.HEIGHTS_LEFT_OUT)
        decimals = {name: decimals_of(self.plan.table.by_name[name].type) or 0 for name in self.rounded}
        self.source.notes += [of_loads.rounded(name, decimals[name], *loss) for name, loss in self.rounded.items()]
        self.source.notes += [of_loads.without_time(name, *loss) for name, loss in self.untimed.items()]
        for name, table in self.codes.items():
            if table and table.used:
                translations = [(value, code, rows) for (value, code), rows in table.used.most_common()]
                self.source.notes.append(of_loads.translated(name, translations))

    def _converted(self, batch: Batch) -> pa.Table:
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
                Problem(int(batch.rows[i]), source_ids[i].as_py(), WKT_COLUMN, None, of_shapes.CLOSED)
                for i in shapes.closed
            ]
            self.adjusted += [
                Problem(int(batch.rows[i]), source_ids[i].as_py(), WKT_COLUMN, None, of_shapes.LINEARISED)
                for i in shapes.linearised
            ]
            columns["geom"] = geometry.as_hex_wkb(shapes.values)
        self.problems += self._unnamed_columns(batch, source_ids)
        self.problems += [
            Problem(int(batch.rows[cell.index]), source_ids[cell.index].as_py(), name, cell.value, cell.reason)
            for name, cell in bad
        ]
        return pa.table(columns)

    def _selected(self, batch: Batch) -> Batch:
        """Return the rows of a batch that meet the mapping's conditions, and count the others."""
        if not self.plan.conditions:
            return batch
        met = np.logical_and.reduce(
            [condition.is_met(batch.columns[condition.header]) for condition in self.plan.conditions]
        )
        self.left_out += int((~met).sum())
        return batch.only(met)

    def _unnamed_columns(self, batch: Batch, source_ids: pa.Array) -> list[Problem]:
        """Return the first value of each column without a heading that is not ignored by its name."""
        names = batch.columns.keys() - {*self.plan.wanted, *self.mapping.ignore, *self.reported}
        problems: list[Problem] = []
        for name in sorted(names):
            # Conditions may have left out the rows that have values there.
            filled = ((index, text) for index, cell in enumerate(batch.columns[name]) if (text := shown(cell)))
            if first := next(filled, None):
                index, text = first
                reason = of_tables.without_heading(name)
                problems.append(Problem(int(batch.rows[index]), source_ids[index].as_py(), name, text, reason))
                self.reported.add(name)
        return problems

    def _column(self, batch: Batch, name: str, bad: list[tuple[str, BadCell]]) -> pa.Array:
        if name in self.constants:
            return pa.repeat(pa.scalar(self.constants[name], pa.string()), len(batch.rows))
        parts = [batch.columns[header] for header in self.plan.headers[name]]
        raw = joined(parts, self.mapping.values[name].separator) if len(parts) > 1 else parts[0]
        own, as_text = self.forms[name], self._is_text(name)
        converted, cells = convert(raw, self.converters[name], self.codes[name], as_text=as_text, of_codes=own)
        bad += [(name, cell) for cell in cells]
        if found := respelt(raw, self.forms[name]):
            known = self.respelt.get(name, Respelt(0, found.example))
            self.respelt[name] = known._replace(cells=known.cells + found.cells)
        self._note_losses(name, raw, converted)
        return converted

    def _note_losses(self, name: str, raw: RawColumn, converted: pa.Array) -> None:
        decimals = decimals_of(self.plan.table.by_name[name].type)
        if decimals is not None and (loss := rounded(converted, decimals)):
            self.rounded[name] = self.rounded.get(name, Loss(0, loss.example)) + loss
        if self.forms[name] is to_date and (loss := without_time(raw)):
            self.untimed[name] = self.untimed.get(name, Loss(0, loss.example)) + loss

    def _is_text(self, name: str) -> bool:
        column = self.plan.table.by_name[name]
        return column.references is not None or column.type in {"text", "text[]"}

    def _code_table(self, name: str) -> CodeTable | None:
        mapped = self.named_codes.get(name, {})
        listed = self.plan.layer.column(name).codes if self.plan.layer.has_column(name) else None
        return CodeTable(mapped, listed) if mapped or listed else None

    def _constant(self, name: str, value: Any) -> str | None:
        converted, cells = convert([value], self.forms[name], self.codes[name])
        if cells:
            raise LoadRefused(
                Text(
                    f"Die Konstante {name} der Zuordnung hat den ungültigen Wert {cells[0].value}.",
                    f"The mapping's constant {name} has the invalid value {cells[0].value}.",
                ),
                cells[0].reason,
            )
        code = converted[0].as_py()
        listed = self.plan.layer.column(name).codes if self.plan.layer.has_column(name) else None
        if listed and code is not None and self.plan.table.by_name[name].type == "text" and code not in listed:
            allowed = ", ".join(f"{known} ({label.de})" for known, label in listed.items())
            raise LoadRefused(
                Text(
                    f"Die Konstante {name} der Zuordnung hat den unbekannten Code {value}.",
                    f"The mapping's constant {name} has the unknown code {value}.",
                ),
                Text(f"Bekannt sind {allowed}.", f"Known are {allowed}."),
            )
        return code

    def _shapes(self, batch: Batch) -> geometry.Shapes:
        places = {name: batch.columns[header] for name, header in self.plan.places.items()}
        if batch.wkb is not None:
            assert self.projection
            shapes = geometry.from_wkb(batch.wkb, self.repair, self.projection)
        elif WKT_COLUMN in places:
            texts, srids = geometry.without_srids(places[WKT_COLUMN])
            self._adopt_srid(srids)
            shapes = geometry.from_wkt(places[WKT_COLUMN], texts, self.repair, self.projection)
        else:
            shapes = geometry.from_xy(places["x"], places["y"])
        if self.projection is None and all(value is None for value in shapes.values):
            return shapes
        self.has_heights |= geometry.has_heights(shapes.values)
        self.projection = self.projection or self._place()
        assert self.plan.table.geometry_type
        geometry.prepare(shapes, self.plan.table.geometry_type, self.projection)
        return shapes

    def _place(self) -> Projection:
        return projection_of(self.crs, self.mapping.accuracy)

    def _adopt_srid(self, srids: set[str]) -> None:
        """Adopt the CRS that EWKT names in its cells. The file must have only one. Raises LoadRefused."""
        named = srids | ({self.projection.name} if self.projection else set())
        if srids and len(named) > 1:
            raise LoadRefused(of_shapes.different_crs(sorted(named)), of_shapes.KEEP_ONE_CRS)
        if srids and self.projection is None:
            self.crs = srids.pop()
            self.projection = self._place()
