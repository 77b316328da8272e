"""``flurwerk demo``: loads the sample city, prints its figures and starts the service."""

import click

from api.cli.kpis import print_report
from api.cli.sample import PERIOD, NoDemo, load_sample, sample_folder
from api.cli.telling import warn
from api.serving import serve
from geo.figures.kpis.evaluation import indicators
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.profile import packaged_profile, profile
from geo.settings import load_settings
from geo.text import Text


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Load and print only; do not start the service.")
def demo_command(no_serve: bool) -> None:
    """Load the sample data into the private server, print the figures of a period and serve the map."""
    if profile().folder != packaged_profile():
        raise NoDemo(
            Text(
                "Die Demo zeigt eine Musterstadt, aber FLURWERK_PROFILE nennt das Profil einer Agentur.",
                "The demo shows a sample city, but FLURWERK_PROFILE names an agency's profile.",
            ),
            Text("Entfernen Sie FLURWERK_PROFILE für die Demo.", "Unset FLURWERK_PROFILE for the demo."),
        )
    settings = load_settings(anonymous_audience="internal", period=PERIOD)
    # Whoever wants the demo wants a private server, wherever its folder is.
    settings = settings.model_copy(update={"database_url": None, "home": settings.home})
    with connect_migrated(settings) as connection:
        load_sample(connection, sample_folder())
        print_report(connection, parse_period(PERIOD), indicators(connection), settings.language)
    if not no_serve:
        serve(settings, any_port=True, tell=warn)
