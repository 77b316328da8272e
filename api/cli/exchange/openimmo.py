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
from geo.errors import FlurwerkError
from geo.exchange.openimmo.files import PublicFile, read_content, read_public_files
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
from geo.store.objects import ObjectStore, needed, object_store
from geo.text import Text
from maps.land.handouts import facts as printed
from maps.land.handouts.job import Job
from maps.land.handouts.making import make
from maps.land.handouts.words import say

XML = "openimmo.xml"
GERMAN = "de"
"""The language of all texts: portals in Germany show nothing else."""

PublicFiles = Mapping[int, Sequence[PublicFile]]


class NotPublicAnyMore(FlurwerkError):
    """A file became internal while it was to be written."""


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
@click.option("--without-files", is_flag=True, help="Write no exposés, site maps, photos and documents.")
@language_option
def openimmo_command(
    out: Path, properties: Tenure | None, stock: Path | None, without_files: bool, language: str | None
) -> None:
    """Write plots and properties on offer as OpenImmo 1.2.7b, with exposés, site maps, photos and documents.

    Only what the public sees of a plot is written. The contact is its contact person, if that person is made public,
    else the agency's from the settings.
    """
    settings = load_settings()
    refuse_existing(out)
    by = sender(settings)
    now = datetime.now(CITY_TIME)
    with connect_migrated(settings) as connection:
        make_read_only(connection)
        offered = read_offered(connection)
        described = _dossiers(connection, offered)
        files = None if without_files else read_public_files(connection)
    plots = asyncio.run(_with_photos(described, object_store(settings)))
    objects = [*_plots(plots, offered, by, settings, now, files)]
    if properties:
        objects += [
            property_object(each, Identity("properties", each["id"], offered.installed_at), by, now.date(), properties)
            for each in offered.properties
        ]
    known = read_stock(stock) if stock and stock.exists() else None
    found = Changes(objects, []) if known is None else changes(objects, known, now.date())
    if known is None or found.changed or found.deleted:
        _write(out, found, plots, by, settings, now, files, is_part=known is not None)
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
    files: PublicFiles | None,
) -> Iterator[Any]:
    for dossier in found:
        (plot,) = dossier["plots"]
        job = _job(dossier, settings, now)
        (facts,) = printed.plots(job)
        described = Plot(plot["facts"], plot["area"], plot["restrictions"], facts.parcels())
        identity = Identity("plots", plot["facts"]["id"], offered.installed_at)
        own = None if files is None else files.get(plot["facts"]["id"], [])
        attachments = () if own is None else _attachments(identity, plot["facts"]["name"], own)
        place = offered.plots[plot["facts"]["id"]]
        yield plot_object(described, place, identity, by, now.date(), _notes(settings), attachments)


def _notes(settings: Settings) -> list[str]:
    """Return the notes on source, licence and reliability; without a day, which would make every object a new one."""
    licence = source_of(settings).licence
    return [f"Daten: {profile().publisher.name}. Lizenz: {licence}.", say("note_binding", GERMAN)]


def _attachments(identity: Identity, name: str, files: Sequence[PublicFile]) -> tuple[Attachment, ...]:
    """Return all files of a plot: photos, of which the first is the title photo, then what is made, then documents."""
    photos = [file for file in files if file.is_photo]
    return (
        *(
            Attachment(
                f"{identity.number}-{file.path}",
                "BILD" if number else "TITELBILD",
                file.media_type,
                file.caption or f"Foto {number + 1}: {name}",
            )
            for number, file in enumerate(photos)
        ),
        Attachment(f"{identity.number}-lageplan.png", "KARTEN_LAGEPLAN", "image/png", f"Lageplan {name}"),
        Attachment(f"{identity.number}-expose.pdf", "DOKUMENTE", "application/pdf", f"Exposé {name}"),
        *(
            Attachment(
                f"{identity.number}-{file.path}", "DOKUMENTE", file.media_type, file.caption or f"Dokument: {name}"
            )
            for file in files
            if not file.is_photo
        ),
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
    files: PublicFiles | None,
    *,
    is_part: bool,
) -> None:
    """Write the XML, and the files of the plots that it sends, unless ``files`` is None."""
    sent = {number_of(one) for one in found.changed}
    numbered = {} if files is None else {f"plots-{dossier['plots'][0]['facts']['id']}": dossier for dossier in plots}
    drawn = {number: dossier for number, dossier in numbered.items() if number in sent}
    with written_at_once(out) as folder, progress_bar("exposés") as progress:
        write_all(folder, {XML: document([*found.changed, *found.deleted], by, now, is_part=is_part)})
        asyncio.run(
            _write_attached(
                folder, {plot: of for plot, of in (files or {}).items() if f"plots-{plot}" in sent}, settings
            )
        )
        for done, (number, dossier) in enumerate(drawn.items(), 1):
            write_all(folder, _files(number, dossier, settings, now))
            if progress:
                progress(done, len(drawn))


async def _write_attached(folder: Path, files: PublicFiles, settings: Settings) -> None:
    """Write photos and documents, one after the other. Raises NotPublicAnyMore."""
    store = object_store(settings)
    with connect_migrated(settings) as connection:
        connection.autocommit = True
        for plot, own in files.items():
            for file in own:
                content = read_content(connection, file)
                if content is None:
                    raise NotPublicAnyMore(
                        Text(
                            f"Ein Foto oder Dokument von Grundstück {plot} ist seit eben nicht mehr öffentlich.",
                            f"A photo or document of plot {plot} has just stopped being public.",
                        ),
                        Text("Starten Sie die Ausgabe noch einmal.", "Start the export again."),
                    )
                if not isinstance(content, bytes):
                    place, size = content
                    content = await needed(store).read(place, 0, size)
                write_all(folder, {f"plots-{plot}-{file.path}": content})


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
