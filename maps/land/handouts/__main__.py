"""Make one hand-out: ``python -m maps.land.handouts`` reads a job on standard input and writes the file to stdout."""

import sys

from maps.land.handouts.job import Job, load_job


def main() -> None:
    """Read the job and write the file."""
    sys.stdout.buffer.write(make(load_job(sys.stdin.buffer.read())))


def make(job: Job) -> bytes:
    """Return the file; only the modules that its form needs are imported."""
    if job.form == "xlsx":
        from maps.land.handouts.workbook import workbook

        return workbook(job)
    from maps.land.handouts.documents import document
    from maps.typesetting import typeset

    return typeset(f"land/handouts/templates/{job.kind}.typ", document(job), job.day)


if __name__ == "__main__":
    main()
