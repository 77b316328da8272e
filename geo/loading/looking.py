"""A file to look at on the map, as GeoJSON in degrees: ``python -m geo.loading.looking`` reads it on standard input.

The first line is JSON: the file's name and the language of messages. The file itself follows. It is written into a
folder that is gone when the process ends, since readers need a path; nothing else is kept of it.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from geo.loading.converting.shown import shown
from geo.loading.deliveries import plain_name
from geo.loading.geometry import from_wkb
from geo.loading.projection import projection_of
from geo.loading.reading import ReadingOptions, open_source
from geo.loading.reading.source import Batch, Source
from geo.loading.report import LoadRefused
from geo.store.database import SRID
from geo.text import Text

MOST_FEATURES = 20_000
SUFFICES_M = 5
"""The accuracy in metres that suffices for looking."""
LONGEST = 500
DECIMALS = 7
OPTION = re.compile("[:.] (?:Nennen Sie|Name)[^.]*--[^.]*[.]")
"""A sentence that asks for an option of the command."""
EXPORT_ALONE = Text(
    "Exportieren Sie die gemeinte Ebene für sich allein und mit ihrem Koordinatensystem (Shapefile: .prj).",
    "Export the intended layer on its own and with its reference system (shapefile: .prj).",
)
Coordinates = np.ndarray[Any, np.dtype[np.float64]]


def main() -> None:
    """Write the features, or, as JSON with the member ``refused``, why there are none."""
    asked = json.loads(sys.stdin.buffer.readline())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / plain_name(asked["name"])
        path.write_bytes(sys.stdin.buffer.read())
        try:
            found = {"type": "FeatureCollection", "features": list(features(path))}
        except LoadRefused as refused:
            found = {"refused": _without_options(refused).one_line(asked["language"])}
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


def _without_options(refused: LoadRefused) -> LoadRefused:
    """Say what to do where the command's options, which loading has, cannot be given."""
    message, hint = refused.texts
    told = Text(*(OPTION.sub(".", text) for text in message))
    return LoadRefused(told, EXPORT_ALONE if "--" in hint.de else hint)


def features(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a file's features with their values as texts. Raises LoadRefused if it cannot be read or has no places."""
    source = open_source(path, "", ReadingOptions())
    if not source.has_geometry:
        raise LoadRefused(
            Text(f"{path.name} enthält keine Geometrien.", f"{path.name} has no geometries."),
            Text("Ansehen lassen sich nur Dateien mit Geometrien.", "Only files with geometries can be looked at."),
        )
    projection = projection_of(source.crs, SUFFICES_M)
    to_degrees = Transformer.from_crs(SRID, "OGC:CRS84", always_xy=True)
    count = 0
    for batch in source.batches(source.names, True):
        count += len(batch.rows)
        if count > MOST_FEATURES:
            raise LoadRefused(
                Text(
                    f"{path.name} hat mehr als {MOST_FEATURES} Objekte.",
                    f"{path.name} has over {MOST_FEATURES} features.",
                ),
                Text("Laden Sie die Datei in eine Ebene.", "Load the file into a layer."),
            )
        yield from _in_degrees(source, batch, projection, to_degrees)


def _in_degrees(source: Source, batch: Batch, projection: Any, to_degrees: Transformer) -> Iterator[dict[str, Any]]:
    if batch.wkb is None:
        return
    # As in loading, with arcs as lines and rings closed. Here, what cannot be read has no place.
    shapes = shapely.force_2d(from_wkb(batch.wkb, True, projection).values)
    shapes[shapely.is_empty(shapes)] = None
    moved, strays = projection.transform(shapes)
    if strays:
        raise LoadRefused(strays[0][2], Text("Berichtigen Sie die Datei.", "Correct the file."))

    def degrees(places: Coordinates) -> Coordinates:
        return np.round(np.column_stack(to_degrees.transform(places[:, 0], places[:, 1])).astype(np.float64), DECIMALS)

    placed = np.asarray(shapely.transform(moved, degrees), object)
    columns = {name: _texts(batch.columns[name]) for name in source.names if name in batch.columns}
    for at, shape in enumerate(placed):
        # Those without a place are there, too, so that the page can say how many it does not show.
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        properties = {name: values[at] for name, values in columns.items() if values[at]}
        yield {"type": "Feature", "properties": properties, "geometry": geometry}


def _texts(column: Any) -> list[str]:
    values = column if isinstance(column, list) else column.to_pylist()
    return [shown(value)[:LONGEST] for value in values]


if __name__ == "__main__":
    main()
