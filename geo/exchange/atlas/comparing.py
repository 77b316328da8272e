"""Compares the connections on record with the atlas, cell by cell: where only one of them knows of fibre."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import numpy as np
import shapely
from psycopg import sql

from geo.exchange.atlas.cells import read_cells
from geo.exchange.atlas.enriching import refuse_impossible
from geo.exchange.enriching import HowToRead
from geo.exchange.enriching.reading import Bounds
from geo.records.layers.layer import Text
from geo.rollout.measures import DROPPED
from geo.store.database import Connection


class Finding(StrEnum):
    """How a cell's records and the atlas differ."""

    ATLAS_LACKS_FIBRE = "atlas_lacks_fibre"
    RECORDS_LACK_FIBRE = "records_lack_fibre"
    NOT_IN_ATLAS = "not_in_atlas"


FINDINGS = {
    Finding.ATLAS_LACKS_FIBRE: Text(
        "Glasfaser nach den eigenen Daten, nicht nach dem Atlas", "fibre on record, but not in the atlas"
    ),
    Finding.RECORDS_LACK_FIBRE: Text(
        "Glasfaser nach dem Atlas, nicht nach den eigenen Daten", "fibre in the atlas, but not on record"
    ),
    Finding.NOT_IN_ATLAS: Text(
        "Glasfaser nach den eigenen Daten; der Atlas sagt nichts zur Zelle",
        "fibre on record; the atlas says nothing of the cell",
    ),
}


class Difference(NamedTuple):
    """A cell that differs: its centre (as stored), addresses on record, those that fibre passes, the atlas's share."""

    cell: str
    finding: Finding
    x: int
    y: int
    addresses: int
    with_fibre: int
    atlas_fibre_percent: str | None


class Comparison(NamedTuple):
    """The cells with addresses on record, how many agree, the addresses outside every cell, and the differences."""

    cells: int
    agreeing: int
    outside: int
    differences: list[Difference]


CONNECTIONS: LiteralString = f"""
    select
        st_x(geom),
        st_y(geom),
        coalesce(
            technology in ('FTTH', 'FTTB')
            and least(passed_on, prepared_on, connected_on, activated_on) <= %(on)s
            and not {DROPPED},
            false
        )
    from connections as c
    order by id
"""


def compare(connection: Connection, path: Path, how: HowToRead, as_of: date) -> Comparison:
    """Return where records and atlas differ on a day: the atlas's.

    An address has fibre if its technology is FTTH or FTTB, and it is at least passed. Connections with other
    technologies, and addresses of which nothing is known, count as addresses without. Raises like `read_cells`.
    """
    rows = connection.execute(sql.SQL(CONNECTIONS), {"on": as_of}).fetchall()
    coordinates = np.array([(x, y) for x, y, _ in rows], float).reshape(-1, 2)
    places = shapely.points(coordinates)
    has_fibre = np.array([fibre for *_, fibre in rows], bool)
    sheet = read_cells(path, _bounds(coordinates), how)
    refuse_impossible(sheet, path)
    found, cells = shapely.STRtree(sheet.shapes).query(places, predicate="intersects")
    # An address on the line between two cells counts in the first of them.
    cell_of = dict(zip(reversed(found.tolist()), reversed(cells.tolist()), strict=True))
    addresses, fibre = np.zeros(len(sheet.rows), int), np.zeros(len(sheet.rows), int)
    for place, cell in cell_of.items():
        addresses[cell] += 1
        fibre[cell] += has_fibre[place]
    compared = np.flatnonzero(addresses)
    differences: list[Difference] = []
    for cell in compared.tolist():
        share = sheet.values["fibre"][cell]
        finding = _finding(share, int(fibre[cell]))
        if finding:
            centre = sheet.shapes[cell].centroid
            name = sheet.values["cell"][cell] or f"row {sheet.rows[cell]}"
            differences.append(
                Difference(
                    name, finding, round(centre.x), round(centre.y), int(addresses[cell]), int(fibre[cell]), share
                )
            )
    return Comparison(len(compared), len(compared) - len(differences), len(rows) - len(cell_of), differences)


def _finding(share: str | None, with_fibre: int) -> Finding | None:
    if share is None:
        return Finding.NOT_IN_ATLAS if with_fibre else None
    if with_fibre and float(share) == 0:
        return Finding.ATLAS_LACKS_FIBRE
    return Finding.RECORDS_LACK_FIBRE if not with_fibre and float(share) > 0 else None


def _bounds(coordinates: np.ndarray[Any, np.dtype[np.float64]]) -> Bounds | None:
    if not len(coordinates):
        return None
    (west, south), (east, north) = coordinates.min(axis=0).tolist(), coordinates.max(axis=0).tolist()
    return west, south, east, north
