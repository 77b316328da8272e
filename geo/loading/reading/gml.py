"""GML: what it says about itself, before GDAL reads it."""

import mmap
import re
from pathlib import Path

from geo.loading.crs import is_latitude_first
from geo.loading.reading.pages import refuse_page
from geo.loading.reading.xml import read_root
from geo.loading.reasons import of_refusals
from geo.loading.report import LoadRefused
from geo.store.database import SRID
from geo.text import Text

GML = re.compile(r"http://www\.opengis\.net/gml(/3\.\d)?")
SRS_NAME = re.compile(rb"""\bsrsName\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
OLD_NAME = re.compile(r"http://www\.opengis\.net/gml/srs/epsg\.xml#")
# GDAL finds out by these words that a file describes sources elsewhere, wherever in its beginning they stand.
ELSEWHERE = (b"<OGRVRT", b"<VRTDataset", b"<OGRWFS", b"<GDAL_", b"<WMS")
BEGINNING = 1 << 16


def check_gml(path: Path) -> str | None:
    """Return the CRS that the geometries name, None if they name none.

    Raises LoadRefused if the file is not GML, is one page of several, names several CRS, or is something that makes
    GDAL read other sources.
    """
    root = read_root(path, "GML")
    with path.open("rb") as file:
        beginning = file.read(BEGINNING)
        if not any(GML.fullmatch(uri) for uri in root.namespaces) or any(word in beginning for word in ELSEWHERE):
            raise LoadRefused(of_refusals.damaged(path.name, "GML"), of_refusals.EXPORT_AGAIN)
        refuse_page(path.name, root.attributes.get("numberMatched"), root.attributes.get("numberReturned"))
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = {double or single for double, single in SRS_NAME.findall(content)}
    names = sorted({OLD_NAME.sub("EPSG:", name.decode("utf-8", "replace")) for name in found})
    if len(names) > 1:
        raise LoadRefused(
            of_refusals.several_crs(path.name, names),
            Text(
                "Exportieren Sie die Daten in einem einzigen, jede Ebene für sich.",
                "Export the data in one CRS, for each layer.",
            ),
        )
    if names and is_latitude_first(names[0]):
        raise LoadRefused(
            Text(
                f"{path.name} ist in {names[0]}, bei dem die Breite zuerst steht.",
                f"{path.name} is in {names[0]}, whose latitudes come first.",
            ),
            Text(
                f"Exportieren Sie die Daten in EPSG:{SRID} oder einem anderen ebenen Koordinatensystem.",
                f"Export the data in EPSG:{SRID} or another plane CRS.",
            ),
        )
    return names[0] if names else None
