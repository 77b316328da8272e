"""The search finds what people mean, and nothing that they may not see."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from geo.access import Caller, Role
from geo.records.layers import LAYERS
from geo.records.layers.column_types import column_types
from geo.records.layers.layer import Audience
from geo.records.layers.views import SCHEMAS, sees
from geo.records.search import SEARCHED_LAYERS, single
from geo.records.search.search_sql import CANDIDATES
from geo.records.search.search_sql import hits as statement
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.records import Connection, insert, line, plot, square, two_districts
from tests.test_api.helpers import Api, answer_as, api

SECRET = "Geheimnis"
PERSON = "Wilhelmine Kuckelkorn"
URL = "/api/search"


def fill(city: Connection) -> None:
    """Insert similar names, a plot that is not on offer, and a record of every searched layer."""
    two_districts(city)
    offered: dict[str, Any] = {"offered_on": "2023-01-01"}
    plot(city, name="Nordhafen", address="Kanalstraße 5", parcels=["0559130010001200003_"], **offered)
    plot(city, x=396000, name="Hafen Süd", address="Speicherstr. 12", **offered)
    plot(city, x=397000, name="Hörder Bach", address="Phoenixseestraße 1", note=SECRET, contact=SECRET, **offered)
    plot(city, x=397400, name="Eckhaus", address="Kuckelke 16 b, Dortmund", **offered)
    plot(city, x=397700, name="Hinterhaus", address="Kuckelke 18c, Dortmund", **offered)
    plot(city, x=398000, name=f"{SECRET}er Plan", address=f"{SECRET}weg 1")
    area = square(395000, 5705000, 900)
    insert(city, "industrial_areas", name="Hafen", geom=area)
    insert(city, "properties", name="Halle am Hafen", address="Hafenweg 2", geom="POINT(395000 5705000)")
    insert(city, "access_points", name="A 45 Dortmund-Hafen", kind="motorway_junction", geom="POINT(394000 5705000)")
    company = insert(city, "parties", name="Hammerschmiede GmbH", contact_name=PERSON, kind="company")
    insert(city, "parties", name=PERSON, kind="person")
    asked: dict[str, Any] = {"kind": "plot", "received_on": "2023-08-01"}
    insert(city, "inquiries", number="2023-117", use="Logistik", min_m2=5000, party=company, **asked)
    # More than a list could show.
    city.execute("insert into parties (kind, name) select 'company', 'Firma ' || n from generate_series(1, 2500) as n")
    operator = insert(city, "operators", name="Netz", kind="mobile")
    insert(
        city,
        "mobile_requests",
        source_id="SUCH-0815",
        operator=operator,
        radius_m=100,
        received_on="2023-01-01",
        geom="POINT(395000 5705000)",
    )
    programme = insert(city, "programmes", name="P", funding="funded")
    for x in (395000, 399000):
        geom = line((x, 5705000), (x + 100, 5705000))
        number = f"T-{x}"
        insert(
            city,
            "trenches",
            programme=programme,
            cluster="HOE-Hafen",
            source_id=number,
            planned_on="2023-01-01",
            geom=geom,
        )
    insert(
        city,
        "connections",
        programme=programme,
        address="Kuckelke 14",
        eligible_on="2023-01-01",
        geom="POINT(395000 5705000)",
    )
    letter = insert(city, "letters_of_intent", operator=operator, signed_on="2023-03-31", promised_connections=1200)
    assert letter


@pytest.fixture(scope="module")
def search_url(server_url: str, template: str) -> Any:
    with filled_database(server_url, template, "search_city", fill) as url:
        yield url


@pytest.fixture(scope="module")
def outside(search_url: str) -> Any:
    with api(load_settings(database_url=search_url)) as client:
        yield client


@pytest.fixture(scope="module")
def inside(search_url: str) -> Any:
    with api(load_settings(database_url=search_url, anonymous_audience="internal")) as client:
        yield client


@pytest.fixture(scope="module")
def editor(search_url: str) -> Any:
    with api(load_settings(database_url=search_url)) as client:
        answer_as(client.app, lambda _: Caller(Role.EDITOR, "Editor"))
        yield client


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of a plan."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def titles(client: Api, typed: str, **parameters: object) -> list[str]:
    return [hit["title"] for hit in client.json(URL, q=typed, **parameters)["hits"]]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hafen", "Hafen"),
        ("Hafen S", "Hafen Süd"),
        ("nordh", "Nordhafen"),
        ("kanalstr. 5", "Nordhafen"),
        ("Kanalstraße 5", "Nordhafen"),
        ("speicherstrasse 12", "Hafen Süd"),
        ("Speicherstr. 12", "Hafen Süd"),
        ("Kuckelke 16b", "Eckhaus"),
        ("Kuckelke 16 b", "Eckhaus"),
        ("Kuckelke 18c", "Hinterhaus"),
        ("Kuckelke 18 C", "Hinterhaus"),
        ("süd hafen", "Hafen Süd"),
        ("hoerder", "Hörder Bach"),
        ("horder", "Hörder Bach"),
        ("HÖRDER BACH", "Hörder Bach"),
        ("Phönixsee", "Hörder Bach"),
        ("Nordhaven", "Nordhafen"),
        ("Spiecherstr", "Hafen Süd"),
        ("0559130010001", "Nordhafen"),
        ("Ost", "Ost"),
    ],
)
def test_the_intended_record_comes_first(outside: Api, typed: str, first: str) -> None:
    assert titles(outside, typed)[:1] == [first]


def test_exact_names_come_before_prefixes_and_prefixes_before_other_matches(outside: Api) -> None:
    assert titles(outside, "hafen") == ["Hafen", "Hafen Süd", "Nordhafen"]
    assert titles(outside, "hafen", limit=2) == ["Hafen", "Hafen Süd"]


@pytest.mark.parametrize(
    ("typed", "layer", "title"),
    [
        ("2023-117", "inquiries", "2023-117"),
        ("117", "inquiries", "2023-117"),
        ("such-08", "mobile_requests", "SUCH-0815"),
        ("halle", "properties", "Halle am Hafen"),
        ("HOE-Ha", "clusters", "HOE-Hafen"),
        ("A45", "access_points", "A 45 Dortmund-Hafen"),
        ("a 45", "access_points", "A 45 Dortmund-Hafen"),
        (SECRET, "plots", f"{SECRET}er Plan"),
        ("hammers", "parties", "Hammerschmiede GmbH"),
        ("firma 2487", "parties", "Firma 2487"),
        ("Kuckelke 14", "connections", "Kuckelke 14"),
        ("T-399000", "trenches", "T-399000"),
        ("netz", "operators", "Netz"),
    ],
)
def test_insiders_find_what_the_public_does_not(inside: Api, outside: Api, typed: str, layer: str, title: str) -> None:
    hit = inside.json(URL, q=typed)["hits"][0]
    assert (hit["layer"], hit["title"]) == (layer, title)
    found = outside.get(URL, q=typed)
    assert title not in found.text
    assert layer == "plots" or f'"{layer}"' not in found.text


def test_the_public_does_not_find_an_internal_value_however_it_is_typed(outside: Api) -> None:
    for typed in (SECRET, SECRET[:4], SECRET.upper(), "eheimni", "Geheimnsi", "Geheimniser Plan", "Geheimnisweg"):
        assert titles(outside, typed) == [], typed


def test_a_hit_shows_its_place_and_what_distinguishes_it_from_others(outside: Api, inside: Api) -> None:
    (hit,) = outside.json(URL, q="nordhafen", lang="de", limit=1)["hits"]
    assert hit["subtitle"] == "Kanalstraße 5 · West · verfügbar"
    assert hit["layer_title"] == "Gewerbegrundstücke"
    west, south, east, north = hit["bbox"]
    assert 7.48 < west < hit["centre"][0] < east < 7.50
    assert 51.48 < south < hit["centre"][1] < north < 51.50
    (cluster,) = inside.json(URL, q="HOE-Hafen", lang="en", limit=1)["hits"]
    assert (cluster["layer"], cluster["title"], cluster["filter"]) == ("clusters", "HOE-Hafen", None)
    assert cluster["bbox"][2] - cluster["bbox"][0] > 0.05, "where its trenches are"
    assert outside.json(URL, q="HOE-Hafen")["hits"] == [], "no expansion area is in it"
    (inquiry,) = inside.json(URL, q="2023-117", limit=1)["hits"]
    # Its use is free text, but a known use is translated.
    assert inquiry["subtitle"].startswith("Logistik · ")
    assert inside.json(URL, q="2023-117", limit=1, lang="en")["hits"][0]["subtitle"].startswith("logistics · ")
    assert inquiry["bbox"] is inquiry["centre"] is None


def test_people_are_found_by_editors_only(inside: Api, outside: Api, editor: Api) -> None:
    for typed in ("Wilhelmine", "Kuckelkorn", PERSON):
        assert PERSON in titles(editor, typed), typed
        assert PERSON not in inside.get(URL, q=typed).text
        assert PERSON not in outside.get(URL, q=typed).text
    # A company is found by the name of who answers for it, too.
    assert "Hammerschmiede GmbH" in titles(editor, "Kuckelkorn", layer="parties")


def test_an_inquiry_is_told_apart_by_what_is_wanted_and_by_whom(inside: Api) -> None:
    (hit,) = inside.json(URL, q="117", layer="inquiries", lang="de")["hits"]
    assert hit["subtitle"].replace("\N{NO-BREAK SPACE}", " ") == "Logistik · 5.000 m² · Hammerschmiede GmbH · offen"
    (hit,) = inside.json(URL, layer="letters_of_intent", lang="de")["hits"]
    assert (hit["title"], hit["subtitle"]) == (f"Absichtserklärung {hit['id']}", "Netz · 31.03.2023")


def test_one_layer_is_searched_by_record(inside: Api) -> None:
    found = inside.json(URL, q="hafen", layer="trenches")["hits"]
    assert found == []
    found = inside.json(URL, q="T-39", layer="trenches")["hits"]
    assert [hit["title"] for hit in found] == ["T-395000", "T-399000"]
    (one,) = inside.json(URL, layer="trenches", id=found[1]["id"])["hits"]
    assert one == found[1]
    # Who knows the number types it.
    assert titles(inside, str(one["id"]), layer="trenches")[0] == "T-399000"
    assert inside.json(URL, layer="trenches", id=2**40)["hits"] == []


def test_without_a_text_the_records_entered_last_come_first(inside: Api) -> None:
    names = [hit["title"] for hit in inside.json(URL, layer="parties", limit=3)["hits"]]
    assert names == ["Firma 2500", "Firma 2499", "Firma 2498"]


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"layer": "parties"}, "layer"),
        ({"layer": "nothing", "q": "x"}, "layer"),
        ({"layer": "transactions", "q": "x"}, "layer"),
        ({"id": 1}, "q"),
        ({"id": 1, "q": "x"}, "id"),
        ({"id": 0, "layer": "plots"}, "id"),
    ],
)
def test_what_cannot_be_searched_is_refused(outside: Api, wrong: dict[str, Any], parameter: str) -> None:
    assert [error["parameter"] for error in outside.problem(400, URL, **wrong)["errors"]] == [parameter]


def test_whatever_a_record_refers_to_can_be_chosen_by_name() -> None:
    """For a new layer that others refer to: give its `searched` in the registry a way to find single records."""
    targets: set[str] = {
        column.references or "" for columns in column_types().values() for column in columns.values()
    } & set(LAYERS)
    assert [key for key in sorted(targets) if single(key, Audience.PERSONAL) is None] == []
    assert [key for key in sorted(targets) if single(key, Audience.INTERNAL) is None] == []


@pytest.mark.parametrize(
    "typed", ["%", "_", "'", '"', "\\", "%%", " ", "…", "\x00", "ha%en", "🙂", "a" * 200, "x y z " * 20]
)
def test_special_characters_are_searched_as_text(outside: Api, typed: str) -> None:
    found = outside.json(URL, q=typed)["hits"]
    assert len(found) <= 10
    if not any(letter.isalnum() for letter in typed):
        assert found == []


def test_another_house_number_is_not_found_for_one_with_a_letter(outside: Api) -> None:
    """Neither a longer number nor another letter."""
    assert titles(outside, "Kuckelke 1b") == titles(outside, "Kuckelke 16 c") == titles(outside, "Kuckelke 8c") == []


@pytest.mark.parametrize(("name", "value"), [("q", ""), ("q", "x" * 201), ("limit", "0"), ("limit", "51")])
def test_invalid_parameters_are_refused_by_their_name(outside: Api, name: str, value: str) -> None:
    found = outside.problem(400, URL, **({"q": "hafen"} | {name: value}))
    assert [error["parameter"] for error in found["errors"]] == [name]
    outside.problem(400, URL)


def test_everyone_who_sees_a_layer_sees_its_searched_columns(connection: Connection) -> None:
    for layer, search in SEARCHED_LAYERS:
        for audience in Audience:
            if not sees(audience, layer) or not search.is_for(audience):
                continue
            named = {*search.texts, *search.lists, *search.details}
            view = sql.SQL("select {} from {}").format(
                sql.SQL(", ").join(map(sql.Identifier, named)), sql.Identifier(SCHEMAS[audience], layer.key)
            )
            connection.execute(view)


def test_a_text_that_many_records_match_does_not_have_all_of_them_graded(search_url: str) -> None:
    """Grading compares texts that are normalised anew: of 200,000 addresses this took half a minute."""
    with psycopg.connect(conninfo(search_url)) as connection:
        query = statement(["fi"], {"parties": Audience.PERSONAL}, 10, fuzzy=False)
        explain = sql.SQL("explain (analyze, format json) {}").format(query.statement)
        ((plan,),) = connection.execute(explain, query.parameters).fetchall()
    limited = [node["Actual Rows"] for node in nodes(plan[0]["Plan"]) if node["Node Type"] == "Limit"]
    assert max(limited) == CANDIDATES < 2500


@pytest.mark.parametrize("fuzzy", [False, True])
def test_many_plots_are_searched_by_their_index(search_url: str, fuzzy: bool) -> None:
    with psycopg.connect(conninfo(search_url)) as connection:
        # A GIN index is only read by a bitmap scan.
        connection.execute("set enable_seqscan = off")
        connection.execute("set enable_indexscan = off")
        audiences = {"plots": Audience.PUBLIC, "parties": Audience.PERSONAL}
        audiences |= dict.fromkeys(("properties", "inquiries", "connections", "trenches"), Audience.INTERNAL)
        query = statement(["hafen", "kanal"], audiences, 10, fuzzy=fuzzy)
        plan = "".join(
            row for (row,) in connection.execute(sql.SQL("explain {}").format(query.statement), query.parameters)
        )
        for layer in audiences:
            assert f"{layer}_search" in plan
        # A house number in either spelling, by the index, too.
        query = statement(["kuckelke", "16b"], audiences, 10, fuzzy=fuzzy)
        plan = "".join(
            row for (row,) in connection.execute(sql.SQL("explain {}").format(query.statement), query.parameters)
        )
        assert "connections_search" in plan
