"""GeoJSON, JSON-FG and Esri JSON, read without GDAL, which guesses a column's type and turns all values into it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from geo.loading.reading.feature_forms import HOLDERS, EsriJson, Form, GeoJson
from geo.loading.reading.geojson import several_crs
from geo.loading.reading.json_fg import NAME as JSON_FG
from geo.loading.reading.json_fg import REFERENCE, TIMES, JsonFg, reference_of, type_of
from geo.loading.reading.json_geometry import UNREADABLE, has_height
from geo.loading.reading.json_stream import JsonFeatures
from geo.loading.reading.layers import choose_layer
from geo.loading.reading.source import BATCH_ROWS, Batch, Source
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_files, of_refusals, of_shapes, of_values
from geo.loading.report import LoadRefused, Problem
from geo.text import Text

EXCERPT = 80

Row = tuple[int, bytes | None, list[Any]]
"""A feature's place in the file from 1, its geometry as WKB, and its values."""


class FeatureSource(Source):
    """A file of features. The first pass over it finds the columns and counts, the second yields the rows."""

    def __init__(self, stream: JsonFeatures, form: Form, found: "Found", options: ReadingOptions) -> None:
        super().__init__()
        self.stream = stream
        self.form = form
        self.found = found
        self.decimals = Decimals(options.decimal or ",", certain=bool(options.decimal))
        self.names = [self._name(name) for name in found.names]
        self.hidden = form.hidden
        self.has_geometry = found.geometries > 0
        self.crs = form.crs
        self.facts += [(of_files.FORMAT, form.name)]
        self.total = self.counted = found.features

    def adopt_crs(self, named: str | None) -> None:
        """Take the CRS that a member ``crs`` names, wherever it is. Raises LoadRefused if JSON-FG's is another."""
        if named and isinstance(self.form, JsonFg) and named != self.crs:
            raise several_crs(self.stream.path.name, {named, str(self.crs)})
        self.crs = named or self.crs

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the features with the wanted properties, in batches. Heights are left out."""
        problems: list[Problem] = []
        rows = self._rows(wanted, with_geometry, problems)
        while block := list(islice(rows, BATCH_ROWS)):
            numbers, shapes, cells = zip(*block, strict=True)
            columns: dict[str, RawColumn] = dict(zip(wanted, map(list, zip(*cells, strict=True)), strict=False))
            wkb = pa.array(shapes, pa.binary()) if with_geometry else None
            yield Batch(np.array(numbers, np.int64), columns, wkb, problems.copy())
            problems.clear()
        self._tell(wanted)

    def _rows(self, wanted: Sequence[str], with_geometry: bool, problems: list[Problem]) -> Iterator[Row]:
        read = [(name, name in self.names) for name in wanted]
        for row, feature in enumerate(self.found.of_its_kind(self.stream), 1):
            values = _attributes(self.form.attributes, feature)
            if values is None:
                problems.append(Problem(row, None, None, _excerpt(feature), of_files.NO_FEATURE))
                values = {}
            # Right away: as WKB a geometry needs a tenth of the memory.
            shape = self._wkb(row, feature, problems) if with_geometry else None
            yield (
                row,
                shape,
                [
                    self._value(name, values.get(name)) if is_property else self._own(name, row, feature)
                    for name, is_property in read
                ],
            )

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

    def _own(self, name: str, row: int, feature: Any) -> Any:
        """Return a value of the format's own columns.

        If no feature has a number, it is its place in the file from 0, as QGIS shows it.
        """
        if not self.found.identified and name not in TIMES:
            return row - 1
        own = self.form.own(name, feature) if isinstance(feature, dict) else None
        return self.stream.text(own) if isinstance(own, str) else simple(own)

    def _wkb(self, row: int, feature: Any, problems: list[Problem]) -> bytes | None:
        geometry = self.form.geometry(feature) if isinstance(feature, dict) else None
        if geometry is None:
            if isinstance(feature, dict) and isinstance(self.form, JsonFg) and self.form.lacks_place(feature):
                excerpt = _excerpt(feature.get("geometry"))
                problems.append(Problem(row, None, "geometry", excerpt, of_shapes.only_in_degrees(str(self.crs))))
            return None
        if isinstance(geometry, Unfit):
            problems.append(Problem(row, None, "geometry", geometry.text[:EXCERPT], geometry.reason))
            return None
        self.has_heights = self.has_heights or has_height(geometry)
        try:
            return self.form.wkb(geometry)
        except UNREADABLE as error:
            reason = of_shapes.CURVED if isinstance(error, NoArc) else _why_unreadable(geometry)
            problems.append(Problem(row, None, "geometry", _excerpt(geometry), reason))
            return None

    def _tell(self, wanted: Sequence[str]) -> None:
        for name in wanted:
            missing = self.found.features - self.found.names.get(name, self.found.features)
            if missing:
                self.notes.append(of_files.without_property(name, missing))
            if name not in {*self.found.names, *TIMES} and not self.found.identified:
                self.notes.append(of_files.RUNNING_NUMBERS)
        unread = {name for name in TIMES if name in self.found.names or name not in wanted}
        if isinstance(self.form, JsonFg) and "time" in self.found.members and len(unread) == len(TIMES):
            self.notes.append(of_files.unread_columns(["time"]))
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
    """What the first pass over a file has found, in the features of one kind if there are several (`JsonFg`)."""

    def __init__(self, kind: str | None = None, otherwise: str | None = None) -> None:
        """``kind`` is that of the features to read, all if it is None; ``otherwise`` that of those without a type."""
        self.kind = kind
        self.otherwise = otherwise
        self.first: Any = None
        self.features = 0
        self.geometries = 0
        self.identified = 0
        self.names: Counter[str] = Counter()
        """For each property, in order of appearance, the number of features that have it."""
        self.members: set[str] = set()
        """The features' members that are not null."""
        self.kinds: dict[str | None, None] = {}
        """The features' types, in order of appearance."""
        self.references: set[str | None] = set()
        """The CRS of the features' places, None for that of the file."""

    def of_its_kind(self, features: Iterable[Any]) -> Iterator[Any]:
        """Yield the features of the kind that is meant."""
        for feature in features:
            own = type_of(feature) if self.kind is not None and isinstance(feature, dict) else None
            if self.kind in {None, own or self.otherwise}:
                yield feature

    def look(self, feature: Any) -> None:
        """Add a feature."""
        self.first = feature if self.features == 0 else self.first
        self.features += 1
        if isinstance(feature, dict):
            self.members.update(name for name, value in feature.items() if value is not None)
            place = feature.get("place")
            self.geometries += feature.get("geometry") is not None or place is not None
            self.identified += feature.get("id") is not None
            self.kinds[type_of(feature)] = None
            if isinstance(place, dict):
                self.references.add(reference_of(place) or reference_of(feature))
            for holder in HOLDERS:
                self.names.update((_attributes(holder, feature) or {}).keys())


