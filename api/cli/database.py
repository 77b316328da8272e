"""``flurwerk migrate`` and ``flurwerk db``: the database itself."""

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
    """Bring the database to the schema of this version; does nothing where it is there already."""
    settings = load_settings()
    with connect(settings) as connection:
        applied = migrate(connection, settings)
    click.echo(f"Applied: {', '.join(applied)}" if applied else "The database is up to date.")


@click.group("db")
def db_command() -> None:
    """The private server, and backups of whichever database is used."""


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
    """Say whether the private server runs, where its data lies, and its version."""
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
    """Print the URL of the database that the commands use (for psql, QGIS, ogr2ogr)."""
    click.echo(database_url(load_settings()))


@db_command.command()
@click.confirmation_option(prompt="This deletes the private server with all its data. Continue?")
def reset() -> None:
    """Delete the private server and its data."""
    cluster.remove(load_settings().home)
    click.echo("Deleted. The next command makes an empty one.")


@db_command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database, history included, to FILE (PostgreSQL's custom format)."""
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
    """Replace the database by the backup in FILE: all of it, or nothing."""
    settings = load_settings()
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        # Migrating grants anew what this version grants, to logins that this server may not have yet.
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={database_url(settings)}",
        str(file),
    )
    with connect(settings) as connection:
        migrate(connection, settings)
        # What partners have been told since the backup was made is not true any more.
        connection.execute("call flurwerk.renew_epoch()")
    click.echo(f"Restored {file}.")


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([_path_of(program), *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FlurwerkError(f"{program} failed: {_reason(done.stderr)}", "Nothing was changed.")


def _reason(said: str) -> str:
    """The first line of what a program said, with the server's details, which name the objects in the way."""
    first, *others = said.strip().splitlines() or ["it gave no reason"]
    start = next((at for at, line in enumerate(others) if line.startswith("DETAIL:")), len(others))
    details = takewhile(lambda line: not line.startswith(("HINT:", "Command was:")), others[start:])
    return "; ".join([first, *(line.removeprefix("DETAIL:").strip() for line in details)]).removesuffix(".") + "."


def _path_of(program: str) -> str:
    packaged = [str(folder) for folder in reversed(program_folders())]
    found = shutil.which(program) or shutil.which(program, path=os.pathsep.join(packaged))
    if found is None:
        raise FlurwerkError(f"{program} is not installed.", "Install it: apt-get install postgresql-client.")
    return found
