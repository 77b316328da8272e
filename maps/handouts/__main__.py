"""Make one hand-out: ``python -m maps.handouts``, with the job on standard input and the file on standard output."""

import sys

from maps.handouts.job import Job, unpacked


def main() -> None:
    """Make the file."""
    sys.stdout.buffer.write(made(unpacked(sys.stdin.buffer.read())))


def made(job: Job) -> bytes:
    """The file, with the modules that its form needs."""
    if job.form == "xlsx":
        from maps.handouts.workbook import workbook

        return workbook(job)
    from maps.handouts.documents import document
    from maps.typesetting import typeset

    return typeset(f"handouts/templates/{job.kind}.typ", document(job), job.day)


if __name__ == "__main__":
    main()
