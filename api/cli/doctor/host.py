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
from api.cli.doctor.mail import mail_findings
from api.cli.doctor.objects import object_findings
from geo.backups.programs import newest
from geo.errors import FlurwerkError
from geo.formatting import number
from geo.settings import Settings
from geo.text import Text

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
    yield from mail_findings(settings)
    yield from object_findings(settings)


def _versions() -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    libpq = psycopg.pq.version()
    found = (
        f"Flurwerk {version('flurwerk')}, Python {python}, psycopg {psycopg.__version__}, "
        f"libpq {libpq // 10000}.{libpq % 10000}."
    )
    return ok("versions", Text(found, found))


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.database_url and not settings.secret:
        yield advice(
            "settings",
            Text(
                "FLURWERK_SECRET ist nicht gesetzt: Die Kennwörter der Anmeldungen des Dienstes "
                "hängen von dem in der Adresse ab.",
                "FLURWERK_SECRET is not set: the passwords of the service's logins depend on the one in the URL.",
            ),
            Text(
                "Setzen Sie es auf einen zufälligen Text (openssl rand -hex 24), und führen Sie "
                "flurwerk migrate aus oder noch einmal flurwerk db plan.",
                "Set it to a random text (openssl rand -hex 24), then run flurwerk migrate, or flurwerk db plan again.",
            ),
        )
    if settings.contact_email is None and settings.contact_url is None:
        yield advice(
            "settings",
            Text(
                "Die Öffentlichkeit erfährt nicht, wen sie nach den Daten fragen kann.",
                "The public does not learn whom to ask about the data.",
            ),
            Text(
                "Setzen Sie FLURWERK_CONTACT_EMAIL oder FLURWERK_CONTACT_URL.",
                "Set FLURWERK_CONTACT_EMAIL or FLURWERK_CONTACT_URL.",
            ),
        )
    if settings.dcat_contributor is None:
        yield advice(
            "settings",
            Text(
                "Der Katalog unter /api/dcat nennt keinen Datenbereitsteller: GovData würde ihn ablehnen.",
                "The catalogue at /api/dcat names no contributor: GovData would refuse it.",
            ),
            Text(
                "Soll ein Open-Data-Portal ihn abholen, setzen Sie FLURWERK_DCAT_CONTRIBUTOR "
                "(docs/api.md); sonst lassen Sie es.",
                "If an open-data portal is to harvest it, set FLURWERK_DCAT_CONTRIBUTOR (docs/api.md); else leave it.",
            ),
        )
    if settings.anonymous_audience != "public":
        yield advice(
            "settings",
            Text(
                "Jeder auf diesem Rechner sieht interne Datensätze.", "Everybody on this machine sees internal records."
            ),
            Text(
                "Entfernen Sie FLURWERK_ANONYMOUS_AUDIENCE auf einem Server.",
                "Unset FLURWERK_ANONYMOUS_AUDIENCE on a server.",
            ),
        )
    yield ok(
        "settings",
        Text(
            f"{len(settings.model_fields_set)} von {len(type(settings).model_fields)} sind gesetzt.",
            f"{len(settings.model_fields_set)} of {len(type(settings).model_fields)} are set.",
        ),
    )


def _folders(settings: Settings) -> Iterator[Finding]:
    temporary = Path(tempfile.gettempdir())
    folders = {
        Text("Dateien von Datensätzen", "files of records"): (
            "FLURWERK_EXPORT_FOLDER",
            settings.export_folder or temporary,
        ),
        Text("vorübergehende Dateien", "temporary files"): ("TMPDIR", temporary),
    }
    if settings.report_folder:
        folders[Text("Entwürfe", "drafts")] = ("FLURWERK_REPORT_FOLDER", settings.report_folder)
    for purpose, (setting, folder) in folders.items():
        de, en = f"{folder}, für {purpose.de} ({setting})", f"{folder}, for {purpose.en} ({setting})"
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            yield fault(
                "disk",
                Text(
                    f"{de}, ist kein Ordner, in den dieser Benutzer schreiben darf.",
                    f"{en}, is no folder that this user may write to.",
                ),
                Text("Legen Sie ihn an, oder nennen Sie einen anderen.", "Make it, or name another."),
            )
            continue
        free = shutil.disk_usage(folder).free
        words = Text(f"{de}: {number(free / 1e9, 'de', 1)} GB frei.", f"{en}: {free / 1e9:.1f} GB free.")
        if free < LITTLE_SPACE:
            yield advice(
                "disk",
                words,
                Text(
                    "Schaffen Sie Platz, oder nennen Sie einen Ordner auf einem anderen Datenträger.",
                    "Make room, or name a folder on another disk.",
                ),
            )
        else:
            yield ok("disk", words)


