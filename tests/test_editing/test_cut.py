"""A line cuts a plot into parts; a part that is sold reduces the remaining area and counts in the figures."""

from typing import Any

import httpx
import pytest

from geo.access import Caller, Role
from geo.settings import load_settings
from tests.records import Connection, insert, one, plot, sale, square
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import api_as, create, errors_of, feature, send

X, Y = 395000.0, 5705000.0
"""The lower left corner of the plot, a square of 100 m."""


@pytest.fixture
def land(records: Connection) -> int:
    return plot(records, offered_on="2023-01-01")


def degrees(records: Connection, points: list[tuple[float, float]]) -> list[list[float]]:
    """Points in metres from the plot's corner, in degrees."""
    point = "st_transform(st_setsrid(st_makepoint(%s, %s), 25832), 4326)"
    query = f"select array[st_x({point}), st_y({point})]".encode()
    found = (records.execute(query, [X + x, Y + y] * 2).fetchone() for x, y in points)
    return [row[0] for row in found if row]


def cut(
    client: Api, records: Connection, land: int | str, *points: tuple[float, float], **parameters: float
) -> httpx.Response:
    line = {"type": "LineString", "coordinates": degrees(records, [*points])}
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return send(client, "POST", f"/api/plots/{land}/cut?{query}", line)


def areas(response: httpx.Response) -> list[int]:
    """The areas of the parts in whole square metres."""
    assert response.status_code == 200, response.text
    return [round(part["properties"]["area_m2"]) for part in response.json()["features"]]


def test_a_line_from_border_to_border_makes_two_parts(editor: Api, records: Connection, land: int) -> None:
    response = cut(editor, records, land, (30, -5), (30, 105))
    assert areas(response) == [7000, 3000]
    found = response.json()
    assert (found["type"], found["plot"], round(found["area_m2"])) == ("FeatureCollection", land, 10_000)
    assert [part["properties"]["share"] for part in found["features"]] == [0.7, 0.3]
    assert {part["geometry"]["type"] for part in found["features"]} == {"Polygon"}
    assert response.headers["content-type"] == "application/geo+json"
    assert one(records, "select count(*) from flurwerk_history.plots") == 0


def test_a_bent_line_and_one_that_crosses_twice_make_parts_too(editor: Api, records: Connection, land: int) -> None:
    assert areas(cut(editor, records, land, (20, 0), (20, 50), (0, 50))) == [9000, 1000]
    assert areas(cut(editor, records, land, (-5, 20), (105, 20), (105, 80), (-5, 80))) == [6000, 2000, 2000]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        # Ends just before the border, on it, and just beyond it.
        ([(30, 1.5), (30, 98.5)], [7000, 3000]),
        ([(30, 0), (30, 100)], [7000, 3000]),
        ([(30, -1), (30, 101)], [7000, 3000]),
        # From a corner to the opposite one, or nearly.
        ([(0, 0), (100, 100)], [5000, 5000]),
        ([(1, 0.5), (99, 100.5)], [5000, 5000]),
    ],
)
def test_a_line_is_extended_to_the_border_and_to_corners(
    editor: Api, records: Connection, land: int, points: list[tuple[float, float]], expected: list[int]
) -> None:
    response = cut(editor, records, land, *points)
    assert areas(response) == expected
    assert sum(part["properties"]["area_m2"] for part in response.json()["features"]) == pytest.approx(10_000, abs=0.05)


def test_the_tolerance_can_be_set(editor: Api, records: Connection, land: int) -> None:
    points = [(30, 4), (30, 96)]
    assert areas(cut(editor, records, land, *points, tolerance=5)) == [7000, 3000]
    assert "4.0 m before the border" in errors_of(cut(editor, records, land, *points))[""]
    assert areas(cut(editor, records, land, (30, 0), (30, 100), tolerance=0)) == [7000, 3000]
    for tolerance in (-1, 21, float("nan"), float("inf")):
        problem(cut(editor, records, land, *points, tolerance=tolerance), 400)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([(30, -5), (30, 60)], "ends 30.0 m before the border"),
        ([(200, -5), (200, 105)], "misses the remaining area"),
        ([(0, 0), (100, 0)], "please draw it across, from one border to another"),
        ([(30, 50), (30, 50)], "30.0 m before the border"),
    ],
)
def test_a_line_that_cuts_nothing_is_refused_with_a_reason(
    editor: Api, records: Connection, land: int, points: list[tuple[float, float]], message: str
) -> None:
    assert message in errors_of(cut(editor, records, land, *points))[""]


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Point", "coordinates": [7.4, 51.4]},
        {"type": "LineString", "coordinates": [[7.4, 51.4]]},
        {"type": "LineString", "coordinates": [[7.4, 51.4], ["x", 1]]},
        {"type": "LineString", "coordinates": [[7.4, 51.4], [200, 95]]},
        {"type": "LineString", "coordinates": [[395000, 5705000], [395000, 5705100]]},
        {"type": "MultiLineString", "coordinates": [[[7.4, 51.4], [7.5, 51.4]], [[7.4, 51.5], [7.5, 51.5]]]},
        {"type": "LineString"},
        [],
        None,
    ],
)
def test_a_document_that_is_no_line_is_refused(editor: Api, land: int, document: Any) -> None:
    response = send(editor, "POST", f"/api/plots/{land}/cut", b"null" if document is None else document)
    assert errors_of(response)[""]


