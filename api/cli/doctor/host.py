"""Looks at this host: settings, folders, programs, versions, the service and the web server in front of it."""

import json
import os
import shutil
import ssl
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import psycopg

from api.cli.doctor.finding import Finding, advice, fault, ok
from geo.backups.programs import newest
from geo.errors import FlurwerkError
from geo.settings import Settings

LITTLE_SPACE = 1_000_000_000
"""Bytes below which a folder's disk counts as nearly full; a report needs some 100 MB, a large file of records more."""

WAIT_S = 10
"""How long the service may take to answer."""


class Answer(NamedTuple):
    """What an address answered: status, headers by lower-case name, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


def host_findings(settings: Settings, url: str | None) -> Iterator[Finding]:
    """Yield what was found. ``url`` is the public address of the service, behind the web server in front."""
    yield _versions()
    yield from _settings(settings)
    yield from _folders(settings)
    yield _programs(settings)
    yield _service(settings)
    yield from _proxy(url)


def _versions() -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    libpq = psycopg.pq.version()
    return ok(
        "versions",
        f"Flurwerk {version('flurwerk')}, Python {python}, psycopg {psycopg.__version__}, "
        f"libpq {libpq // 10000}.{libpq % 10000}.",
    )


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.database_url and not settings.secret:
        yield advice(
            "settings",
            "FLURWERK_SECRET is not set: the passwords of the service's logins depend on the one in the URL.",
            "Set it to a random text (openssl rand -hex 24), then run flurwerk migrate.",
        )
    if settings.contact_email is None and settings.contact_url is None:
        yield advice(
            "settings",
            "The public does not learn whom to ask about the data.",
            "Set FLURWERK_CONTACT_EMAIL or FLURWERK_CONTACT_URL, and FLURWERK_PUBLISHER_NAME.",
        )
    if settings.anonymous_audience != "public":
        yield advice(
            "settings",
            "Everybody on this machine sees internal records.",
            "Unset FLURWERK_ANONYMOUS_AUDIENCE on a server.",
        )
    yield ok("settings", f"{len(settings.model_fields_set)} of {len(type(settings).model_fields)} are set.")


def _folders(settings: Settings) -> Iterator[Finding]:
    folders = {
        "files of records (FLURWERK_EXPORT_FOLDER)": settings.export_folder or Path(tempfile.gettempdir()),
        "temporary files (TMPDIR)": Path(tempfile.gettempdir()),
    }
    if settings.report_folder:
        folders["drafts (FLURWERK_REPORT_FOLDER)"] = settings.report_folder
    for purpose, folder in folders.items():
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            yield fault(
                "disk",
                f"{folder}, for {purpose}, is no folder that this user may write to.",
                "Make it, or name another.",
            )
            continue
        free = shutil.disk_usage(folder).free
        words = f"{folder}, for {purpose}: {free / 1e9:.1f} GB free"
        if free < LITTLE_SPACE:
            yield advice("disk", f"{words}.", "Make room, or name a folder on another disk.")
        else:
            yield ok("disk", f"{words}.")


def _programs(settings: Settings) -> Finding:
    """Whether pg_dump is there; that it is as new as the server is found out by a backup."""
    try:
        found = newest("pg_dump")
    except FlurwerkError as error:
        return advice("programs", f"{error.message} Backups and restoring need it.", error.hint)
    return ok("programs", f"pg_dump {found.version}.")


def _service(settings: Settings) -> Finding:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/api/health/ready"
    try:
        answer = _get(address)
    except OSError as error:
        reason = getattr(error, "reason", error)
        return advice("service", f"Nothing answers at {address} ({reason}).", "Start it: systemctl start flurwerk.")
    if answer.status == 200:
        return ok("service", f"{address} says that it is ready.")
    detail = _detail(answer.body)
    return fault("service", f"{address} answers {answer.status} ({detail}).", "See its log: journalctl -u flurwerk.")


def _proxy(url: str | None) -> Iterator[Finding]:
    if url is None:
        yield ok("proxy", "Not looked at; name the public address with --url.")
        return
    public = url.rstrip("/")
    try:
        answer = _get(f"{public}/api")
    except ssl.SSLError as error:
        yield fault("proxy", f"The certificate of {public} is not accepted ({error}).", "Renew or complete it.")
        return
    except OSError as error:
        yield fault("proxy", f"{public}/api does not answer ({getattr(error, 'reason', error)}).", "See its log.")
        return
    if answer.status != 200:
        yield fault("proxy", f"{public}/api answers {answer.status}.", "See deploy/nginx/flurwerk.conf.")
        return
    links = [str(link.get("href", "")) for link in json.loads(answer.body).get("links", [])]
    if wrong := [link for link in links if link.startswith("http") and not link.startswith(f"{public}/")]:
        yield fault(
            "proxy",
            f"Behind {public} the service makes addresses such as {wrong[0]}.",
            "The proxy has to pass on Host, X-Forwarded-For and X-Forwarded-Proto, and FORWARDED_ALLOW_IPS to name it.",
        )
    elif public.startswith("https:") and "strict-transport-security" not in answer.headers:
        yield advice("proxy", f"{public} does not send Strict-Transport-Security.", "See deploy/nginx/flurwerk.conf.")
    else:
        yield ok("proxy", f"{public} passes on host and scheme.")


def _get(address: str) -> Answer:
    """Ask an address with Accept: application/json. Raises OSError if it does not answer."""
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    try:
        response: HTTPResponse = urllib.request.urlopen(request, timeout=WAIT_S)
    except urllib.error.HTTPError as error:
        return Answer(error.code, {name.lower(): value for name, value in error.headers.items()}, error.read())
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, response.read())


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"
