"""KML and, unpacked, KMZ: placemarks with the texts that their writers gave them.

Read here rather than by GDAL, whose driver turns texts into numbers and dates by its own rules. A placemark's columns
are its name, description, address, phoneNumber, its time (when, begin, end) and each name in its ExtendedData; columns
that are empty everywhere do not count. A folder is a layer.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa

from geo.loading.curves import Node
from geo.loading.encoded import wkb_from_node
from geo.loading.reading.layers import ALL_LAYERS, choose_layer
from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.reading.xml import read_root
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_files, of_refusals, of_shapes
from geo.loading.report import LoadRefused, Problem
from geo.text import Text

COLUMNS = ("name", "description", "address", "phoneNumber", "when", "begin", "end")
GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")
UNREADABLE_GEOMETRIES = ("Track", "MultiTrack", "Model")
MULTIPLE = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


HEIGHT = re.compile(r",[^,\s]+,(?!-?0*(?:\.0*)?(?:\s|$))")
"""A position's height that is not 0, in the text of coordinates."""


@dataclass(slots=True)
class Placemark:
    """One placemark: its number in the file, its folder, its texts and its geometry as WKB."""

    number: int
    folder: str
    texts: dict[str, str] = field(default_factory=dict)
    wkb: bytes | None = None
    problems: list[Problem] = field(default_factory=list)


