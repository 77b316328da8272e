"""Inspects or loads one file: ``python -m geo.loading``, with the job on standard input."""

from geo.loading.working import main

main()
