"""Make one document: ``python -m maps.figures.report`` reads a job on standard input and writes the file to stdout."""

import sys
from pathlib import Path

from maps.figures.report.content import Edition
from maps.figures.report.job import Job, load_job
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.writing import document


def main() -> None:
    """Read the job and write the file."""
    sys.stdout.buffer.write(make(load_job(sys.stdin.buffer.read())))


def make(job: Job) -> bytes:
    """Return the file, with pictures if the job has places to draw."""
    pictures: list[Illustration] = []
    if job.places:
        from maps.figures.report.pictures.drawing import illustrations

        pictures = illustrations(job.report, job.places, job.language)
    template = Path(job.template) if job.template else None
    return document(Edition(job.report, pictures, job.agency, job.language), job.form, template)


if __name__ == "__main__":
    main()
