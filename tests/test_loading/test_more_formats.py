"""File geodatabases, GML, JSON-FG, KML, DXF and MapInfo: exact texts, chosen layers, and nothing that asks a server."""

import json
import math
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import LineString, Point

from geo.loading.inspecting import inspect_file
from geo.loading.mapping import FileMapping
from geo.loading.reading import formats, open_source
from geo.loading.reasons import of_files, of_shapes
from tests.test_loading.deliveries import delivered

HERE = Point(390500, 5706000)
LINE = LineString([(390500, 5706000), (390600, 5706000)])
TRUTH = "LINESTRING(390500 5706000,390600 5706000)"
DXF_MAPPING = """
crs = "EPSG:25832"
[columns]
EntityHandle = "source_id"
[constants]
programme = "funded"
"""


def test_all_drivers_that_may_open_a_file_are_in_the_wheel():
    drivers = {driver for kind in formats.FORMATS.values() for driver in kind.drivers}
    assert drivers <= pyogrio.list_drivers(read=True).keys()


@pytest.mark.parametrize("name", ["a.gdb", "a.kml"])
def test_delivered_geodatabase_and_kml(city, name):
    report = city.load("trenches", delivered(city, name))
    assert report.problems == []
    assert city.rows("trenches", "source_id, st_astext(st_linemerge(geom), 3)") == [("T1", TRUTH)]


def test_delivered_drawing(city):
    mapping = city.write("m.toml", DXF_MAPPING)
    report = city.load("trenches", delivered(city, "a.dxf"), mapping=mapping)
    assert report.problems == []
    assert city.rows("trenches", "source_id, st_astext(st_linemerge(geom), 3)") == [("20000", TRUTH)]
    assert of_files.unread_columns(["Layer", "Linetype", "Text"]) in report.notes


COLUMNS = "source_id, address, dwellings, down_mbit, passed_on, st_astext(geom, 2)"
ROWS = [
    ("1", "Münsterstraße 1", 3, Decimal("250.5"), date(2023, 1, 31), "POINT(390500 5706000)"),
    ("2", None, 4, Decimal(100), None, "POINT(390600 5706000)"),
]


@pytest.mark.parametrize("name", ["c.gdb", "c.gml", "c.jsonfg", "c.tab", "c.mif"])
def test_formats_that_gdal_reads_load_the_same_records(city, tmp_path, name):
    frame = gpd.GeoDataFrame(
        {
            "source_id": ["1", "2"],
            "address": ["Münsterstraße 1", None],
            "dwellings": np.array([3, 4], np.int32),
            "down_mbit": [250.5, 100],
            "passed_on": [date(2023, 1, 31), None],
        },
        geometry=[HERE, Point(390600, 5706000)],
        crs=25832,
    )
    driver = {"gdb": "OpenFileGDB", "jsonfg": "JSONFG", "tab": "MapInfo File", "mif": "MapInfo File"}.get(name[2:])
    is_mapinfo = name[2:] in {"tab", "mif"}
    frame.to_file(tmp_path / name, driver=driver, engine="pyogrio", encoding="CP1252" if is_mapinfo else None)
    report = city.load("connections", tmp_path / name, **({"encoding": "cp1252"} if is_mapinfo else {}))
    assert report.problems == []
    assert city.rows("connections", COLUMNS) == ROWS


@pytest.mark.parametrize("suffix", ["tab", "mif"])
def test_texts_of_mapinfo_in_an_encoding_that_nobody_names(city, tmp_path, suffix):
    frame = gpd.GeoDataFrame({"source_id": ["1"], "address": ["Münsterstraße"]}, geometry=[HERE], crs=25832)
    path = tmp_path / f"c.{suffix}"
    frame.to_file(path, driver="MapInfo File", engine="pyogrio", encoding="CP1252")
    [(row, column, reason)] = city.problems("connections", path)
    assert (row, column) == (1, "address")
    assert "--encoding cp1252" in reason
    assert "no encoding cp9" in city.refusal("connections", path, encoding="cp9")
    report = city.load("connections", path, encoding="cp1252")
    assert of_shapes.MAPINFO_ARCS in report.notes
    assert city.rows("connections", "address") == [("Münsterstraße",)]