def open_features(path: Path, layer: str, options: ReadingOptions) -> FeatureSource | None:
    """Open a file of features, or return None if it is JSON of another kind. Raises LoadRefused if it is damaged."""
    stream = JsonFeatures(path, options.encoding)
    found = _look(stream, Found())
    members = stream.members
    if _is_json_fg(members, found):
        otherwise = type_of(members) or path.stem
        kinds = list(dict.fromkeys(kind or otherwise for kind in found.kinds))
        if len(kinds) > 1:
            found = _look(stream, Found(choose_layer(path.name, kinds, layer, options.layer), otherwise))
        return FeatureSource(stream, JsonFg(members, found.references, path.name), found, options)
    form = _form_of(members, found.first)
    if form is None:
        return None
    if isinstance(form, EsriJson):
        found.identified = found.names[form.fid] if form.fid else 0
    return FeatureSource(stream, form, found, options)


def _look(stream: JsonFeatures, found: Found) -> Found:
    for feature in found.of_its_kind(stream.outlines()):
        found.look(feature)
    return found


def _is_json_fg(members: Mapping[str, Any], found: Found) -> bool:
    """Return whether a file says that it is JSON-FG, or has what only JSON-FG has: a CRS by its name for that."""
    first = found.first if isinstance(found.first, dict) else {}
    return any(
        JSON_FG in str(holder.get("conformsTo", "")).casefold() or REFERENCE in holder for holder in (members, first)
    )


def _form_of(members: Mapping[str, Any], first: Any) -> Form | None:
    """Return the format of a file with these members and this first feature, None if it is none of the others."""
    if isinstance(first, dict) and "attributes" in first and "properties" not in first:
        return EsriJson(members)
    if "geometryType" in members and "fields" in members:
        return EsriJson(members)
    if members.get("type") == "FeatureCollection" or (isinstance(first, dict) and first.get("type") == "Feature"):
        return GeoJson(members)
    return None


def _why_unreadable(geometry: Any) -> Text:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    return of_shapes.surface(kind) if kind in of_shapes.SURFACES else of_shapes.NOT_READABLE


def _attributes(holder: str, feature: Any) -> dict[str, Any] | None:
    """Return a feature's values, None if it is no feature."""
    if not isinstance(feature, dict):
        return None
    values = feature.get(holder)
    return {} if values is None else values if isinstance(values, dict) else None


def _excerpt(value: Any) -> str:
    return json.dumps(value, default=_as_delivered)[:EXCERPT]


def _as_delivered(part: Any) -> float | str:
    return float(part) if isinstance(part, Decimal) else part.text if isinstance(part, Unfit) else str(part)
