"""``flurwerk map``: pictures out."""

from pathlib import Path

import click

from api.cli.kpis import language_option
from geo.migrate import connect_migrated
from geo.periods import last_half_year, parse_period
from geo.records.layers.layer import Audience
from geo.settings import load_settings
from maps.folium_map import overview


@click.command("map")
@click.argument("name", type=click.Choice(["overview"]))
@click.option("--period", help="Such as 2023-H2; the last half-year that is over unless set.")
@click.option(
    "--audience",
    type=click.Choice([Audience.PUBLIC.value, Audience.INTERNAL.value]),
    default=Audience.INTERNAL.value,
    show_default=True,
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The HTML file to write.")
@language_option
def map_command(name: str, period: str | None, audience: str, out: Path, language: str | None) -> None:
    """Write a map as one HTML file that opens anywhere, offline."""
    settings = load_settings()
    named = period or settings.period
    asked = parse_period(named) if named else last_half_year()
    with connect_migrated(settings) as connection:
        html = overview(connection, asked, audience=Audience(audience), language=language or settings.language)
    out.write_text(html, encoding="utf-8")
    click.echo(f"Wrote {out} ({len(html.encode()) / 1e6:.1f} MB).")
