"""Connections as each of the service's logins, and personal values that only editors may see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from geo.access import Caller, Role
from geo.figures.releases.publishing import publish
from geo.periods import parse_period
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.store.database import Connection, conninfo
from tests.records import insert, plot, sale, square, two_districts
from tests.test_attachments.helpers import attach, picture

PLANTED = "Planted-7319"
"""Part of every planted personal value; ASCII, so that no escaping can hide it."""

PERSONAL = [
    (layer.key, column.name)
    for layer in LAYERS.values()
    for column in layer.all_columns
    if column.audience is Audience.PERSONAL
]

SOME_LAYERS = frozenset({"plots", "trenches"})
CALLERS = {
    "public": Caller(Role.PUBLIC),
    "reader": Caller(Role.READER, "reader"),
    "reader of some": Caller(Role.READER, "reader of some", SOME_LAYERS),
    "editor": Caller(Role.EDITOR, "editor"),
    "editor of some": Caller(Role.EDITOR, "editor of some", SOME_LAYERS),
    "admin": Caller(Role.ADMIN, "admin"),
}
"""The callers, by the name of the token."""
BELOW_EDITORS = ("public", "reader", "reader of some", "editor of some")
"""The callers that see nothing personal."""

RequestAs = Callable[..., httpx.Response]

PEOPLE = ("anna", "bert")
"""Logins of people that the tests can create and use."""

LogIn = Callable[..., Connection]


@contextmanager
def logged_in(url: str, login: str) -> Iterator[Connection]:
    """Yield a connection as this login; roll back at the end."""
    with psycopg.connect(conninfo(make_conninfo(url, user=login))) as connection:
        yield connection
        connection.rollback()


def plant(connection: Connection) -> None:
    """Insert records in layers for everyone, insiders and editors, and a person who is party to the deals."""
    two_districts(connection)
    texts = {column: f"{PLANTED} {column}" for table, column in PERSONAL if table == "parties"}
    person = insert(connection, "parties", kind="person", **texts)
    insert(connection, "parties", kind="public_body", **texts)
    land = plot(connection, offered_on="2023-01-01", official_area_m2=50_000)
    insert(connection, "plot_restrictions", plot=land, kind="flood", severity="minor")
    for is_public in (True, False):
        attach(connection, picture(colour="#00ff00" if is_public else "#ff0000"), plot=land, is_public=is_public)
    inquiry = insert(
        connection, "inquiries", party=person, kind="plot", received_on="2023-08-01", geom="POINT(395000 5705000)"
    )
    insert(connection, "reservations", plot=land, inquiry=inquiry, area_m2=500, reserved_on="2023-08-02")
    sold = sale(
        connection,
        plot=land,
        party=person,
        inquiry=inquiry,
        notarised_on="2023-09-01",
        geom=square(395000, 5705000, 30),
    )
    connection.execute("update flurwerk.transactions set area_m2 = 1100 where id = %s", [sold])
    place = insert(connection, "properties", name="Halle", geom="POINT(395000 5705000)")
    insert(connection, "brokerages", property=place, party=person, kind="lease", agreed_on="2023-08-03")
    request = insert(connection, "mobile_requests", received_on="2023-08-01", geom="POINT(395000 5705000)")
    insert(connection, "mobile_candidates", request=request, kind="mast", geom="POINT(395000 5705000)")
    area = insert(
        connection,
        "industrial_areas",
        source_id="hafen",
        name="Hafen",
        major_project=True,
        geom=square(395000, 5705000, 900),
    )
    insert(connection, "settlements", industrial_area=area, party=person, settled_on="2023-08-04")
    # An earlier version of the person, too, of which nothing may be kept.
    connection.execute("update flurwerk.parties set phone = phone || ' (neu)' where id = %s", [person])
    publish_with_correction(connection, sold)
    connection.execute(
        """
        insert into flurwerk.report_documents (period, name, media_type, content, made_by)
        values ('2023-H2', 'entwurf.csv', 'text/csv; charset=utf-8', 'key', 'app1')
        """
    )


def publish_with_correction(connection: Connection, sold: int) -> None:
    """Publish two releases, of which the second corrects the first."""
    connection.commit()
    for period, area in (("2023-H2", 1200), ("2024-H1", 1300)):
        publish(connection, parse_period(period), accept="zur Probe")
        connection.execute("update flurwerk.transactions set area_m2 = %s where id = %s", [area, sold])
        connection.commit()


def can_connect(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def is_open(connection: Connection) -> bool:
    try:
        connection.execute("select")
    except psycopg.OperationalError:
        return False
    return True