def gml(*members: str, attributes: str = "", srs: str = "urn:adv:crs:ETRS89_UTM32") -> str:
    """A feature collection of trenches, each with these XML elements."""
    features = "".join(
        f'<gml:featureMember><a:t gml:id="t{number}"><a:source_id>{number}</a:source_id>'
        f"<a:programme>funded</a:programme>{member}</a:t></gml:featureMember>"
        for number, member in enumerate(members, 1)
    )
    return (
        '<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" '
        f'xmlns:a="http://example.org/a" {attributes}>{features}</gml:FeatureCollection>'
    ).replace("SRS", srs)


def gml_line(positions: str) -> str:
    """The geometry of a member, a line."""
    line = f'<gml:LineString srsName="SRS"><gml:posList>{positions}</gml:posList></gml:LineString>'
    return f"<a:geom>{line}</a:geom>"


GML_LINE = gml_line("390500 5706000 390600 5706000")


@pytest.mark.parametrize(
    "srs",
    [
        "urn:adv:crs:ETRS89_UTM32",
        "urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH",
        "urn:ogc:def:crs:EPSG::25832",
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        "http://www.opengis.net/gml/srs/epsg.xml#25832",
        "EPSG:25832",
    ],
)
def test_gml_in_every_way_to_name_its_crs(city, srs):
    line = gml_line("390500 5706000 7 390600 5706000 8").replace("<gml:posList", '<gml:posList srsDimension="3"')
    report = city.load("trenches", city.write("t.gml", gml(line if "*" in srs else GML_LINE, srs=srs)))
    assert report.problems == []
    assert city.rows("trenches", "st_astext(st_linemerge(geom), 3)") == [(TRUTH,)]


def test_gml_in_degrees_has_its_latitudes_first(city):
    line = gml_line("51.49 7.43 51.49 7.44")
    assert city.load("trenches", city.write("t.gml", gml(line, srs="urn:ogc:def:crs:EPSG::4258"))).ok
    assert "whose latitudes come first" in city.refusal(
        "trenches", city.write("u.gml", gml(line, srs="urn:adv:crs:ETRS89_Lat-Lon"))
    )


@pytest.mark.parametrize("srs", ["urn:adv:crs:MOND", "urn:ogc:def:crs:EPSG::999999", "Kataster"])
def test_gml_in_an_unknown_crs_is_refused(city, srs):
    assert f"The CRS {srs} is unknown" in city.refusal("trenches", city.write("t.gml", gml(GML_LINE, srs=srs)))


def test_gml_in_several_crs_or_none_is_refused(city):
    other = GML_LINE.replace("SRS", "EPSG:4647")
    assert "names several CRS (EPSG:25832, EPSG:4647)" in city.refusal(
        "trenches", city.write("t.gml", gml(GML_LINE, other, srs="EPSG:25832"))
    )
    without = GML_LINE.replace(' srsName="SRS"', "")
    path = city.write("u.gml", gml(without))
    assert "does not name the CRS" in city.refusal("trenches", path)
    assert city.load("trenches", path, crs="25832").ok


def test_values_in_gml_are_read_by_our_rules(city):
    """What is no date or number is refused as it is written, whatever a schema or a cache beside the file says."""
    bad = "<a:laid_on>2023-02-30</a:laid_on>" + GML_LINE
    good = "<a:laid_on>31.01.2023</a:laid_on>" + GML_LINE
    path = city.write("t.gml", gml(bad, good))
    city.write("t.gfs", "<GMLFeatureClassList><GMLFeatureClass><Name>t</Name></GMLFeatureClass></GMLFeatureClassList>")
    before = sorted(file.name for file in city.folder.iterdir())
    problems = city.load("trenches", path).problems
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [(1, "laid_on", "2023-02-30")]
    assert sorted(file.name for file in city.folder.iterdir()) == before
    assert city.load("trenches", city.write("u.gml", gml(good))).ok
    assert city.rows("trenches", "laid_on") == [(date(2023, 1, 31),)]


