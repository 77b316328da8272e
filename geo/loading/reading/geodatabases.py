"""Times of file geodatabases: most have no zone, though GDAL calls them UTC."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.compute
from pyogrio.errors import DataLayerError
from pyogrio.raw import read

CATALOGUE = "GDB_Items"
WITH_ZONE = "esriFieldTypeTimestampOffset"
"""ArcGIS's type, since 3.2, of times that have a zone each."""

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute


@dataclass(frozen=True)
class Times:
    """The columns of a geodatabase's layer that are times."""

    columns: frozenset[str] = frozenset()
    zoned: frozenset[str] = frozenset()

    def written(self, name: str, values: Any) -> Any:
        """Return the values of a column: of times as texts, with a zone where the geodatabase has one."""
        if name not in self.columns:
            return values
        # GDAL pads the texts of times without seconds with NULs.
        texts = pc.utf8_rtrim(values.cast(pa.string()), characters="\0")
        return texts if name in self.zoned else pc.replace_substring_regex(texts, r"(Z|\+00(:?00)?)$", "")


def times_of(path: str, layer: str, info: dict[str, Any]) -> Times:
    """Return which columns of a layer are times; ``info`` is what GDAL tells of it."""
    kinds = zip(info["fields"], info["ogr_types"], strict=True)
    times = frozenset(name for name, kind in kinds if kind == "OFTDateTime")
    if info["driver"] != "OpenFileGDB" or not times:
        return Times()
    return Times(times, times & _with_zones(path, layer))


def _with_zones(path: str, layer: str) -> set[str]:
    try:
        columns = read(path, layer=CATALOGUE, columns=["Name", "Definition"], read_geometry=False)[3]
    except DataLayerError:  # A geodatabase of ArcGIS 9 has another catalogue, and no such type.
        return set()
    return {
        field.findtext("Name", "")
        for name, definition in zip(*columns, strict=True)
        if name == layer and definition
        for field in ElementTree.fromstring(definition).iter("GPFieldInfoEx")
        if field.findtext("FieldType") == WITH_ZONE
    }
