"""Write one file: ``python -m geo.records.file_writers``, with the job and the rows on standard input."""

import sys
from typing import Any

from geo.records.file_writers.job import Job, receive_blocks, receive_job

UNUSED = frozenset({"pandas", "geopandas", "shapely"})
UNUSED_BY_GDAL = UNUSED | {"pyproj"}


class Without:
    """Keeps out what pyarrow and pyogrio would import if it is there: 90 MB that nothing here needs."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, *_: Any) -> None:
        """Refuse those modules, and leave all others to others."""
        if name in self.names:
            raise ModuleNotFoundError(f"{name} is not used here", name=name)


def main() -> None:
    """Write the file."""
    job = receive_job(sys.stdin.buffer)
    unused = UNUSED_BY_GDAL if job.format in ("gpkg", "fgb") else UNUSED
    sys.meta_path.insert(0, Without(unused))  # pyright: ignore[reportArgumentType]
    write(job)


def write(job: Job) -> None:
    """Write the file with the one module that its format needs."""
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
