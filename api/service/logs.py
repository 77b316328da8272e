"""Configures the destination and format of the log."""

import logging
import logging.config
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from api.service import audit
from api.service.audit import SECRET_FORM

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,40}")
"""The form of a parameter's name. Anything else in a query is somebody's text."""
DATA_EXCEPTION = "22"
"""The class of the SQL states of errors about a value, which the message quotes."""


class OneLineFormatter(logging.Formatter):
    """Formats every entry, even with a traceback, as one line, so that logs can be searched and collected by line.

    Tokens are masked, even where somebody put one into a URL. Of a database error only the first line is kept, and not
    even that if the error is about a value: what follows quotes records, such as a row that violates a rule.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text."""
        text = super().format(record)
        quoting: set[str] = set()
        for error in _database_errors(record):
            first, *rest = str(error).splitlines() or [""]
            quoting |= {_bare(line) for line in rest}
            if first and (error.sqlstate or "").startswith(DATA_EXCEPTION):
                text = text.replace(first, "…")
        lines = [line for line in text.splitlines() if _bare(line) not in quoting]
        return re.sub(SECRET_FORM, "flw_…", " | ".join(lines))


def _database_errors(record: logging.LogRecord) -> Iterator[psycopg.Error]:
    """Yield the errors among an entry's arguments, its exception, and those that led to it or are in its group."""
    shown = [record.exc_info[1] if record.exc_info else None]
    if isinstance(record.args, tuple):
        shown += [value for value in record.args if isinstance(value, BaseException)]
    seen: set[int] = set()
    while shown:
        error = shown.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        if isinstance(error, psycopg.Error):
            yield error
        shown += [error.__cause__, error.__context__]
        if isinstance(error, BaseExceptionGroup):
            shown += error.exceptions


def _bare(line: str) -> str:
    """Return a line without the frame that a traceback draws around the members of a group."""
    return line.strip(" |")


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