def test_arcs_in_gml(city):
    curve = (
        '<a:geom><gml:Curve srsName="SRS"><gml:segments><gml:Arc><gml:posList>'
        "390500 5706000 390550 5706050 390600 5706000</gml:posList></gml:Arc></gml:segments></gml:Curve></a:geom>"
    )
    report = city.load("trenches", city.write("t.gml", gml(curve)))
    assert [problem.reason for problem in report.adjusted] == [of_shapes.LINEARISED]
    assert city.rows("trenches", "st_length(geom)") == [(pytest.approx(50 * math.pi, abs=0.001),)]


def test_one_page_of_an_answer_is_refused(city):
    path = city.write("t.gml", gml(GML_LINE, attributes='numberMatched="7" numberReturned="1"'))
    assert "is one page of an answer: it contains 1 of 7 features" in city.refusal("trenches", path)
    path = city.write("u.gml", gml(GML_LINE, attributes='numberMatched="1" numberReturned="1"'))
    assert city.load("trenches", path).ok
    page = {**collection(feature()), "numberMatched": 7, "numberReturned": 1}
    assert "it contains 1 of 7 features" in city.refusal("trenches", city.write("t.geojson", json.dumps(page)))


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("name", ["t.gml", "t.kml"])
def test_entities_in_xml_are_refused(city, name):
    """They may expand to gigabytes, or contain other files."""
    root = '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gml="http://www.opengis.net/gml">&b;</kml>'
    assert "document type (DOCTYPE)" in city.refusal("trenches", city.write(name, BOMB + root))


@pytest.mark.parametrize("name", ["t.gml", "t.kml", "t.dxf", "t.tab", "t.mif", "t.geojson", "t.jsonfg"])
@pytest.mark.parametrize(
    "content",
    [
        "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>http://localhost</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        "<OGRWFSDataSource><URL>http://localhost</URL></OGRWFSDataSource>",
        '<?xml version="1.0"?><!-- <OGRVRTDataSource> --><a xmlns:gml="http://www.opengis.net/gml"/>',
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read http://localhost"}',
        "source_id;x;y\n1;2;3\n",
        "\0\1\2\3",
    ],
)
def test_what_is_not_of_the_format_that_its_name_says_is_not_opened(city, name, content):
    assert " is not a " in city.refusal("trenches", city.write(name, content))


def collection(*features: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **members, "features": list(features)}


def feature(x: float = 390500, y: float = 5706000, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"source_id": "T1", "programme": "funded", **properties},
        "geometry": {"type": "LineString", "coordinates": [[x, y], [x + (100 if x > 180 else 0.001), y]]},
    }


def named(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    "crs",
    [
        named("urn:adv:crs:ETRS89_UTM32"),
        named("urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH"),
        named("urn:ogc:def:crs:EPSG::25832"),
        named("EPSG:25832"),
        named("http://www.opengis.net/def/crs/EPSG/0/25832"),
        {"type": "EPSG", "properties": {"code": 25832}},
    ],
)
@pytest.mark.parametrize("at_the_end", [False, True])
def test_geojson_in_every_way_to_name_its_crs(city, crs, at_the_end):
    text = json.dumps(collection(feature()) | {"crs": crs} if at_the_end else collection(feature(), crs=crs))
    report = city.load("trenches", city.write("t.geojson", text))
    assert report.problems == []
    assert city.rows("trenches", "st_astext(st_linemerge(geom), 3)") == [(TRUTH,)]


