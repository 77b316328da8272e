"""Looks at this host: settings, folders, programs, versions, the service and the web server in front of it."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psycopg

from api.cli.doctor.asking import Unanswered, get
from api.cli.doctor.finding import Finding, advice, fault, ok
from geo.backups.programs import newest
from geo.errors import FlurwerkError
from geo.settings import Settings

LITTLE_SPACE = 1_000_000_000
"""Bytes below which a folder's disk counts as nearly full; a report needs some 100 MB, a large file of records more."""


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
            "Set it to a random text (openssl rand -hex 24), then run flurwerk migrate, or flurwerk db plan again.",
        )
    if settings.contact_email is None and settings.contact_url is None:
        yield advice(
            "settings",
            "The public does not learn whom to ask about the data.",
            "Set FLURWERK_CONTACT_EMAIL or FLURWERK_CONTACT_URL.",
        )
    if settings.dcat_contributor is None:
        yield advice(
            "settings",
            "The catalogue at /api/dcat names no contributor: GovData would refuse it.",
            "If an open-data portal is to harvest it, set FLURWERK_DCAT_CONTRIBUTOR (docs/api.md); else leave it.",
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
        answer = get(address, through_proxy=False)
    except Unanswered as error:
        return advice("service", f"Nothing answers at {address} ({error}).", "Start it: systemctl start flurwerk.")
    if answer.status == 200:
        return ok("service", f"{address} says that it is ready.")
    detail = answer.json().get("detail", "no reason given")
    return fault("service", f"{address} answers {answer.status} ({detail}).", "See its log: journalctl -u flurwerk.")


def _proxy(url: str | None) -> Iterator[Finding]:
    if url is None:
        yield ok("proxy", "Not looked at; name the public address with --url.")
        return
    public = url.rstrip("/")
    try:
        answer = get(f"{public}/api")
    except Unanswered as error:
        remedy = "Renew or complete the certificate." if error.is_certificate else "Look at the web server and its log."
        yield fault("proxy", f"{public}/api does not answer ({error}).", remedy)
        return
    links = answer.json().get("links")
    if answer.status != 200 or not isinstance(links, list):
        what = "with something else than Flurwerk's links" if answer.status == 200 else f"with {answer.status}"
        yield fault(
            "proxy", f"{public}/api answers {what}.", "See deploy/nginx/flurwerk.conf, and whether it leads here."
        )
        return
    addresses = [str(link.get("href", "")) for link in links if isinstance(link, dict)]
    if wrong := [each for each in addresses if each.startswith("http") and not each.startswith(f"{public}/")]:
        yield fault(
            "proxy",
            f"Behind {public} the service makes addresses such as {wrong[0]}.",
            "The proxy has to pass on Host, X-Forwarded-For and X-Forwarded-Proto, and FORWARDED_ALLOW_IPS to name it.",
        )
    elif public.startswith("https:") and "strict-transport-security" not in answer.headers:
        yield advice("proxy", f"{public} does not send Strict-Transport-Security.", "See deploy/nginx/flurwerk.conf.")
    else:
        yield ok("proxy", f"{public} passes on host and scheme.")
