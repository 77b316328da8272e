"""DXF drawings: their entities, from one of the drawing's layers or from all.

GDAL gives each entity the columns Layer, Linetype, EntityHandle, Text, SubClasses and PaperSpace, and draws its arcs in
small steps (``OGR_ARC_STEPSIZE``); splines it draws in steps of unknown accuracy, so these are refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyogrio.raw

from geo.loading.reading.gis import GisSource
from geo.loading.reading.layers import ALL_LAYERS, choose_layer
from geo.loading.reading.source import Batch
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_files, of_shapes
from geo.loading.report import Problem

CLASSES = "SubClasses"
DRAWN = "AcDbCircle|AcDbArc|AcDbEllipse|AcDbPolyline|AcDb2dPolyline|AcDbHatch"
SPLINE = "AcDbSpline"

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute


class DxfSource(GisSource):
    """The entities of a drawing."""

    def __init__(self, path: Path, layer: str, options: ReadingOptions) -> None:
        super().__init__(path, layer, replace(options, layer=None))
        with self._refusing_errors():
            columns = pyogrio.raw.read(self.path, layer=self.layer, columns=["Layer"], read_geometry=False)[3]
        drawn_on = list(dict.fromkeys(str(name) for name in columns[0]))
        chosen = choose_layer(path.name, drawn_on, layer, options.layer, may_be_all=True)
        if chosen != ALL_LAYERS and len(drawn_on) > 1:
            quoted = chosen.replace("'", "''")
            self.where = f"Layer = '{quoted}'"
        self.total = None

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the entities with the wanted columns. Splines are problems, arcs are told of."""
        unread = [name for name in ("Layer", "Linetype", "Text") if name not in wanted]
        if unread:
            self.notes.append(of_files.unread_columns(unread))
        for batch in super().batches([*dict.fromkeys([*wanted, CLASSES])], with_geometry):
            classes = batch.columns[CLASSES]
            assert isinstance(classes, pa.Array | pa.ChunkedArray)
            batch = replace(batch, columns={name: batch.columns[name] for name in wanted})
            if batch.wkb is None:
                yield batch
                continue
            is_spline = pc.fill_null(pc.match_substring(classes, SPLINE), False)
            if pc.any(pc.match_substring_regex(classes, DRAWN)).as_py() and of_shapes.DRAWN_ARCS not in self.notes:
                self.notes.append(of_shapes.DRAWN_ARCS)
            problems = [
                Problem(int(row), None, "geometry", SPLINE, of_shapes.SPLINE)
                for row, bad in zip(batch.rows, is_spline.to_pylist(), strict=True)
                if bad
            ]
            yield replace(batch, problems=[*batch.problems, *problems])
