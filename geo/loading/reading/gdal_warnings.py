"""GDAL's warnings while it reads: what they mean for the values, so that none of them hides a loss."""

import re
from collections.abc import Iterable

from geo.loading.reasons import of_files
from geo.loading.report import LoadRefused
from geo.text import Text

HARMLESS = re.compile(
    "non closed ring|not closed|self-intersect|winding order|organizePolygons"  # geometries are checked later
    "|geometry column .* ignored|field format .* not supported"  # such columns are read without GDAL
    "|invalid content for record"  # so are such values, of GeoPackages
    "|characters? couldn't be converted|recode|encoding|code ?page"  # and the texts of Shapefiles
    "|spatial index|\\.qix|\\.shx|layer_styles|gpkg_ogr_contents|unrecognized .*version|application_id|user_version",
    re.IGNORECASE,
)
LOSSY = re.compile(
    "overflow|clamp|truncat|out of range|too (large|big|long)|loss|rounded|cannot be (converted|represented)"
    "|could not (be )?(parse|convert)|invalid (date|time|value|number|integer)",
    re.IGNORECASE,
)


def judged(warnings: Iterable[str], file: str, *, reads_values: bool) -> list[Text]:
    """Return the notes for GDAL's warnings; harmless ones give none.

    Raises LoadRefused for one that tells of lost or changed values, if it is GDAL that reads them (``reads_values``).
    """
    notes: list[Text] = []
    for warning in dict.fromkeys(" ".join(text.split())[:200] for text in warnings):
        if HARMLESS.search(warning):
            continue
        if reads_values and LOSSY.search(warning):
            raise LoadRefused(
                of_files.inexact(file, warning),
                Text(
                    "Exportieren Sie die Daten als GeoPackage, und laden Sie das.",
                    "Export the data as GeoPackage, and load that.",
                ),
            )
        notes.append(of_files.told_by_gdal(warning))
    return notes
