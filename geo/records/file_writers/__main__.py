"""Writes one file: ``python -m geo.records.file_writers``, with the job and the rows on standard input."""

import sys
from typing import Any

from geo.records.file_writers.job import Job, receive_blocks, receive_job

UNUSED = frozenset({"pandas", "geopandas", "shapely"})
UNUSED_BY_GDAL = UNUSED | {"pyproj"}


class ImportBlocker:
    """Blocks optional imports of pyarrow and pyogrio, which would cost 90 MB and are not needed here."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, *_: Any) -> None:
        """Raise ModuleNotFoundError for the blocked modules; leave all others to the other finders."""
        if name in self.names:
            raise ModuleNotFoundError(f"{name} is not used here", name=name)


def main() -> None:
    """Write the file described by the job on standard input."""
    job = receive_job(sys.stdin.buffer)
    unused = UNUSED_BY_GDAL if job.format in ("gpkg", "fgb") else UNUSED
    sys.meta_path.insert(0, ImportBlocker(unused))  # pyright: ignore[reportArgumentType]
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
