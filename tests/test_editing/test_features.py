"""Writing features: geometry in any CRS, partial changes, and the returned representation."""

from typing import Any

import pytest

from geo.records.features import Crs
from tests.records import Connection, insert, one
from tests.test_api.helpers import Api
from tests.test_editing.helpers import SHAPES, create, feature, fetch, items, send

SITE = {"name": "A", "kind": "port"}


def point(*coordinates: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(coordinates)}


@pytest.mark.parametrize("crs", Crs)
def test_a_feature_is_accepted_in_every_crs_in_which_it_is_served(shared_editor: Api, crs: Crs) -> None:
    record = create(shared_editor, "access_points", feature(point(395000, 5705000), **SITE))
    served = shared_editor.json(items("access_points", record), crs=crs.uri)["geometry"]
    for given in (crs.uri, f"<{crs.uri}>"):
        sent = feature(served, **SITE)
        response = send(shared_editor, "POST", items("access_points"), sent, Content_Crs=given)
        again = shared_editor.json(response.headers["location"], crs=crs.uri)["geometry"]
        assert again["coordinates"] == pytest.approx(served["coordinates"], abs=10**-crs.digits)
        (x, y) = shared_editor.json(response.headers["location"], crs=Crs.STORED.uri)["geometry"]["coordinates"]
        assert (x, y) == pytest.approx((395000, 5705000), abs=0.02)


def test_without_a_crs_coordinates_are_longitude_and_latitude(shared_editor: Api) -> None:
    document = feature(point(7.484_999_9, 51.487_654_3, 86.5), **SITE)
    response = shared_editor.request("POST", items("access_points"), json=document)
    assert response.status_code == 201
    assert shared_editor.json(response.headers["location"])["geometry"] == point(7.484_999_9, 51.487_654_3)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_geometry_sent_back_as_received_does_not_move(
    shared_editor: Api, shared_city: Connection, method: str
) -> None:
    exact = "MULTIPOLYGON(((395000.12345 5705000.6789, 395100 5705000, 395100 5705100, 395000.12345 5705000.6789)))"
    record = insert(shared_city, "plots", name="A", ownership="public", geom=exact)
    query = f"select st_astext(geom) from plots where id = {record}"
    before = one(shared_city, query)
    response = shared_editor.get(items("plots", record))
    document = response.json()
    assert [len(member) for member in document["geometry"]["coordinates"]] == [1]
    document["properties"]["name"] = "B"
    sent = document if method == "PUT" else {name: document[name] for name in ("geometry", "properties")}
    crs84 = {"Content_Crs": Crs.CRS84.uri}
    answer = send(shared_editor, method, items("plots", record), sent, response.headers["etag"], **crs84)
    assert answer.status_code == 204, answer.text
    assert one(shared_city, query) == before
    assert fetch(shared_editor, "plots", record)[0]["properties"]["name"] == "B"


def test_simple_geometries_become_multi_geometries_of_the_layer(shared_editor: Api) -> None:
    area = {"type": "Polygon", "coordinates": SHAPES["MultiPolygon"]["coordinates"][0]}
    record = create(shared_editor, "industrial_areas", feature(area, name="A"))
    assert fetch(shared_editor, "industrial_areas", record)[0]["geometry"] == SHAPES["MultiPolygon"]
    line = {"type": "LineString", "coordinates": SHAPES["MultiLineString"]["coordinates"][0]}
    record = create(shared_editor, "trenches", feature(line, programme=1))
    assert fetch(shared_editor, "trenches", record)[0]["geometry"] == SHAPES["MultiLineString"]


def test_a_patch_can_move_a_record_and_remove_an_optional_geometry(shared_editor: Api) -> None:
    record = create(shared_editor, "inquiries", feature(point(395000, 5705000), kind="plot", note="A"))
    _, tag = fetch(shared_editor, "inquiries", record)
    moved = {"geometry": {"coordinates": [405000, 5705000]}}
    tag = send(shared_editor, "PATCH", items("inquiries", record), moved, tag).headers["etag"]
    found = fetch(shared_editor, "inquiries", record)[0]
    assert found["geometry"] == point(405000, 5705000)
    assert (found["properties"]["district_key"], found["properties"]["note"]) == ("02", "A")
    assert send(shared_editor, "PATCH", items("inquiries", record), {"geometry": None}, tag).status_code == 204
    found = fetch(shared_editor, "inquiries", record)[0]
    assert (found["geometry"], found["properties"]["district_key"]) == (None, None)


def test_an_empty_patch_changes_nothing(shared_editor: Api) -> None:
    record = create(shared_editor, "operators", feature(None, name="A", kind="carrier"))
    before, tag = fetch(shared_editor, "operators", record)
    response = send(shared_editor, "PATCH", items("operators", record), {"type": "Feature", "id": record}, tag)
    assert response.status_code == 204
    assert fetch(shared_editor, "operators", record) == (before, tag)


def test_the_feature_is_returned_if_preferred(shared_editor: Api) -> None:
    document = feature(point(395000, 5705000), **SITE)
    minimal = send(shared_editor, "POST", items("access_points"), document, Prefer="return=minimal")
    assert (minimal.status_code, minimal.content) == (201, b"")
    response = send(
        shared_editor, "POST", items("access_points"), document, Prefer="handling=strict, return=representation"
    )
    assert response.status_code == 201
    url = response.headers["location"]
    patched = send(shared_editor, "PATCH", url, {}, response.headers["etag"], Prefer="return=representation")
    assert patched.status_code == 200
    stored = shared_editor.get(url)
    for answer in (response, patched):
        assert answer.headers["preference-applied"] == "return=representation"
        shown = [found | {"links": None} for found in (answer.json(), stored.json())]
        assert shown[0] == shown[1]
        assert {link["rel"] for link in answer.json()["links"]} == {"self", "collection"}
        for header in ("content-crs", "content-type", "etag"):
            assert answer.headers[header] == stored.headers[header]


def test_a_record_may_have_its_identifier_in_the_source(shared_editor: Api) -> None:
    document = feature(None, name="A", kind="carrier", source="register", source_id="Nr. 5")
    assert (
        fetch(shared_editor, "operators", create(shared_editor, "operators", document))[0]["properties"].items()
        >= {
            "source": "register",
            "source_id": "Nr. 5",
        }.items()
    )
