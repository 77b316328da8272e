"""Make one document: ``python -m maps.report``, with the job on standard input and the file on standard output."""

import sys
from pathlib import Path

from maps.report.content import Edition
from maps.report.job import Job, unpacked
from maps.report.pictures.base import Illustration
from maps.report.writing import document


def main() -> None:
    """Make the file."""
    sys.stdout.buffer.write(made(unpacked(sys.stdin.buffer.read())))


def made(job: Job) -> bytes:
    """The file, with the report's pictures where there are places to draw."""
    pictures: list[Illustration] = []
    if job.places:
        from maps.report.pictures.drawing import illustrations

        pictures = illustrations(job.report, job.places, job.language)
    template = Path(job.template) if job.template else None
    return document(Edition(job.report, pictures, job.agency, job.language), job.form, template)


if __name__ == "__main__":
    main()
