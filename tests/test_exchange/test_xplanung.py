"""Development plans onto plots: every version of XPlanung gives the same, and what is not in force gives nothing.

The files in tests/data/exchange are invented; `make test-exchange` proves them valid by the XLeitstelle's model.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest

from geo.exchange.enriching import Action, Enrichment, Options
from geo.exchange.errors import ExchangeRefused
from geo.exchange.xplanung import enrich_by_plans
from geo.exchange.xplanung.enriching import COLUMNS
from geo.store.database import conninfo
from tests.records import Connection
from tests.test_cli import Command
from tests.test_exchange.plots import actions, plots, values_of, versions

FOLDER = Path(__file__).parents[1] / "data" / "exchange"
FILES = sorted(FOLDER.glob("xplan_*.gml"))
NAME, ZONING, GRZ, GFZ = COLUMNS
EXPECTED = [
    ("Hö 252", "GE", "0.80", "2.40"),
    ("Hö 252", "GEe", "0.80", "1.60"),
    ("Hö 252", "GI", "0.60", None),
    ("Hö 252", None, "0.40", None),
    ("Hö 252", None, None, None),
    (None, None, None, None),
]

Changed = Callable[..., Path]


def enriched(connection: Connection, path: Path, **options: Any) -> Enrichment:
    """Enrich the plots by a file of plans."""
    return enrich_by_plans(connection, path, Options(**options))


def refusal(connection: Connection, path: Path) -> str:
    """Return why nothing is taken over from a file."""
    with pytest.raises(ExchangeRefused) as refused:
        enriched(connection, path)
    assert versions(connection) == 0
    assert refused.value.hint
    return str(refused.value)


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Write version 6.0 of the plans with texts replaced, and return the file."""

    def change(*pairs: tuple[str, str]) -> Path:
        text = (FOLDER / "xplan_6_0.gml").read_text("utf-8")
        for before, after in pairs:
            assert before in text
            text = text.replace(before, after)
        path = tmp_path / "changed.gml"
        path.write_text(text, encoding="utf-8")
        return path

    return change


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_version_gives_the_same(connection: Connection, path: Path) -> None:
    """An area bounded by an arc, two restricted ones (one with GFZ), a GI under a draft, a WA, green land, no plan."""
    plots(connection, 6)
    result = enriched(connection, path)
    assert values_of(connection, *COLUMNS) == EXPECTED
    assert [note.en for note in result.notes] == ["Not in force, and passed over: Hö 300 (Entwurf)."]
    others = {(entry.plot, entry.column): entry.reason.de for entry in result.entries if entry.action is not Action.SET}
    assert others[("P-3", ZONING)] == "Hö 252: 100\xa0%, Allgemeines Wohngebiet (WA)"
    assert others[("P-2", GFZ)] == "Keine Fläche der Datei sagt etwas darüber."
    assert len(FILES) == 4
    assert not list(FOLDER.glob("*.gfs")), "GDAL has written nothing beside the file"


def test_a_residential_area_counts_against_a_commercial_one(connection: Connection, changed: Changed) -> None:
    """Although plots have no code for it: a plot half in each is not clear, and both are named."""
    plots(connection, 2)
    one = (
        "<xplan:besondereArtDerBaulNutzung>1700</xplan:besondereArtDerBaulNutzung>\n      <xplan:abweichungBauNVO>1000"
    )
    path = changed(("255.000 5705000.000 395300.000", "255.000 5705000.000 395300.000"), (one, one))
    text = path.read_text("utf-8")
    place = text.rindex("1700")
    path.write_text(text[:place] + "1200" + text[place + 4 :], encoding="utf-8")
    result = enriched(connection, path)
    (entry,) = [entry for entry in result.entries if (entry.plot, entry.column) == ("P-1", ZONING)]
    assert entry.action is Action.AMBIGUOUS
    assert entry.reason.en == ("Not clear: GEe (Hö 252) 55\xa0%; general residential area (WA) (Hö 252) 45\xa0%")


def test_what_somebody_has_entered_is_kept_field_by_field(connection: Connection) -> None:
    """A zoning that differs stays; plan name and ratios are entered all the same."""
    plots(connection, 1, zoning="GI")
    result = enriched(connection, FOLDER / "xplan_5_4.gml")
    assert actions(result) == [
        ("P-0", NAME, Action.SET),
        ("P-0", ZONING, Action.KEPT),
        ("P-0", GRZ, Action.SET),
        ("P-0", GFZ, Action.SET),
    ]
    assert values_of(connection, *COLUMNS) == [("Hö 252", "GI", "0.80", "2.40")]


