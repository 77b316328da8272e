"""``flurwerk token``: manages the API's access tokens."""

from datetime import datetime

import click
from rich.markup import escape
from rich.table import Table

from api.cli.account import account
from api.cli.printing import console, write_records
from api.cli.telling import tell
from api.service import audit, logs
from geo.access import Role, tokens
from geo.access.tokens import Token, TokenError
from geo.migrate import connect_migrated
from geo.records.layers import LAYERS
from geo.settings import Settings, load_settings
from geo.store.database import connect
from geo.text import Text

FIELDS = ("name", "role", "layers", "state", "created_at", "created_by", "expires_on", "revoked_at", "last_used_at")


@click.group("token")
def token_command() -> None:
    """Manage access tokens, which allow reading internal and personal columns through the API, or writing."""


@token_command.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in tokens.ROLES]), required=True, help="Role that the token has."
)
@click.option(
    "--expires",
    "expires_on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day on which it is valid; unlimited by default.",
)
@click.option("--layers", help="Limit it to these layers, separated by commas; the others are shown as to the public.")
def create(name: str, role: str, expires_on: datetime | None, layers: str | None) -> None:
    """Create the token NAME and print its secret. The secret is shown only once."""
    last_day = expires_on.date() if expires_on else None
    chosen = _parse_layers(layers)
    settings = load_settings()
    with connect_migrated(settings) as connection, logs.to_stderr():
        connection.execute("select set_config('flurwerk.actor', %s, false)", [account()])
        secret = tokens.create(connection, name, Role(role), layers=chosen, expires_on=last_day)
        connection.commit()
        audit.token_made(name, role, last_day, chosen)
    click.echo(secret)
    tell(
        Text(
            "Es wird nicht noch einmal gezeigt. Senden Sie es als „Authorization: Bearer …“, "
            "oder als Kennwort, wenn ein GIS danach fragt.",
            "It will not be shown again. Send it as “Authorization: Bearer …”, or as the password if a GIS asks "
            "for one.",
        ),
        err=True,
    )


@token_command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def list_tokens(form: str) -> None:
    """List all tokens, including revoked ones, with their last use."""
    with connect_migrated(load_settings()) as connection:
        found = tokens.list_tokens(connection)
    if form == "table":
        console().print(_table(found))
    else:
        write_records((_record(token) for token in found), FIELDS, form)


@token_command.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke the token NAME, effective immediately."""
    settings: Settings = load_settings()
    with connect(settings, actor=account()) as connection, logs.to_stderr():
        tokens.revoke(connection, name)
        connection.commit()
        audit.token_revoked(name)
    tell(Text(f"„{name}“ ist widerrufen.", f"“{name}” has been revoked."))


def _parse_layers(layers: str | None) -> list[str] | None:
    if layers is None:
        return None
    chosen = [name.strip() for name in layers.split(",") if name.strip()]
    if not chosen:
        raise TokenError(
            Text("--layers nennt keinen Layer.", "--layers names no layer."),
            Text(f"Bekannte Layer: {', '.join(LAYERS)}.", f"Known layers: {', '.join(LAYERS)}."),
        )
    return list(dict.fromkeys(chosen))


def _record(token: Token) -> dict[str, str | None]:
    values = {name: getattr(token, name) for name in FIELDS}
    shown = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
    return shown | {"layers": "|".join(token.layers) if token.layers else None, "role": str(token.role)}


def _table(found: list[Token]) -> Table:
    table = Table()
    for name in ("Name", "Role", "Layers", "State", "Created", "Expires", "Last used"):
        table.add_column(name)
    for token in found:
        table.add_row(
            escape(token.name),
            str(token.role),
            ", ".join(token.layers) if token.layers else "all",
            token.state,
            f"{token.created_at:%Y-%m-%d} {escape(token.created_by)}",
            f"{token.expires_on:%Y-%m-%d}" if token.expires_on else "–",
            f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never",
        )
    return table
