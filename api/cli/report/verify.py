"""``flurwerk report verify``: checks that a published report is unchanged."""

import sys

import click

from api.cli.options import language_option
from geo.figures.releases.verifying import Verdict, verify
from geo.formatting import day
from geo.migrate import connect_migrated
from geo.periods import CITY_TIME, parse_period
from geo.settings import load_settings
from geo.store.database import make_read_only

SHOWN = 50
"""How many differing values are listed."""


@click.command("verify")
@click.argument("period")
@click.option("--release", "number", type=click.IntRange(min=1), help="Number of the release; the latest by default.")
@click.option("--hash", "printed", help="Hash printed in the report; reveals even a chain that was rebuilt.")
@language_option
def verify_command(period: str, number: int | None, printed: str | None, language: str | None) -> None:
    """Verify PERIOD's release: its hash, the chain of all releases, and every figure, which is computed again.

    Exit status 1 if anything differs.
    """
    settings = load_settings()
    language = language or settings.language
    wanted = parse_period(period)
    with connect_migrated(settings) as connection:
        make_read_only(connection)
        verdict = verify(connection, wanted.name, number)
    wrong = _wrong(verdict, printed, language)
    for line in wrong:
        click.echo(line)
    if wrong:
        sys.exit(1)
    click.echo(_right(verdict, language))


def _wrong(verdict: Verdict, printed: str | None, language: str) -> list[str]:
    lines = [broken.what.in_language(language) for broken in verdict.broken]
    if printed is not None and printed.strip().lower() != verdict.release.hash:
        lines.append(
            f"The hash is {verdict.release.hash}, which differs from the given one."
            if language == "en"
            else f"Die Prüfsumme ist {verdict.release.hash}, nicht die angegebene."
        )
    if verdict.failure:
        lines.append(verdict.failure.in_language(language))
    found = verdict.discrepancies
    lines += [discrepancy.in_language(language) for discrepancy in found[:SHOWN]]
    if len(found) > SHOWN:
        more = len(found) - SHOWN
        lines.append(f"… and {more} more values." if language == "en" else f"… und {more} weitere Werte.")
    return lines


def _right(verdict: Verdict, language: str) -> str:
    release = verdict.release
    recorded = release.recorded_at.astimezone(CITY_TIME)
    when = f"{day(recorded, language)} {recorded:%H:%M}"
    if language == "en":
        return (
            f"{release.period}, release {release.number} (recorded {when}): {verdict.values} values computed again, "
            f"all as published; the chain is intact. Hash: {release.hash}"
        )
    return (
        f"{release.period}, Fassung {release.number} (Stand {when}): {verdict.values} Werte neu berechnet, alle wie "
        f"veröffentlicht; die Kette ist unversehrt. Prüfsumme: {release.hash}"
    )