@pytest.mark.parametrize(
    ("crs", "reason"),
    [
        (named("urn:adv:crs:ETRS89_UTM99"), "The CRS urn:adv:crs:ETRS89_UTM99 is unknown"),
        (named("Gauß-Krüger"), "is unknown"),
        (named(""), "is unknown"),
        ({"type": "link", "properties": {"href": "http://localhost/crs"}}, "by a link, which is not followed"),
        ({"type": "url", "properties": {"url": "http://localhost/crs"}}, "by a link, which is not followed"),
        ({"type": "name", "properties": {}}, "The CRS {} is unknown"),
        (None, "The CRS null is unknown. Name one by its EPSG code: --crs EPSG:25832"),
    ],
)
def test_a_crs_of_geojson_that_is_not_understood_is_refused_and_never_taken_for_degrees(city, crs, reason):
    path = city.write("t.geojson", json.dumps(collection(feature(7.43, 51.49), crs=crs)))
    assert reason in city.refusal("trenches", path)
    if "unknown" in reason:
        assert city.load("trenches", path, crs="4326").ok


def test_a_crs_in_escaped_letters_or_inside_the_features_is_read_too(city):
    text = json.dumps(collection(feature(), crs=named("urn:adv:crs:ETRS89_UTM32")))
    assert city.load("trenches", city.write("t.geojson", text.replace('"crs"', '"\\u0063rs"'))).ok
    inside = feature()
    inside["geometry"]["crs"] = named("urn:adv:crs:MOND")
    assert "MOND is unknown" in city.refusal("trenches", city.write("u.geojson", json.dumps(collection(inside))))
    both = json.dumps(collection(inside, crs=named("EPSG:25832")))
    assert "names several CRS (EPSG:25832, urn:adv:crs:MOND)" in city.refusal("trenches", city.write("v.geojson", both))


def test_an_attribute_named_crs_is_no_crs(city):
    mapping = city.write("m.toml", 'ignore = ["crs"]\n')
    for value in (None, "EPSG:4647", {"a": 1}):
        text = json.dumps(collection(feature(7.43, 51.49, crs=value)))
        assert city.load("trenches", city.write("t.geojson", text), mapping=mapping).ok


@pytest.mark.parametrize(
    "crs", ["urn:adv:crs:ETRS89_UTM32", "http://www.opengis.net/def/crs/EPSG/0/25832", "[EPSG:25832]"]
)
def test_json_fg_has_its_place_in_the_crs_that_it_names(city, crs):
    """``geometry`` is for programs that know degrees only, and null here."""
    member = {**feature(), "place": feature()["geometry"], "geometry": None, "time": None, "featureType": "t"}
    text = json.dumps(
        collection(member, coordRefSys=crs, conformsTo=["http://www.opengis.net/spec/json-fg-1/0.3/conf/core"])
    )
    report = city.load("trenches", city.write("t.jsonfg", text))
    assert report.problems == []
    assert city.rows("trenches", "st_astext(st_linemerge(geom), 3)") == [(TRUTH,)]


KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACE = "<Point><coordinates>7.43,51.49,80</coordinates></Point>"


def placemark(number: int, rest: str, geometry: str = PLACE) -> str:
    return (
        f'<Placemark><ExtendedData><Data name="source_id"><value>{number}</value></Data>{rest}</ExtendedData>{geometry}'
        "</Placemark>"
    )


def data(name: str, value: str) -> str:
    return f'<Data name="{name}"><value>{value}</value></Data>'


def test_kml_values_are_read_by_our_rules(city):
    rows = [
        placemark(1, data("dwellings", "3") + data("passed_on", "31.01.2023") + data("address", "Weg 1")),
        placemark(2, data("dwellings", "12 m2") + data("passed_on", "2023-02-30")),
        placemark(3, data("dwellings", "") + data("dwellings", "4")),
    ]
    problems = city.load("connections", city.write("c.kml", KML.format("".join(rows)))).problems
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [
        (2, "dwellings", "12 m2"),
        (2, "passed_on", "2023-02-30"),
    ]
    assert city.load("connections", city.write("d.kml", KML.format(rows[0] + rows[2]))).ok
    assert city.rows("connections", "address, dwellings, passed_on") == [
        ("Weg 1", 3, date(2023, 1, 31)),
        (None, 4, None),
    ]


