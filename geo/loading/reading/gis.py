"""GeoPackage, Shapefile, GeoJSON and FlatGeobuf, read by GDAL as a stream of Arrow batches."""

import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyogrio.raw import open_arrow

from geo.loading.converting.values import Decimals
from geo.loading.reading.arrow_values import exact
from geo.loading.reading.gdal_warnings import judged
from geo.loading.reading.raw_values import RawValues, raw_values
from geo.loading.reading.shapefile import check_shapefile, check_zip
from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.report import LoadRefused

UNNAMED_FID = "OGC_FID"
"""GDAL's name for the feature number, where the file does not name it."""

GDAL_ERRORS = (
    CRSError,
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    pa.ArrowException,
    OSError,
    RuntimeError,
    UnicodeDecodeError,
    sqlite3.Error,
)

FORMATS = {".gpkg": "GeoPackage", ".geojson": "GeoJSON", ".json": "GeoJSON", ".fgb": "FlatGeobuf"}
# The first bytes of each format. GDAL opens any file it recognises, including ones that make it query servers.
SIGNATURES = {
    "GeoPackage": b"SQLite format 3\0",
    "FlatGeobuf": b"fgb",
    "GeoJSON": b"{",
}


class GisSource(Source):
    """One layer of a GIS file."""

    def __init__(self, path: Path, layer: str, options: ReadingOptions) -> None:
        super().__init__()
        self.name = path.name
        self.path = _gdal_path(path, layer)
        self.raw: RawValues | None = None
        self.decimals = Decimals(options.decimal or ",", certain=bool(options.decimal))
        with self._refusing_errors():
            self.layer = self._choose_layer(layer)
            info = pyogrio.read_info(self.path, layer=self.layer, force_feature_count=True)
            self.raw = raw_values(self.path, self.layer, info, options.encoding)
        self.names = self.raw.names if self.raw else list(info["fields"])
        self.fid = info["fid_column"] or UNNAMED_FID
        self.hidden = (info["fid_column"] or "fid", "fid")
        self.truncates_names = info["driver"] == "ESRI Shapefile"
        self.has_geometry = info["geometry_type"] is not None
        self.crs = info["crs"]
        self.total = info["features"] if info["features"] >= 0 else None
        if self.raw:
            self.counted, self.total = self.raw.counted, self.raw.counted - self.raw.deleted

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the features with the wanted columns, in batches as GDAL delivers them."""
        with self._refusing_errors():
            raw = self.raw.inexact(wanted) if self.raw else []
        fields = [name for name in wanted if name in self.names and name not in raw]
        done = 0
        with ExitStack() as stack:
            with self._refusing_errors():
                meta, reader = stack.enter_context(
                    open_arrow(
                        self.path,
                        layer=self.layer,
                        columns=fields,
                        read_geometry=with_geometry,
                        return_fids=True,
                        batch_size=BATCH_ROWS,
                        use_pyarrow=True,
                        # As times, GDAL would turn all of a column into one time zone.
                        datetime_as_string=True,
                    )
                )
                read_raw = stack.enter_context(self.raw.reading(raw)) if self.raw and raw else None
            for record in guarded(iter(reader), self._refusing_errors):
                fids = record.column(self.fid)
                columns: dict[str, Any] = {name: exact(record.column(name)) for name in fields}
                if read_raw:
                    with self._refusing_errors():
                        columns |= read_raw(fids.to_pylist())
                columns |= {name: fids for name in wanted if name not in self.names}
                wkb = _plain(record.column(meta["geometry_name"] or "wkb_geometry")) if with_geometry else None
                yield Batch(np.arange(done + 1, done + len(record) + 1), columns, wkb)
                done += len(record)
        if self.raw:
            self.skipped = self.raw.deleted
            self.notes += self.raw.notes
        if self.total is not None and done < self.total:
            raise LoadRefused(
                f"{self.name} is truncated: it announces {self.total} features but contains {done}.",
                "Get the whole file again.",
            )

    def _choose_layer(self, layer: str) -> str:
        # QGIS keeps its styles in a table of the GeoPackage.
        names = [str(name) for name, _ in pyogrio.list_layers(self.path) if name != "layer_styles"]
        if layer in names:
            return layer
        if len(names) == 1:
            return names[0]
        if not names:
            raise LoadRefused(f"{self.name} has no layer.", "Export the data again.")
        raise LoadRefused(
            f"{self.name} has several layers ({', '.join(names)}), none of them named {layer}.",
            f"Rename the intended one to {layer}, or export only that one.",
        )

    @contextmanager
    def _refusing_errors(self) -> Iterator[None]:
        with warnings.catch_warnings(record=True, action="always") as caught:
            try:
                yield
            except GDAL_ERRORS as error:
                cause = " ".join(str(error).split())
                if "utf" in cause.lower():
                    hint = "Specify its encoding, for older Windows programs --encoding cp1252."
                else:
                    hint = "It is truncated or damaged: get it or export it again."
                raise LoadRefused(f"{self.name} cannot be read ({cause[:200]}).", hint) from error
        messages = [str(warning.message) for warning in caught if warning.category is RuntimeWarning]
        for note in judged(messages, self.name, reads_values=self.raw is None):
            if note not in self.notes:
                self.notes.append(note)


def _plain(column: Any) -> Any:
    return column.storage if isinstance(column, pa.ExtensionArray) else column


def _gdal_path(path: Path, layer: str) -> str:
    """Return GDAL's name for the file. Raises LoadRefused if the file is not what its suffix says."""
    match path.suffix.lower():
        case ".zip":
            return check_zip(path, layer)
        case ".shp":
            return check_shapefile(path)
        case suffix:
            _check_signature(path, FORMATS[suffix])
            return str(path)


def _check_signature(path: Path, format_name: str) -> None:
    with path.open("rb") as file:
        start = file.read(64)
    if format_name == "GeoJSON":
        start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(SIGNATURES[format_name]):
        raise LoadRefused(f"{path.name} is not a {format_name} file, or is damaged.", "Export the data again.")
