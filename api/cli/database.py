"""``flurwerk migrate`` and ``flurwerk db``: manage the database itself."""

import click

from api.cli.backups import backup_command, old_command, restore_command
from api.cli.logins import login_command
from api.cli.telling import tell
from geo.access import Role
from geo.access.plan import plan
from geo.migrate import migrate
from geo.records.layers.at_rest import records_at_rest, sentence
from geo.settings import load_settings
from geo.store import cluster
from geo.store.database import connect, database_url
from geo.store.secrets import without_secrets
from geo.store.signing_in import refuse_missing_passwords
from geo.text import Text


@click.command("migrate")
def migrate_command() -> None:
    """Migrate the database to this version's schema. Does nothing if it is up to date."""
    settings = load_settings()
    with connect(settings) as connection:
        refuse_missing_passwords(settings, Role.PUBLIC.login)
        applied = migrate(connection, settings)
        at_rest = records_at_rest(connection)
    tell(
        Text(f"Angewendet: {', '.join(applied)}", f"Applied: {', '.join(applied)}")
        if applied
        else Text("Die Datenbank ist auf dem neuesten Stand.", "The database is up to date.")
    )
    if at_rest:
        tell(sentence(at_rest))


@click.group("db")
def db_command() -> None:
    """Manage the private server; back up and restore the database in use."""


for command in (login_command, backup_command, restore_command, old_command):
    db_command.add_command(command)


@db_command.command("plan")
@click.option("--no-createdb", is_flag=True, help="Leave out the right to create databases, for flurwerk db restore.")
def plan_command(no_createdb: bool) -> None:
    """Print the SQL that the server's administrator runs once: roles, database, extensions.

    For the database, owner and secret of the settings. Afterwards flurwerk migrate needs no further right.
    """
    click.echo(plan(load_settings(), may_restore=not no_createdb), nl=False)


@db_command.command()
def start() -> None:
    """Start the private server and print its URL."""
    click.echo(cluster.start(load_settings().home))


@db_command.command()
def stop() -> None:
    """Stop the private server."""
    stopped = cluster.stop(load_settings().home)
    tell(
        Text("Angehalten.", "Stopped.")
        if stopped
        else Text("Der private Server lief nicht.", "The private server was not running.")
    )


@db_command.command()
def status() -> None:
    """Show whether the private server is running, its version, and where its data is."""
    found = cluster.status(load_settings().home)
    tell(Text("läuft", "running") if found.running else Text("läuft nicht", "not running"))
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
@click.option("--with-password", is_flag=True, help="Print its password, too; whatever is called with it shows it.")
def url(with_password: bool) -> None:
    """Print the URL of the database that the commands use, for psql, QGIS or ogr2ogr."""
    used = database_url(load_settings())
    shown = used if with_password else without_secrets(used)
    click.echo(shown)
    if shown != used:
        tell(
            Text(
                "Ohne das Kennwort, das in einer Befehlszeile jeder sieht: Setzen Sie PGPASSWORD.",
                "Without its password, which everybody sees on a command line: set PGPASSWORD.",
            ),
            err=True,
        )


@db_command.command()
@click.confirmation_option(prompt="This deletes the private server with all its data. Continue?")
def reset() -> None:
    """Delete the private server and its data."""
    cluster.remove(load_settings().home)
    tell(
        Text(
            "Gelöscht. Der nächste Befehl legt eine leere Datenbank an.",
            "Deleted. The next command creates an empty one.",
        )
    )