class KmlSource(Source):
    """The placemarks of a KML file. The constructor reads all of it once, to find its columns."""

    has_geometry = True
    crs = "OGC:CRS84"

    def __init__(self, path: Path, layer: str, options: ReadingOptions) -> None:
        super().__init__()
        self.path = path
        if read_root(path, "KML").name != "kml":
            raise LoadRefused(of_refusals.damaged(path.name, "KML"), of_refusals.EXPORT_AGAIN)
        names: dict[str, dict[str, None]] = {}
        for placemark in self._placemarks():
            names.setdefault(placemark.folder, {}).update(dict.fromkeys(placemark.texts))
        if not names:
            raise LoadRefused(
                Text(f"{path.name} hat keine Ortsmarken (Placemark).", f"{path.name} has no placemarks."),
                of_refusals.EXPORT_AGAIN,
            )
        self.layer = choose_layer(path.name, list(names), layer, options.layer, may_be_all=True)
        chosen = names.values() if self.layer == ALL_LAYERS else [names[self.layer]]
        self.names = list(dict.fromkeys(name for columns in chosen for name in columns))
        self.total = None

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the placemarks with the wanted columns, in batches."""
        placemarks = (one for one in self._placemarks() if self.layer in (ALL_LAYERS, one.folder))
        while block := list(islice(placemarks, BATCH_ROWS)):
            columns: dict[str, Any] = {
                name: pa.array([one.texts.get(name) for one in block], pa.string()) for name in wanted
            }
            wkb = pa.array([one.wkb for one in block], pa.binary()) if with_geometry else None
            problems = [problem for one in block for problem in one.problems]
            yield Batch(np.array([one.number for one in block], np.int64), columns, wkb, problems)

    def _placemarks(self) -> Iterator[Placemark]:
        number = 0
        path: list[ElementTree.Element] = []
        for event, element in guarded(ElementTree.iterparse(self.path, ("start", "end")), self._refusing_errors):
            if event == "start":
                path.append(element)
                continue
            path.pop()
            match _local(element):
                case "Placemark":
                    number += 1
                    yield self._placemark(number, _folder(path), element)
                case "NetworkLink":
                    raise LoadRefused(
                        of_files.network_link(self.path.name),
                        Text("Holen Sie jene Datei, und laden Sie sie.", "Get that file and load it."),
                    )
                case "GroundOverlay" | "PhotoOverlay" | "ScreenOverlay":
                    if of_files.PICTURES_LEFT_OUT not in self.notes:
                        self.notes.append(of_files.PICTURES_LEFT_OUT)
                case _:
                    continue
            element.clear()

    def _placemark(self, number: int, folder: str, element: ElementTree.Element) -> Placemark:
        placemark = Placemark(number, folder)
        for name, text in _texts(element):
            if name in placemark.texts and text:
                placemark.problems.append(Problem(number, None, name, text, of_files.TWO_VALUES))
            elif text:
                placemark.texts[name] = text
        shapes = [child for child in element if _local(child) in GEOMETRIES + UNREADABLE_GEOMETRIES]
        if len(shapes) > 1:
            kinds = ", ".join(map(_local, shapes))
            placemark.problems.append(Problem(number, None, "geometry", kinds, of_files.TWO_VALUES))
        for shape in shapes[:1]:
            self.has_heights = self.has_heights or any(map(HEIGHT.search, shape.itertext()))
            try:
                placemark.wkb = wkb_from_node(_node(shape))
            except ValueError:
                text = " ".join("".join(shape.itertext()).split())[:80]
                placemark.problems.append(Problem(number, None, "geometry", text, of_shapes.NOT_READABLE))
        return placemark

    @contextmanager
    def _refusing_errors(self) -> Iterator[None]:
        try:
            yield
        except ElementTree.ParseError as error:
            raise LoadRefused(
                Text(
                    f"{self.path.name} ist abgeschnitten oder beschädigt (Meldung: {error}).",
                    f"{self.path.name} is truncated or damaged ({error}).",
                ),
                Text("Holen oder exportieren Sie sie noch einmal.", "Get it or export it again."),
            ) from error


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _folder(path: list[ElementTree.Element]) -> str:
    """Return the name of the innermost folder or document."""
    for element in reversed(path):
        if _local(element) in {"Folder", "Document"}:
            return next((child.text or "" for child in element if _local(child) == "name"), "").strip()
    return ""


def _texts(placemark: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in placemark:
        match _local(child):
            case "TimeStamp" | "TimeSpan":
                yield from ((_local(part), _text(part)) for part in child)
            case "ExtendedData":
                yield from _extended(child)
            case name if name in COLUMNS:
                yield name, _text(child)


def _extended(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in element.iter():
        match _local(child):
            case "SimpleData":
                yield child.get("name", ""), _text(child)
            case "Data":
                yield child.get("name", ""), next((_text(part) for part in child if _local(part) == "value"), "")


def _text(element: ElementTree.Element) -> str:
    # Other spaces are the converters' to trim, who tell of it.
    return "".join(element.itertext()).strip(" \t\r\n")


def _node(element: ElementTree.Element) -> Node:
    """Return the geometry. Raises ValueError if it is damaged, or of a kind that has no place on the ground."""
    kind = _local(element)
    match kind:
        case "Point" | "LineString" | "LinearRing":
            points = _points(element)
            if kind == "Point" and len(points) != 1:
                raise ValueError
            return Node("Point" if kind == "Point" else "LineString", points)
        case "Polygon":
            rings = [ring for edge in ("outerBoundaryIs", "innerBoundaryIs") for ring in _rings(element, edge)]
            return Node(kind, parts=[Node("LineString", _points(ring)) for ring in rings])
        case "MultiGeometry":
            parts = [_node(child) for child in element if _local(child) in GEOMETRIES + UNREADABLE_GEOMETRIES]
            kinds = {part.kind for part in parts}
            kind = MULTIPLE.get(kinds.pop()) if len(kinds) == 1 else None
            return Node(kind or "GeometryCollection", parts=parts)
    raise ValueError


def _rings(polygon: ElementTree.Element, edge: str) -> Iterator[ElementTree.Element]:
    for child in polygon:
        if _local(child) == edge:
            yield from (ring for ring in child if _local(ring) == "LinearRing")


def _points(element: ElementTree.Element) -> np.ndarray[Any, np.dtype[np.float64]]:
    text = next((_text(child) for child in element if _local(child) == "coordinates"), "")
    tuples = [[float(number) for number in one.split(",")] for one in text.split()]
    if any(len(one) not in (2, 3) for one in tuples):
        raise ValueError
    return np.array([one[:2] for one in tuples], np.float64).reshape(-1, 2)
