"""A city with planted personal data, and the service for each of the callers."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from geo.access import tokens
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import Connection, conninfo
from maps.figures.report import process as reports
from maps.figures.report.__main__ import make
from maps.figures.report.job import Job, dump_job, load_job
from maps.figures.report.pictures.drawing import illustrations
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.web_maps import shown
from maps.folium_map import process as maps
from maps.land.handouts import process as handouts
from maps.process import run_module
from tests.conftest import filled_database
from tests.test_access.helpers import BELOW_EDITORS, CALLERS, PEOPLE, LogIn, RequestAs, can_connect, plant
from tests.test_access.walking import Walk, walk
from tests.test_api.helpers import Api, api, wait_until


@pytest.fixture(scope="package")
def planted_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that city, for reading only."""

    def fill(connection: psycopg.Connection[Any]) -> None:
        # Privileges on a database itself are not copied from its template.
        migrate(connection)
        plant(connection)

    with filled_database(server_url, template, "planted", fill) as url:
        yield url


@pytest.fixture(scope="package")
def tokens_of(planted_url: str) -> dict[str, str]:
    """A token for each of the callers."""
    with psycopg.connect(conninfo(planted_url)) as connection:
        return {
            name: tokens.create(connection, name, caller.role, layers=sorted(caller.layers) if caller.layers else None)
            for name, caller in CALLERS.items()
            if caller.name
        }


@pytest.fixture(scope="package")
def made_once() -> Iterator[None]:
    """Documents and maps of equal content are made once: each takes seconds, and all walks ask for them.

    Those of the report are made in this process, with its pictures drawn once. They are the same
    (tests/test_report/test_documents.py).
    """
    made: dict[tuple[str, bytes], bytes] = {}
    pictures = cache(lambda sent: illustrations_of(load_job(sent)))

    def document_of(job: Job) -> bytes:
        if job.places:
            job = replace(job, places=None, pictures=pictures(dump_job(replace(job, form="pictures"))))
        return make(job)

    async def run_once(module: str, sent: bytes, seconds: float) -> bytes:
        if (module, sent) not in made:
            if module == reports.DOCUMENTS:
                made[module, sent] = document_of(load_job(sent))
            elif module == reports.WEB_MAPS:
                made[module, sent] = json.dumps(shown(load_job(sent))).encode()
            else:
                made[module, sent] = await run_module(module, sent, seconds)
        return made[module, sent]

    with pytest.MonkeyPatch.context() as patch:
        for making in (handouts, maps, reports):
            patch.setattr(making, "run_module", run_once)
        yield


def illustrations_of(job: Job) -> list[Illustration]:
    """The pictures of a job's places."""
    return illustrations(job.report, job.places, job.language) if job.places else []


@pytest.fixture(scope="package")
def service(planted_url: str, made_once: None) -> Iterator[Api]:
    """The service over that city, for callers with and without a token."""
    # A long timeout, since documents take long while other tests run.
    with api(load_settings(database_url=planted_url, handout_timeout_s=600)) as client:
        yield client


@pytest.fixture(scope="package")
def request_as(service: Api, tokens_of: dict[str, str]) -> RequestAs:
    """Sends requests as one of the callers."""

    def request_as(name: str, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {tokens_of[name]}"} if name in tokens_of else {}
        return service.request(method, url, headers=headers | options.pop("headers", {}), **options)

    return request_as


@pytest.fixture(scope="package")
def walk_as(service: Api, request_as: RequestAs) -> Callable[[str], Walk]:
    """Calls all routes as one of the callers. Cached, since each walk takes seconds."""
    return cache(lambda name: walk(service.app, request_as, name, is_thorough=name in BELOW_EDITORS))


@pytest.fixture(scope="package")
def known(server_url: str) -> Iterator[None]:
    """The server lets the tests log in as these people."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        (file,) = connection.execute("show ident_file").fetchone() or ("",)
        names = Path(file)
        before = names.read_text()
        lines = (f'flurwerk "{account}" "{person}"\n' for account in ("root", "postgres") for person in PEOPLE)
        names.write_text(before + "".join(lines))
        connection.execute("select pg_reload_conf()")
        yield
        names.write_text(before)
        connection.execute("select pg_reload_conf()")


@pytest.fixture
def log_in(known: None, database_url: str) -> Iterator[LogIn]:
    """Opens sessions of a person, by default of the test's own database."""
    with ExitStack() as closing:

        def log_in(name: str, url: str = database_url) -> Connection:
            as_person = make_conninfo(url, user=name)
            wait_until(lambda: can_connect(as_person))
            return closing.enter_context(psycopg.connect(conninfo(as_person), autocommit=True))

        yield log_in
