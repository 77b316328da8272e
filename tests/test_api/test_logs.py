"""The log contains no value that may be personal: neither of a request's parameters nor of a record."""

import logging
from typing import LiteralString

import psycopg
import pytest

from api.service.logs import FORMAT, NamesOnly, OneLineFormatter, without_values
from tests.records import Connection

SECRET = "Erika.Mustermann@example.org"


def logged(message: str, *values: object, error: BaseException | None = None) -> str:
    """The line that is written for an entry."""
    found = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("uvicorn.access", logging.INFO, __file__, 1, message, values, found)
    assert NamesOnly().filter(record)
    return OneLineFormatter(FORMAT).format(record)


def test_a_request_is_logged_with_its_parameters_names_only() -> None:
    url = f"/api/collections/parties/items?email={SECRET}&filter=name%3D%27{SECRET}%27&cursor=e30&{SECRET}&f=json"
    line = logged('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", url, "1.1", 200)
    assert line.endswith('127.0.0.1:1 - "GET /api/collections/parties/items?email&filter&cursor&…&f HTTP/1.1" 200')


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/", "/"), ("/api/kpis?", "/api/kpis?"), ("/api/search?q", "/api/search?q"), ("/x?=a&&b=1", "/x?…&…&b")],
)
def test_any_query_can_be_logged(url: str, expected: str) -> None:
    assert without_values(url) == expected


TWICE = "insert into flurwerk.parties (kind, source, source_id, note) values ('company', 'file', 'p-1', %s)"


def raised(connection: Connection, statement: LiteralString, *values: object) -> psycopg.Error:
    """The error that a statement ends with."""
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        connection.execute(statement, values)
    assert SECRET in str(caught.value)
    return caught.value


@pytest.fixture
def errors(connection: Connection) -> list[psycopg.Error]:
    """Errors that quote a value: a whole row whose note has several lines, a key, and a value of the wrong form."""
    note = f"Gespräch\n\nmit {SECRET}\nam Montag"
    connection.execute("alter table flurwerk.parties add constraint no_note check (note is null)")
    return [
        raised(connection, TWICE, note),
        raised(connection, "select (%s::text)::date", SECRET),
        raised(connection, "select (%s::text)::bigint", f"1\n{SECRET}"),
    ]


def test_a_database_error_is_logged_without_the_values_that_it_quotes(errors: list[psycopg.Error]) -> None:
    for error in errors:
        outer = RuntimeError("the request failed")
        outer.__cause__ = error
        for shown in (error, outer, ExceptionGroup("two tasks failed", [outer, error])):
            line = logged("problem", error=shown)
            assert type(error).__name__ in line
            assert SECRET not in line
            assert "Montag" not in line
        assert SECRET not in logged("GET /api/x: %s", error)
    assert "no_note" in logged("problem", error=errors[0]), "the rule is named"
