"""Requests of clients that leave before they have sent all of their request."""

import logging
import socket

import psycopg
import pytest

from api.app import create_app
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import one
from tests.test_api.helpers import answer_as, running, wait_until
from tests.test_editing.conftest import ERIKA

HALF = (
    "POST /api/collections/industrial_areas/items HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    'Content-Type: application/geo+json\r\nContent-Length: 1000\r\n\r\n{"type": "Feature"'
)


def test_a_client_that_leaves_within_its_body_is_no_error_and_writes_nothing(
    shared_city_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    app = create_app(load_settings(database_url=shared_city_url))
    answer_as(app, lambda _: ERIKA)
    with psycopg.connect(conninfo(shared_city_url)) as observer:
        before = one(observer, "select count(*) from industrial_areas")
        observer.rollback()
        with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
            with socket.create_connection(listener.getsockname()) as client:
                client.sendall(HALF.encode())
            wait_until(lambda: "client left: POST /api/collections/industrial_areas/items" in caplog.messages)
        assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.WARNING] == []
        assert one(observer, "select count(*) from industrial_areas") == before
