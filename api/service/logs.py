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


class OneLineFormatter(logging.Formatter):
    """Formats every entry, even with a traceback, as one line, so that logs can be searched and collected by line.

    Tokens are masked, even where somebody put one into a URL.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text."""
        return re.sub(SECRET_FORM, "flw_…", " | ".join(super().format(record).splitlines()))


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
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}
            },
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "uvicorn.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
                "flurwerk": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            },
        }
    )
