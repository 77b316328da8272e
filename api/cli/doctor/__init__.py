"""``flurwerk doctor``: looks at an installation and says what to do."""

import sys
from collections.abc import Iterable
from itertools import chain

import click

from api.cli.doctor.asking import usable
from api.cli.doctor.database import database_findings
from api.cli.doctor.finding import Finding, State
from api.cli.doctor.host import host_findings
from api.cli.printing import write_records
from api.cli.telling import spoken, tell
from geo.settings import load_settings
from geo.text import Text

STATES = {
    State.OK: Text("gut", "ok"),
    State.ADVICE: Text("Rat", "advice"),
    State.FAULT: Text("Fehler", "fault"),
}
SUBJECTS = {
    "versions": "Versionen",
    "settings": "Einstellungen",
    "disk": "Platz",
    "programs": "Programme",
    "service": "Dienst",
    "proxy": "Webserver",
    "mail": "E-Mail",
    "files": "Dateien",
    "database": "Datenbank",
    "server": "Server",
    "modules": "Module",
    "rights": "Rechte",
    "schema": "Schema",
    "roles": "Rollen",
    "logins": "Anmeldungen",
    "connections": "Verbindungen",
    "clock": "Uhr",
    "time zone": "Zeitzone",
    "restoring": "Wiederherstellen",
}
"""The German words for what is looked at."""
LEAST_WIDTH = 12


@click.command("doctor")
@click.option("--url", help="Public address of the service, to look at the web server in front: https://…")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
def doctor_command(url: str | None, form: str) -> None:
    """Examine this installation and say what to do: settings, database, roles, connections, disk, clock, proxy.

    Changes nothing. Exit status 1 if something is wrong; advice alone does not count.
    """
    settings = load_settings()
    try:
        address = None if url is None else usable(url)
    except ValueError as error:
        raise click.UsageError(
            spoken(
                Text(f"--url ist keine Adresse im Web (Meldung: {error}).", f"--url is no address of the web: {error}.")
            )
        ) from None
    examined = chain(host_findings(settings, address), database_findings(settings))
    if form == "text":
        found = print_findings(examined)
    else:
        found = list(examined)
        write_records((_record(each) for each in found), Finding._fields, form)
    if any(each.state is State.FAULT for each in found):
        sys.exit(1)


def _subject(found: Finding) -> str:
    return spoken(Text(SUBJECTS[found.subject], found.subject))


def _record(found: Finding) -> dict[str, str]:
    return found._asdict() | {"what": spoken(found.what), "remedy": spoken(found.remedy)}


def print_findings(found: Iterable[Finding]) -> list[Finding]:
    """Print a line for each finding as it comes, and in the end what to do, the faults first; return the findings."""
    listed: list[Finding] = []
    width = max(LEAST_WIDTH, *(len(spoken(Text(german, english))) for english, german in SUBJECTS.items()))
    for each in found:
        click.echo(f"{spoken(STATES[each.state]):<7} {_subject(each):<{width}} {spoken(each.what)}")
        listed.append(each)
    to_do = [each for state in (State.FAULT, State.ADVICE) for each in listed if each.state is state]
    click.echo("")
    if not to_do:
        tell(Text("Es ist nichts zu tun.", "Nothing to do."))
        return listed
    tell(Text("Zu tun:", "What to do:"))
    for number, each in enumerate(to_do, 1):
        click.echo(f"{number:>3}. {_subject(each)} ({spoken(STATES[each.state])}): {spoken(each.remedy)}")
    return listed
