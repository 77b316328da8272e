"""Configures the destination and format of the log."""

import logging
import logging.config
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from api.service import audit
from api.service.audit import SECRET_FORM

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,40}")
"""The form of a parameter's name. Anything else in a query is somebody's text."""


class OneLineFormatter(logging.Formatter):
    """Formats every entry, even with a traceback, as one line, so that logs can be searched and collected by line.

    Tokens are masked, even where somebody put one into a URL. The details of a database error are left out: they quote
    the values of records.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text."""
        lines = [line for line in super().format(record).splitlines() if not line.lstrip().startswith("DETAIL:")]
        return re.sub(SECRET_FORM, "flw_…", " | ".join(lines))


class NamesOnly(logging.Filter):
    """Replaces the query of a logged request by the names of its parameters, whose values may be personal."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the entry of uvicorn's access log; every entry is logged."""
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, url, *rest = record.args
            record.args = (client, method, without_values(str(url)), *rest)
        return True


def without_values(url: str) -> str:
    """Return the path and, after the question mark, the names of the parameters."""
    path, mark, query = url.partition("?")
    names = [part.partition("=")[0] for part in query.split("&")] if query else []
    return path + mark + "&".join(name if PARAMETER.fullmatch(name) else "…" for name in names)


@contextmanager
def to_stderr() -> Iterator[None]:
    """Send the audit log's entries to stderr within the context, for commands."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter(FORMAT))
    level = audit.log.level
    audit.log.addHandler(handler)
    audit.log.setLevel(logging.INFO)
    try:
        yield
    finally:
        audit.log.removeHandler(handler)
        audit.log.setLevel(level)


def configure() -> None:
    """Send all entries to stderr; stdout is for the output of commands."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": OneLineFormatter, "format": FORMAT}},
            "filters": {"names": {"()": NamesOnly}},
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}
            },
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "uvicorn.access": {"handlers": ["stderr"], "filters": ["names"], "level": "INFO", "propagate": False},
                "flurwerk": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            },
        }
    )
