"""``flurwerk serve``: runs the web service."""

import click

from api.cli.telling import warn
from api.serving import serve
from geo.settings import load_settings
from geo.store.objects import object_store


@click.command("serve")
@click.option("--host", help="Address to listen on; 127.0.0.1 by default.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; 8000 by default.")
@click.option("--workers", type=click.IntRange(1, 64), help="Number of worker processes; 1 by default.")
def serve_command(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the map and the API until Ctrl-C."""
    settings = load_settings(host=host, port=port, workers=workers)
    # So that it is told here, and not by each worker in the log.
    object_store(settings)
    serve(settings, tell=warn)
