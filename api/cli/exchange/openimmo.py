"""``flurwerk export openimmo``: plots and properties on offer for real-estate portals."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from api.cli.exchange.openimmo_words import told
from api.cli.exchange.output import refuse_existing, write_all, written_at_once
from api.cli.options import language_option
from api.cli.progress import progress_bar
from api.land.handouts import contact_of, source_of
from geo.exchange.openimmo.objects import Attachment, Identity, Tenure, plot_object, property_object
from geo.exchange.openimmo.offers import Offered, read_offered
from geo.exchange.openimmo.plots import Plot
from geo.exchange.openimmo.sender import Sender, sender
from geo.exchange.openimmo.transfer import Changes, changes, document, number_of, read_stock
from geo.land import dossiers
from geo.land.dossiers import Dossier
from geo.migrate import connect_migrated
from geo.periods import CITY_TIME
from geo.profile import profile
from geo.records.layers.layer import Audience
from geo.settings import Settings, load_settings
from geo.store.database import Connection, make_read_only
from geo.store.objects import ObjectStore, object_store
from maps.land.handouts import facts as printed
from maps.land.handouts.job import Job
from maps.land.handouts.making import make
from maps.land.handouts.words import say

XML = "openimmo.xml"
GERMAN = "de"
"""The language of all texts: portals in Germany show nothing else."""


@click.command("openimmo")
@click.argument("out", metavar="FOLDER|FILE.zip", type=click.Path(path_type=Path))
@click.option(
    "--properties",
    type=click.Choice(["sale", "lease", "both"]),
    help="Write properties too, which are internal otherwise, as offered for sale, for lease, or for both.",
)
@click.option(
    "--stock",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What the portal has, kept by this command: only what differs from it is written, and deletions.",
)
@click.option("--without-files", is_flag=True, help="Write no exposés and no site maps.")
@language_option
def openimmo_command(
    out: Path, properties: Tenure | None, stock: Path | None, without_files: bool, language: str | None
) -> None:
    """Write plots and properties on offer as OpenImmo 1.2.7b, with exposés and site maps.

    Only what the public sees of a plot is written, and the contact is the agency's from the settings.
    """
    settings = load_settings()
    refuse_existing(out)
    by = sender(settings)
    now = datetime.now(CITY_TIME)
    with connect_migrated(settings) as connection:
        make_read_only(connection)
        offered = read_offered(connection)
        described = _dossiers(connection, offered)
    plots = asyncio.run(_with_photos(described, object_store(settings)))
    objects = [*_plots(plots, offered, by, settings, now, with_files=not without_files)]
    if properties:
        objects += [
            property_object(each, Identity("properties", each["id"], offered.installed_at), by, now.date(), properties)
            for each in offered.properties
        ]
    known = read_stock(stock) if stock and stock.exists() else None
    found = Changes(objects, []) if known is None else changes(objects, known, now.date())
    if known is None or found.changed or found.deleted:
        _write(out, found, plots, by, settings, now, is_part=known is not None, with_files=not without_files)
        if stock:
            _replace(stock, document(objects, by, now, is_part=False))
    for line in told(out, offered, found, plots, by, stock, with_properties=bool(properties)):
        click.echo(line.in_language(language or settings.language))


def _dossiers(connection: Connection, offered: Offered) -> list[Dossier]:
    return [dossiers.read_at_once(connection, [record], Audience.PUBLIC, photo_of=record) for record in offered.plots]


async def _with_photos(found: Sequence[Dossier], store: ObjectStore | None) -> list[dict[str, Any]]:
    return [asdict(await dossiers.fetch_photos(each, store)) for each in found]


def _plots(
    found: Sequence[Mapping[str, Any]],
    offered: Offered,
    by: Sender,
    settings: Settings,
    now: datetime,
    *,
    with_files: bool,
) -> Iterator[Any]:
    for dossier in found:
        (plot,) = dossier["plots"]
        job = _job(dossier, settings, now)
        (facts,) = printed.plots(job)
        described = Plot(plot["facts"], plot["area"], plot["restrictions"], facts.parcels())
        identity = Identity("plots", plot["facts"]["id"], offered.installed_at)
        attachments = _attachments(identity, plot["facts"]["name"]) if with_files else ()
        place = offered.plots[plot["facts"]["id"]]
        yield plot_object(described, place, identity, by, now.date(), _notes(settings), attachments)


def _notes(settings: Settings) -> list[str]:
    """Return the notes on source, licence and reliability; without a day, which would make every object a new one."""
    licence = source_of(settings).licence
    return [f"Daten: {profile().publisher.name}. Lizenz: {licence}.", say("note_binding", GERMAN)]


def _attachments(identity: Identity, name: str) -> tuple[Attachment, ...]:
    return (
        Attachment(f"{identity.number}-lageplan.png", "KARTEN_LAGEPLAN", "image/png", f"Lageplan {name}"),
        Attachment(f"{identity.number}-expose.pdf", "DOKUMENTE", "application/pdf", f"Exposé {name}"),
    )


def _job(dossier: Mapping[str, Any], settings: Settings, now: datetime) -> Job:
    day = now.date().isoformat()
    return Job("expose", "pdf", GERMAN, day, contact_of(settings), source_of(settings), dict(dossier))


def _write(
    out: Path,
    found: Changes,
    plots: Sequence[Mapping[str, Any]],
    by: Sender,
    settings: Settings,
    now: datetime,
    *,
    is_part: bool,
    with_files: bool,
) -> None:
    """Write the XML, and the files of the plots that it sends."""
    sent = {number_of(one) for one in found.changed}
    numbered = {f"plots-{dossier['plots'][0]['facts']['id']}": dossier for dossier in plots} if with_files else {}
    drawn = {number: dossier for number, dossier in numbered.items() if number in sent}
    with written_at_once(out) as folder, progress_bar("exposés") as progress:
        write_all(folder, {XML: document([*found.changed, *found.deleted], by, now, is_part=is_part)})
        for done, (number, dossier) in enumerate(drawn.items(), 1):
            write_all(folder, _files(number, dossier, settings, now))
            if progress:
                progress(done, len(drawn))


def _files(number: str, dossier: Mapping[str, Any], settings: Settings, now: datetime) -> dict[str, bytes]:
    # They import matplotlib, which takes a second.
    from maps.land.handouts.documents import SITE
    from maps.land.handouts.pictures import site_picture

    picture = site_picture(dossier, dossier["plots"][0], SITE, GERMAN, is_for_print=True)
    expose = make(_job(dossier, settings, now))
    return {f"{number}-lageplan.png": picture.png, f"{number}-expose.pdf": expose}


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
