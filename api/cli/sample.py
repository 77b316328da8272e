"""Loads the sample data: an invented city whose 2023 figures are those of a real report."""

from pathlib import Path

from api.cli.progress import progress_bar
from api.cli.telling import tell
from geo.errors import FlurwerkError
from geo.loading import load
from geo.loading.mapping import FileMapping
from geo.profile import packaged_profile, profile
from geo.profile.modules import REFERENCES
from geo.records.attachments.from_disk import keep_file
from geo.records.layers import LAYERS
from geo.store import catalogue
from geo.store.database import NOW, Connection
from geo.text import Text

SOURCE = "sample"
PERIOD = "2023-H2"
ATTACHMENTS = "attachments"
"""The layer whose records refer to contents by their fingerprint; the folder of that name has the files."""


class NoDemo(FlurwerkError):
    """The demo cannot run here."""


def sample_folder() -> Path:
    """Return the folder of the sample data: inside the installed package, else that of the checkout.

    Raises NoDemo if the installation has neither.
    """
    folder = packaged_profile()
    if (folder / "districts.gpkg").is_file():
        return folder
    raise NoDemo(
        Text("Die Beispieldaten sind nicht installiert.", "The sample data is not installed."),
        Text(
            "Installieren Sie Flurwerk aus seinem Wheel, oder führen Sie die Demo in einer Arbeitskopie aus.",
            "Install Flurwerk from its wheel, or run the demo in a checkout.",
        ),
    )


def load_sample(connection: Connection, folder: Path) -> None:
    """Load the files of the folder for the layers that are kept, through geo.loading, referenced layers first.

    Tells of each file whose layer the profile switches off.

    Raises NoDemo if the database holds other records or an earlier version of these, or if a file is refused.
    """
    _refuse_other_records(connection)
    for layer in sorted(profile().modules.off):
        if _file(folder, layer):
            tell(
                Text(
                    f"{layer}: ausgelassen, im Profil abgeschaltet ({profile().modules.keys_of(layer)})",
                    f"{layer}: left out, switched off in the profile ({profile().modules.keys_of(layer)})",
                )
            )
    for table in catalogue.in_loading_order(connection, list(LAYERS)):
        file = _file(folder, table)
        if file is None:
            continue
        if table == ATTACHMENTS:
            for content in sorted((folder / ATTACHMENTS).iterdir()):
                keep_file(connection, content)
        with progress_bar(table) as progress:
            report = load(connection, table, file, source=SOURCE, mapping=_without_references(table), progress=progress)
        if report.problems:
            first = report.problems[0]
            raise NoDemo(
                Text(
                    f"{file.name}, Zeile {first.row}: {first.reason.de}",
                    f"{file.name}, row {first.row}: {first.reason.en}",
                ),
                Text("Führen Sie sample_data/generate.py noch einmal aus.", "Run sample_data/generate.py again."),
            )
        if report.vanished:
            raise NoDemo(
                Text(
                    f"Die private Datenbank enthält eine frühere Fassung der Beispieldaten ({file.name}).",
                    f"The private database holds an earlier version of the sample data ({file.name}).",
                ),
                Text("Beginnen Sie neu mit: flurwerk db reset", "Start over with: flurwerk db reset"),
            )
        connection.commit()
        tell(
            Text(
                f"{table}: {report.inserted} neu, {report.changed} geändert, {report.unchanged} unverändert",
                f"{table}: {report.inserted} inserted, {report.changed} changed, {report.unchanged} unchanged",
            )
        )


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
                Text(
                    f"Die private Datenbank enthält schon andere Datensätze ({table} aus „{found[0]}“).",
                    f"The private database already holds other records ({table} from “{found[0]}”).",
                ),
                Text(
                    "Setzen Sie FLURWERK_HOME für die Demo auf einen leeren Ordner.",
                    "Set FLURWERK_HOME to an empty folder for the demo.",
                ),
            )
