"""Loads the sample data: an invented city whose 2023 figures are those of a real report."""

from pathlib import Path

import click

from api.cli.loading import progress_bar
from geo.errors import FlurwerkError
from geo.loading import load
from geo.loading.mapping import FileMapping
from geo.profile import packaged_profile, profile
from geo.profile.modules import REFERENCES
from geo.records.layers import LAYERS
from geo.store import catalogue
from geo.store.database import NOW, Connection

SOURCE = "sample"
PERIOD = "2023-H2"


class NoDemo(FlurwerkError):
    """The demo cannot run here."""


def sample_folder() -> Path:
    """Return the folder of the sample data: inside the installed package, else that of the checkout.

    Raises NoDemo if the installation has neither.
    """
    folder = packaged_profile()
    if (folder / "districts.gpkg").is_file():
        return folder
    raise NoDemo("The sample data is not installed.", "Install Flurwerk from its wheel, or run the demo in a checkout.")


def load_sample(connection: Connection, folder: Path) -> None:
    """Load the files of the folder for the layers that are kept, through geo.loading, referenced layers first.

    Tells of each file whose layer the profile switches off.

    Raises NoDemo if the database holds other records or an earlier version of these, or if a file is refused.
    """
    _refuse_other_records(connection)
    for layer in sorted(profile().modules.off):
        if _file(folder, layer):
            click.echo(f"{layer}: left out, switched off in the profile ({profile().modules.keys_of(layer)})")
    for table in catalogue.in_loading_order(connection, list(LAYERS)):
        file = _file(folder, table)
        if file is None:
            continue
        with progress_bar(table) as progress:
            report = load(connection, table, file, source=SOURCE, mapping=_without_references(table), progress=progress)
        if report.problems:
            first = report.problems[0]
            raise NoDemo(f"{file.name}, row {first.row}: {first.reason.en}", "Run sample_data/generate.py again.")
        if report.vanished:
            raise NoDemo(
                f"The private database holds an earlier version of the sample data ({file.name}).",
                "Start over with: flurwerk db reset",
            )
        connection.commit()
        click.echo(f"{table}: {report.inserted} inserted, {report.changed} changed, {report.unchanged} unchanged")


def _without_references(table: str) -> FileMapping:
    """Return the mapping that ignores a file's columns for records of layers that are switched off."""
    off = profile().modules.off
    return FileMapping(ignore=tuple(each.column for each in REFERENCES if each.layer == table and each.target in off))


def _file(folder: Path, table: str) -> Path | None:
    return next((path for path in (folder / f"{table}.gpkg", folder / f"{table}.csv") if path.is_file()), None)


def _refuse_other_records(connection: Connection) -> None:
    for table in LAYERS:
        found = connection.execute(
            f"select source from {NOW}.{table} where source <> %s limit 1",  # pyright: ignore[reportArgumentType]
            [SOURCE],
        ).fetchone()
        if found:
            raise NoDemo(
                f"The private database already holds other records ({table} from “{found[0]}”).",
                "Set FLURWERK_HOME to an empty folder for the demo.",
            )
