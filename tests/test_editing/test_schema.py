"""The schema of a layer contains everything that a form needs."""

import pytest

from geo.access import Caller, Role
from geo.records.layers import LAYERS
from geo.settings import load_settings
from tests.test_api.helpers import Api
from tests.test_editing.helpers import api_as

SCHEMA = "/api/collections/{}/schema"


def test_the_schema_has_types_labels_units_codes_and_limits(city_editor: Api) -> None:
    response = city_editor.get(SCHEMA.format("transactions"), lang="en")
    assert response.headers["content-type"] == "application/schema+json"
    found = response.json()
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"] == "http://test/api/collections/transactions/schema"
    assert (found["type"], found["title"], found["additionalProperties"]) == ("object", "Transactions", False)
    assert found["required"] == ["kind", "sector", "role", "area_m2"]
    properties = found["properties"]
    assert properties["area_m2"] == {
        "title": "Area",
        "type": "number",
        "x-ogc-unit": "m2",
        "x-ogc-unitSymbol": "m²",
        "exclusiveMinimum": 0,
        "exclusiveMaximum": 10**10,
    }
    assert properties["plot"] == {
        "title": "Plot",
        "type": "integer",
        "x-flurwerk-internal": True,
        "x-ogc-role": "reference",
        "x-ogc-collectionId": "plots",
    }
    assert properties["sector"]["enum"] == ["public", "private"]
    assert properties["sector"]["oneOf"][0] == {"const": "public", "title": "public"}
    assert "maxLength" not in properties["sector"]
    assert (properties["note"]["maxLength"], properties["source_id"]["maxLength"]) == (10_000, 500)
    assert properties["agreed_on"]["format"] == "date"
    assert properties["status"]["readOnly"]
    assert properties["id"] == {"type": "integer", "readOnly": True, "x-ogc-role": "id", "title": "Number"}
    assert properties["geometry"]["format"] == "geometry-polygon-or-multipolygon"
    german = city_editor.json(SCHEMA.format("transactions"), lang="de")
    assert german["properties"]["area_m2"]["title"] == "Fläche"
    assert german["properties"]["source"]["description"].startswith("Woher der Datensatz kommt")


@pytest.mark.parametrize("layer", LAYERS)
def test_every_schema_follows_the_standard(city_editor: Api, layer: str) -> None:
    (link,) = (
        one["href"]
        for one in city_editor.json(f"/api/collections/{layer}")["links"]
        if one["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/schema"
    )
    found = city_editor.json(link)
    assert found["$id"] == link
    roles = [described.get("x-ogc-role") for described in found["properties"].values()]
    assert roles.count("id") == 1
    assert roles.count("primary-geometry") == (LAYERS[layer].geometry is not None)
    assert roles.count("primary-instant") == (LAYERS[layer].date is not None)
    for name, described in found["properties"].items():
        assert described["title"]
        assert ("type" in described) == (name != "geometry")
    assert set(found["required"]) <= set(found["properties"])
    shown = city_editor.json(f"/api/collections/{layer}/items", limit=1)["features"]
    if shown:
        assert {*shown[0]["properties"], "id"} == set(found["properties"]) - {"geometry"}


def test_each_audience_gets_only_the_columns_that_it_sees(city_url: str, city_editor: Api) -> None:
    with api_as(Caller(Role.READER, "rita"), load_settings(database_url=city_url)) as reader:
        assert "email" in city_editor.json(SCHEMA.format("parties"))["properties"]
        assert "email" not in reader.json(SCHEMA.format("parties"))["properties"]
    with api_as(Caller(Role.PUBLIC), load_settings(database_url=city_url)) as public:
        assert set(public.json(SCHEMA.format("transactions"))["properties"]) == {
            "id", "kind", "sector", "area_m2", "agreed_on", "geometry",
        }  # fmt: skip
        public.problem(404, SCHEMA.format("parties"))
        public.problem(400, SCHEMA.format("plots"), x=1)
