"""Make one hand-out: ``python -m maps.land.handouts`` reads a job on standard input and writes the file to stdout."""

import sys

from maps.land.handouts.job import load_job
from maps.land.handouts.making import make


def main() -> None:
    """Read the job and write the file."""
    sys.stdout.buffer.write(make(load_job(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
