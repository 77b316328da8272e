"""The network plan as a folder: a file for each layer, the list of what was left out, and a page to read first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyogrio

from geo.csv_cells import write_csv
from geo.errors import FlurwerkError
from geo.exchange.account import Account, NothingToExport, by_reason
from geo.exchange.gis_nb.plan import LAYERS, PlanLayer
from geo.exchange.gis_nb.rows import Row, connected_nodes, read, rows, table
from geo.exchange.selecting import programme_ids
from geo.formatting import day, number
from geo.periods import CITY_TIME
from geo.store.database import SRID, Connection
from geo.text import Text


class FolderNotEmpty(FlurwerkError):
    """The folder to write to has files in it."""


class Format(NamedTuple):
    """A file format of the plan: GDAL's driver, the suffix and GDAL's options."""

    driver: str
    suffix: str
    options: Mapping[str, str]


FORMATS: Mapping[str, Format] = {
    "shape": Format("ESRI Shapefile", ".shp", {"ENCODING": "UTF-8"}),
    # RFC 7946: longitude and latitude; nine decimals are a tenth of a millimetre.
    "geojson": Format("GeoJSON", ".geojson", {"RFC7946": "YES", "COORDINATE_PRECISION": "9"}),
}
READ_FIRST = "LIESMICH.txt"
LEFT_OUT = "ausgelassen.csv"
INCOMPLETE = "unvollstaendig.csv"
HEAD = """\
Netzplan nach den GIS-Nebenbestimmungen {version}, Phase 2 (Planung)
Exportiert aus Flurwerk am {today}

UNGEPRÜFT: Der amtliche Text der GIS-Nebenbestimmungen lag nicht vor. Felder und Schlüssel sind die, die andere
Programme schreiben. Schlüssel, die dort nicht vorkommen, werden nie geraten: solche Datensätze fehlen hier und stehen
in {left_out}. Bitte vor der Abgabe mit dem Dokument vergleichen, das Ihr Zuwendungsbescheid nennt.
"""


def export_plan(
    connection: Connection, folder: Path, *, version: str, form: str = "shape", programmes: Sequence[str] = ()
) -> Account:
    """Write the plan to a new or empty folder and return the account of it.

    ``version`` is one of VERSIONS, ``form`` one of FORMATS. Raises FolderNotEmpty, UnknownProgramme, and
    NothingToExport if no record can be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(
            Text(f"Der Ordner {folder} ist nicht leer.", f"The folder {folder} is not empty."),
            Text("Nennen Sie einen neuen: Überschrieben wird nichts.", "Name a new one: nothing is overwritten."),
        )
    account = Account()
    selected = programme_ids(connection, programmes)
    is_short = form == "shape"
    nodes: set[int] = set()
    made: list[tuple[PlanLayer, list[Row]]] = []
    for plan in LAYERS:
        records = read(connection, plan, selected)
        if plan.layer == "network_nodes":
            nodes = connected_nodes(plan, records, is_short=is_short)
        made.append((plan, rows(plan, records, nodes, account, is_short=is_short)))
    if not account.written.total():
        raise NothingToExport(
            Text("Es gibt keinen Datensatz, der ausgegeben werden könnte.", "There is no record to export."),
            Text(
                "Wählen Sie andere Programme, oder laden Sie zuerst das Netz.",
                "Choose other programmes, or load the network first.",
            ),
        )
    folder.mkdir(parents=True, exist_ok=True)
    for plan, found in made:
        _write(folder, plan, found, FORMATS[form])
    _write_remarks(folder, account)
    (folder / READ_FIRST).write_text(_page(account, version), "utf-8")
    return account


def _write(folder: Path, plan: PlanLayer, found: Sequence[Row], form: Format) -> None:
    pyogrio.write_arrow(
        table(plan, found),
        folder / f"{plan.file_name}{form.suffix}",
        layer=plan.file_name,
        driver=form.driver,
        geometry_name="geometry",
        geometry_type=plan.geometry,
        crs=f"EPSG:{SRID}",
        layer_options=dict(form.options),
    )


def _write_remarks(folder: Path, account: Account) -> None:
    for name, remarks in ((LEFT_OUT, account.left_out), (INCOMPLETE, account.incomplete)):
        if remarks:
            with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
                fields = ("layer", "source", "source_id", "reason")
                write_csv(file, fields, [{**one._asdict(), "reason": one.reason.de} for one in remarks])


def _page(account: Account, version: str) -> str:
    today = datetime.now(CITY_TIME).date()
    lines = [HEAD.format(version=version, today=day(today, "de"), left_out=LEFT_OUT)]
    for plan in LAYERS:
        lines.append(f"{plan.title}: {number(account.written[plan.layer], 'de')} Datensätze")
        for name, remarks in (("ausgelassen", account.left_out), ("unvollständig", account.incomplete)):
            for (layer, reason), found in by_reason(remarks).items():
                if layer == plan.layer:
                    lines.append(f"  {name}: {number(len(found), 'de')}, {reason.de}")
    return "\n".join(lines) + "\n"
