"""``flurwerk db login``: database logins of people."""

import click

from geo.access import Role, people
from geo.migrate import connect_migrated
from geo.settings import load_settings
from geo.store import cluster


@click.command("login")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in people.ROLES]), help="Whose rights it has.")
@click.option("--ask", is_flag=True, help="Ask for the password instead of making one.")
@click.option("--remove", is_flag=True, help="Remove the login.")
def login_command(name: str, role: str | None, ask: bool, remove: bool) -> None:
    """Make the database login NAME for a person who works with a GIS of their own, such as QGIS.

    History names the login as the writer. The private server knows people by their account and wants no password.
    """
    if remove == (role is not None):
        raise click.UsageError("Say either --role or --remove.")
    settings = load_settings()
    is_private = settings.database_url is None
    if role is None:
        with connect_migrated(settings) as connection:
            people.remove(connection, name)
        if is_private:
            cluster.let_in(settings.home, drop=name)
        click.echo(f"“{name}” is removed.")
        return
    asked = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask and not is_private else None
    password = None if is_private else asked or people.make_password()
    with connect_migrated(settings) as connection:
        people.add(connection, name, Role(role), password)
    if is_private:
        cluster.let_in(settings.home, add=name)
        click.echo(f"“{name}” may log in at the server's socket (flurwerk db url), without a password.")
    elif asked:
        click.echo(f"“{name}” may log in with that password.")
    else:
        click.echo(password)
        click.echo(f"This is the password of “{name}”. It is not shown again.", err=True)
