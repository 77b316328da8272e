"""Draw a report's pictures: ``python -m maps.figures.report.all_pictures`` turns a job on stdin into JSON."""

import sys

from maps.figures.report.job import dump_pictures, load_job
from maps.figures.report.pictures.drawing import illustrations


def main() -> None:
    """Read the job and write the pictures of its places."""
    job = load_job(sys.stdin.buffer.read())
    sys.stdout.buffer.write(dump_pictures(illustrations(job.report, job.places, job.language) if job.places else []))


if __name__ == "__main__":
    main()
