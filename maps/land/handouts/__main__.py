"""Make one hand-out: ``python -m maps.land.handouts``, job on standard input, file on standard output."""

import sys

from maps.land.handouts.job import Job, unpacked


def main() -> None:
    """Make the file."""
    sys.stdout.buffer.write(made(unpacked(sys.stdin.buffer.read())))


def made(job: Job) -> bytes:
    """The file, with the modules that its form needs."""
    if job.form == "xlsx":
        from maps.land.handouts.workbook import workbook

        return workbook(job)
    from maps.land.handouts.documents import document
    from maps.typesetting import typeset

    return typeset(f"land/handouts/templates/{job.kind}.typ", document(job), job.day)


if __name__ == "__main__":
    main()
