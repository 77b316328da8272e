"""The service with the sample data in a process of its own, for independent clients."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.test_api.helpers import program


@dataclass(frozen=True)
class Caller:
    """The server's settings for callers without a token, and the headers that the caller sends."""

    settings: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


CALLERS = {
    "public": Caller(),
    "internal": Caller({"FLURWERK_ANONYMOUS_AUDIENCE": "internal"}),
}


@contextmanager
def serving(url: str, caller: Caller) -> Iterator[str]:
    """Run the server and yield the address of its landing page."""
    with program(FLURWERK_DATABASE_URL=url, FLURWERK_PORT="18400", **caller.settings) as (process, address):
        assert process.stderr is not None
        # The log must be read: the server blocks as soon as the pipe is full.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield f"{address}/api"


@pytest.fixture(scope="package")
def landing_page(sample_url: str) -> Iterator[str]:
    """The address of the landing page as the public sees it."""
    with serving(sample_url, CALLERS["public"]) as address:
        yield address
