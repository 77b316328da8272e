"""GeoJSON and Esri JSON, read without GDAL, which guesses a type from a column's values and turns all into it."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit
from geo.loading.converting.values import Decimals
from geo.loading.reading.arrow_values import simple
from geo.loading.reading.esri_curves import NoArc
from geo.loading.reading.feature_forms import HOLDERS, EsriJson, Form, GeoJson, form_of
from geo.loading.reading.json_geometry import UNREADABLE
from geo.loading.reading.json_stream import JsonFeatures
from geo.loading.reading.source import BATCH_ROWS, Batch, Source
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_files, of_refusals, of_shapes, of_values
from geo.loading.report import LoadRefused, Problem

EXCERPT = 80

Row = tuple[int, Any, bytes | None, list[Any]]
"""A feature's place in the file from 1, its own number, its geometry as WKB, and its values."""


class FeatureSource(Source):
    """A file of features. The first pass over it finds the columns and counts, the second yields the rows."""

    def __init__(self, stream: JsonFeatures, form: Form, found: "Found", options: ReadingOptions) -> None:
        super().__init__()
        self.stream = stream
        self.form = form
        self.found = found
        self.decimals = Decimals(options.decimal or ",", certain=bool(options.decimal))
        self.names = [self._name(name) for name in found.names]
        self.hidden = ("fid", "id") if isinstance(form, GeoJson) else ("fid",)
        self.has_geometry = found.geometries > 0
        self.crs = form.crs
        self.facts += [(of_files.FORMAT, "GeoJSON" if isinstance(form, GeoJson) else "Esri JSON")]
        self.total = self.counted = found.features

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the features with the wanted properties, in batches. Heights are left out."""
        problems: list[Problem] = []
        rows = self._rows([name for name in wanted if name in self.names], with_geometry, problems)
        while block := list(islice(rows, BATCH_ROWS)):
            numbers, fids, shapes, cells = zip(*block, strict=True)
            values = iter(zip(*cells, strict=True))
            columns: dict[str, RawColumn] = {
                name: list(next(values) if name in self.names else fids) for name in wanted
            }
            wkb = pa.array(shapes, pa.binary()) if with_geometry else None
            yield Batch(np.array(numbers, np.int64), columns, wkb, problems.copy())
            problems.clear()
        self._tell(wanted)

    def _rows(self, names: list[str], with_geometry: bool, problems: list[Problem]) -> Iterator[Row]:
        for row, feature in enumerate(self.stream, 1):
            values = _attributes(self.form.attributes, feature)
            if values is None:
                problems.append(Problem(row, None, None, _excerpt(feature), of_files.NO_FEATURE))
                values = {}
            # Right away: as WKB a geometry needs a tenth of the memory.
            shape = self._wkb(row, feature, problems) if with_geometry else None
            yield row, self._fid(row, feature), shape, [self._value(name, values.get(name)) for name in names]

    def _value(self, name: str, value: Any) -> Any:
        if type(value) is str:
            return value if value.isascii() else self.stream.text(value)
        if value is None:
            return None
        value = self.form.value(name, value)
        if isinstance(value, dict):
            return Unfit(_excerpt(value), of_values.NO_SIMPLE_VALUE)
        value = simple(value)
        return self.stream.text(value) if isinstance(value, str) else value

    def _fid(self, row: int, feature: Any) -> Any:
        """Return the feature's own number; if no feature has one, its place in the file from 0, as QGIS shows it."""
        if not self.found.identified:
            return row - 1
        identity = self.form.identity(feature) if isinstance(feature, dict) else None
        return self.stream.text(identity) if isinstance(identity, str) else simple(identity)

    def _wkb(self, row: int, feature: Any, problems: list[Problem]) -> bytes | None:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if geometry is None:
            return None
        try:
            return self.form.wkb(geometry)
        except UNREADABLE as error:
            reason = of_shapes.CURVED if isinstance(error, NoArc) else of_shapes.NOT_READABLE
            problems.append(Problem(row, None, "geometry", _excerpt(geometry), reason))
            return None

    def _tell(self, wanted: Sequence[str]) -> None:
        for name in wanted:
            missing = self.found.features - self.found.names.get(name, self.found.features)
            if missing:
                self.notes.append(of_files.without_property(name, missing))
            if name not in self.found.names and not self.found.identified:
                self.notes.append(of_files.RUNNING_NUMBERS)
        if others := sorted(self.found.members - self.form.known):
            self.notes.append(of_files.members_left_out(others))
        flags = (self.stream.members, self.stream.members.get("properties"))
        if any(isinstance(flag, dict) and flag.get("exceededTransferLimit") is True for flag in flags):
            self.notes.append(of_files.TRANSFER_LIMITED)

    def _name(self, name: str) -> str:
        text = self.stream.text(name)
        if isinstance(text, Unfit):
            raise LoadRefused(
                of_files.unreadable_property(self.stream.path.name, text.text, self.stream.codec),
                of_refusals.NAME_ENCODING,
            )
        return text


class Found:
    """What the first pass over a file has found."""

    def __init__(self) -> None:
        self.first: Any = None
        self.features = 0
        self.geometries = 0
        self.identified = 0
        self.names: Counter[str] = Counter()
        """For each property, in order of appearance, the number of features that have it."""
        self.members: set[str] = set()

    def look(self, feature: Any) -> None:
        """Add a feature."""
        self.first = feature if self.features == 0 else self.first
        self.features += 1
        if isinstance(feature, dict):
            self.members |= feature.keys()
            self.geometries += feature.get("geometry") is not None
            self.identified += feature.get("id") is not None
            for holder in HOLDERS:
                self.names.update((_attributes(holder, feature) or {}).keys())


def open_features(path: Path, options: ReadingOptions) -> FeatureSource | None:
    """Open a file of features, or return None if it is JSON of another kind. Raises LoadRefused if it is damaged."""
    stream = JsonFeatures(path, options.encoding)
    found = Found()
    for feature in stream.outlines():
        found.look(feature)
    form = form_of(stream.members, found.first)
    if form is None:
        return None
    if isinstance(form, EsriJson):
        found.identified = found.names[form.fid] if form.fid else 0
    return FeatureSource(stream, form, found, options)


def _attributes(holder: str, feature: Any) -> dict[str, Any] | None:
    """Return a feature's values, None if it is no feature."""
    if not isinstance(feature, dict):
        return None
    values = feature.get(holder)
    return {} if values is None else values if isinstance(values, dict) else None


def _excerpt(value: Any) -> str:
    return json.dumps(value, default=lambda part: float(part) if isinstance(part, Decimal) else str(part))[:EXCERPT]
