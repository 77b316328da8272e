"""Filters in CQL2: what they find, what is refused, and that values are always bound."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg import sql

from geo.records import filters
from geo.records.filters import FilterError, Queryable
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import SCHEMAS
from geo.store.database import Query
from tests.conftest import LendFilled
from tests.records import insert, line, plot, two_districts

Connection = psycopg.Connection[Any]


class Crs(NamedTuple):
    """A CRS for the coordinates in filters."""

    srid: int
    y_first: bool = False
    usable: tuple[float, float, float, float] = (-31, 0, 49, 84)


CRS84 = Crs(4326)
WGS84 = Crs(4326, y_first=True)
STORED = Crs(25832, usable=(-1e8, -1e8, 1e8, 1e8))


def known(connection: Connection, layer: str, audience: Audience = Audience.INTERNAL) -> dict[str, Queryable]:
    statement, parameters = filters.column_types(LAYERS[layer], audience)
    return filters.queryables(LAYERS[layer], audience, connection.execute(statement, parameters).fetchall())


def compiled(connection: Connection, given: Any, layer: str = "plots", crs: Crs = STORED) -> Query:
    is_json = not isinstance(given, str)
    tree = filters.parse(json.dumps(given) if is_json else given, "cql2-json" if is_json else "cql2-text")
    return filters.compile(tree, known(connection, layer), crs)


def find(connection: Connection, given: Any, layer: str = "plots", crs: Crs = STORED) -> str:
    """Return the source_ids of the records that a filter finds, sorted and concatenated."""
    condition = compiled(connection, given, layer, crs)
    statement = sql.SQL("select string_agg(r.source_id, '' order by r.source_id) from {} as r where {}").format(
        sql.Identifier(SCHEMAS[Audience.INTERNAL], layer), condition.statement
    )
    row = connection.execute(statement, condition.parameters).fetchone()
    assert row is not None
    return row[0] or ""


def fill(connection: Connection) -> None:
    """Insert plots a to d of 1 ha in a row from west to east, 1 km apart; two connections and two trenches."""
    two_districts(connection)
    given: list[dict[str, Any]] = [
        {"name": "Alter Hafen", "zoning": "GE", "offered_on": "2023-07-01", "asking_price_eur_m2": 100},
        {"name": "ÖSTLICHE 100%", "zoning": "GI", "offered_on": "2023-08-15", "asking_price_eur_m2": 150.5},
        {"name": "it's_c", "zoning": "GE", "offered_on": "2023-12-31", "divisible": True},
        {"name": "back\\slash", "min_lot_m2": 500, "asking_price_eur_m2": 0.5, "divisible": False},
    ]
    for number, values in enumerate(given):
        plot(connection, 395000 + 1000 * number, source="t", source_id="abcd"[number], **values)
    point = {"customer": "household", "technology": "FTTH", "dwellings": 1}
    insert(connection, "connections", source="t", source_id="a", address="A 1", geom="POINT(395050 5705050)", **point)
    insert(connection, "connections", source="t", source_id="b", address="B 2", geom="POINT(401000 5705000)", **point)
    programme = insert(connection, "programmes", source="t", source_id="p", name="P", funding="funded")
    for name, y, dates in (
        ("a", 5705050, {"planned_on": "2023-01-10", "started_on": "2023-02-01", "laid_on": "2023-03-01"}),
        ("b", 5708000, {"planned_on": "2023-03-01"}),
    ):
        geom = line((394000, y), (395500, y))
        insert(connection, "trenches", source="t", source_id=name, programme=programme, geom=geom, **dates)


@pytest.fixture
def records(lend_filled: LendFilled) -> Iterator[Connection]:
    """A connection to a database with those records; what the test does is rolled back."""
    with lend_filled(fill) as connection:
        yield connection


def op(name: str, *arguments: Any) -> dict[str, Any]:
    return {"op": name, "args": list(arguments)}


def prop(name: str) -> dict[str, str]:
    return {"property": name}


SQUARE_OF_A = "POLYGON((395000 5705000,395100 5705000,395100 5705100,395000 5705100,395000 5705000))"

BOTH: list[tuple[str, Any, str]] = [
    ("zoning = 'GE'", op("=", prop("zoning"), "GE"), "ac"),
    ("zoning <> 'GE'", op("<>", prop("zoning"), "GE"), "b"),
    ("NOT zoning = 'GE'", op("not", op("=", prop("zoning"), "GE")), "b"),
    ("asking_price_eur_m2 > 100", op(">", prop("asking_price_eur_m2"), 100), "b"),
    ("asking_price_eur_m2 >= 100", op(">=", prop("asking_price_eur_m2"), 100), "ab"),
    ("100 > asking_price_eur_m2", op(">", 100, prop("asking_price_eur_m2")), "d"),
    ("asking_price_eur_m2 <= 150.5", op("<=", prop("asking_price_eur_m2"), 150.5), "abd"),
    ("zoning IS NULL", op("isNull", prop("zoning")), "d"),
    ("zoning is not null", op("not", op("isNull", prop("zoning"))), "abc"),
    (
        "zoning = 'GI' OR zoning = 'GE' AND divisible = true",
        op(
            "or",
            op("=", prop("zoning"), "GI"),
            op("and", op("=", prop("zoning"), "GE"), op("=", prop("divisible"), True)),
        ),
        "bc",
    ),
    ("true", True, "abcd"),
    ("false", False, ""),
    ("divisible", prop("divisible"), "c"),
    ("name = 'it''s_c'", op("=", prop("name"), "it's_c"), "c"),
    ("name LIKE 'A%'", op("like", prop("name"), "A%"), "a"),
    ("name LIKE '%'", op("like", prop("name"), "%"), "abcd"),
    (r"name LIKE '%\%'", op("like", prop("name"), r"%\%"), "b"),
    (r"name LIKE '%\_c'", op("like", prop("name"), r"%\_c"), "c"),
    (r"name LIKE 'back\\slash'", op("like", prop("name"), r"back\\slash"), "d"),
    ("name LIKE 'it_s_c'", op("like", prop("name"), "it_s_c"), "c"),
    ("name not like '%a%'", op("not", op("like", prop("name"), "%a%")), "bc"),
    ("asking_price_eur_m2 between 0 and 100", op("between", prop("asking_price_eur_m2"), 0, 100), "ad"),
    ("source_id in ('a', 'd', 'x')", op("in", prop("source_id"), ["a", "d", "x"]), "ad"),
    ("source_id not in ('a', 'd')", op("not", op("in", prop("source_id"), ["a", "d"])), "bc"),
    ("asking_price_eur_m2 in (0.5, 150.5)", op("in", prop("asking_price_eur_m2"), [0.5, 150.5]), "bd"),
    ("CASEI(name) = casei('östliche 100%')", op("=", op("casei", prop("name")), op("casei", "östliche 100%")), "b"),
    ("casei(name) like casei('Öst%')", op("like", op("casei", prop("name")), op("casei", "Öst%")), "b"),
    (
        "casei(source_id) in (casei('A'), casei('B'))",
        op("in", op("casei", prop("source_id")), [op("casei", "A"), op("casei", "B")]),
        "ab",
    ),
    ("offered_on = DATE('2023-07-01')", op("=", prop("offered_on"), {"date": "2023-07-01"}), "a"),
    ("offered_on > '2023-07-01'", op(">", prop("offered_on"), "2023-07-01"), "bc"),
    (
        "T_AFTER(offered_on, DATE('2023-08-15'))",
        op("t_after", prop("offered_on"), {"date": "2023-08-15"}),
        "c",
    ),
    # 22:30 UTC is the next day in the city.
    (
        "t_equals(offered_on, TIMESTAMP('2023-08-14T22:30:00Z'))",
        op("t_equals", prop("offered_on"), {"timestamp": "2023-08-14T22:30:00Z"}),
        "b",
    ),
    (
        "t_intersects(offered_on, INTERVAL('2023-08-15','2023-12-31'))",
        op("t_intersects", prop("offered_on"), {"interval": ["2023-08-15", "2023-12-31"]}),
        "bc",
    ),
    (
        "t_during(offered_on, INTERVAL('2023-07-01','..'))",
        op("t_during", prop("offered_on"), {"interval": ["2023-07-01", ".."]}),
        "bc",
    ),
    (
        "t_before(offered_on, INTERVAL('2023-08-15','..'))",
        op("t_before", prop("offered_on"), {"interval": ["2023-08-15", ".."]}),
        "a",
    ),
    ("offered_on in (DATE('2023-07-01'))", op("in", prop("offered_on"), [{"date": "2023-07-01"}]), "a"),
    (
        "offered_on between DATE('2023-07-02') and DATE('2023-12-31')",
        op("between", prop("offered_on"), {"date": "2023-07-02"}, {"date": "2023-12-31"}),
        "bc",
    ),
    ("recorded_from > TIMESTAMP('2020-01-01T00:00:00Z')", op(">", prop("recorded_from"), "2020-01-01"), "abcd"),
    ("asking_price_eur_m2 + 2 * 25 = 150", op("=", op("+", prop("asking_price_eur_m2"), 50), 150), "a"),
    ("100 / asking_price_eur_m2 = 1", op("=", op("/", 100, prop("asking_price_eur_m2")), 1), "a"),
    ("asking_price_eur_m2 % 50 = 0.5", op("=", op("%", prop("asking_price_eur_m2"), 50), 0.5), "bd"),
    ("asking_price_eur_m2 div 0 = 1", op("=", op("div", prop("asking_price_eur_m2"), 0), 1), ""),
    (
        "S_INTERSECTS(geometry, POINT(395050 5705050))",
        op("s_intersects", prop("geometry"), {"type": "Point", "coordinates": [395050, 5705050]}),
        "a",
    ),
    (
        "s_intersects(geom, BBOX(395000,5705000,396000,5705100))",
        op("s_intersects", prop("geom"), {"bbox": [395000, 5705000, 396000, 5705100]}),
        "ab",
    ),
    ("s_intersects(geometry, LINESTRING(395050 5705050, 397050 5705050))", None, "abc"),
    ("s_intersects(geometry, MULTIPOINT(395050 5705050, 397050 5705050))", None, "ac"),
    ("s_disjoint(geometry, BBOX(395000,5705000,396000,5705100))", None, "cd"),
    ("s_intersects(geometry, GEOMETRYCOLLECTION(POINT(395050 5705050),POINT(1 1)))", None, "a"),
    ("s_disjoint(geometry, GEOMETRYCOLLECTION(POINT(395050 5705050),POINT(1 1)))", None, "bcd"),
    (f"s_equals(geometry, {SQUARE_OF_A})", None, "a"),
    ("s_within(geometry, BBOX(394000,5704000,396500,5706000))", None, "ab"),
    ("s_contains(geometry, POINT(395050 5705050))", None, "a"),
    ("s_within(POINT(395050 5705050), geometry)", None, "a"),
    ("s_touches(geometry, POINT(395000 5705000))", None, "a"),
    ("s_overlaps(geometry, BBOX(395050,5705000,396050,5705100))", None, "ab"),
    ("s_crosses(geometry, LINESTRING(394000 5705050, 396000 5705050))", None, "a"),
]


@pytest.mark.parametrize(("text", "tree", "expected"), BOTH)
def test_both_encodings_find_the_same_records(records: Connection, text: str, tree: Any, expected: str) -> None:
    assert find(records, text) == expected
    if tree is not None:
        assert find(records, tree) == expected


def test_a_trailing_escape_character_is_taken_literally(records: Connection) -> None:
    assert find(records, op("like", prop("name"), "back\\")) == ""
    assert find(records, op("like", op("casei", prop("name")), op("casei", "BACK%\\"))) == ""


def test_other_layers_can_be_filtered(records: Connection) -> None:
    assert find(records, "s_intersects(geometry, BBOX(395000,5705000,395100,5705100))", "connections") == "a"
    assert find(records, "s_crosses(geometry, BBOX(395000,5705000,395100,5705100))", "trenches") == "a"
    assert find(records, "t_overlaps(INTERVAL(planned_on, laid_on), INTERVAL('2023-02-01','..'))", "trenches") == "a"
    assert find(records, "t_finishes(INTERVAL(started_on,laid_on),INTERVAL('..','2023-03-01'))", "trenches") == "a"
    assert find(records, "t_disjoint(planned_on, DATE('2023-03-01'))", "trenches") == "a"
    assert find(records, "planned_on < laid_on", "trenches") == "a"


def test_a_filter_in_degrees_finds_the_same_records(records: Connection) -> None:
    row = records.execute(
        "select st_x(p), st_y(p) from st_transform(st_setsrid(st_point(395050, 5705050), 25832), 4326) as p"
    ).fetchone()
    assert row is not None
    x, y = row
    assert find(records, f"s_intersects(geometry, POINT({x} {y}))", crs=CRS84) == "a"
    assert find(records, f"s_intersects(geometry, POINT({y} {x}))", crs=WGS84) == "a"
    assert find(records, f"s_intersects(geometry, POINT({y} {x}))", crs=CRS84) == ""
    near = f"{x - 0.001},{y - 0.001},{x + 0.001},{y + 0.001}"
    assert find(records, f"s_within(geometry, BBOX({near}))", crs=CRS84) == "a"


def test_a_filter_may_cover_the_whole_world(records: Connection) -> None:
    world = "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
    for shape in ("BBOX(-180,-90,180,90)", world, f"MULTIPOLYGON({world.removeprefix('POLYGON')})"):
        assert find(records, f"S_INTERSECTS(geometry,{shape})", crs=CRS84) == "abcd"
        assert find(records, f"S_WITHIN(geometry,{shape})", crs=CRS84) == "abcd"
        for name in ("s_disjoint", "s_contains", "s_equals", "s_touches", "s_crosses", "s_overlaps"):
            assert find(records, f"{name}(geometry,{shape})", crs=CRS84) == ""
    assert find(records, "S_INTERSECTS(geometry,POINT(90 80))", crs=CRS84) == ""


def test_a_bbox_may_cross_the_180th_meridian(records: Connection) -> None:
    assert find(records, "S_INTERSECTS(geometry,BBOX(150,-90,-150,90))", crs=CRS84) == ""
    assert find(records, "S_INTERSECTS(geometry,BBOX(7,-90,-150,90))", crs=CRS84) == "abcd"
    assert find(records, "S_INTERSECTS(geometry,BBOX(-90,7,90,-150))", crs=WGS84) == "abcd"
    assert find(records, "S_INTERSECTS(geometry,BBOX(9,-90,8,90))", crs=CRS84) == "abcd"
    assert find(records, "S_INTERSECTS(geometry,POINT(90 180))", crs=CRS84) == ""


REFUSED: list[tuple[Any, str]] = [
    ("nonsense = 1", "“nonsense” is not a known property. Known: id,"),
    ("pg_sleep(10) = 1", "“pg_sleep” is not a known operator or function"),
    ("pg_sleep(10)", "“pg_sleep”"),
    (op("; drop table plots", 1, 2), "“; drop table plots”"),
    (op("=", prop('id" or 1=1 --'), 1), "is not a known property"),
    ("\"name'; drop table plots; --\" = 'x'", "is not a known property"),
    ("asking_price_eur_m2 = 'abc'", "“abc” cannot be compared with “asking_price_eur_m2”, which is a number"),
    ("name = 3", "cannot be compared with “name”, which is a text"),
    ("name in ('a', 3)", "which is a text"),
    ("zoning = 'XX'", "“XX” is not a value of zoning. Known values: GE"),
    ("zoning in ('XX')", "“XX” is not a value of zoning"),
    ("offered_on = 'yesterday'", "“yesterday” is not a time"),
    ("offered_on = DATE('2023-02-30')", "2023-02-30"),
    ("offered_on > TIMESTAMP('0001-01-01T00:00:00+05:00')", "is not a time"),
    ("t_after(name, DATE('2023-01-01'))", "“name” is a text, not a time"),
    ("name", "“name” is a text, but true or false is expected"),
    ("s_intersects(name, POINT(1 2))", "but a geometry is expected"),
    ("s_intersects(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "Self-intersection"),
    ("s_intersects(geometry, POLYGON((0 0, 1 1)))", "is not a usable geometry"),
    ("s_intersects(geometry, POINT EMPTY)", "cannot be read"),
    ("s_touches(geometry, GEOMETRYCOLLECTION(POINT(1 2)))", "does not accept geometry collections"),
    (op("s_intersects", prop("geometry"), {"type": "Pint", "coordinates": [1, 2]}), ""),
    (op("s_intersects", prop("geometry"), {"bbox": [3, 2, 1, 4]}), "greater than the upper"),
    (op("=", prop("name"), "a\0b"), "NUL"),
    ("name = 'a\0'", "NUL"),
    (op("=", prop("name"), "\ud800"), ""),
    (op("=", prop("name")), ""),
    (op("and"), ""),
    ("1e400 = id", ""),
    ("id * 1e300 = 1", "too large"),
    ("name = NULL", "null"),
    ("name = 'a' and", "line 1, character"),
    ("(" * 40, "too long or nested too deeply"),
    ("(" * 4, "never closed"),
    (")", "never opened"),
    ("(" * 45 + "a = " + ")" * 45, "too long or nested too deeply"),
    ("(" * 100_000 + "id = 1" + ")" * 100_000, "nested too deeply"),
    ("not " * 20_000 + "id = 1", "nested too deeply"),
    ("-" * 20_000 + "1 = id", "nested too deeply"),
    ("id = 1" + " = 1" * 20_000, "nested too deeply"),
    ("id" + "-1" * 20_000 + " = 1", "nested too deeply"),
    ("id" + " -1" * 20_000 + " = 1", "nested too deeply"),
    ("s_intersects(geom, POINT(1" + " -1" * 20_000 + "))", "nested too deeply"),
    ("casei(" * 20_000 + "name" + ")" * 20_000 + " = 'x'", "nested too deeply"),
    ("not " * 60 + "id = 1", "nested too deeply"),
    ("x" * 1_000_001, "longer than"),
    ("s_intersects(geometry, MULTIPOINT(" + ",".join(["1 -2"] * 10_001) + "))", "more than 10,000 vertices"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED, ids=range(len(REFUSED)))
def test_an_invalid_filter_is_refused_with_a_reason(connection: Connection, given: Any, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        compiled(connection, given)
    assert message in str(caught.value)
    str(caught.value).encode()


def test_invalid_json_is_refused(connection: Connection) -> None:
    for text in ("", "{", "[" * 100_000, '{"op":"not","args":[' * 60 + "true" + "]}" * 60, "NaN", "1" * 5000):
        with pytest.raises(FilterError):
            filters.compile(filters.parse(text, "cql2-json"), known(connection, "plots"), CRS84)


def test_a_large_polygon_is_read(records: Connection) -> None:
    lower = [f"{394000 + x} 5704000" for x in range(4_900)]
    upper = [f"{398899 - x} 5706000" for x in range(4_900)]
    polygon = f"POLYGON(({', '.join([*lower, *upper, lower[0]])}))"
    assert find(records, f"(zoning is null or (s_intersects(geometry, {polygon})))") == "abcd"


def test_a_large_polygon_in_json_is_read(records: Connection) -> None:
    lower = [[7 + x / 10_000, 51.0, 3] for x in range(4_999)]
    upper = [[7.9 - x / 10_000, 52.0, 3] for x in range(4_999)]
    polygon = {"type": "Polygon", "coordinates": [[*lower, *upper, lower[0]]]}
    assert find(records, op("s_within", prop("geometry"), polygon), crs=CRS84) == "abcd"


def test_the_public_can_filter_only_by_public_properties(connection: Connection) -> None:
    public = known(connection, "plots", Audience.PUBLIC)
    assert {"name", "zoning", "remaining_m2", "geometry"} <= public.keys()
    assert not {"contact", "note", "source_id", "taken_m2", "recorded_from"} & public.keys()
    with pytest.raises(FilterError, match="not a known property") as caught:
        filters.compile(filters.parse("contact = 'x'", "cql2-text"), public, CRS84)
    assert "taken_m2" not in str(caught.value)
    assert not {"name", "email", "phone", "contact_name"} - {"name"} & known(connection, "parties").keys()


def test_values_are_bound(connection: Connection) -> None:
    given = "name = '; drop table plots' and id in (1, 2) and offered_on > DATE('2023-01-01')"
    statement, parameters = compiled(connection, given)
    text = statement.as_string(connection)
    assert "drop" not in text
    assert "2023" not in text
    assert "; drop table plots" in parameters.values()


def test_the_spatial_index_is_used(records: Connection) -> None:
    condition = compiled(records, "s_intersects(geometry, BBOX(7.5,51.4,7.6,51.5))", "trenches", CRS84)
    records.execute("set local enable_seqscan = off")
    statement = sql.SQL("explain select from flurwerk_for_internal.trenches as r where {}").format(condition.statement)
    plan = "\n".join(line for (line,) in records.execute(statement, condition.parameters))
    assert "trenches" in plan
    assert "Index Cond: (geom &&" in plan


WORDS = """
    name id zoning geometry offered_on divisible parcels nonsense and or not = <> < <= > >= + - * / % div ^ ( ) , like
    in between is null casei( s_intersects( s_within( t_after( t_during( a_contains( pg_sleep(
    POINT(1 2) BBOX(1,2,3,4)
    DATE('2023-01-01') TIMESTAMP('2023-01-01T00:00:00Z') INTERVAL('..','2023-01-01') 'GE' '%' 1 2.5 -3 1e99 true false
    " ' ; -- \\ ä 🏭 [ ] { }
"""
LEAVES: list[Any] = [
    None, True, 0, 1.5, -3, 1e300, 10**400, "", "GE", "x", "2023-01-01", "..", [], {}, [1, "a"],
    *map(prop, ("name", "id", "geometry", "offered_on", "divisible", "parcels", "recorded_from", "nonsense")),
    {"property": 3}, {"op": 3}, {"op": "=", "args": 3}, {"date": 1}, {"date": "2023-01-01"}, {"timestamp": []},
    {"interval": ["2023-01-01", ".."]}, {"interval": [prop("offered_on"), None]}, {"interval": 1},
    {"type": "Point", "coordinates": [7, 51]}, {"type": "Point", "coordinates": "x"}, {"type": []},
    {"type": "LineString", "coordinates": [[1, 2]]}, {"bbox": [1, 2, 3, 4]}, {"bbox": [1]},
    {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [7, 51]}]},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [0, 0]]]},
]  # fmt: skip
NAMES = """
    and or not = <> < >= isNull like between in casei + / % div s_intersects s_within s_equals s_overlaps t_after
    t_during t_meets a_contains a_equals pg_sleep
"""


def random_tree(random: Random, depth: int) -> Any:
    if depth == 0 or random.random() < 0.2:
        return random.choice(LEAVES)
    count = random.choice((0, 1, 2, 2, 2, 2, 3))
    arguments: list[Any] = [random_tree(random, depth - 1) for _ in range(count)]
    return op(random.choice(NAMES.split()), *arguments)


def mutated(random: Random, tree: Any) -> Any:
    """Return the tree with some of its parts replaced at random."""
    if random.random() < 0.1:
        return random.choice(LEAVES)
    if isinstance(tree, dict) and "op" in tree:
        name = random.choice(NAMES.split()) if random.random() < 0.1 else tree["op"]
        return op(name, *(mutated(random, part) for part in tree["args"]))
    return tree


def test_any_input_yields_a_condition_or_a_filter_error(records: Connection) -> None:
    random = Random(2023)
    texts = [" ".join(random.choices(WORDS.split(), k=random.randint(1, 12))) for _ in range(500)]
    texts += [
        "".join(chr(random.choice((random.randint(1, 127), random.randint(1, 0xFFFF)))) for _ in range(20))
        for _ in range(100)
    ]
    trees = [random_tree(random, random.randint(1, 4)) for _ in range(1500)]
    valid = [tree for _, tree, _ in BOTH if tree is not None]
    trees += [op("and", *(mutated(random, tree) for tree in random.choices(valid, k=2))) for _ in range(1000)]
    found = 0
    for given in [*texts, *trees]:
        try:
            find(records, given, crs=random.choice((CRS84, WGS84, STORED)))
            found += 1
        except FilterError as error:
            str(error).encode()
    assert found > 300


@pytest.mark.parametrize("relation", ["t_after", "t_during", "t_meets", "t_equals"])
@pytest.mark.parametrize("literal", ["DATE('2023-01-01')", "INTERVAL('..','9999-12-31')", "DATE('0001-01-01')"])
def test_instants_are_compared_with_days(records: Connection, relation: str, literal: str) -> None:
    try:
        assert find(records, f"{relation}(recorded_from, {literal})") in ("", "abcd")
    except FilterError as error:
        assert "is not a time" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a_contains(parcels, ('{0}'))", "a"),
        ("a_containedby(parcels, ('{0}', '{1}'))", "ab"),
        ("a_equals(parcels, ('{1}', '{2}'))", ""),
        ("a_equals(parcels, ('{0}'))", "a"),
        ("a_overlaps(parcels, ('{0}', '{2}'))", "a"),
    ],
)
def test_lists_of_texts_can_be_filtered(records: Connection, condition: str, expected: str) -> None:
    keys = [f"{number:020}" for number in range(3)]
    for source_id, parcels in (("a", keys[:1]), ("b", keys[1:2])):
        records.execute("update flurwerk.plots set parcels = %s where source_id = %s", [parcels, source_id])
    assert find(records, condition.format(*keys)) == expected
