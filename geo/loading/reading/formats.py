"""The formats that GDAL reads: what tells them apart, which of its drivers may open them, what columns they add.

GDAL opens any file that one of its drivers recognises, including ones that make it query servers or run pipelines.
pyogrio cannot restrict the drivers, so a file is opened only if its beginning is that of the format its name says, and
read only if the format's own driver opened it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyogrio

from geo.loading.reading.geojson import check_geojson
from geo.loading.reading.gml import ELSEWHERE, check_gml
from geo.loading.reading.shapefile import check_shapefile
from geo.loading.reasons import of_refusals
from geo.loading.reasons.of_shapes import MAPINFO_ARCS
from geo.loading.report import LoadRefused
from geo.text import Text

# Texts of GML stay texts, so that dates and numbers are read by our rules, and a file named in it is not fetched.
# Arcs of drawings are drawn in steps so small that a chord is within a millimetre of any arc up to 10 km in radius.
pyogrio.set_gdal_config_options(
    {"GML_FIELDTYPES": "ALWAYS_STRING", "GML_SKIP_RESOLVE_ELEMS": "ALL", "OGR_ARC_STEPSIZE": "0.05"}
)

BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, GDAL's drivers for it, and a check that returns the CRS which the file itself names.

    ``own_columns`` are those that the format or its programs add, in lower case: they are read only if they are mapped.
    ``alone`` tells that GDAL must not see the neighbours of the file; ``told`` is a note
    on every file of the format.
    """

    name: str
    drivers: frozenset[str]
    check: Callable[[Path], str | None]
    own_columns: frozenset[str] = frozenset()
    alone: bool = False
    told: Text | None = None


def _begins(name: str, pattern: bytes) -> Callable[[Path], str | None]:
    expected = re.compile(pattern, re.IGNORECASE | re.DOTALL)

    def check(path: Path) -> None:
        with path.open("rb") as file:
            start = file.read(BEGINNING)
        if not expected.match(start) or any(word in start for word in ELSEWHERE):
            raise LoadRefused(of_refusals.damaged(path.name, name), of_refusals.EXPORT_AGAIN)

    return check


def check_geodatabase(path: Path) -> None:
    """Refuse a folder that is not a file geodatabase."""
    if not (path.is_dir() and any(file.name.lower() == "a00000001.gdbtable" for file in path.iterdir())):
        raise LoadRefused(
            Text(
                f"{path.name} ist keine File-Geodatabase oder beschädigt.",
                f"{path.name} is not a file geodatabase, or is damaged.",
            ),
            Text(
                "Eine File-Geodatabase ist ein Ordner, dessen Name auf .gdb endet: Kopieren Sie ihn ganz, oder packen "
                "Sie ihn als ZIP.",
                "A file geodatabase is a folder whose name ends in .gdb: copy all of it, or pack it as a ZIP.",
            ),
        )


JSON = Format("GeoJSON", frozenset({"GeoJSON", "ESRIJSON", "JSONFG"}), check_geojson)
MAPINFO = frozenset({"MapInfo File"})
FORMATS = {
    ".gpkg": Format("GeoPackage", frozenset({"GPKG"}), _begins("GeoPackage", rb"SQLite format 3\0")),
    ".shp": Format("Shapefile", frozenset({"ESRI Shapefile"}), check_shapefile),
    ".geojson": JSON,
    ".json": JSON,
    ".jsonfg": JSON,
    ".fgb": Format("FlatGeobuf", frozenset({"FlatGeobuf"}), _begins("FlatGeobuf", rb"fgb")),
    ".gdb": Format(
        "file geodatabase", frozenset({"OpenFileGDB"}), check_geodatabase, frozenset({"shape_length", "shape_area"})
    ),
    ".gml": Format(
        "GML", frozenset({"GML"}), check_gml, frozenset({"gml_id", "lowercorner", "uppercorner"}), alone=True
    ),
    ".dxf": Format(
        "DXF",
        frozenset({"DXF"}),
        _begins("DXF", rb"(?:AutoCAD Binary DXF|\s*(?:999\s*\n[^\n]*\n\s*)*0\s*\n\s*SECTION)"),
        frozenset({"layer", "paperspace", "subclasses", "linetype", "entityhandle", "text"}),
    ),
    ".tab": Format("MapInfo TAB", MAPINFO, _begins("MapInfo TAB", rb"\s*!table"), told=MAPINFO_ARCS),
    ".mif": Format("MapInfo MIF", MAPINFO, _begins("MapInfo MIF", rb"\s*version\s"), told=MAPINFO_ARCS),
}
