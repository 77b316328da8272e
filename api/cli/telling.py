"""Tells what a command has done, and refuses what it cannot do, in the language of refusals."""

import click

from api.cli import language_of_refusals
from geo.text import Text


def spoken(text: Text) -> str:
    """Return the text in the language of the running command: that of --lang or FLURWERK_LANGUAGE, else English."""
    context = click.get_current_context(silent=True)
    return text.in_language(language_of_refusals(context) if context else "en")


def tell(text: Text, *, err: bool = False) -> None:
    """Print the text in that language, on stderr with ``err``."""
    click.echo(spoken(text), err=err)


def warn(text: Text) -> None:
    """Print the text in that language on stderr."""
    tell(text, err=True)
