"""GeoPackage, Shapefile, GeoJSON, GML and other GIS formats, read by GDAL as a stream of Arrow batches."""

import shutil
import sqlite3
import tempfile
import warnings
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyogrio.raw import open_arrow

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.values import Decimals
from geo.loading.reading.arrow_values import exact
from geo.loading.reading.formats import FORMATS, Format
from geo.loading.reading.gdal_warnings import judged
from geo.loading.reading.geodatabases import times_of
from geo.loading.reading.layers import choose_layer
from geo.loading.reading.raw_values import RawValues, raw_values
from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_files, of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

UNNAMED_FID = "OGC_FID"
"""GDAL's name for the feature number, where the file does not name it."""
NO_FORMAT = "not recognized as being in a supported file format"
"""What GDAL says of a file that it cannot read as any format."""

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


class GisSource(Source):
    """One layer of a GIS file."""

    def __init__(self, path: Path, layer: str, options: ReadingOptions) -> None:
        super().__init__()
        self.name = path.name
        self.raw: RawValues | None = None
        self.decimals = Decimals(options.decimal or ",", certain=bool(options.decimal))
        self.where: str | None = None
        kind = FORMATS[path.suffix.lower()]
        named_crs = kind.check(path)
        self.path = str(self._alone(path) if kind.alone else path)
        with self._refusing_errors():
            self.layer = choose_layer(self.name, self._layers(), layer, self._wanted_layer(options))
            info = pyogrio.read_info(self.path, layer=self.layer, force_feature_count=True)
            self._refuse_other_driver(info["driver"], kind)
            self.raw = raw_values(Path(self.path), self.layer, info, options.encoding)
        self.fields = self.raw.names if self.raw else list(info["fields"])
        own = [name for name in self.fields if name.lower() in kind.own_columns]
        self.names = [name for name in self.fields if name not in own]
        with self._refusing_errors():
            self.times = times_of(self.path, self.layer, info)
        self.fid = info["fid_column"] or UNNAMED_FID
        self.hidden = (info["fid_column"] or "fid", "fid", *own)
        self.notes += [kind.told] if kind.told else []
        self.facts += [(of_files.FORMAT, kind.name), (of_files.LAYER, self.layer)]
        self.geometry_type = info["geometry_type"]
        self.truncates_names = info["driver"] == "ESRI Shapefile"
        self.has_geometry = info["geometry_type"] is not None
        self.crs = named_crs or info["crs"]
        self.total = info["features"] if info["features"] >= 0 else None
        if self.raw:
            self.counted, self.total = self.raw.counted, self.raw.counted - self.raw.deleted

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the features with the wanted columns, in batches as GDAL delivers them."""
        with self._refusing_errors():
            raw = self.raw.inexact(wanted) if self.raw else []
        fields = [name for name in wanted if name in self.fields and name not in raw]
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
                        where=self.where,
                        batch_size=BATCH_ROWS,
                        use_pyarrow=True,
                        # As times, GDAL would turn all of a column into one time zone.
                        datetime_as_string=True,
                    )
                )
                read_raw = stack.enter_context(self.raw.reading(raw)) if self.raw and raw else None
            for record in guarded(iter(reader), self._refusing_errors):
                fids = record.column(self.fid)
                columns: dict[str, Any] = {
                    name: self._values(self.times.written(name, record.column(name))) for name in fields
                }
                if read_raw:
                    with self._refusing_errors():
                        columns |= read_raw(fids.to_pylist())
                columns |= {name: fids for name in wanted if name not in self.fields}
                wkb = None
                if with_geometry:
                    with self._refusing_errors():
                        wkb = self._wkb(_plain(record.column(meta["geometry_name"] or "wkb_geometry")), done)
                yield Batch(np.arange(done + 1, done + len(record) + 1), columns, wkb)
                done += len(record)
        if self.raw:
            self.skipped = self.raw.deleted
            self.notes += self.raw.notes
        if self.total is not None and done < self.total:
            raise LoadRefused(of_files.truncated(self.name, self.total, done), of_refusals.GET_WHOLE)

    def _values(self, column: Any) -> RawColumn:
        return exact(column)

    def _wkb(self, column: Any, first: int) -> Any:
        """Return the geometries of the records from ``first`` on, counted from 0, as WKB."""
        column.validate(full=True)
        return column

    def _layers(self) -> list[str]:
        # QGIS keeps its styles in a table of the GeoPackage.
        return [str(name) for name, _ in pyogrio.list_layers(self.path) if name != "layer_styles"]

    def _wanted_layer(self, options: ReadingOptions) -> str | None:
        return options.layer

    def _alone(self, path: Path) -> Path:
        """Return a link to the file in a folder of its own, which is removed with this source.

        GDAL would follow a schema (.xsd, .gfs) beside it, which may be of another delivery, and write one.
        """
        folder = Path(tempfile.mkdtemp(prefix="flurwerk-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        link = folder / path.name
        link.symlink_to(path.absolute())
        return link

    def _refuse_other_driver(self, driver: str, kind: Format) -> None:
        if driver not in kind.drivers:
            raise LoadRefused(
                Text(
                    f"{self.name} ist keine Datei im Format {kind.name}, sondern {driver}.",
                    f"{self.name} is not a {kind.name} file, but {driver}.",
                ),
                of_refusals.EXPORT_AGAIN,
            )

    @contextmanager
    def _refusing_errors(self) -> Iterator[None]:
        with warnings.catch_warnings(record=True, action="always") as caught:
            try:
                yield
            except GDAL_ERRORS as error:
                cause = " ".join(str(error).split())
                if NO_FORMAT in cause:
                    # What else GDAL says is for programmers, and has the folder in it.
                    text = of_refusals.damaged(self.name, Path(self.name).suffix.removeprefix(".").upper())
                    raise LoadRefused(text, of_refusals.EXPORT_AGAIN) from error
                hint = of_files.NAME_ENCODING if "utf" in cause.lower() else of_files.CUT_OR_DAMAGED
                raise LoadRefused(of_files.unreadable(self.name, cause[:200]), hint) from error
        messages = [str(warning.message) for warning in caught if warning.category is RuntimeWarning]
        for note in judged(messages, self.name, reads_values=self.raw is None):
            if note not in self.notes:
                self.notes.append(note)


def _plain(column: Any) -> Any:
    return column.storage if isinstance(column, pa.ExtensionArray) else column
