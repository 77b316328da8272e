"""``flurwerk map``: writes maps as files."""

from pathlib import Path

import click

from api.cli.options import language_option
from api.cli.telling import tell
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.records.layers.layer import Audience
from geo.rhythm import own_rhythm
from geo.settings import load_settings
from geo.text import Text
from maps.folium_map.overview import overview


@click.command("map")
@click.argument("name", type=click.Choice(["overview"]))
@click.option("--period", help="Period, for example 2023-H2; the last complete one by default.")
@click.option(
    "--audience",
    type=click.Choice([Audience.PUBLIC.value, Audience.INTERNAL.value]),
    default=Audience.INTERNAL.value,
    show_default=True,
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The HTML file to write.")
@language_option
def map_command(name: str, period: str | None, audience: str, out: Path, language: str | None) -> None:
    """Write a map as a single HTML file that works offline."""
    settings = load_settings()
    name_of_period = period or settings.period
    wanted = parse_period(name_of_period) if name_of_period else own_rhythm().last_over()
    with connect_migrated(settings) as connection:
        html = overview(connection, wanted, audience=Audience(audience), language=language or settings.language)
    out.write_text(html, encoding="utf-8")
    tell(
        Text(
            f"{out} ist geschrieben ({len(html.encode()) / 1000000.0:.1f} MB).",
            f"Wrote {out} ({len(html.encode()) / 1e6:.1f} MB).",
        )
    )
