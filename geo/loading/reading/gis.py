"""GeoPackage, Shapefile, GeoJSON and FlatGeobuf, read by GDAL as a stream of Arrow batches."""

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

from geo.loading.reading.shapefile import check_shapefile, check_zip
from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.reading_options import ReadingOptions
from geo.loading.report import LoadRefused

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
        self.encoding = options.encoding
        self.path = _gdal_path(path, layer)
        with self._refusing_errors():
            self.layer = self._choose_layer(layer)
            info = pyogrio.read_info(self.path, layer=self.layer, encoding=self.encoding, force_feature_count=True)
        self.names = list(info["fields"])
        self.hidden = info["fid_column"] or "fid"
        self.truncates_names = info["driver"] == "ESRI Shapefile"
        self.has_geometry = info["geometry_type"] is not None
        self.crs = info["crs"]
        self.total = info["features"] if info["features"] >= 0 else None

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the features with the wanted columns, in batches as GDAL delivers them."""
        fields = [name for name in wanted if name in self.names]
        done = 0
        with ExitStack() as stack:
            with self._refusing_errors():
                meta, reader = stack.enter_context(
                    open_arrow(
                        self.path,
                        layer=self.layer,
                        encoding=self.encoding,
                        columns=fields,
                        read_geometry=with_geometry,
                        return_fids=len(fields) < len(wanted),
                        batch_size=BATCH_ROWS,
                        use_pyarrow=True,
                    )
                )
            for record in guarded(iter(reader), self._refusing_errors):
                columns: dict[str, Any] = {name: _plain(record.column(name)) for name in wanted}
                wkb = record.column(meta["geometry_name"] or "wkb_geometry") if with_geometry else None
                yield Batch(np.arange(done + 1, done + len(record) + 1), columns, wkb)
                done += len(record)
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
        # GDAL warns about single rows (an unclosed ring, an odd time), which are checked later anyway.
        with warnings.catch_warnings(action="ignore"):
            try:
                yield
            except GDAL_ERRORS as error:
                cause = " ".join(str(error).split())
                if "utf" in cause.lower():
                    hint = "Specify its encoding, for older Windows programs --encoding cp1252."
                else:
                    hint = "It is truncated or damaged: get it or export it again."
                raise LoadRefused(f"{self.name} cannot be read ({cause[:200]}).", hint) from error


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
