"""Whether the service's logins can sign in: asked by `migrate` and `serve`, so that no request has to find out."""

import logging
from collections.abc import Iterable

import psycopg

from geo.errors import ConfigurationError
from geo.settings import Settings
from geo.store.database import first_line, login_conninfo, login_password
from geo.store.sessions import open_session
from geo.text import Text

log = logging.getLogger("flurwerk.logins")


def refuse_missing_passwords(settings: Settings, login: str) -> None:
    """Raise ConfigurationError if the server asks this login for a password, and there is none.

    The owner's own password may be in PGPASSWORD or a file: the logins' cannot be derived from it there.
    """
    if settings.database_url is None or login_password(settings, login):
        return
    try:
        with open_session(login_conninfo(settings, login)) as connection:
            is_asked = connection.pgconn.used_password
    except psycopg.OperationalError as error:
        # Also for a login that does not exist yet: the server asks before it says so.
        is_asked = error.pgconn is not None and error.pgconn.used_password
    if is_asked:
        raise ConfigurationError(
            Text(
                "Die Datenbank fragt die Anmeldungen des Dienstes nach Kennwörtern, und es gibt "
                "weder FLURWERK_SECRET noch ein Kennwort in FLURWERK_DATABASE_URL, aus dem sie "
                "abgeleitet werden könnten.",
                "The database asks the service's logins for passwords, and neither FLURWERK_SECRET nor a password in "
                "FLURWERK_DATABASE_URL is there to derive them from.",
            ),
            Text(
                "Setzen Sie FLURWERK_SECRET (oder FLURWERK_SECRET_FILE) auf einen langen zufälligen "
                "Text, denselben für migrate und serve, und führen Sie aus: flurwerk migrate",
                "Set FLURWERK_SECRET (or FLURWERK_SECRET_FILE) to a long random text, the same for migrate and "
                "serve, then "
                "run: flurwerk migrate",
            ),
        )


def try_logins(settings: Settings, logins: Iterable[str]) -> None:
    """Sign in as each of the service's logins; the log names those that cannot.

    Raises ConfigurationError if passwords are missing, and UnfitPooler for a pooler that shares sessions.
    """
    for login in logins:
        refuse_missing_passwords(settings, login)
        try:
            open_session(login_conninfo(settings, login)).close()
        except psycopg.OperationalError as error:
            log.warning("%s cannot sign in (%s). Run: flurwerk migrate", login, first_line(error))
