"""Writes one file: ``python -m geo.records.file_writers``, with the job and the rows on standard input."""

import sys

from geo.records.file_writers.job import Job, receive_blocks, receive_job
from geo.unused_imports import TABLES, block_imports

UNUSED = TABLES | {"shapely"}
UNUSED_BY_GDAL = UNUSED | {"pyproj"}


def main() -> None:
    """Write the file described by the job on standard input."""
    job = receive_job(sys.stdin.buffer)
    block_imports(UNUSED_BY_GDAL if job.format in ("gpkg", "fgb") else UNUSED)
    write(job)


def write(job: Job) -> None:
    """Write the file, importing only the module that its format needs."""
    from geo.records.file_writers.rows import batches, schema

    rows = batches(job, receive_blocks(sys.stdin.buffer))
    if job.format == "xlsx":
        from geo.records.file_writers.sheet import write_sheet

        write_sheet(job, rows)
    elif job.format == "parquet":
        from geo.records.file_writers.parquet import write_parquet

        write_parquet(job, schema(job), rows)
    else:
        from geo.records.file_writers.gis import write_gis

        write_gis(job, schema(job), rows)


if __name__ == "__main__":
    main()
