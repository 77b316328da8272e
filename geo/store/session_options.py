"""The settings that a session begins with: ours, and those that the operator has given by libpq's ways."""

import re
from collections.abc import Mapping
from typing import NoReturn

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn

from geo.errors import ConfigurationError
from geo.text import Text

ENCODING = "UTF8"


def with_options(url: str, ours: Mapping[str, str], **defaults: str | int) -> str:
    """Return the connection string whose ``options`` are the operator's and ours.

    Whatever else the URL has (TLS, several hosts, keepalives) stays. ``defaults`` are parameters for which neither the
    URL nor libpq's variables nor the service file has a value. Raises ConfigurationError if the operator's options
    contradict ours, or are no settings, or the URL asks for another encoding than UTF-8.
    """
    encoding = str(conninfo_to_dict(url).get("client_encoding") or ENCODING)
    if encoding.replace("-", "").upper() != ENCODING:
        raise ConfigurationError(
            Text(
                f"FLURWERK_DATABASE_URL hat client_encoding={encoding}, und Flurwerks Sitzungen brauchen {ENCODING}.",
                f"FLURWERK_DATABASE_URL has client_encoding={encoding}, and Flurwerk's sessions need {ENCODING}.",
            ),
            Text("Entfernen Sie es aus der Adresse.", "Remove it from the URL."),
        )
    given = _effective(url)
    settings = _combined(read_options(given.get("options", "")), ours)
    written = " ".join(f"-c {name}={_escaped(value)}" for name, value in settings.items())
    missing = {name: value for name, value in defaults.items() if name not in given}
    return make_conninfo(url, options=written, client_encoding=ENCODING, **missing)


def without_options(connection_string: str) -> str:
    """Return the connection string for a pooler that refuses ``options``."""
    # Not without the parameter, for then libpq would send those of PGOPTIONS.
    return make_conninfo(connection_string, options="")


def read_options(options: str) -> dict[str, str]:
    """Return the settings in ``options``, split as the server does. Raises ConfigurationError for other switches."""
    words = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:\\.|[^\s\\])+", options, re.DOTALL)]
    found: dict[str, str] = {}
    while words:
        word = words.pop(0)
        setting = words.pop(0) if word == "-c" and words else re.sub(r"^(-c|--)", "", word)
        name, equals, value = setting.partition("=")
        if setting == word or not equals:
            _refuse(f"have “{word}”, which is no setting", "Write each setting as -c name=value.")
        found[name.replace("-", "_")] = value
    return found


def _effective(url: str) -> dict[str, str]:
    """Return the parameters with which libpq would connect: of the URL, else of the service file, else of variables."""
    # Only a connection tells what the service file has; this one is to a socket that cannot exist.
    connection = PGconn.connect_start(make_conninfo(url, host="/", hostaddr="").encode())
    try:
        return {option.keyword.decode(): option.val.decode() for option in connection.info if option.val}
    finally:
        connection.finish()


def _combined(given: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """Return the operator's settings and ours. Raises ConfigurationError where they contradict each other."""
    known = {name.lower(): name for name in ours}
    further: dict[str, str] = {}
    for name, value in given.items():
        own = known.get(name.lower())
        if own is None:
            further[name] = value
        # Whom the owner works as is nothing to the service's logins.
        elif own != "role" and value.strip().lower() != ours[own].lower():
            _refuse(f"set {own} to {value}, and Flurwerk's sessions need {ours[own] or 'none'}", "Remove that setting.")
    return further | dict(ours)


def _refuse(what: str, remedy: str) -> NoReturn:
    raise ConfigurationError(
        Text(
            "Die Optionen der Verbindung (in FLURWERK_DATABASE_URL, PGOPTIONS oder der "
            f"Dienstdatei) sind nicht brauchbar (Meldung: {what}).",
            f"The options of the connection (in FLURWERK_DATABASE_URL, PGOPTIONS or the service file) {what}.",
        ),
        Text(f"Berichtigen Sie sie (Meldung: {remedy})", remedy),
    )


def _escaped(value: str) -> str:
    return re.sub(r"([\s\\])", r"\\\1", value)
