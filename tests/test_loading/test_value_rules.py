"""What mappings can do with values: several columns, units, notations of dates, tolerant codes, conditions."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.loading import FileMapping, ValueRule

CONNECTIONS = "source_id;programme;x;y;{}\n1;funded;390000;5710000;{}\n"


def mapped(city, text):
    return city.write("m.toml", 'crs = "EPSG:25832"\n' + text)


def test_one_column_fills_several_and_several_fill_one(city):
    delivery = (
        "Nr;Straße;Haus;Zusatz;Prog;O;N\n1;Hafenweg;12;a;funded;390000;5710000\n2;Ring;3;;funded;390001;5710000\n"
    )
    mapping = mapped(
        city,
        """
        [columns]
        Nr = ["source_id", "note"]
        Prog = "programme"
        O = "x"
        N = "y"
        [values.address]
        join = ["Straße", "Haus", "Zusatz"]
        [values.source_id]
        prefix = "netz-"
        """,
    )
    assert city.load("connections", delivery, mapping=mapping).inserted == 2
    assert city.rows("connections", "source_id, note, address") == [
        ("netz-1", "1", "Hafenweg 12 a"),
        ("netz-2", "2", "Ring 3"),
    ]


def test_a_joined_column_that_the_file_lacks_is_refused_and_a_mapped_one_is_told(city):
    mapping = FileMapping(crs="25832", values={"address": ValueRule(join=("Straße", "Nr"))})
    message = city.refusal("connections", CONNECTIONS.format("Straße", "Ring"), mapping=mapping)
    assert "joins address from Nr" in message
    mapping = FileMapping(crs="25832", columns={"Strasse": ("address",)}, ignore=("*",))
    report = city.load("connections", CONNECTIONS.format("Straße", "Ring"), mapping=mapping)
    assert [note.en for note in report.notes] == [
        "The mapping names columns that the file lacks: Strasse. They were not loaded."
    ]


@pytest.mark.parametrize(
    ("given", "unit", "stored"),
    [("1,25", "ha", Decimal(12500)), ("1,25 ha", "ha", Decimal(12500)), ("12", "a", Decimal(1200)), ("", "ha", None)],
)
def test_units_are_converted_to_the_columns(city, given, unit, stored):
    mapping = FileMapping(values={"area_m2": ValueRule(unit=unit)})
    text = f"source_id;kind;area_m2;agreed_on\n1;lease;{given};2023-01-01\n2;lease;1;2023-01-01\n"
    if stored is None:
        assert city.problems("office_takeups", text, mapping=mapping)[0][:2] == (2, "area_m2")
    else:
        assert city.load("office_takeups", text, mapping=mapping).inserted == 2
        assert city.rows("office_takeups", "area_m2")[0] == (stored,)


def test_a_code_that_equals_its_value_is_a_code_all_the_same(city):
    mapping = FileMapping(values={"area_m2": ValueRule(unit="ha")}, codes={"area_m2": {"5": 5}})
    path = city.folder / "t.parquet"
    pq.write_table(
        pa.table({"source_id": ["1"], "kind": ["lease"], "area_m2": [5], "agreed_on": [date(2023, 1, 1)]}), path
    )
    assert city.load("office_takeups", path, mapping=mapping).inserted == 1
    assert city.rows("office_takeups", "area_m2") == [(5,)]


@pytest.mark.parametrize(
    ("rule", "column", "message"),
    [
        (ValueRule(unit="km"), "area_m2", "gives area_m2 in km, which does not convert to m²"),
        (ValueRule(unit="km"), "note", "gives note in km, but that column has no unit"),
        (ValueRule(date_format="%d"), "note", "gives note a date_format, but it is not a date"),
        (ValueRule(prefix="x"), "area_m2", "gives area_m2 a prefix, but it is not a text"),
    ],
)
def test_rules_that_do_not_suit_their_column_are_refused(city, rule, column, message):
    text = "source_id;kind;area_m2;agreed_on;note\n1;lease;1;2023-01-01;\n"
    assert message in city.refusal("office_takeups", text, mapping=FileMapping(values={column: rule}))


def test_dates_in_the_notation_that_the_mapping_names(city):
    mapping = FileMapping(values={"agreed_on": ValueRule(date_format="%m/%d/%y")})
    text = "source_id;kind;area_m2;agreed_on\n1;lease;1;{}\n"
    assert city.load("office_takeups", text.format("02/03/23"), mapping=mapping).inserted == 1
    assert city.rows("office_takeups", "agreed_on") == [(date(2023, 2, 3),)]
    [(row, column, reason)] = city.problems("office_takeups", text.format("31.12.2023"), mapping=mapping)
    assert (row, column) == (2, "agreed_on")
    assert "notation %m/%d/%y" in reason


def test_codes_are_recognised_by_label_and_in_any_case_and_that_is_told(city):
    text = "source_id;kind;area_m2;agreed_on\n1;Lease;1;2023-01-01\n2;KAUF;1;2023-01-01\n3;lease;1;2023-01-01\n"
    [(row, column, _)] = city.problems("office_takeups", text)
    assert (row, column) == (3, "kind")
    mapping = FileMapping(codes={"kind": {"kauf": "owner_purchase"}})
    report = city.load("office_takeups", text, mapping=mapping)
    assert city.rows("office_takeups", "kind") == [("lease",), ("owner_purchase",), ("lease",)]
    assert [note.en for note in report.notes] == [
        "kind: values were read as codes: Lease → lease (1), KAUF → owner_purchase (1)."
    ]


def test_labels_count_with_and_without_their_brackets_and_however_accents_are_encoded(city):
    line = "LINESTRING (390000 {0}, 390100 {0})"
    rows = ["Horizontalspülbohrung (HDD)", "horizontalspu\u0308lbohrung", "Kabelpflug"]
    text = "source_id;programme;method;geometry\n" + "".join(
        f"{number};funded;{method};{line.format(5710000 + number)}\n" for number, method in enumerate(rows)
    )
    assert city.load("trenches", text, crs="25832").inserted == 3
    assert city.rows("trenches", "method") == [("hdd",), ("hdd",), ("plough",)]


def test_a_default_for_codes_that_are_not_listed_and_for_empty_cells(city):
    rows = "1;m;1;2023-01-01\n2;unbekannt;1;2023-01-01\n3;;1;2023-01-01\n"
    mapping = FileMapping(codes={"kind": {"M": "lease", "*": "sublease", "": "renewal"}})
    report = city.load("office_takeups", "source_id;kind;area_m2;agreed_on\n" + rows, mapping=mapping)
    assert city.rows("office_takeups", "kind") == [("lease",), ("sublease",), ("renewal",)]
    assert [note.en for note in report.notes] == [
        "kind: values were read as codes: m → lease (1), unbekannt → sublease (1)."
    ]


def test_an_x_means_yes_where_the_mapping_says_so(city):
    mapping = FileMapping(crs="25832", codes={"divisible": {"x": True, "": False}})
    text = (
        "source_id;name;ownership;divisible;geometry\n"
        "1;A;public;X;POLYGON ((391000 5711000, 391010 5711000, 391010 5711010, 391000 5711000))\n"
        "2;B;public;;POLYGON ((391100 5711000, 391110 5711000, 391110 5711010, 391100 5711000))\n"
    )
    assert city.load("plots", text, mapping=mapping).inserted == 2
    assert city.rows("plots", "divisible") == [(True,), (False,)]


@pytest.mark.parametrize(
    ("where", "loaded"),
    [
        (("Status=gebaut",), ["1", "2"]),
        (("status = Gebaut|geplant",), ["1", "2", "3"]),
        (("Status!=gebaut",), ["3", "4"]),
        (("Status=",), ["4"]),
        (("Status!=", "source_id!=1"), ["2", "3"]),
    ],
)
def test_conditions_choose_rows_and_the_others_are_counted(city, where, loaded):
    rows = "".join(
        f"{n};lease;1;2023-01-01;{state}\n" for n, state in enumerate(("gebaut", "GEBAUT", "geplant", ""), 1)
    )
    report = city.load("office_takeups", "source_id;kind;area_m2;agreed_on;Status\n" + rows, where=where)
    assert [row[0] for row in city.rows("office_takeups")] == loaded
    assert report.rows == len(loaded)
    assert report.notes[0].en.endswith(f": {4 - len(loaded)}.")


def test_bad_cells_in_rows_that_are_left_out_do_not_matter_and_the_others_keep_their_numbers(city):
    text = "source_id;kind;area_m2;agreed_on;S\n1;lease;?;2023-01-01;a\n2;lease;?;2023-01-01;b\n"
    assert [problem[:2] for problem in city.problems("office_takeups", text, where=("S=b",))] == [(3, "area_m2")]


@pytest.mark.parametrize(
    ("where", "message"),
    [("Stand=1", "names the column Stand"), ("S", "cannot be read"), ("S=z", "None of the file's 1 rows meets S=z")],
)
def test_conditions_that_cannot_hold_are_refused(city, where, message):
    text = "source_id;kind;area_m2;agreed_on;S\n1;lease;1;2023-01-01;a\n"
    assert message in city.refusal("office_takeups", text, where=(where,))


def test_rules_hold_for_the_files_values_not_for_the_codes_and_constants_that_the_mapping_itself_names(city):
    mapping = FileMapping(
        columns={"Nr": ("source_id",), "ha": ("area_m2",), "am": ("agreed_on",)},
        values={
            "source_id": ValueRule(prefix="los1-"),
            "area_m2": ValueRule(unit="ha"),
            "agreed_on": ValueRule(date_format="%m/%d/%Y"),
            "note": ValueRule(prefix="Los 1: "),
        },
        codes={"area_m2": {"": 7, "klein": 8}, "agreed_on": {"offen": "2023-12-31"}, "source_id": {"*9": "nine"}},
        constants={"kind": "lease", "note": "all"},
    )
    text = "Nr;ha;am\n1;2;02/03/2023\n2;;offen\n*9;klein;offen\n"
    assert city.load("office_takeups", text, mapping=mapping).inserted == 3
    assert city.rows("office_takeups", "source_id, area_m2, agreed_on, note") == [
        ("los1-1", 20000, date(2023, 2, 3), "all"),
        ("los1-2", 7, date(2023, 12, 31), "all"),
        ("nine", 8, date(2023, 12, 31), "all"),
    ]
