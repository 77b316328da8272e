"""Make one document: ``python -m maps.figures.report`` reads a job on standard input and writes the file to stdout.

For a PDF it writes the manuscript that ``python -m maps.typesetting`` typesets: the two together would need the memory
of both.
"""

import sys
from dataclasses import replace
from pathlib import Path

from maps.figures.report.content import Edition
from maps.figures.report.job import Job, load_job
from maps.figures.report.writing import document, manuscript
from maps.process import refusing


def main() -> None:
    """Read the job and write the file."""
    with refusing():
        sys.stdout.buffer.write(make(load_job(sys.stdin.buffer.read())))


def make(job: Job) -> bytes:
    """Return the file, or the manuscript of a PDF, with pictures if the job has places to draw or drawn ones."""
    if job.places:
        from maps.figures.report.pictures.drawing import illustrations

        job = replace(job, pictures=illustrations(job.report, job.places, job.language))
    edition = Edition(job.report, job.pictures, job.agency, job.language)
    if job.form == "pdf":
        return manuscript(edition).dump()
    return document(edition, job.form, Path(job.template) if job.template else None)


if __name__ == "__main__":
    main()
