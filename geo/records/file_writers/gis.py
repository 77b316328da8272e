"""Writes GeoPackage and FlatGeobuf with GDAL."""

from collections.abc import Iterator

import pyarrow as pa
import pyogrio
from pyogrio.raw import write_arrow

from geo.records.file_writers.job import Job

DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf"}
# The spatial index of a GeoPackage is built in memory, in parts (smaller parts are not slower); a separate thread would
# need a copy.
SAVE_MEMORY = {"OGR_GPKG_MAX_RAM_USAGE_RTREE": 1_000_000, "OGR_GPKG_ALLOW_THREADED_RTREE": False}


def write_gis(job: Job, schema: pa.Schema, rows: Iterator[pa.RecordBatch]) -> None:
    """Write the rows as the file's only layer."""
    pyogrio.set_gdal_config_options(SAVE_MEMORY)
    has_index = job.geometry is not None and (job.format == "gpkg" or job.is_indexed)
    write_arrow(
        pa.RecordBatchReader.from_batches(schema, rows),
        job.path,
        layer=job.name,
        driver=DRIVERS[job.format],
        geometry_name="geometry" if job.geometry else None,
        geometry_type=job.geometry,
        crs=job.crs if job.geometry else None,
        layer_options={"SPATIAL_INDEX": "YES" if has_index else "NO"},
    )
