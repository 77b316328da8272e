"""DXF drawings: their entities, from one of the drawing's layers or from all.

GDAL gives each entity the columns Layer, Linetype, EntityHandle, Text, SubClasses and PaperSpace, and draws its arcs in
small steps (``OGR_ARC_STEPSIZE``); splines it draws in steps of unknown accuracy, so these are refused. It would read
texts of Windows' Western encoding, which most drawings have, as ISO 8859-1, without quotation marks, dashes and €.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyogrio
import pyogrio.raw

from geo.loading.reading.encodings import check_text
from geo.loading.reading.gis import GisSource
from geo.loading.reading.layers import ALL_LAYERS, choose_layer
from geo.loading.reading.source import Batch
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_encodings, of_files, of_shapes, of_tables
from geo.loading.report import LoadRefused, Problem

CLASSES = "SubClasses"
DRAWN = "AcDbCircle|AcDbArc|AcDbEllipse|AcDbPolyline|AcDb2dPolyline|AcDbHatch"
SPLINE = "AcDbSpline"
VARIABLE = rb"\$%b\s+\d+\s+(\S+)"
"""A variable of the header: its name, the code of its kind, and its value."""
BEGINNING = 1 << 16
FIRST_UNICODE = "AC1021"
"""The version since which drawings are UTF-8: AutoCAD 2007."""

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

ICONV = {"mac_roman": "MACINTOSH", "mac-roman": "MACINTOSH", "utf-8-sig": "UTF-8"}
"""What GDAL calls encodings that it does not know by Python's name."""


def encoding_of(path: Path) -> str:
    """Return the encoding that a drawing's header names; without one it is that of Windows in Western Europe."""
    with path.open("rb") as file:
        beginning = file.read(BEGINNING)
    version, page = (re.search(VARIABLE % name, beginning) for name in (b"ACADVER", b"DWGCODEPAGE"))
    if version and version[1].decode("latin-1") >= FIRST_UNICODE:
        return "utf-8"
    number = re.search(r"\d+$", page[1].decode("latin-1")) if page else None
    return f"cp{number[0]}" if number else "cp1252"


def _check(path: Path, encoding: str) -> None:
    """Refuse a drawing that is not text in that encoding: GDAL would leave characters out."""
    try:
        check_text(path, encoding)
    except LoadRefused as refused:
        raise LoadRefused(refused.texts[0], of_encodings.NAME_REAL) from refused


class DxfSource(GisSource):
    """The entities of a drawing."""

    def __init__(self, path: Path, layer: str, options: ReadingOptions) -> None:
        super().__init__(path, layer, replace(options, layer=None))
        self.encoding = options.encoding or encoding_of(path)
        _check(path, self.encoding)
        self._decode()
        self.facts.append((of_tables.ENCODING, self.encoding.upper()))
        with self._refusing_errors():
            columns = pyogrio.raw.read(self.path, layer=self.layer, columns=["Layer"], read_geometry=False)[3]
        drawn_on = list(dict.fromkeys(str(name) for name in columns[0]))
        chosen = choose_layer(path.name, drawn_on, layer, options.layer, may_be_all=True)
        if chosen != ALL_LAYERS and len(drawn_on) > 1:
            quoted = chosen.replace("'", "''")
            self.where = f"Layer = '{quoted}'"
        self.total = None

    def _decode(self) -> None:
        """Let GDAL read the texts in the drawing's encoding. It has one such setting for all drawings."""
        pyogrio.set_gdal_config_options({"DXF_ENCODING": ICONV.get(self.encoding.lower(), self.encoding)})

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the entities with the wanted columns. Splines are problems, arcs are told of."""
        self._decode()
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
