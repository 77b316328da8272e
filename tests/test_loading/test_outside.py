"""A load tells which of its records lie outside the city, in layers that `flurwerk check` examines for that."""

from geo.records.layers.layer import Text
from tests.test_loading.conftest import Loader

ADDRESSES = """source_id;programme;x;y
A;funded;390000;5710000
B;funded;402000;5710000
C;funded;384000;5710000
"""


def test_addresses_outside_the_city_are_counted_and_named(city: Loader) -> None:
    """On a dry run as on the load, and again when the same file comes once more; they are stored all the same."""
    for dry_run in (True, False, False):
        report = city.load("connections", ADDRESSES, crs="EPSG:25832", dry_run=dry_run)
        [note] = [note.en for note in report.notes if "outside" in note.en]
        assert note.startswith("2 records lie outside the city: B, C. ")
    assert city.rows("connections", "source_id, district_key") == [("A", "west"), ("B", "outside"), ("C", "outside")]


def test_one_record_outside_is_told_in_the_singular(city: Loader) -> None:
    """A careful colleague would not write “1 Datensätze”."""
    rows = ADDRESSES.replace("384000", "386000")
    report = city.load("connections", rows, crs="EPSG:25832")
    assert [note.de for note in report.notes if "außerhalb" in note.de] == [
        "1 Datensatz liegt außerhalb der Stadt: B. Prüfen Sie seine Lage; die Zahlen führen ihn unter „outside“."
    ]


def test_a_line_is_outside_only_if_nothing_of_it_lies_in_the_city(city: Loader) -> None:
    """A trench that crosses the border is partly inside."""
    rows = """source_id;programme;geometry
crossing;funded;LINESTRING (400000 5710000, 402000 5710000)
beyond;funded;LINESTRING (402000 5710000, 403000 5710000)
"""
    report = city.load("trenches", rows, crs="EPSG:25832")
    assert any(note.en.startswith("1 record lies outside the city: beyond.") for note in report.notes)


def test_layers_that_may_lie_anywhere_and_cities_without_districts_are_not_told_of(city: Loader) -> None:
    """A motorway junction beyond the border is meant; without districts every record would be outside."""
    junction = "source_id;name;kind;x;y\nA;Kreuz;motorway;402000;5710000\n"
    reports = [city.load("access_points", junction, crs="EPSG:25832")]
    city.connection.execute("delete from flurwerk.plots; delete from flurwerk.districts")
    reports.append(city.load("connections", ADDRESSES, crs="EPSG:25832"))
    notes: list[Text] = [note for report in reports for note in report.notes]
    assert not [note for note in notes if "outside" in note.en]
