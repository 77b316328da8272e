"""Applications judged by the XLeitstelle's model of XTrasse 2.0, which `make test-exchange` installs."""

from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import shapely

from geo.exchange.xtrasse import Application, Choice, Kind, write_application
from geo.exchange.xtrasse.codes import section
from geo.records.layers import rollout_codes
from tests.records import Connection, insert
from tests.test_exchange import xplan_model
from tests.test_exchange.trenches import programme, trench

pytestmark = pytest.mark.long

LINE = shapely.LineString([(395000.125, 5705000.5), (395100.001, 5705020.25), (395180, 5705033.333)])


@pytest.fixture
def combinations(connection: Connection) -> list[tuple[str, ...]]:
    """A trench for each combination of our codes, named by its number."""
    first = programme(connection)
    operator = insert(connection, "operators", name="Netz & Söhne", kind="carrier")
    names = ("construction", "method", "surface", "origin")
    lists = (rollout_codes.CONSTRUCTION, rollout_codes.METHOD, rollout_codes.SURFACE, ("new", "co_laid"))
    combinations = list(product(*lists))
    geom = shapely.MultiLineString([LINE]).wkt
    for number, codes in enumerate(combinations):
        values: dict[str, Any] = dict(zip(names, codes, strict=True))
        trench(connection, first, f"T-{number:03}", operator=operator, due_on="2024-06-30", geom=geom, **values)
    return combinations


def test_the_model_accepts_every_code_and_gives_back_what_was_written(
    connection: Connection, combinations: list[tuple[str, ...]], tmp_path: Path
) -> None:
    """Read by xplan-tools and compared value by value: title, operator, codes, description, place to the millimetre."""
    path = tmp_path / "antrag.gml"
    application = Application("Ausbau Nord", "7/24", Kind.ALTERATION, contractor="Tiefbau GmbH")
    write_application(connection, path, Choice(clusters=("Nord",)), application)
    read = xplan_model.read(path)
    assert (read["schema"], read["version"]) == ("xtrasse", "2.0")
    plan, *sections = read["features"]
    assert (plan["type"], plan["name"], plan["nummer"], plan["status"]) == (
        "BRA_AusbauPlan",
        "Ausbau Nord",
        "7/24",
        "2000",
    )
    assert [(party["nameOrganisation"], party["rolle"]) for party in plan["beteiligte"]] == [
        ("Netz & Söhne", "1000"),
        ("Tiefbau GmbH", "5000"),
    ]
    assert plan["bauEnde"] == "2024-06-30"
    assert plan["hatBRAObjekt"] == [each["id"] for each in sections]
    area = shapely.from_wkt(plan["position"]["wkt"])
    assert len(sections) == len(combinations)
    for number, (each, codes) in enumerate(zip(sections, combinations, strict=True)):
        ours = section(*codes)
        assert each["type"] == "BRA_BreitbandtrasseAbschnitt"
        assert (each["title"], each["netzbetreiber"]) == (f"T-{number:03}", "Netz & Söhne")
        assert each["gehoertZuBRA"] == plan["id"]
        assert (each.get("bauweise"), each.get("legeverfahren"), each.get("baugrund")) == ours[:3]
        assert each.get("beschreibung", "") == "; ".join(words.de for words in ours.words)
        assert each["position"]["srid"] == 25832
        assert shapely.from_wkt(each["position"]["wkt"]).equals_exact(LINE, 0.0005)
        assert area.contains(LINE)


def test_the_model_writes_the_same_elements_in_the_same_order(
    connection: Connection, combinations: list[tuple[str, ...]], tmp_path: Path
) -> None:
    """What xplan-tools writes of what it has read has our elements, texts and references, one after the other."""
    path = tmp_path / "antrag.gml"
    write_application(connection, path, Choice(clusters=("Nord",)), Application("Ausbau Nord"))
    xplan_model.read(path)
    assert _elements(tmp_path / "again_antrag.gml") == _elements(path)


def _elements(path: Path) -> list[tuple[str, str, str | None]]:
    """Return the elements of the application schema, with their texts and references."""
    found: list[tuple[str, str, str | None]] = []
    for element in ElementTree.parse(path).getroot().iter():
        if element.tag.startswith("{http://www.xtrasse.de/2.0}"):
            href = element.get("{http://www.w3.org/1999/xlink}href")
            found.append((element.tag, (element.text or "").strip(), href))
    return found
