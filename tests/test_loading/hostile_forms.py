"""The formats in which made-up records are written: by which writer, what each can express, what its files then say."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.test_loading import hostile_gis as gis
from tests.test_loading import hostile_tables as tables
from tests.test_loading.hostile_records import LAYERS, NO_XML, Able

ANY = Able()


@dataclass(frozen=True)
class Form:
    """A format: how it is written, what it can express, what its files then say, and how exact its places are."""

    write: tables.Writer
    able: Able = ANY
    says: Callable[[str], str] = str
    first_row: int = 1
    tolerance_m: float = 0.0
    layers: tuple[str, ...] = tuple(LAYERS)
    has_zeros: bool = False
    """Whether a missing number is 0 in it, and a missing truth value false; the load then tells of them."""
    unwritten: frozenset[str] = frozenset()
    """Columns that its files do not have."""


def _unguarded(text: str) -> str:
    # Our own files put an apostrophe before what a spreadsheet would run as a formula.
    return text[1:] if text[:1] == "'" and text[1:2] in {*"=+-@\t\r\n"} else text


def _one_line_end(text: str) -> str:
    return re.sub("\r\n?", "\n", text)


def _csv(delimiter: str, encoding: str, end: str, quoting: Any = csv.QUOTE_MINIMAL) -> Form:
    able = Able(encoding=encoding if encoding == "cp1252" else "utf-8")
    return Form(tables.written_csv(delimiter, encoding, end, quoting), able, _unguarded, 2)


# A spreadsheet's times have no zone.
XLSX = Form(tables.write_xlsx, Able(zones=False), first_row=2)
ODS = Form(tables.write_ods, Able(bad=NO_XML), _one_line_end, 2)
PACKAGE = Form(gis.write_package)
SHAPEFILE = Form(
    gis.write_shapefile,
    Able(bad=re.compile("[\0\ud800-\udfff]"), longest=254, is_dbf=True),
)
XML = re.compile(NO_XML.pattern)
BY_GDAL = Able(typed=True, bad=re.compile("[\0\ud800-\udfff]"))
# MapInfo has neither zones nor empty geometries nor heights.
MAPINFO = BY_GDAL.only(
    bad=re.compile('[\0-\x1f\x7f-\x9f"\\\\]'), encoding="cp1252", longest=200, heights=False, zones=False, empties=False
)
# A drawing consists of geometries: it has no attributes but texts, and no entity without a place.
DXF = Able(
    bad=re.compile("[\0-\x1f\x7f-\x9f%\\\\{}^]"), encoding="cp1252", heights=False, missing=False, empties=False,
    single=True, without=frozenset({"key", "whole", "number", "day", "truth"}),
)  # fmt: skip
KML = Form(gis.write_kml, Able(bad=XML, heights=False), tolerance_m=1e-3)
FORMS = {
    "csv": _csv(";", "utf-8", "\n"),
    "csv, commas, BOM": _csv(",", "utf-8-sig", "\r\n"),
    "csv, tabs, UTF-16": _csv("\t", "utf-16", "\r\n", csv.QUOTE_ALL),
    "csv, bars, cp1252": _csv("|", "cp1252", "\r\n"),
    "csv.gz": Form(tables.write_csv_gz, Able(), _unguarded, 2),
    "csv in ZIP": Form(tables.zipped(tables.written_csv(";", "utf-8", "\n", csv.QUOTE_ALL)), Able(), _unguarded, 2),
    "xlsx": XLSX,
    "xlsx in ZIP": Form(tables.zipped(tables.write_xlsx), XLSX.able, first_row=2),
    "ods": ODS,
    "gpkg": PACKAGE,
    "gpkg in ZIP": Form(tables.zipped(gis.write_package)),
    "shp": SHAPEFILE,
    "shp in ZIP": Form(tables.zipped(gis.write_shapefile), SHAPEFILE.able),
    "geojson": Form(gis.write_geojson, Able(bad=re.compile("(?!)"))),
    "json-fg": Form(gis.write_json_fg, Able(bad=re.compile("(?!)"))),
    "esri json": Form(gis.write_esri, Able(bad=re.compile("(?!)"), heights=False)),
    # GDAL writes an empty geometry as a missing one, and takes none of these with an index.
    "fgb": Form(gis.with_driver("fgb", "FlatGeobuf", SPATIAL_INDEX="NO"), BY_GDAL.only(empties=False)),
    "geoparquet": Form(gis.parquet(True), BY_GDAL.only(bad=re.compile("[\ud800-\udfff]"))),
    "parquet": Form(gis.parquet(False), BY_GDAL.only(bad=re.compile("[\ud800-\udfff]"))),
    # A geodatabase numbers the cells of a grid of tenths of a millimetre, which ends far outside the earth.
    "gdb": Form(gis.with_driver("gdb", "OpenFileGDB"), BY_GDAL.only(zones=False, strays=False), tolerance_m=1e-3),
    # ArcGIS since 3.2 has a type for times that all have zones.
    "gdb in ZIP": Form(
        tables.zipped(gis.with_driver("gdb", "OpenFileGDB", TARGET_ARCGIS_VERSION="ARCGIS_PRO_3_2_OR_LATER")),
        BY_GDAL.only(naive=False, strays=False),
        tolerance_m=1e-3,
    ),
    "gml": Form(gis.write_gml, Able(bad=XML, heights=False)),
    "kml": KML,
    "kmz": Form(tables.zipped(gis.write_kml, "kmz"), KML.able, tolerance_m=1e-3),
    "tab": Form(
        gis.with_driver("tab", "MapInfo File", "CP1252", single=True), MAPINFO, has_zeros=True, tolerance_m=0.02
    ),
    "mif": Form(
        gis.with_driver("mif", "MapInfo File", "CP1252", single=True), MAPINFO, has_zeros=True, tolerance_m=1e-3
    ),
    "dxf": Form(gis.write_dxf, DXF, layers=("connections", "trenches"), unwritten=frozenset({"note"})),
}
