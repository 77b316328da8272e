"""``python -m api.cli`` is the ``flurwerk`` command."""

from api.cli import main

main()
