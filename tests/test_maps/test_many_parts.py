"""The overview of a city with 62 parts names each on the map or in its key, and shows those of the period's end."""

from geo.records.layers.layer import Audience
from maps.folium_map.overview import overview
from tests.records import Connection, insert, two_districts
from tests.test_maps.helpers import PERIOD, OpenMap, features_of
from tests.test_parts.halves import reform_into_halves
from tests.test_report.test_many_parts import MANY, parts

LABELS = """
    [...document.querySelectorAll(".district-name")].map((label) => ({
        numbered: label.classList.contains("numbered"),
        name: label.children[0].textContent,
        number: label.querySelector(".number").textContent,
        box: label.getBoundingClientRect().toJSON(),
        shown: [...label.children]
            .filter((part) => getComputedStyle(part).display !== "none")
            .map((part) => part.textContent),
    }))
"""


def insert_parts(connection: Connection) -> list[str]:
    """Insert the invented city's 62 districts, and return their names by key."""
    for number, place in enumerate(parts(MANY), 1):
        shape = place.geometry.wkt.replace("POLYGON ", "MULTIPOLYGON (", 1) + ")"
        insert(connection, "districts", key=f"{number:02}", name=place.name, kind="district", geom=shape)
    return [place.name for place in parts(MANY)]


def test_every_part_has_its_name_on_the_map_or_a_number_and_its_name_in_the_key(
    connection: Connection, open_map: OpenMap
) -> None:
    names = insert_parts(connection)
    opened = open_map(overview(connection, PERIOD, audience=Audience.INTERNAL))
    labels = opened.evaluate(LABELS)
    assert sorted(label["name"] for label in labels) == sorted(names)
    key = opened.text("#district-key")
    numbered = [label for label in labels if label["numbered"]]
    assert numbered
    for label in labels:
        if label["numbered"]:
            assert label["shown"] == [label["number"]]
            assert f"{label['number']} {label['name']}" in " ".join(key.split())
        else:
            assert label["name"] in label["shown"]
            assert label["name"] not in key.split("\n")
    written = [label["box"] for label in labels if not label["numbered"]]
    assert not any(
        one["left"] < other["right"] and other["left"] < one["right"]
        and one["top"] < other["bottom"] and other["top"] < one["bottom"]
        for at, one in enumerate(written)
        for other in written[:at]
    )  # fmt: skip


def test_nearer_there_is_room_for_all_names(connection: Connection, open_map: OpenMap) -> None:
    insert_parts(connection)
    opened = open_map(overview(connection, PERIOD, audience=Audience.INTERNAL))
    before = sum(label["numbered"] for label in opened.evaluate(LABELS))
    opened.evaluate("void Flurwerk.map.setZoom(Flurwerk.map.getZoom() + 3, { animate: false })")
    assert sum(label["numbered"] for label in opened.evaluate(LABELS)) < before


def test_a_period_before_a_reform_shows_the_districts_of_then(connection: Connection) -> None:
    two_districts(connection)
    reform_into_halves(connection, "2024-04-01")
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        html = overview(connection, PERIOD, audience=audience)
        assert {one["properties"]["title"] for one in features_of(html, "districts")} == {"West", "Ost"}
        assert '"part":"West"' in html.replace('": "', '":"')
