"""``flurwerk import openimmo-feedback``: what a portal sends back, as inquiries."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from api.cli.exchange.feedback_booking import Booking, book, unrecognised
from api.cli.options import language_option
from geo.exchange.openimmo.feedback import Fault, Feedback, FeedbackRefused, read_feedback
from geo.migrate import connect_migrated
from geo.records.layers.layer import Text
from geo.settings import load_settings

LARGEST = 50_000_000
"""Bytes; feedback of a year has a few."""
SHOWN = 120
"""How many characters of a value at fault are shown."""


@click.command("openimmo-feedback")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="Where the inquiries come from; by default the portal's name in the file.")
@click.option(
    "--kind",
    type=click.Choice(["plot", "property", "either"]),
    help="What is wanted where the portal gives no number of ours.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, but write nothing.")
@language_option
def feedback_command(file: Path, source: str | None, kind: str | None, dry_run: bool, language: str | None) -> None:
    """Book the inquiries in FILE, a portal's OpenImmo feedback 1.2.5: all new ones, or none.

    What is booked already is not booked again, and nothing that an editor has changed is overwritten.
    """
    settings = load_settings()
    feedback = read_feedback(_content(file))
    named = (source or feedback.portal).strip()
    if not named:
        raise FeedbackRefused(
            Text(
                "Die Rückmeldung sagt nicht, von welchem Portal sie ist.",
                "The feedback does not say which portal it is from.",
            ),
            Text("Nennen Sie es: --source NAME.", "Name it: --source NAME."),
        )
    with connect_migrated(settings) as connection:
        done = book(connection, feedback, named, kind, dry_run=dry_run)
    for line in _told(feedback, done, named, dry_run=dry_run):
        click.echo(line.in_language(language or settings.language))
    if done.faults:
        for fault in sorted(done.faults, key=lambda each: each.line):
            click.echo(_shown(fault).in_language(language or settings.language), err=True)
        sys.exit(1)


def _content(file: Path) -> bytes:
    size = file.stat().st_size
    if size > LARGEST:
        raise FeedbackRefused(
            Text(
                f"{file} hat {size / 1000000.0:.0f} MB, so groß ist keine Rückmeldung.",
                f"{file} has {size / 1e6:.0f} MB, which no feedback has.",
            ),
            Text("Prüfen Sie, ob es die richtige Datei ist.", "Check that it is the right file."),
        )
    return file.read_bytes()


def _shown(fault: Fault) -> Text:
    delivered = (fault.value or "").strip()
    value = f" „{delivered if len(delivered) <= SHOWN else delivered[:SHOWN] + '…'}“" if delivered else ""
    return Text(
        f"Zeile {fault.line}, {fault.element}{value}: {fault.reason.de}",
        f"Line {fault.line}, {fault.element}{value}: {fault.reason.en}",
    )


def _told(feedback: Feedback, done: Booking, source: str, *, dry_run: bool) -> Iterator[Text]:
    for said in feedback.said:
        yield Text(f"Das Portal meldet: {said}", f"The portal says: {said}")
    if done.faults:
        yield Text(
            f"{source}: Nichts wurde gebucht, {len(done.faults)} Fehler in {len(feedback.requests)} Anfragen.",
            f"{source}: nothing was booked, {len(done.faults)} faults in {len(feedback.requests)} inquiries.",
        )
        return
    for each in done.known:
        yield Text(
            f"Zeile {each.line}: Anfrage {each.key} ist schon gebucht oder wurde gelöscht; nichts geändert. "
            "Fragt dieselbe Person erneut, erfassen Sie das von Hand.",
            f"Line {each.line}: inquiry {each.key} is booked already or was deleted; nothing changed. "
            "If the same person asks again, record that by hand.",
        )
    for each, columns in done.differing:
        named = ", ".join(columns)
        yield Text(
            f"Zeile {each.line}: Zu {each.party_key} ist anderes erfasst ({named}); es bleibt, wie es ist.",
            f"Line {each.line}: {each.party_key} is on record with other values ({named}), which stay.",
        )
    if count := unrecognised(done.booked):
        yield Text(
            f"Ohne int_id: {count}. Diese werden nur in derselben Datei wiedererkannt.",
            f"Without an int_id: {count}. They are recognised again in the same file only.",
        )
    trial = Text(" (Probelauf: nichts geschrieben)", " (dry run: nothing was written)") if dry_run else Text("", "")
    yield Text(
        f"{source}: {len(done.booked)} Anfragen gebucht, {done.new_parties} Beteiligte neu, {done.added_to} ergänzt, "
        f"{len(done.known)} schon gebucht{trial.de}.",
        f"{source}: {len(done.booked)} inquiries booked, {done.new_parties} parties new, {done.added_to} added to, "
        f"{len(done.known)} booked already{trial.en}.",
    )