def test_name_and_description_of_a_placemark_are_columns_like_others(city):
    named_one = placemark(1, data("ownership", "public"), POLYGON).replace(
        "<Placemark>", "<Placemark><name>Hafen</name><description>x</description>"
    )
    path = city.write("p.kml", KML.format(named_one))
    assert "plots has no column" in city.refusal("trenches", path).replace("trenches", "plots")
    assert city.load("plots", path).ok
    assert city.rows("plots", "name, description") == [("Hafen", "x")]


RING = "<LinearRing><coordinates>7.43,51.49 7.431,51.49 7.431,51.491 {}</coordinates></LinearRing>"
POLYGON = f"<Polygon><outerBoundaryIs>{RING.format('7.43,51.49')}</outerBoundaryIs></Polygon>"
OPEN = f"<Polygon><outerBoundaryIs>{RING.format('')}</outerBoundaryIs></Polygon>"


@pytest.mark.parametrize(
    ("layer", "geometry", "reason"),
    [
        ("connections", PLACE, None),
        ("connections", f"<MultiGeometry>{PLACE}</MultiGeometry>", None),
        ("connections", f"<MultiGeometry>{PLACE}{PLACE}</MultiGeometry>", "MultiPoint instead of Point"),
        ("connections", "<Point><coordinates>7.43, 51.49</coordinates></Point>", of_shapes.NOT_READABLE.en),
        ("connections", "<Point><coordinates>7.43</coordinates></Point>", of_shapes.NOT_READABLE.en),
        ("connections", "<Model/>", of_shapes.NOT_READABLE.en),
        ("connections", "", "geometry"),
        ("plots", POLYGON, None),
        ("plots", f"<MultiGeometry>{POLYGON}</MultiGeometry>", None),
        ("plots", OPEN, of_shapes.UNCLOSED.en),
        ("plots", f"<MultiGeometry>{POLYGON}{PLACE}</MultiGeometry>", "GeometryCollection"),
    ],
)
def test_geometries_of_kml(city, layer, geometry, reason):
    extra = data("name", "A") + data("ownership", "public") if layer == "plots" else ""
    report = city.load(layer, city.write("p.kml", KML.format(placemark(1, extra, geometry))))
    if reason is None:
        assert report.problems == []
    else:
        assert {problem.row for problem in report.problems} == {1}
        assert any(reason in problem.reason.en or reason == problem.column for problem in report.problems)


def test_folders_of_kml_are_layers(city):
    text = KML.format(
        f"<Folder><name>Nord</name>{placemark(1, '')}</Folder><Folder><name>Süd</name>{placemark(2, '')}</Folder>"
    )
    path = city.write("c.kml", text)
    assert "several layers (Nord, Süd)" in city.refusal("connections", path)
    assert city.load("connections", path, layer="süd").ok
    assert city.rows("connections") == [("2",)]
    assert city.load("connections", path, layer="*").inserted == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<NetworkLink><Link><href>http://localhost/a.kml</href></Link></NetworkLink>", "a link to another file"),
        ("<name>leer</name>", "has no placemarks"),
        (placemark(1, "")[:-3], "truncated or damaged"),
    ],
)
def test_kml_without_data_of_its_own(city, content, reason):
    assert reason in city.refusal("connections", city.write("c.kml", KML.format(content)))


def drawing(*entities: str) -> str:
    return "0\nSECTION\n2\nENTITIES\n" + "".join(entities) + "0\nENDSEC\n0\nEOF\n"


def entity(kind: str, handle: int, layer: str, *codes: tuple[int, Any]) -> str:
    return f"0\n{kind}\n5\n{handle}\n8\n{layer}\n" + "".join(f"{code}\n{value}\n" for code, value in codes)


def line_entity(handle: int, layer: str) -> str:
    return entity("LINE", handle, layer, (10, 390500), (20, 5706000), (11, 390600), (21, 5706000))


