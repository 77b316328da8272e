"""Mapping files: contractors' own columns and codes."""

import csv
import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from geo.loading import FileMapping, LoadRefused, ValueRule, problems_as_csv, problems_as_json, template, write_problems
from geo.records.layers import LAYERS

DELIVERY = (
    "Trassen-Nr.;Verfahren;Fertig am;Bauleiter;Länge;Verlauf\r\n"
    "T1;Spülbohrung;31.12.2022;Müller;1.250;LINESTRING (390000 5710000, 390100 5710000)\r\n"
    "T2;offen;;Müller;2,5;LINESTRING (390000 5711000, 390100 5711000)\r\n"
).encode("cp1252")
MAPPING = """
crs = "EPSG:25832"
encoding = "cp1252"
delimiter = ";"
ignore = ["Bauleiter", "Länge"]

[columns]
"Trassen-Nr." = "source_id"
"Verfahren" = "method"
"Fertig am" = "laid_on"
"Verlauf" = "geometry"

[codes.method]
"Spülbohrung" = "hdd"
"offen" = "open_trench"

[constants]
programme = "funded"
origin = "co_laid"
"""


def test_example_of_the_manual(city):
    manual = (Path(__file__).parents[2] / "docs" / "loading.md").read_text("utf-8")
    blocks = dict(re.findall(r"```(csv|toml)\n(.*?)```", manual, re.DOTALL))
    path, mapping = city.write("t.csv", blocks["csv"]), city.write("m.toml", blocks["toml"])
    assert city.load("trenches", path, mapping=mapping).inserted == 2
    assert city.rows("trenches", "source_id, method") == [("T-17", "hdd"), ("T-18", "open_trench")]


def test_mapped_columns_codes_and_constants(city):
    report = city.load("trenches", city.write("t.csv", DELIVERY), mapping=city.write("m.toml", MAPPING))
    assert report.inserted == 2
    assert city.rows("trenches", "source_id, method, laid_on, origin") == [
        ("T1", "hdd", date(2022, 12, 31), "co_laid"),
        ("T2", "open_trench", None, "co_laid"),
    ]


def test_ignoring_everything_that_is_not_mapped(city):
    rest = MAPPING.replace('["Bauleiter", "Länge"]', '["*"]')
    assert city.load("trenches", city.write("t.csv", DELIVERY), mapping=city.write("m.toml", rest)).inserted == 2


def test_codes_that_are_missing_in_the_mapping(city):
    mapping = city.write("m.toml", MAPPING.replace('"offen" =', '"gefräst" ='))
    [(row, column, reason)] = city.problems("trenches", city.write("t.csv", DELIVERY), mapping=mapping)
    assert (row, column) == (3, "method")
    assert "open_trench" in reason


def test_options_override_the_mapping(city):
    mapping = city.write("m.toml", MAPPING.replace("25832", "4326").replace("cp1252", "utf-8"))
    path = city.write("t.csv", DELIVERY)
    assert city.load("trenches", path, mapping=mapping, crs="25832", encoding="cp1252").inserted == 2


def test_decimal_sign_of_the_mapping(city):
    text = "source_id;kind;area_m2;agreed_on\n1;lease;1.250;2023-01-01\n"
    assert "thousands" in city.problems("office_takeups", text)[0][2]
    assert city.load("office_takeups", text, mapping=FileMapping(decimal=",")).inserted == 1
    assert city.rows("office_takeups", "area_m2") == [(1250,)]


def test_codes_for_references_and_numbers(city):
    mapping = FileMapping(codes={"programme": {"Los 1": "funded"}, "dwellings": {"k.A.": ""}})
    text = "source_id;programme;dwellings;x;y\n1;Los 1;k.A.;390000;5710000\n"
    assert city.load("connections", text, crs="25832", mapping=mapping).inserted == 1
    assert city.rows("connections", "dwellings") == [(None,)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns\n", "is not valid TOML"),
        (f"x = {'[' * 5000}{']' * 5000}", "is not valid TOML"),
        (f"header_row = {'9' * 5000}", "is not valid TOML"),
        ("[columns]\nname = 5\n", "an entry of the wrong type"),
        ("[column]\na = 'name'\n", "unknown entry column"),
        ("[columns]\na = 'nam'\n", "names nam, which operators does not have"),
        ("[constants]\nname = 'Netz'\n", "sets name, but the file has it too"),
        ("[constants]\nnote = '\ufffd'\n", "constant note has the invalid value"),
        ("decimal = ';'\n", "an entry of the wrong type"),
        ("delimiter = ';;'\n", "an entry of the wrong type"),
    ],
)
def test_mappings_that_cannot_be_used(city, text, message):
    mapping = city.write("m.toml", text)
    assert message in city.refusal("operators", "source_id;name;kind\n1;Netz;carrier\n", mapping=mapping)


def test_mapping_that_is_missing_or_not_utf8(city, tmp_path):
    operators = "source_id;name;kind\n1;Netz;carrier\n"
    assert "cannot be read" in city.refusal("operators", operators, mapping=tmp_path / "no.toml")
    latin = city.write("m.toml", '[columns]\n"Länge" = "note"\n'.encode("latin-1"))
    assert "is not UTF-8" in city.refusal("operators", operators, mapping=latin)


