"""Write one file: ``python -m geo.exporting.writing``, with the job and the rows on standard input."""

import sys
from typing import Any

from geo.exporting.job import Job, receive_blocks, receive_job

UNUSED = {"pandas", "geopandas", "shapely"}


class WithoutUnused:
    """Keeps out what pyarrow and pyogrio would import if it is there: 80 MB that nothing here needs."""

    @staticmethod
    def find_spec(name: str, *_: Any) -> None:
        """Refuse those modules, and leave all others to others."""
        if name in UNUSED:
            raise ModuleNotFoundError(f"{name} is not used here", name=name)


def main() -> None:
    """Write the file."""
    sys.meta_path.insert(0, WithoutUnused)  # pyright: ignore[reportArgumentType]
    job = receive_job(sys.stdin.buffer)
    write(job)


def write(job: Job) -> None:
    """Write the file with the one module that its format needs."""
    from geo.exporting.writing.rows import batches, schema

    rows = batches(job, receive_blocks(sys.stdin.buffer))
    if job.format == "xlsx":
        from geo.exporting.writing.sheet import write_sheet

        write_sheet(job, rows)
    elif job.format == "parquet":
        from geo.exporting.writing.parquet import write_parquet

        write_parquet(job, schema(job), rows)
    else:
        from geo.exporting.writing.gis import write_gis

        write_gis(job, schema(job), rows)


if __name__ == "__main__":
    main()