def test_a_land_use_plan_gives_the_zoning_alone(connection: Connection, changed: Changed) -> None:
    """Commercial land is G; what has a more detailed use has its code, and other land is named."""
    plots(connection, 4)
    path = changed(
        ("BP_BaugebietsTeilFlaeche", "FP_BebauungsFlaeche"),
        ("<xplan:besondereArtDerBaulNutzung>1800</xplan:besondereArtDerBaulNutzung>", ""),
        ("<xplan:besondereArtDerBaulNutzung>1200</xplan:besondereArtDerBaulNutzung>", ""),
        ("<xplan:besondereArtDerBaulNutzung>1500</xplan:besondereArtDerBaulNutzung>", ""),
        ("<xplan:allgArtDerBaulNutzung>2000", "<xplan:allgArtDerBaulNutzung>3000"),
    )
    result = enriched(connection, path)
    assert values_of(connection, *COLUMNS) == [(None, zoning, None, None) for zoning in ("GE", "GEe", "G", None)]
    assert result.entries[-1].reason.en == "Flächennutzungsplan: 100\xa0%, residential land (W)"


def test_a_range_of_gfz_gives_its_largest(connection: Connection, changed: Changed) -> None:
    """GFZmin and GFZmax take the place of GFZ."""
    plots(connection, 1)
    enriched(
        connection,
        changed(("<xplan:GFZ>2.4</xplan:GFZ>", "<xplan:GFZmin>1.0</xplan:GFZmin><xplan:GFZmax>2.2</xplan:GFZmax>")),
    )
    assert values_of(connection, GFZ) == [("2.20",)]


def test_values_that_cannot_be_stored_exactly_are_refused(connection: Connection, changed: Changed) -> None:
    """With feature, element and text; a GRZ above 1 breaks a rule of the records, and nothing is written."""
    plots(connection, 1)
    assert "GRZ “0.6 bis 0.8”: This is not a number" in refusal(connection, changed(("0.6<", "0.6 bis 0.8<")))
    assert "GRZ “0.125”: The value has more decimals" in refusal(connection, changed(("0.6<", "0.125<")))
    result = enriched(connection, changed(("<xplan:GRZ>0.8<", "<xplan:GRZ>8<")))
    (refused,) = [entry for entry in result.entries if entry.action is Action.REFUSED]
    assert "Grundflächenzahl" in refused.reason.de
    assert versions(connection) == 0


def test_files_that_are_no_plans_are_refused(connection: Connection, changed: Changed, tmp_path: Path) -> None:
    """Damaged, another version, another schema, only an outline, an area that cannot be read, none at all."""
    plots(connection, 1)
    damaged = tmp_path / "damaged.gml"
    damaged.write_bytes((FOLDER / "xplan_6_0.gml").read_bytes()[:3000])
    assert "damaged.gml is no XML, or is damaged" in refusal(connection, damaged)
    assert "is XPlanung 3.0. Versions that can be read are 4.1," in refusal(connection, changed(("gml/6/0", "gml/3/0")))
    assert "no features of XPlanung" in refusal(connection, changed(("www.xplanung.de", "www.xtrasse.de")))
    assert "says nothing about zoning" in refusal(connection, changed(("BP_BaugebietsTeilFlaeche", "BP_GruenFlaeche")))
    clothoid = changed(("<gml:Arc>", "<gml:Clothoid>"), ("</gml:Arc>", "</gml:Clothoid>"))
    assert "The areas of changed.gml cannot be read (Geometry of feature" in refusal(connection, clothoid)
    path = changed()
    text = re.sub("<xplan:position>.*?</xplan:position>", "", path.read_text("utf-8"), count=1, flags=re.DOTALL)
    path.write_text(text, encoding="utf-8")
    assert "position “”: The area cannot be read" in refusal(connection, path)
    assert "There is no file" in refusal(connection, tmp_path / "none.gml")


def test_an_archive_with_one_plan_is_read(connection: Connection, tmp_path: Path) -> None:
    """As XPlanArchives are delivered, with their attachments; of two plans nobody knows which is meant."""
    plots(connection, 1)
    archive = tmp_path / "xplan.zip"
    with ZipFile(archive, "w") as zipped:
        zipped.write(FOLDER / "xplan_6_0.gml", "xplan.gml")
        zipped.writestr("begruendung.pdf", b"%PDF")
    with ZipFile(tmp_path / "two.zip", "w") as zipped:
        zipped.write(FOLDER / "xplan_6_0.gml", "a.gml")
        zipped.write(FOLDER / "xplan_6_0.gml", "b.gml")
    assert "contains 2 GML files" in refusal(connection, tmp_path / "two.zip")
    (tmp_path / "none.zip").write_bytes(b"PK")
    assert "no ZIP archive" in refusal(connection, tmp_path / "none.zip")
    enriched(connection, archive)
    assert values_of(connection, *COLUMNS) == EXPECTED[:1]


def test_the_command_enters_plans(database_url: str) -> None:
    """And tells the number of fields by action."""
    with psycopg.connect(conninfo(database_url)) as connection:
        plots(connection, 2)
    done = Command(database_url)("enrich", "xplanung", str(FILES[0]))
    assert done.stdout == "2 Grundstücke: 0 Angaben unverändert, 8 eingetragen\n"
    assert done.stderr.startswith("Nicht in Kraft und übergangen: Hö 300 (Entwurf).")