def _programs(settings: Settings) -> Finding:
    """Whether pg_dump is there; that it is as new as the server is found out by a backup."""
    try:
        found = newest("pg_dump")
    except FlurwerkError as error:
        message, hint = error.texts
        needed = Text(
            f"{message.de} Sicherungen und Wiederherstellen brauchen es.",
            f"{message.en} Backups and restoring need it.",
        )
        return advice("programs", needed, hint)
    return ok("programs", Text(*[f"pg_dump {found.version}."] * 2))


def _service(settings: Settings) -> Finding:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/api/health/ready"
    try:
        answer = get(address, through_proxy=False)
    except Unanswered as error:
        return advice(
            "service",
            Text(f"Unter {address} antwortet nichts (Meldung: {error}).", f"Nothing answers at {address} ({error})."),
            Text("Starten Sie ihn: systemctl start flurwerk.", "Start it: systemctl start flurwerk."),
        )
    if answer.status == 200:
        return ok("service", Text(f"{address} meldet sich bereit.", f"{address} says that it is ready."))
    detail = answer.json().get("detail", "no reason given")
    return fault(
        "service",
        Text(f"{address} antwortet {answer.status} ({detail}).", f"{address} answers {answer.status} ({detail})."),
        Text("Siehe das Protokoll: journalctl -u flurwerk.", "See its log: journalctl -u flurwerk."),
    )


def _proxy(url: str | None) -> Iterator[Finding]:
    if url is None:
        yield ok(
            "proxy",
            Text(
                "Nicht geprüft; nennen Sie die öffentliche Adresse mit --url.",
                "Not looked at; name the public address with --url.",
            ),
        )
        return
    public = url.rstrip("/")
    try:
        answer = get(f"{public}/api")
    except Unanswered as error:
        remedy = (
            Text("Erneuern oder vervollständigen Sie das Zertifikat.", "Renew or complete the certificate.")
            if error.is_certificate
            else Text("Sehen Sie nach dem Webserver und seinem Protokoll.", "Look at the web server and its log.")
        )
        yield fault(
            "proxy",
            Text(f"{public}/api antwortet nicht (Meldung: {error}).", f"{public}/api does not answer ({error})."),
            remedy,
        )
        return
    links = answer.json().get("links")
    if answer.status != 200 or not isinstance(links, list):
        what = (
            Text("mit etwas anderem als Flurwerks Verweisen", "with something else than Flurwerk's links")
            if answer.status == 200
            else Text(f"mit {answer.status}", f"with {answer.status}")
        )
        yield fault(
            "proxy",
            Text(f"{public}/api antwortet {what.de}.", f"{public}/api answers {what.en}."),
            Text(
                "Siehe deploy/nginx/flurwerk.conf, und ob es hierher führt.",
                "See deploy/nginx/flurwerk.conf, and whether it leads here.",
            ),
        )
        return
    addresses = [str(link.get("href", "")) for link in links if isinstance(link, dict)]
    if wrong := [each for each in addresses if each.startswith("http") and not each.startswith(f"{public}/")]:
        yield fault(
            "proxy",
            Text(
                f"Hinter {public} bildet der Dienst Adressen wie {wrong[0]}.",
                f"Behind {public} the service makes addresses such as {wrong[0]}.",
            ),
            Text(
                "Der Webserver muss Host, X-Forwarded-For und X-Forwarded-Proto weitergeben, und "
                "FORWARDED_ALLOW_IPS muss ihn nennen.",
                "The proxy has to pass on Host, X-Forwarded-For and X-Forwarded-Proto, and FORWARDED_ALLOW_IPS "
                "to name it.",
            ),
        )
    elif public.startswith("https:") and "strict-transport-security" not in answer.headers:
        yield advice(
            "proxy",
            Text(
                f"{public} sendet kein Strict-Transport-Security.", f"{public} does not send Strict-Transport-Security."
            ),
            Text("Siehe deploy/nginx/flurwerk.conf.", "See deploy/nginx/flurwerk.conf."),
        )
    else:
        yield ok("proxy", Text(f"{public} gibt Host und Schema weiter.", f"{public} passes on host and scheme."))
