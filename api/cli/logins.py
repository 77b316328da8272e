"""``flurwerk db login``: manages people's database logins."""

import click

from api.cli.telling import spoken, tell
from geo.access import Role, people
from geo.migrate import connect_migrated
from geo.settings import load_settings
from geo.store import cluster
from geo.text import Text


@click.command("login")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in people.ROLES]), help="Role whose rights the login has."
)
@click.option("--ask", is_flag=True, help="Prompt for the password instead of generating one.")
@click.option("--remove", is_flag=True, help="Remove the login.")
def login_command(name: str, role: str | None, ask: bool, remove: bool) -> None:
    """Create the database login NAME for a person who works with a desktop GIS such as QGIS.

    The history names the login as the author of a change. The private server identifies people by their system
    account and needs no password. Sessions of a login are ended when it is removed or
    changed, unless it is given a higher role.
    """
    if remove == (role is not None):
        raise click.UsageError(
            spoken(Text("Geben Sie entweder --role oder --remove an.", "Give either --role or --remove."))
        )
    settings = load_settings()
    is_private = settings.database_url is None
    if role is None:
        with connect_migrated(settings) as connection:
            ended = people.remove(connection, name)
        if is_private:
            cluster.update_access(settings.home, drop=name)
        tell(
            Text(
                f"„{name}“ ist entfernt. Beendete Sitzungen: {ended}.",
                f"“{name}” has been removed. Sessions ended: {ended}.",
            )
        )
        return
    chosen = (
        click.prompt(spoken(Text("Kennwort", "Password")), hide_input=True, confirmation_prompt=True)
        if ask and not is_private
        else None
    )
    password = None if is_private else chosen or people.make_password()
    with connect_migrated(settings) as connection:
        ended = people.add(connection, name, Role(role), password)
    if ended is not None:
        tell(
            Text(
                f"„{name}“ ist geändert. Beendete Sitzungen: {ended}.",
                f"“{name}” has been changed. Sessions ended: {ended}.",
            ),
            err=True,
        )
    if is_private:
        cluster.update_access(settings.home, add=name)
        tell(
            Text(
                f"„{name}“ kann sich am Socket des Servers (flurwerk db url) ohne Kennwort anmelden.",
                f"“{name}” can log in at the server's socket (flurwerk db url) without a password.",
            )
        )
    elif chosen:
        tell(Text(f"„{name}“ kann sich mit diesem Kennwort anmelden.", f"“{name}” can log in with that password."))
    else:
        click.echo(password)
        tell(
            Text(
                f"Das ist das Kennwort von „{name}“. Es wird nicht noch einmal gezeigt.",
                f"This is the password of “{name}”. It will not be shown again.",
            ),
            err=True,
        )
