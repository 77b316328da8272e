"""How many connections to the database the service may open, and whether its server allows them."""

from collections.abc import Iterable

from geo.access import Role
from geo.access.roles import TILE_LOGIN
from geo.errors import ConfigurationError
from geo.settings import Settings
from geo.store.limits import Limit
from geo.text import Text

ANONYMOUS = {"public": Role.PUBLIC, "internal": Role.READER}
"""The role of callers without a token, by the setting."""

MAPS_AT_ONCE = 2
REPORTS_AT_ONCE = 2
CHECKS_AT_ONCE = 1
"""How many overview maps and reports are read at once, and how often the schema is checked at once, by one process.
Each needs a connection of its own, besides those of the pools."""

LEFT_TO_OTHERS = 5
"""Connections that the service leaves for commands, backups and QGIS."""


def pool_sizes(settings: Settings) -> dict[str, int]:
    """Return the maximum size of the pool of each database login, in one process."""
    others = max(1, settings.pool_size // 2)
    sizes = {role.login: others for role in Role}
    sizes[ANONYMOUS[settings.anonymous_audience].login] = settings.pool_size
    return sizes | {TILE_LOGIN: settings.pool_size}


def most_connections(settings: Settings, login: str | None = None) -> int:
    """Return how many connections all processes together may open at most: with this login, or with any (None)."""
    single = {role.login: MAPS_AT_ONCE + REPORTS_AT_ONCE for role in Role if role is not Role.PUBLIC}
    single |= {Role.PUBLIC.login: CHECKS_AT_ONCE, TILE_LOGIN: 0}
    pools = pool_sizes(settings)
    if login is None:
        each = sum(pools.values()) + MAPS_AT_ONCE + REPORTS_AT_ONCE + CHECKS_AT_ONCE
    else:
        each = pools[login] + single[login]
    return settings.workers * each


def exceeded(settings: Settings, limits: Iterable[Limit]) -> Limit | None:
    """Return the first limit that the service could exceed, with the number that is left to the service; else None."""
    # All connections of the service's logins are its own.
    left = (limit if limit.login else limit._replace(number=limit.number - LEFT_TO_OTHERS) for limit in limits)
    return next((limit for limit in left if most_connections(settings, limit.login) > limit.number), None)


def fitting(settings: Settings, limits: Iterable[Limit]) -> Settings:
    """Return the settings, with a smaller ``pool_size`` if the service could otherwise exceed a limit of the server.

    Raises ConfigurationError, which names the limit, if even pools of one connection each would be too many.
    """
    known = list(limits)
    while limit := exceeded(settings, known):
        if settings.pool_size == 1:
            raise _too_few(settings, limit)
        settings = settings.model_copy(update={"pool_size": settings.pool_size - 1})
    return settings


def _too_few(settings: Settings, limit: Limit) -> ConfigurationError:
    needed = most_connections(settings, limit.login)
    processes = "process needs" if settings.workers == 1 else "processes need"
    fewer = "" if settings.workers == 1 else ", or lower FLURWERK_WORKERS"
    return ConfigurationError(
        Text(
            f"{limit.setting[0].upper()}{limit.setting[1:]} lässt dem Dienst "
            f"{max(0, limit.number)} Verbindungen, aber er braucht ({settings.workers}) "
            f"mindestens {needed}.",
            f"{limit.setting[0].upper()}{limit.setting[1:]} leaves {max(0, limit.number)} connections to the "
            "service, but "
            f"{settings.workers} {processes} at least {needed}.",
        ),
        Text(
            f"Erhöhen Sie {limit.setting} um {needed - limit.number} oder mehr{fewer}.",
            f"Raise {limit.setting} by {needed - limit.number} or more{fewer}.",
        ),
    )
