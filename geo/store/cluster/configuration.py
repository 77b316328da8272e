"""The content of the private server's configuration files."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from geo.store.cluster.account import Account

ROLE = DATABASE = "flurwerk"
SERVICE_ROLES = ("flurwerk_public", "flurwerk_reader", "flurwerk_editor", "flurwerk_admin", "flurwerk_tiles")
FILE_NAME = "flurwerk.conf"

# For a machine with two cores and 2 GB: one city's data, a handful of sessions, occasional loads.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "50",
    # A backup that is restored by hand in one transaction locks each of some 3,000 objects.
    "max_locks_per_transaction": "256",
    "fsync": "on",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    # There is no replication (backups are dumps), so loads into new tables need not be written to the WAL.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    # Compilation takes longer than our statements do.
    "jit": "off",
    "timezone": "Europe/Berlin",
    "log_timezone": "Europe/Berlin",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}


def configuration(socket_folder: Path, extra: Mapping[str, str]) -> str:
    """Return the text of the settings file; `extra` adds settings or overrides ours."""
    settings = {**SETTINGS, "unix_socket_directories": str(socket_folder), **extra}
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items())


def access_rules() -> str:
    """Return the text of pg_hba.conf: connections on the socket only, and only by the accounts in pg_ident.conf."""
    return "local all all peer map=flurwerk\n"


def access_names(account: Account, people: Iterable[str] = ()) -> str:
    """Return the text of pg_ident.conf: the server's account, root and postgres may log in as any of our roles.

    Only these accounts may enter the socket's folder. A personal login is also open to the person's own account.
    """
    names = dict.fromkeys([account.name, "root", "postgres"])
    lines = [(name, role) for role in (ROLE, *SERVICE_ROLES) for name in names]
    lines += [(name, person) for person in people for name in dict.fromkeys([*names, person])]
    return "".join(f'flurwerk "{name}" "{role}"\n' for name, role in lines)


def people_in(names: str) -> list[str]:
    """Return the personal logins in the text of a pg_ident.conf."""
    roles = dict.fromkeys(re.findall(r'^flurwerk "[^"]+" "([^"]+)"$', names, re.MULTILINE))
    return [role for role in roles if role not in (ROLE, *SERVICE_ROLES)]


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