def header(version: str, page: str | None) -> str:
    variables = f"9\n$ACADVER\n1\n{version}\n" + (f"9\n$DWGCODEPAGE\n3\n{page}\n" if page else "")
    return f"0\nSECTION\n2\nHEADER\n{variables}0\nENDSEC\n"


TYPOGRAPHY = "Maß „Süd“ – 5 €"


def lettered(encoding: str, version: str, page: str | None, text: str = TYPOGRAPHY, layer: str = "Süd–West") -> bytes:
    """A drawing with one text on a layer whose name has such letters too."""
    label = entity("TEXT", 11, layer, (100, "AcDbText"), (10, 390500), (20, 5706000), (40, 1), (1, text))
    return (header(version, page) + drawing(label)).encode(encoding)


LETTERED = """
crs = "EPSG:25832"
ignore = ["Linetype", "PaperSpace", "SubClasses"]

[columns]
EntityHandle = "source_id"
Text = "note"
Layer = "address"
"""


@pytest.mark.parametrize(
    ("encoding", "version", "page"),
    [
        ("cp1252", "AC1015", "ANSI_1252"),
        ("cp1252", "AC1015", None),
        ("cp1250", "AC1018", "ANSI_1250"),
        ("utf-8", "AC1032", "ANSI_1252"),
    ],
)
def test_texts_of_drawings_keep_all_their_letters(city, encoding, version, page):
    """AutoCAD before 2007 writes Windows' own; quotation marks, dashes and € are none of ISO 8859-1."""
    path = city.folder / "d.dxf"
    path.write_bytes(lettered(encoding, version, page))
    assert city.load("connections", path, mapping=city.write("m.toml", LETTERED)).inserted == 1
    assert city.rows("connections", "note, address") == [(TYPOGRAPHY, "Süd–West")]


def test_a_drawing_in_another_encoding_than_it_says_is_refused_until_that_is_named(city):
    path, mapping = city.folder / "d.dxf", city.write("m.toml", LETTERED)
    path.write_bytes(lettered("utf-8", "AC1015", "ANSI_1252"))
    refusal = city.refusal("connections", path, mapping=mapping)
    assert "d.dxf is UTF-8, not cp1252" in refusal
    assert "--encoding" in refusal
    path.write_bytes(lettered("cp1252", "AC1015", "ANSI_1252").replace("ß".encode("cp1252"), b"\x81"))
    assert "see line " in city.refusal("connections", path, mapping=mapping)
    path.write_bytes(lettered("cp850", "AC1009", "dos850", "Straße 5, Süd", layer="Süd"))
    assert city.load("connections", path, mapping=mapping).inserted == 1
    assert city.rows("connections", "note") == [("Straße 5, Süd",)]


def test_layers_of_a_drawing(city):
    mapping = city.write("m.toml", DXF_MAPPING)
    path = city.write("d.dxf", drawing(line_entity(11, "Trasse"), line_entity(12, "Rahmen"), line_entity(13, "Trasse")))
    refusal = city.refusal("trenches", path, mapping=mapping)
    assert "several layers (Trasse, Rahmen)" in refusal
    assert "--layer 'Trasse', or --layer '*' for all" in refusal
    assert inspect_file(city.connection, path, mapping=FileMapping(layer="*", crs="EPSG:25832")).row_count == 3
    assert city.load("trenches", path, mapping=mapping, layer="Trasse").inserted == 2
    assert city.rows("trenches") == [("11",), ("13",)]
    assert "has no layer Gas; its layers are Trasse, Rahmen" in city.refusal(
        "trenches", path, mapping=mapping, layer="Gas"
    )
    assert city.load("trenches", path, mapping=mapping, layer="*").inserted == 1


