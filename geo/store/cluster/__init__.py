"""A private PostGIS server for a machine that has no database configured.

It is in `<home>/cluster`, listens on a Unix socket only, and is shared by all commands of a checkout:

    url = ensure_running(settings.home)

The parts: `server` (start, stop), `places` (its folders), `process` (the running server), `account` (the account that
runs it), `binaries` (the installed programs) and `configuration` (its settings).
"""

from geo.store.cluster.server import (
    ServerStatus,
    ensure_running,
    exists,
    remove,
    start,
    started_url,
    status,
    stop,
    update_access,
)

__all__ = [
    "ServerStatus",
    "ensure_running",
    "exists",
    "remove",
    "start",
    "started_url",
    "status",
    "stop",
    "update_access",
]