def test_a_part_sold_with_its_own_geometry_is_excluded(editor: Api, records: Connection, land: int) -> None:
    sold = sale(records, plot=land, area_m2=5000, geom=f"MULTIPOLYGON((({ring(0, 0, 50, 100)})))")
    assert areas(cut(editor, records, land, (-5, 40), (105, 40))) == [3000, 2000]
    assert "misses" in errors_of(cut(editor, records, land, (30, -5), (30, 105)))[""]
    records.execute("update transactions set cancelled_on = '2023-09-01' where id = %s", [sold])
    assert areas(cut(editor, records, land, (30, -5), (30, 105))) == [7000, 3000]
    sale(records, plot=land, area_m2=10_000, geom=square(X, Y, 100))
    assert "no remaining area" in errors_of(cut(editor, records, land, (30, -5), (30, 105)))[""]


def ring(x: float, y: float, width: float, height: float) -> str:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return ", ".join(f"{X + x} {Y + y}" for x, y in corners)


def test_only_editors_of_plots_can_cut_and_only_existing_plots(
    editor: Api, records: Connection, land: int, database_url: str
) -> None:
    for missing in (land + 1, "x", 10**30):
        problem(cut(editor, records, missing, (30, -5), (30, 105)), 404)
    settings = load_settings(database_url=database_url)
    for who, status in (
        (Caller(Role.PUBLIC), 401),
        (Caller(Role.READER, "rita"), 403),
        (Caller(Role.EDITOR, "otto", frozenset({"trenches"})), 403),
        (Caller(Role.EDITOR, "paula", frozenset({"plots"})), 200),
    ):
        with api_as(who, settings) as client:
            assert cut(client, records, land, (30, -5), (30, 105)).status_code == status


def test_a_partial_sale_changes_the_kpi(editor: Api, records: Connection, land: int) -> None:
    """Each of two sales takes a part; remaining area and status follow, and the indicator counts the agreed areas."""
    insert(records, "targets", kpi="public_land_m2", period="2023", value=20_000)

    def figure() -> float | None:
        return editor.json("/api/kpis/public_land_m2", period="2023-H2")["actual"]

    def state() -> tuple[str, float]:
        properties = editor.json(f"/api/collections/plots/items/{land}")["properties"]
        return properties["status"], properties["remaining_m2"]

    # Before the first deal there is nothing that could be counted, which is not 0.
    assert (figure(), state()) == (None, ("available", 10_000))
    for expected, rest in (([7000, 3000], 7000), ([5000, 2000], 5000)):
        response = cut(editor, records, land, (30 if rest == 7000 else 50, -5), (30 if rest == 7000 else 50, 105))
        assert areas(response) == expected
        part = response.json()["features"][1]
        document = feature(
            part["geometry"],
            plot=land,
            kind="sale",
            sector="public",
            role="seller",
            agreed_on="2023-09-01",
            area_m2=round(part["properties"]["area_m2"]),
        )
        crs84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
        sold = send(editor, "POST", "/api/collections/transactions/items", document, Content_Crs=crs84)
        assert sold.status_code == 201, sold.text
        assert (figure(), state()) == (10_000 - rest, ("partly_taken", rest))
    # What has been sold cannot be sold again.
    too_large = feature(None, plot=land, kind="sale", sector="public", role="seller", area_m2=6000)
    errors = errors_of(send(editor, "POST", "/api/collections/transactions/items", too_large))
    assert "11,000 m²" in errors["/properties/area_m2"]
    rest = create(editor, "transactions", too_large | {"properties": too_large["properties"] | {"area_m2": 5000}})
    assert state() == ("taken", 0)
    assert one(records, "select geom is null from transactions where id = %s", rest)
