"""Inspects or loads one file: ``python -m geo.loading``, with the job on standard input."""

from geo.unused_imports import block_imports


def main() -> None:
    """Do the job."""
    block_imports()
    from geo.loading.working import main as work

    work()


main()
