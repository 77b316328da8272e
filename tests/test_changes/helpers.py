"""A partner who keeps a copy by the feed, and writers who give it something to do."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import psycopg

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import sees
from geo.store.database import conninfo
from tests.records import Connection
from tests.test_api.helpers import Api

FEED = "/api/changes"
Key = tuple[str, int]


class Partner:
    """Keeps a copy: what the pages tell is all it knows."""

    def __init__(self, asked: Api, **parameters: object) -> None:
        self.asked = asked
        self.parameters = parameters
        self.cursor: str | None = None
        self.copy: dict[Key, Any] = {}
        self.told: list[tuple[str, str, int]] = []

    def page(self, limit: int = 1000) -> bool:
        """Read one page; whether there are more."""
        since = {"since": self.cursor} if self.cursor else {}
        page = self.asked.json(FEED, limit=limit, **self.parameters, **since)
        assert len(page["changes"]) <= limit
        for change in page["changes"]:
            self._take(change)
        assert [link["rel"] for link in page["links"]] == ["self"] + ["next"] * page["more"]
        self.cursor = page["cursor"]
        return page["more"]

    def read(self, limit: int = 1000) -> list[tuple[str, str, int]]:
        """Read all there is; what was told: operation, layer, id."""
        self.told = []
        while self.page(limit):
            pass
        return self.told

    def _take(self, change: dict[str, Any]) -> None:
        key = change["layer"], change["id"]
        self.told.append((change["operation"], *key))
        if change["operation"] == "insert":
            # Whatever is known is an update; an update of what is unknown may be.
            assert key not in self.copy, key
        if change["operation"] == "delete":
            assert change["feature"] is None
            self.copy.pop(key, None)
        else:
            assert change["feature"]["id"] == change["id"]
            self.copy[key] = change["feature"]


def truth(asked: Api, audience: Audience) -> dict[Key, Any]:
    """Every record that the audience sees, as the items tell it."""
    found: dict[Key, Any] = {}
    for layer in LAYERS.values():
        url: str | None = f"/api/collections/{layer.key}/items?limit=1000" if sees(audience, layer) else None
        while url:
            page = asked.json(url)
            found |= {(layer.key, feature["id"]): feature for feature in page["features"]}
            url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return found


def committed(url: str) -> Iterator[Connection]:
    """A connection whose every statement is a transaction of its own."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        yield connection


def decoded(cursor: str) -> list[Any]:
    """What is in a cursor."""
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


def encoded(content: Any) -> str:
    """A cursor with that in it."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
