"""The service as a program of its own with the sample data, for clients that know nothing of this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.test_api.helpers import program


@dataclass(frozen=True)
class Caller:
    """Someone who asks: settings of the server for those without a token, and the headers that they send."""

    settings: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


CALLERS = {
    "public": Caller(),
    "internal": Caller({"FLURWERK_ANONYMOUS_AUDIENCE": "internal"}),
}


@contextmanager
def serving(url: str, caller: Caller) -> Iterator[str]:
    """The address of the landing page, as long as the server runs."""
    with program(FLURWERK_DATABASE_URL=url, FLURWERK_PORT="18400", **caller.settings) as (process, address):
        assert process.stderr is not None
        # Someone has to read the log: the server waits as soon as the pipe is full.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield f"{address}/api"


@pytest.fixture(scope="package")
def landing_page(sample_url: str) -> Iterator[str]:
    """The landing page that the public sees."""
    with serving(sample_url, CALLERS["public"]) as address:
        yield address