@pytest.mark.parametrize("layer", LAYERS)
def test_template_of_every_layer_has_a_header_that_can_be_loaded(city, layer):
    text = template(city.connection, layer)
    assert text.startswith("\ufeffsource_id*;")
    assert "a header but no rows" in city.refusal(layer, city.write("t.csv", text), crs="25832")


def test_template_marks_what_is_required(city):
    header = template(city.connection, "trenches").strip("\ufeff\r\n").split(";")
    assert {"source_id*", "programme*", "origin", "laid_on", "geometry*"} <= set(header)
    assert not {"id", "source", "status", "length_m", "district_keys", "recorded_from"} & set(header)
    filled = template(city.connection, "operators") + "1;;Netz;carrier;;\r\n"
    assert city.load("operators", city.write("o.csv", filled)).inserted == 1


def test_report_files(city, tmp_path):
    report = city.load("operators", "source_id;name;kind\n=1+1;Netz;Träger\n2;;carrier\n")
    path = tmp_path / "report.csv"
    write_problems(report.problems, path)
    rows = list(csv.reader(StringIO(path.read_text("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["row", "source_id", "column", "value", "reason"]
    assert rows[1][:4] == ["2", "'=1+1", "kind", "Träger"]
    assert rows[2][:4] == ["3", "2", "name", ""]
    [first, second] = json.loads(problems_as_json(report.problems, "en"))
    assert (first["row"], first["source_id"], first["value"]) == (2, "=1+1", "Träger")
    assert "is missing" in second["reason"]
    assert "fehlt" in problems_as_csv(report.problems, "de")
    write_problems(report.problems, tmp_path / "report.json")
    with pytest.raises(LoadRefused, match=r"ends in \.csv or \.json"):
        write_problems(report.problems, tmp_path / "report.xlsx")
    with pytest.raises(LoadRefused, match="cannot be written"):
        write_problems(report.problems, tmp_path / "nowhere" / "report.csv")


def test_mapped_headers_may_differ_in_case(city):
    """As everywhere else: a contractor who writes TRASSEN-NR. means the mapped column; the exact name comes first."""
    shouted = DELIVERY.replace(DELIVERY.splitlines()[0], DELIVERY.splitlines()[0].upper())
    assert shouted != DELIVERY
    report = city.load("trenches", city.write("t.csv", shouted), mapping=city.write("m.toml", MAPPING))
    assert report.inserted == 2
    assert city.rows("trenches", "method") == [("hdd",), ("open_trench",)]


def test_headers_that_differ_by_case_alone_need_their_exact_names(city):
    """Which of both is meant cannot be known."""
    rows = "NR;nr;programme;geometry\n1;2;funded;LINESTRING (390000 5710000, 390100 5710000)\n"
    mapping = city.write("m.toml", 'crs = "EPSG:25832"\nignore = ["nr"]\n[columns]\n"NR" = "source_id"\n')
    assert city.load("trenches", city.write("t.csv", rows), mapping=mapping).inserted == 1
    assert city.rows("trenches") == [("1",)]
    unclear = city.write("u.toml", 'crs = "EPSG:25832"\n[columns]\n"Nr" = "source_id"\n')
    refusal = city.refusal("trenches", city.write("t.csv", rows), mapping=unclear)
    assert "trenches has no column NR, nr" in refusal


def test_a_constant_that_is_no_code_is_refused_once_with_the_codes(city):
    """Not once for each row of the file."""
    mapping = city.write("m.toml", MAPPING.replace('origin = "co_laid"', 'origin = "mitverlegt?"'))
    refusal = city.refusal("trenches", city.write("t.csv", DELIVERY), mapping=mapping)
    assert "constant origin has the unknown code mitverlegt?" in refusal


def test_a_constant_source_id_is_for_files_of_one_row(city):
    """Such as a city's outline; with more rows each would be the same record."""
    mapping = city.write("m.toml", '[constants]\nsource_id = "umring"\nname = "Gewerbe"\n')
    area = "geometry\nPOLYGON ((390000 5710000, 390100 5710000, 390100 5710100, 390000 5710000))\n"
    one = city.write("one.csv", area)
    assert city.load("industrial_areas", one, mapping=mapping, crs="EPSG:25832").inserted == 1
    assert city.rows("industrial_areas") == [("umring",)]
    two = city.write("two.csv", area + area.splitlines()[1] + "\n")
    problems = city.problems("industrial_areas", two, mapping=mapping, crs="EPSG:25832")
    assert {reason for *_, reason in problems} == {
        "The source_id occurs more than once in the file. Every row needs its own."
    }


@pytest.mark.parametrize(
    "rules",
    [
        {"constants": {"geometry": "POINT (390000 5710000)"}},
        {"constants": {"x": 390000}},
        {"codes": {"x": {"390000": "391000"}}},
        {"values": {"x": ValueRule(unit="km")}},
        {"values": {"geometry": ValueRule(join=("x", "y"))}},
    ],
    ids=str,
)
def test_rules_for_places_are_refused_rather_than_left_out(city, rules):
    """A place that is not the surveyed one must not be stored, and what a mapping says not be ignored."""
    text = city.refusal("connections", "source_id;x;y\n1;390000;5710000\n", crs="EPSG:25832", **rules)
    assert "places are always loaded as they are in the file" in text
