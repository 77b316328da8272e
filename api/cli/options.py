"""The options that several commands share."""

from datetime import datetime

import click

from api.cli import keep_language, language_of_refusals
from geo.periods import UnknownInstant, parse_instant

language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(["de", "en"]),
    callback=keep_language,
    is_eager=True,
    help="Language of labels; the configured one (German) by default.",
)
refusal_language_option = click.option(
    "--lang",
    type=click.Choice(["de", "en"]),
    callback=keep_language,
    expose_value=False,
    is_eager=True,
    help="Language of what is told; that of FLURWERK_LANGUAGE by default, else English.",
)


def instant(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    """Return the instant that an option names. Raises BadParameter if it is malformed."""
    try:
        return None if value is None else parse_instant(value)
    except UnknownInstant as error:
        raise click.BadParameter(error.one_line(language_of_refusals(ctx))) from None


as_of_option = click.option(
    "--as-of",
    callback=instant,
    help="Use the records as they were then: 2024-01-15 (end of the day) or 2024-01-15T12:00.",
)
