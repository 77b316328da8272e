"""What the private server's configuration files say."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from geo.cluster.account import Account

ROLE = DATABASE = "flurwerk"
FILE_NAME = "flurwerk.conf"

# Fit for a machine with two cores and 2 GB: one city's data, a handful of sessions, loads now and then.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "50",
    "fsync": "on",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    # Nothing replicates from here (backups are dumps), so loads into new tables need not be logged twice.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    # Compiling takes longer than our statements do.
    "jit": "off",
    "timezone": "Europe/Berlin",
    "log_timezone": "Europe/Berlin",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}


def configuration(socket_folder: Path, extra: Mapping[str, str]) -> str:
    """Return the text of the settings file; `extra` adds settings and replaces ours."""
    settings = {**SETTINGS, "unix_socket_directories": str(socket_folder), **extra}
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items())


def access_rules() -> str:
    """Return the text of pg_hba.conf: on the socket only, and only whom pg_ident.conf names."""
    return "local all all peer map=flurwerk\n"


def access_names(account: Account) -> str:
    """Return the text of pg_ident.conf: the server's account, root and postgres may be the role flurwerk."""
    names: Iterable[str] = dict.fromkeys([account.name, "root", "postgres"])
    return "".join(f'flurwerk "{name}" {ROLE}\n' for name in names)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
