"""Helpers for the tests of maps: reading a map's embedded data, and a city of one district."""

import json
import re
from collections.abc import Callable
from typing import Any

import psycopg

from geo.periods import parse_period
from tests.browser import Opened

PERIOD = parse_period("2023-H2")
Connection = psycopg.Connection[Any]
OpenMap = Callable[[str], Opened]


def layers_of(html: str) -> set[str]:
    """Return the keys of the layers in a map."""
    return set(re.findall(r'<script type="application/json" id="data-(\w+)">', html))


def features_of(html: str, layer: str) -> list[dict[str, Any]]:
    """Return the features of a layer in a map."""
    found = re.search(rf'<script type="application/json" id="data-{layer}">(.*?)</script>', html, re.DOTALL)
    assert found, layer
    return json.loads(found[1])["features"]


def insert_city(connection: Connection, district: str = "Mitte", plot: str = "Fläche 1") -> None:
    """Insert a district around the city's centre, with one plot."""
    connection.execute(
        """
        insert into districts (key, name, kind, geom)
        values ('01', %s, 'district', st_multi(st_makeenvelope(385000, 5700000, 400000, 5715000, 25832)))
        """,
        [district],
    )
    insert_plot(connection, plot)


def insert_plot(connection: Connection, name: str) -> None:
    """Insert a plot on offer in the city's centre."""
    connection.execute(
        """
        insert into plots (name, ownership, offered_on, geom)
        values (%s, 'public', '2023-01-01', st_multi(st_makeenvelope(392000, 5707000, 392100, 5707200, 25832)))
        """,
        [name],
    )
