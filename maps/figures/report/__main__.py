"""Make one document: ``python -m maps.figures.report``, job on standard input, file on standard output."""

import sys
from pathlib import Path

from maps.figures.report.content import Edition
from maps.figures.report.job import Job, unpacked
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.writing import document


def main() -> None:
    """Make the file."""
    sys.stdout.buffer.write(made(unpacked(sys.stdin.buffer.read())))


def made(job: Job) -> bytes:
    """The file, with the report's pictures where there are places to draw."""
    pictures: list[Illustration] = []
    if job.places:
        from maps.figures.report.pictures.drawing import illustrations

        pictures = illustrations(job.report, job.places, job.language)
    template = Path(job.template) if job.template else None
    return document(Edition(job.report, pictures, job.agency, job.language), job.form, template)


if __name__ == "__main__":
    main()
