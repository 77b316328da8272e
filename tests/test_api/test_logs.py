"""The log contains no value that may be personal: neither of a request's parameters nor of a record."""

import logging

import psycopg
import pytest

from api.service.logs import FORMAT, NamesOnly, OneLineFormatter, without_values
from tests.records import Connection, insert

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


def test_a_database_error_is_logged_without_the_values_that_it_quotes(connection: Connection) -> None:
    insert(connection, "parties", kind="company", source="file", source_id=SECRET, name="Muster GmbH")
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        insert(connection, "parties", kind="company", source="file", source_id=SECRET, name="Muster GmbH")
    assert SECRET in str(caught.value)
    line = logged("problem", error=caught.value)
    assert "UniqueViolation" in line
    assert SECRET not in line
