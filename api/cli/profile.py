"""``flurwerk profile``: show an agency's profile, and look for mistakes in it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from api.cli.init import mistake_of_system
from api.cli.telling import tell
from geo.errors import ConfigurationError
from geo.profile import ProfileError, packaged_profile, read_profile
from geo.profile.reading import FILE
from geo.profile.reference_system import problem_of
from geo.profile.writing import shown
from geo.settings import profile_folder
from geo.text import Text, joined


class Commands(click.Group):
    """The subcommands; what lists all texts reads the profile first, which others do not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        return [*super().list_commands(ctx), "terms"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None. Raises ProfileError if the list of texts cannot be read."""
        if cmd_name != "terms":
            return super().get_command(ctx, cmd_name)
        from api.cli.profile_terms import terms_command

        return terms_command


@click.group("profile", cls=Commands)
def profile_command() -> None:
    """Show the agency's profile, and look for mistakes in it."""


@profile_command.command("show")
def show_command() -> None:
    """Print all that is in force, defaults included."""
    folder = _folder()
    click.echo(f"# {folder / FILE}\n")
    click.echo(shown(read_profile(folder)), nl=False)


@profile_command.command("check")
def check_command() -> None:
    """List all mistakes, each with its key and what is allowed. Exit status 1 if there are any."""
    folder = _folder()
    found = list(_mistakes(folder))
    for mistake in found:
        tell(mistake)
    if found:
        sys.exit(1)
    tell(Text(f"{folder / FILE}: keine Fehler.", f"{folder / FILE}: no mistakes."))


def _mistakes(folder: Path) -> Iterator[Text]:
    """Yield all mistakes of a folder's profile, as far as one does not keep from finding others."""
    try:
        read = read_profile(folder)
    except ProfileError as error:
        yield from (joined(f"{error.path}: ", problem) for problem in error.told)
        if error.hint:
            yield error.texts[1]
        return
    if problem := problem_of(read.place.srid):
        yield joined(f"{folder / FILE}: ", mistake_of_system(read, problem))
        return
    for check in (_check_texts_and_indicators, _check_font):
        try:
            yield from (joined(f"{folder / FILE}: ", problem) for problem in check())
        except ProfileError as error:
            yield from (joined(f"{error.path}: ", problem) for problem in error.told)
    if read.place.outline:
        # It is read in the profile's system.
        from geo.loading.outline import read_outline

        try:
            read_outline(folder / read.place.outline)
        except ConfigurationError as error:
            message, hint = error.texts
            yield joined(message, " " if error.hint else "", hint)


def _check_texts_and_indicators() -> list[Text]:
    # What names them is compared with those that there are as soon as these are imported.
    from api.cli.profile_terms import all_texts

    all_texts()
    return _check_indicators()


def _check_font() -> list[Text]:
    from maps.fonts import own_family

    own_family()
    return []


def _check_indicators() -> list[Text]:
    """Raise ProfileError for mistakes in indicators; those that only the records tell if there is a database.

    Returns the goals that records name and the profile does not, and the parts that it names and the database does not
    have: nothing else is refused for them.
    """
    from geo.figures.kpis.checking import refuse_problems, unknown_goals, unknown_parts
    from geo.migrate import is_current
    from geo.settings import load_settings
    from geo.store import cluster
    from geo.store.database import connect

    settings = load_settings()
    if not settings.database_url and not cluster.exists(settings.home):
        tell(
            Text(
                "Es gibt noch keine Datenbank, an der Kennzahlen geprüft werden könnten.",
                "There is no database yet, against which indicators could be checked.",
            ),
            err=True,
        )
        return []
    with connect(settings) as connection:
        if is_current(connection):
            refuse_problems(connection)
            return [*unknown_goals(connection), *unknown_parts(connection)]
        tell(
            Text(
                "Die Datenbank ist noch nicht auf diesem Profil: flurwerk migrate prüft den Rest.",
                "The database is not migrated to this profile: flurwerk migrate checks the rest.",
            ),
            err=True,
        )
        return []


def _folder() -> Path:
    return profile_folder() or packaged_profile()
