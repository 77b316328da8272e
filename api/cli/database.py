"""``flurwerk migrate`` and ``flurwerk db``: manage the database itself."""

import os
import shutil
import subprocess
from itertools import takewhile
from pathlib import Path

import click

from api.cli.logins import login_command
from geo.errors import FlurwerkError
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store import cluster
from geo.store.cluster.binaries import program_folders
from geo.store.database import connect, database_url


@click.command("migrate")
def migrate_command() -> None:
    """Migrate the database to this version's schema. Does nothing if it is up to date."""
    settings = load_settings()
    with connect(settings) as connection:
        applied = migrate(connection, settings)
    click.echo(f"Applied: {', '.join(applied)}" if applied else "The database is up to date.")


@click.group("db")
def db_command() -> None:
    """Manage the private server; back up and restore the database in use."""


db_command.add_command(login_command)


@db_command.command()
def start() -> None:
    """Start the private server and print its URL."""
    click.echo(cluster.start(load_settings().home))


@db_command.command()
def stop() -> None:
    """Stop the private server."""
    stopped = cluster.stop(load_settings().home)
    click.echo("Stopped." if stopped else "The private server was not running.")


@db_command.command()
def status() -> None:
    """Show whether the private server is running, its version, and where its data is."""
    found = cluster.status(load_settings().home)
    click.echo("running" if found.running else "not running")
    for name, value in (
        ("url", found.url),
        ("pid", found.pid),
        ("PostgreSQL", found.major),
        ("data", found.data),
        ("log", found.log),
    ):
        if value is not None:
            click.echo(f"{name}: {value}")


@db_command.command()
def url() -> None:
    """Print the URL of the database that the commands use, for psql, QGIS or ogr2ogr."""
    click.echo(database_url(load_settings()))


@db_command.command()
@click.confirmation_option(prompt="This deletes the private server with all its data. Continue?")
def reset() -> None:
    """Delete the private server and its data."""
    cluster.remove(load_settings().home)
    click.echo("Deleted. The next command creates an empty one.")


@db_command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database, including its history, to FILE (PostgreSQL's custom format)."""
    unfinished = file.with_name(f"{file.name}.part")
    try:
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={unfinished}",
            database_url(load_settings()),
        )
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"Wrote {file} ({file.stat().st_size / 1e6:.1f} MB).")


@db_command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="This replaces everything in the database. Continue?")
def restore(file: Path) -> None:
    """Replace the database with the backup in FILE. If that fails, nothing changes."""
    settings = load_settings()
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        # Migrating grants this version's privileges again, to logins that this server may not have yet.
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={database_url(settings)}",
        str(file),
    )
    with connect(settings) as connection:
        migrate(connection, settings)
        # What partners have read from the change feed since the backup was made no longer holds.
        connection.execute("call flurwerk.renew_epoch()")
    click.echo(f"Restored {file}.")


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([_path_of(program), *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FlurwerkError(f"{program} failed: {_reason(done.stderr)}", "Nothing was changed.")


def _reason(stderr: str) -> str:
    """Return a program's first error line with the server's DETAIL lines, which name the objects in the way."""
    first, *others = stderr.strip().splitlines() or ["it gave no reason"]
    start = next((at for at, line in enumerate(others) if line.startswith("DETAIL:")), len(others))
    details = takewhile(lambda line: not line.startswith(("HINT:", "Command was:")), others[start:])
    return "; ".join([first, *(line.removeprefix("DETAIL:").strip() for line in details)]).removesuffix(".") + "."


def _path_of(program: str) -> str:
    packaged = [str(folder) for folder in reversed(program_folders())]
    found = shutil.which(program) or shutil.which(program, path=os.pathsep.join(packaged))
    if found is None:
        raise FlurwerkError(f"{program} is not installed.", "Install it: apt-get install postgresql-client.")
    return found
