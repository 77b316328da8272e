"""Runs the ``flurwerk`` command as ``python -m api.cli``."""

from api.cli import main

main()
