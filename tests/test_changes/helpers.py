"""A partner who keeps a copy by the feed, and helpers to compare that copy with the records."""

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
    """Keeps a copy from the pages of the feed alone."""

    def __init__(self, client: Api, **parameters: object) -> None:
        self.client = client
        self.parameters = parameters
        self.cursor: str | None = None
        self.copy: dict[Key, Any] = {}
        self.changes: list[tuple[str, str, int]] = []

    def page(self, limit: int = 1000) -> bool:
        """Read one page and return whether there are more."""
        since = {"since": self.cursor} if self.cursor else {}
        page = self.client.json(FEED, limit=limit, **self.parameters, **since)
        assert len(page["changes"]) <= limit
        for change in page["changes"]:
            self._take(change)
        assert [link["rel"] for link in page["links"]] == ["self"] + ["next"] * page["more"]
        self.cursor = page["cursor"]
        return page["more"]

    def read(self, limit: int = 1000) -> list[tuple[str, str, int]]:
        """Read all pages and return their changes as operation, layer and id."""
        self.changes = []
        while self.page(limit):
            pass
        return self.changes

    def _take(self, change: dict[str, Any]) -> None:
        key = change["layer"], change["id"]
        self.changes.append((change["operation"], *key))
        if change["operation"] == "insert":
            # A record in the copy is never inserted again, but a record that is not may be updated.
            assert key not in self.copy, key
        if change["operation"] == "delete":
            assert change["feature"] is None
            self.copy.pop(key, None)
        else:
            assert change["feature"]["id"] == change["id"]
            self.copy[key] = change["feature"]


def truth(client: Api, audience: Audience) -> dict[Key, Any]:
    """Return every record that the audience sees, read from the layers' items."""
    found: dict[Key, Any] = {}
    for layer in LAYERS.values():
        url: str | None = f"/api/collections/{layer.key}/items?limit=1000" if sees(audience, layer) else None
        while url:
            page = client.json(url)
            found |= {(layer.key, feature["id"]): feature for feature in page["features"]}
            url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return found


def committed(url: str) -> Iterator[Connection]:
    """Yield a connection in autocommit mode."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        yield connection


def decoded(cursor: str) -> list[Any]:
    """Return the content of a cursor."""
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


def encoded(content: Any) -> str:
    """Return a cursor with that content."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
