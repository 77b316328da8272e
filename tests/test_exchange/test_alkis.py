"""Parcels onto plots: the keys of all that a plot lies on, the official area only where parcels and plot are the same.

The delivery in tests/data/exchange is invented; `make test-exchange` reads it by GDAL's NAS driver as well.
"""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest

from geo.exchange.alkis import enrich_by_parcels
from geo.exchange.alkis.enriching import COLUMNS
from geo.exchange.enriching import Action, Enrichment, HowToRead, Options
from geo.exchange.errors import ExchangeRefused
from geo.store.database import conninfo
from tests.records import Connection, insert, update
from tests.test_cli import Command
from tests.test_exchange.plots import actions, box, plots, values_of, versions, write

NAS = Path(__file__).parents[1] / "data" / "exchange" / "alkis_nas.xml"
KEYS = ("05553200300080______", "05553200300081______", "0555320030008200001_")
PARCELS, AREA = COLUMNS
EXPECTED = [(f"{{{KEYS[0]},{KEYS[1]}}}", "10015.00"), (f"{{{KEYS[2]}}}", None), (None, None)]


def alkis(connection: Connection, path: Path, **options: Any) -> Enrichment:
    """Enrich the plots by a file of parcels."""
    return enrich_by_parcels(connection, path, Options(**options), HowToRead())


def refusal(connection: Connection, path: Path) -> str:
    """Return why nothing is taken over from a file."""
    with pytest.raises(ExchangeRefused) as refused:
        alkis(connection, path)
    assert versions(connection) == 0
    assert refused.value.hint
    return str(refused.value)


def changed(path: Path, before: str, after: str) -> Path:
    """Write the delivery with a text replaced, and return the file."""
    text = NAS.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def test_parcels_of_nas_are_entered(connection: Connection) -> None:
    """Two that are the plot, with their areas' sum; one that reaches beyond it, without; none of the former ones."""
    plots(connection, 3)
    result = alkis(connection, NAS)
    assert values_of(connection, *COLUMNS) == EXPECTED
    assert actions(result) == [
        ("P-0", PARCELS, Action.SET),
        ("P-0", AREA, Action.SET),
        ("P-1", PARCELS, Action.SET),
        ("P-1", AREA, Action.AMBIGUOUS),
        ("P-2", PARCELS, Action.UNCOVERED),
    ]
    assert (
        result.entries[0].reason.en == "2 parcels cover 100\xa0% of the plot and reach beyond it by 0\xa0% of its area"
    )
    assert (
        result.entries[3].reason.en == "1 parcels cover 100\xa0% of the plot and reach beyond it by 59\xa0% of its area"
    )
    assert not list(NAS.parent.glob("*.gfs")), "GDAL has written nothing beside the file"
    assert alkis(connection, NAS).unchanged == 3


@pytest.mark.parametrize("name", ["alkis.gpkg", "alkis.shp"])
def test_the_simplified_schema_gives_the_same(connection: Connection, tmp_path: Path, name: str) -> None:
    """As the states publish it, with flstkennz and flaeche; far from every plot nobody minds a wrong key."""
    plots(connection, 3)
    path = write(
        tmp_path / name,
        [box(0, 60), box(60, 40), box(180, 160), box(90000)],
        flstkennz=[*KEYS, "?"],
        flaeche=[6012.0, 4003.0, 16000.0, 0.0],
    )
    alkis(connection, path)
    assert values_of(connection, *COLUMNS) == EXPECTED


def test_parcels_in_another_order_are_the_same_and_others_are_kept(connection: Connection) -> None:
    """What somebody has entered stays, with the register's keys in the report."""
    first, second, _ = plots(connection, 3)
    update(connection, "plots", first, parcels=[KEYS[1], KEYS[0]])
    update(connection, "plots", second, parcels=[KEYS[0]])
    before = versions(connection)
    result = alkis(connection, NAS)
    assert (result.unchanged, versions(connection)) == (1, before + 1)
    (kept,) = [entry for entry in result.entries if entry.action is Action.KEPT]
    assert (kept.plot, kept.before, kept.after) == ("P-1", KEYS[0], KEYS[2])


def test_an_official_area_that_would_be_less_than_what_is_sold_is_refused(connection: Connection) -> None:
    """The records' own rule: nothing is written, and the sentence says why."""
    first, *_ = plots(connection, 3)
    deal = {"sector": "public", "role": "seller", "kind": "sale", "agreed_on": "2024-01-01"}
    insert(connection, "transactions", plot=first, area_m2=10016, **deal)
    result = alkis(connection, NAS)
    assert [(entry.plot, entry.column) for entry in result.entries if entry.action is Action.REFUSED] == [
        ("P-0", PARCELS)
    ]
    assert (versions(connection), values_of(connection, PARCELS)) == (0, [(None,)] * 3)


def test_files_without_whole_parcels_are_refused(connection: Connection, tmp_path: Path) -> None:
    """Changes alone, no parcels, a short key, an area in words, a damaged file, a missing surface."""
    plots(connection, 1)
    path = tmp_path / "nas.xml"
    transaction = changed(path, "wfs:FeatureCollection", "wfs:Transaction")
    assert "contains changes of parcels (NBA)" in refusal(connection, transaction)
    assert "has no parcels (AX_Flurstueck)" in refusal(connection, changed(path, "AX_Flurstueck", "AX_Gebaeude"))
    assert "parcels “05553200300080”: A parcel key has 20" in refusal(connection, changed(path, KEYS[0], KEYS[0][:14]))
    assert "official_area_m2 “6012 qm”: This is not a number" in refusal(
        connection, changed(path, "6012.00", "6012 qm")
    )
    path.write_bytes(NAS.read_bytes()[:2500])
    assert "nas.xml is no XML, or is damaged" in refusal(connection, path)


def test_the_command_enters_parcels_of_a_zipped_delivery(database_url: str, tmp_path: Path) -> None:
    """As the authorities deliver it."""
    with psycopg.connect(conninfo(database_url)) as connection:
        plots(connection, 2)
    archive = tmp_path / "nas.zip"
    with ZipFile(archive, "w") as zipped:
        zipped.write(NAS, "bestand.xml")
    done = Command(database_url)("enrich", "alkis", str(archive))
    assert done.stdout == "2 Grundstücke: 0 Angaben unverändert, 3 eingetragen, 1 nicht eindeutig\n"
