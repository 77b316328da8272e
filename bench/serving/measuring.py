"""Measures a server: mostly with wrk, but over one connection of its own if requests depend on each other."""

import http.client
import json
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg

from serving.servers import Running

SCRIPT = """
done = function(summary, latency, requests)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    io.stderr:write(string.format('{"p50": %f, "p99": %f, "rate": %f, "requests": %d, "bad": %d}',
        latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        summary.requests / (summary.duration / 1e6), summary.requests, bad))
end
"""
CHANGES = 40
"""How often a layer is changed to measure uncached tiles."""


class Measured(NamedTuple):
    """Milliseconds at one connection, requests/s at eight, bytes of the answer.

    ``cpu_ms`` is the processor time of a request, in the workers and in the database, and ``memory_mb`` that of the
    workers, both at eight connections.
    """

    p50: float | None = None
    p99: float | None = None
    rate: float | None = None
    size: int | None = None
    cpu_ms: float | None = None
    memory_mb: float | None = None
    seconds: float | None = None
    note: str = ""


class Answer(NamedTuple):
    """A server's answer."""

    status: int
    etag: str | None
    body: bytes


class Client:
    """A client with one persistent connection, if the server supports it."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=300)
        self._headers = dict(headers)

    def get(self, path: str) -> Answer:
        """Send a request and return the answer."""
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.getheader("ETag"), response.read())


def load(up: Running, path: str, headers: Mapping[str, str], seconds: int) -> Measured:
    """Measure a request at one connection, then at eight."""
    url = up.url
    client = Client(url, headers)
    client.get(path)
    start = time.perf_counter()
    size = len(client.get(path).body)
    taken = time.perf_counter() - start
    if taken > seconds / 2:
        return Measured(taken * 1000, taken * 1000, size=size, memory_mb=up.memory_mb(), note="asked once")
    alone = wrk(f"{url}{path}", 1, seconds, headers)
    found: list[float] = []
    timer = threading.Timer(seconds * 0.8, lambda: found.append(up.memory_mb()))
    timer.start()
    before = up.cpu_ms()
    together = wrk(f"{url}{path}", 8, seconds, headers)
    cpu_ms = (up.cpu_ms() - before) / max(together["requests"], 1)
    timer.join()
    bad = int(alone["bad"] + together["bad"])
    return Measured(
        alone["p50"], alone["p99"], together["rate"], size, cpu_ms, found[0], note=f"{bad} failed" if bad else ""
    )


def uncached(url: str, path: str, headers: Mapping[str, str], database: str, layer: str) -> Measured:
    """Measure a request at one connection, each time after a change of the layer."""
    client = Client(url, headers)
    size = len(client.get(path).body)
    taken: list[float] = []
    with psycopg.connect(database, autocommit=True) as connection:
        for _ in range(CHANGES):
            connection.execute(
                "update flurwerk.layer_versions set version = version + 1, changed_at = now() where layer = %s", [layer]
            )
            start = time.perf_counter()
            client.get(path)
            taken.append((time.perf_counter() - start) * 1000)
    return Measured(statistics.median(taken), max(taken), size=size)


def not_modified(up: Running, path: str, headers: Mapping[str, str], seconds: int) -> Measured:
    """Measure a conditional request that is answered with 304."""
    etag = Client(up.url, headers).get(path).etag
    if etag is None:
        return Measured(note="no ETag")
    known = {**headers, "If-None-Match": etag}
    if Client(up.url, known).get(path).status != 304:
        return Measured(note="no 304")
    return load(up, path, known, seconds)


def harvest(url: str, path: str, headers: Mapping[str, str], expected: int, most_pages: int | None) -> Measured:
    """Measure reading all features page by page along the `next` links, over one connection."""
    client = Client(url, headers)
    start = time.perf_counter()
    features = size = pages = 0
    following: str | None = path
    while following and (most_pages is None or pages < most_pages):
        answer = client.get(following)
        pages, features, size = pages + 1, features + answer.body.count(b'"Feature"'), size + len(answer.body)
        following = _next_link(answer.body)
    seconds = time.perf_counter() - start
    complete = "" if features == expected else f"{features:,} features only"
    return Measured(size=size, seconds=seconds, note=complete)


def _next_link(body: bytes) -> str | None:
    # Parsing the whole document as JSON would take longer than some servers take to answer.
    for form in (b'"rel":"next"', b'"rel": "next"'):
        place = body.rfind(form)
        if place >= 0:
            link = json.loads(body[body.rfind(b"{", 0, place) : body.find(b"}", place) + 1])
            address = urlsplit(link["href"])
            return f"{address.path}?{address.query}"
    return None


def wrk(url: str, connections: int, seconds: int, headers: Mapping[str, str]) -> dict[str, float]:
    """Return what wrk measures: the percentiles p50 and p99 in milliseconds, the rate per second, failed requests."""
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "report.lua"
        script.write_text(SCRIPT)
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "300s", "-s", str(script), *given, url],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    return json.loads(done.stderr.strip().splitlines()[-1])
