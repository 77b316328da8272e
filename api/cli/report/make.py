"""``flurwerk report PERIOD``: publishes the period's report or writes it to files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from api.cli.account import account
from api.cli.options import as_of_option, language_option
from api.cli.progress import progress_bar
from api.cli.report.files import files_of_report
from api.cli.telling import spoken, tell
from geo.figures.kpis.parts import levels
from geo.figures.releases.assembling import current, draft
from geo.figures.releases.publishing import publish
from geo.figures.releases.release import Release
from geo.figures.report.extract import WHOLE, Extract
from geo.migrate import connect_migrated
from geo.periods import Period, parse_period
from geo.settings import Language, load_settings
from geo.store.database import Connection, make_read_only
from geo.text import Text
from maps.figures.report.writing import FORMS, Form, write


def read_forms(text: str | None) -> list[Form]:
    """Return the formats that a text names, each once; all formats without a text. Raises BadParameter."""
    if text is None:
        return list(FORMS)
    known: dict[str, Form] = {form: form for form in FORMS}
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.BadParameter(
            spoken(
                Text(
                    f"„{unknown[0]}“ ist keines von {', '.join(FORMS)}.",
                    f"“{unknown[0]}” is not one of {', '.join(FORMS)}.",
                )
            )
        )
    return [known[name] for name in dict.fromkeys(names)]


class OfPeriod(click.Context):
    """Names the command as people type it: without a word between ``report`` and the period."""

    @property
    def command_path(self) -> str:
        """Return the words before the period."""
        return super().command_path.rstrip()


class Make(click.Command):
    """The command whose own name is not typed."""

    context_class = OfPeriod


@click.command("report", cls=Make)
@click.argument("period")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to; created if it does not exist.",
)
@click.option(
    "--format",
    "forms",
    metavar=f"[{','.join(FORMS)}]",
    callback=lambda _context, _option, value: read_forms(value),
    help="Formats to write, separated by commas; all by default.",
)
@language_option
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Your own Word template (see docs/report.md).",
)
@click.option("--publish", "publishes", is_flag=True, help="Publish the figures as recorded now as the next release.")
@click.option("--reason", help="Why the period is published again; required from the second release on.")
@click.option("--accept", help="Why it is published although findings of flurwerk check affect its figures.")
@click.option("--unchanged", is_flag=True, help="Publish the next release even if nothing has changed since the last.")
@click.option(
    "--draft",
    "is_draft",
    is_flag=True,
    help="Write a draft of the current records even if the period has been published.",
)
@click.option(
    "--part", help="Report on this part of the city or county alone, by its key: 05958004. It cannot be published."
)
@click.option(
    "--by",
    "level",
    type=click.Choice(list(levels())),
    help="The level of parts by which the report splits the figures; the districts by default, of one part the first "
    "level below that it has.",
)
@as_of_option
def make_command(
    period: str,
    folder: Path | None,
    forms: Sequence[Form],
    language: Language | None,
    template: Path | None,
    publishes: bool,
    reason: str | None,
    accept: str | None,
    unchanged: bool,
    is_draft: bool,
    part: str | None,
    level: str | None,
    as_of: datetime | None,
) -> None:
    """Write the report of PERIOD (2023, 2023-H2, 2023-Q3 or 2023-07): its latest release, or else a draft."""
    _check_usage(folder, publishes, reason or accept or unchanged, is_draft or as_of)
    extract = Extract(part, level)
    if publishes and extract != WHOLE:
        raise click.UsageError(
            spoken(
                Text(
                    "Veröffentlicht wird der Bericht des Ganzen. Lassen Sie --part und --by weg.",
                    "What is published is the report of the whole. Remove --part and --by.",
                )
            )
        )
    settings = load_settings()
    wanted = parse_period(period)
    with connect_migrated(settings) as connection:
        if publishes:
            with progress_bar(wanted.name):
                release = _publish(connection, wanted, reason, accept, unchanged=unchanged)
            _print_release(release)
        if folder:
            make_read_only(connection)
            shown = language or settings.language
            with progress_bar(wanted.name) as progress:
                is_new = is_draft or as_of
                report = draft(connection, wanted, as_of, extract) if is_new else current(connection, wanted, extract)
                folder.mkdir(parents=True, exist_ok=True)
                files = files_of_report(connection, report, settings, shown, forms, template, progress)
            for path in write(files, folder):
                click.echo(path)


def _check_usage(folder: Path | None, publishes: bool, why: object, other: object) -> None:
    if not (folder or publishes):
        raise click.UsageError(
            spoken(
                Text(
                    "Nennen Sie einen Ordner für den Bericht (--out DIR), oder veröffentlichen Sie ihn (--publish).",
                    "Give a folder for the report (--out DIR), or publish it (--publish).",
                )
            )
        )
    if why and not publishes:
        raise click.UsageError(
            spoken(
                Text(
                    "--reason, --accept und --unchanged gehören zu --publish.",
                    "--reason, --accept and --unchanged require --publish.",
                )
            )
        )
    if publishes and other:
        raise click.UsageError(
            spoken(
                Text(
                    "--publish nimmt die jetzigen Datensätze. Lassen Sie --draft und --as-of weg.",
                    "--publish uses the current records. Remove --draft and --as-of.",
                )
            )
        )


def _publish(
    connection: Connection, period: Period, reason: str | None, accept: str | None, *, unchanged: bool
) -> Release:
    connection.execute("select set_config('flurwerk.actor', %s, false)", [account()])
    connection.commit()
    return publish(connection, period, reason=reason, accept=accept, unchanged=unchanged)


def _print_release(release: Release) -> None:
    tell(
        Text(
            f"{release.period} ist veröffentlicht: Fassung {release.number}, Prüfsumme {release.hash}",
            f"{release.period} has been published: release {release.number}, hash {release.hash}",
        )
    )