@pytest.mark.parametrize("radius", [0.4, 30, 1000, 9000])
def test_arcs_of_a_drawing_are_within_a_millimetre(city, radius):
    """Circles, arcs, and bulges of polylines, which GDAL draws in steps."""
    centre = np.array([390500.0, 5706000.0 - radius])
    circle = entity("CIRCLE", 11, "0", (10, centre[0]), (20, centre[1]), (40, radius))
    arc = entity("ARC", 12, "0", (10, centre[0]), (20, centre[1]), (40, radius), (50, 80), (51, 100))
    ends = [centre + radius * np.array([math.cos(angle), math.sin(angle)]) for angle in (1.2, 1.9)]
    bulge = math.tan((1.9 - 1.2) / 4)
    points = [(10, ends[0][0]), (20, ends[0][1]), (42, bulge), (10, ends[1][0]), (20, ends[1][1])]
    polyline = entity("LWPOLYLINE", 13, "0", (100, "AcDbEntity"), (100, "AcDbPolyline"), (90, 2), (70, 0), *points)
    source = open_source(city.write("d.dxf", drawing(circle, arc, polyline)), "trenches", FileMapping())
    [batch] = source.batches([], True)
    assert batch.wkb is not None
    shapes = shapely.from_wkb(batch.wkb.to_numpy(zero_copy_only=False))
    assert len(shapes) == 3
    for shape in shapes:
        vertices = shapely.get_coordinates(shape)
        places = np.concatenate([vertices, (vertices[1:] + vertices[:-1]) / 2])
        assert np.abs(np.hypot(*(places - centre).T) - radius).max() < 0.001
    assert of_shapes.DRAWN_ARCS in source.notes


def test_splines_of_a_drawing_are_refused(city):
    points = [code for x in (0, 30, 60, 90) for code in ((10, 390500 + x), (20, 5706000 + x % 4), (30, 0))]
    knots = [(40, knot) for knot in (0, 0, 0, 0, 1, 1, 1, 1)]
    spline = entity(
        "SPLINE", 11, "0", (100, "AcDbEntity"), (100, "AcDbSpline"), (70, 8), (71, 3), (72, 8), (73, 4), *knots, *points
    )
    path = city.write("d.dxf", drawing(spline, line_entity(12, "0")))
    problems = city.load("trenches", path, mapping=city.write("m.toml", DXF_MAPPING)).problems
    assert [(problem.row, problem.reason) for problem in problems] == [(1, of_shapes.SPLINE)]


def test_columns_that_arcgis_adds_are_read_only_if_mapped(city, tmp_path):
    frame = gpd.GeoDataFrame(
        {"source_id": ["1"], "programme": ["funded"], "SHAPE_Length": [1e9], "Shape_Area": [7.5]},
        geometry=[LINE],
        crs=25832,
    )
    frame.to_file(tmp_path / "t.gdb", driver="OpenFileGDB")
    assert city.load("trenches", tmp_path / "t.gdb").ok
    assert city.load("trenches", tmp_path / "t.gdb", columns={"SHAPE_Length": ("note",)}).changed == 1


@pytest.mark.parametrize("name", ["leer.gdb", "fremd.gdb"])
def test_folders_that_are_no_geodatabase(city, tmp_path, name):
    (tmp_path / name).mkdir()
    if name == "fremd.gdb":
        city.export("c.shp", [HERE])
        for part in tmp_path.glob("c.*"):
            part.rename(tmp_path / name / part.name)
    assert "is not a file geodatabase" in city.refusal("connections", tmp_path / name)


@pytest.mark.parametrize("suffix", ["gpkg", "gdb"])
def test_one_of_several_layers_is_named(city, tmp_path, suffix):
    path: Path = tmp_path / f"c.{suffix}"
    for layer in ("alt", "neu"):
        gpd.GeoDataFrame({"source_id": [layer]}, geometry=[HERE], crs=25832).to_file(
            path, layer=layer, driver="GPKG" if suffix == "gpkg" else "OpenFileGDB", mode="a" if path.exists() else "w"
        )
    refusal = city.refusal("connections", path)
    assert (
        "has several layers (alt, neu), none of them named connections. Name the intended one: --layer 'alt'."
        in refusal
    )
    assert city.load("connections", path, layer="neu").ok
    assert city.rows("connections") == [("neu",)]
    assert "has no layer mitte; its layers are alt, neu" in city.refusal("connections", path, layer="mitte")
