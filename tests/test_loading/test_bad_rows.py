"""Bad rows: each is reported with its number, column and reason, and nothing of its file is written."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from shapely import LineString, MultiPoint, Point, Polygon, box, wkt

BOW_TIE = "POLYGON ((390000 5711000, 390100 5711100, 390100 5711000, 390000 5711100, 390000 5711000))"
UNCLOSED = "POLYGON ((390000 5711000, 390100 5711000, 390100 5711100))"
GOOD = "POLYGON ((390000 5711000, 390100 5711000, 390100 5711100, 390000 5711000))"


def plots(*shapes: str) -> str:
    rows = [f'{number};Plot {number};public;"{shape}"' for number, shape in enumerate(shapes, 1)]
    return "\n".join(["source_id;name;ownership;geometry", *rows])


def connections(*rows: str) -> str:
    return "\n".join(["source_id;programme;passed_on;prepared_on;connected_on;activated_on;x;y", *rows])


def test_self_intersection_is_reported_with_its_place(city):
    [(row, column, reason)] = city.problems("plots", plots(GOOD, BOW_TIE), crs="25832")
    assert (row, column) == (3, "geometry")
    assert "Self-intersection at 390050 5711050" in reason


def test_self_intersection_in_a_gis_file(city):
    path = city.export("plots.gpkg", [wkt.loads(BOW_TIE)], name=["A"], ownership=["public"])
    [(row, _, reason)] = city.problems("plots", path)
    assert row == 1
    assert "Self-intersection" in reason


def test_repair_makes_polygons_valid_and_reports_it(city):
    report = city.load("plots", plots(GOOD, BOW_TIE, UNCLOSED), crs="25832", repair=True)
    assert report.inserted == 3
    assert [(problem.row, problem.source_id) for problem in report.adjusted] == [(4, "3"), (3, "2")]
    assert "Repaired: Self-intersection at 390050 5711050" in report.adjusted[1].reason.en
    assert city.rows("plots", "round(st_area(geom))") == [(5000,), (5000,), (5000,)]


def test_repair_of_the_same_file_twice_changes_nothing(city):
    city.load("plots", plots(BOW_TIE), crs="25832", repair=True)
    report = city.load("plots", plots(BOW_TIE), crs="25832", repair=True)
    assert (report.inserted, report.changed, report.unchanged) == (0, 0, 1)


def test_what_cannot_be_repaired_is_refused(city):
    spike = "POLYGON ((390000 5711000, 390100 5711000, 390000 5711000, 390000 5711000))"
    [(row, column, reason)] = city.problems("plots", plots(spike), crs="25832", repair=True)
    assert (row, column) == (2, "geometry")
    assert "no area would be left" in reason


def test_empty_polygon(city):
    [(row, column, reason)] = city.problems("plots", plots(GOOD, "POLYGON EMPTY"), crs="25832")
    assert (row, column) == (3, "geometry")
    assert "is empty" in reason


@pytest.mark.parametrize("name", ["plots.gpkg", "plots.parquet"])
def test_empty_and_missing_polygons_in_a_gis_file(city, name):
    path = city.export(name, [Polygon(), None], name=["A", "B"], ownership=["public", "public"])
    problems = city.problems("plots", path)
    assert [(row, column) for row, column, _ in problems] == [(1, "geometry"), (2, "geometry")]


def test_unclosed_polygon_as_wkt(city):
    [(row, column, reason)] = city.problems("plots", plots(UNCLOSED), crs="25832")
    assert (row, column) == (2, "geometry")
    assert "not closed" in reason
    assert "--repair" in reason


def geojson_of(ring: list[list[float]]) -> str:
    feature = {
        "type": "Feature",
        "properties": {"source_id": "1", "name": "A", "ownership": "public"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def test_unclosed_polygon_in_geojson(city):
    path = city.write("plots.geojson", geojson_of([[7.43, 51.52], [7.44, 51.52], [7.44, 51.53]]))
    [(row, _, reason)] = city.problems("plots", path)
    assert row == 1
    assert "not closed" in reason
    report = city.load("plots", path, repair=True)
    assert (report.inserted, report.adjusted[0].reason.en) == (1, "The polygon was closed.")


def test_wrong_type_of_geometry(city):
    line = "LINESTRING (390000 5711000, 390100 5711000)"
    problems = city.problems("plots", plots(line, "POINT (390000 5711000)"), crs="25832")
    assert [reason for _, _, reason in problems] == [
        "Wrong geometry type: LineString instead of MultiPolygon.",
        "Wrong geometry type: Point instead of MultiPolygon.",
    ]
    path = city.export("c.gpkg", [MultiPoint([(390000, 5711000), (390001, 5711000)]), box(0, 0, 1, 1)])
    assert len(city.problems("connections", path)) == 2


def test_unreadable_wkt(city):
    [(_, column, reason)] = city.problems("plots", plots("POLYGON ((390000"), crs="25832")
    assert column == "geometry"
    assert "WKT" in reason


def test_line_of_no_length(city):
    path = city.export("t.gpkg", [LineString([(390000, 5711000), (390000, 5711000)])], programme=["funded"])
    [(_, column, _)] = city.problems("trenches", path)
    assert column == "geometry"


@pytest.mark.parametrize(
    ("x", "y", "crs", "expected"),
    [
        ("5710000", "390000", "25832", "swapped"),
        ("51,52", "7,43", "4326", "swapped"),
        ("390000", "5810000", "25832", "far outside"),
        ("7.43", "41.52", "4326", "far outside"),
        ("390000", "5710000", "4326", "Name the right CRS"),
        ("7.43", "51.52", "25832", "far outside"),
    ],
)
def test_coordinates_swapped_or_far_away(city, x, y, crs, expected):
    [(row, column, reason)] = city.problems("connections", f"source_id;x;y\n1;{x};{y}\n", crs=crs)
    assert (row, column) == (2, "geometry")
    assert expected in reason


def test_lines_and_areas_swapped_or_far_away(city):
    line = LineString([(5710000, 390000), (5710100, 390000)])
    [(_, _, reason)] = city.problems("trenches", city.export("t.gpkg", [line], programme=["funded"]))
    assert "swapped" in reason
    area = city.export("p.gpkg", [box(0, 0, 10, 10)], name=["A"], ownership=["public"])
    [(_, _, reason)] = city.problems("plots", area)
    assert "far outside" in reason


def test_point_without_y(city):
    [(_, column, reason)] = city.problems("connections", "source_id;x;y\n1;390000;\n", crs="25832")
    assert (column, reason) == ("geometry", "One of x and y is missing.")


def test_unknown_code(city):
    text = "source_id;customer;x;y\n1;household;390000;5710000\n2;Haus;390000;5710000\n"
    [(row, column, reason)] = city.problems("connections", text, crs="25832")
    assert (row, column) == (3, "customer")
    assert "household" in reason


def test_dates_out_of_order(city):
    problems = city.problems(
        "connections",
        connections(
            "same-day;;2023-05-01;2023-05-01;2023-05-01;2023-05-01;390000;5710000",
            "next;;2023-05-02;2023-05-01;;;390000;5710000",
            "missing-steps-between;;02.05.2023;;;01.05.2023;390000;5710000",
        ),
        crs="25832",
    )
    assert [(row, column) for row, column, _ in problems] == [
        (3, "passed_on, prepared_on"),
        (4, "passed_on, activated_on"),
    ]
    assert "out of order" in problems[0][2]


def test_actual_date_in_the_future_and_plan_date(city):
    future = datetime.now(UTC).date() + timedelta(days=2)
    text = f"source_id;passed_on;due_on;x;y\n1;;{future};390000;5710000\n2;{future};;390000;5710000\n"
    [(row, column, reason)] = city.problems("connections", text, crs="25832")
    assert (row, column) == (3, "passed_on")
    assert "future" in reason


def sales(*rows: str) -> str:
    return "\n".join(["source_id;plot;kind;sector;role;area_m2;agreed_on;ended_on", *rows])


def test_selling_more_than_the_plot_has_left(city):
    city.load("transactions", sales("old;plot-1;sale;public;seller;6000;2023-01-01;"), source="earlier")
    problems = city.problems(
        "transactions",
        sales(
            "1;plot-1;sale;public;seller;3.000,00;2023-01-01;",
            "2;plot-1;sale;public;seller;2000;2023-01-01;",
            "3;plot-2;sale;public;seller;2000;2023-01-01;",
        ),
    )
    assert [(row, column) for row, column, _ in problems] == [(2, "area_m2"), (3, "area_m2")]
    assert "Hafen: 11,000 m² of 10,000 m²" in problems[0][2]


def test_a_plot_may_not_shrink_below_what_is_sold(city):
    city.load("transactions", sales("1;plot-1;sale;public;seller;6000;2023-01-01;"))
    text = "source_id;official_area_m2\nplot-1;5000\n"
    [(row, column, reason)] = city.problems("plots", text, source="city")
    assert (row, column) == (2, "official_area_m2")
    assert "6,000 m² of 5,000 m²" in reason


def test_a_resale_that_ends_the_earlier_sale_in_the_same_file(city):
    city.load("transactions", sales("1;plot-1;sale;public;seller;9000;2022-01-01;"))
    report = city.load(
        "transactions",
        sales(
            "1;plot-1;sale;public;seller;9000;2022-01-01;2023-01-01",
            "2;plot-1;sale;public;seller;9500;2023-01-01;",
        ),
    )
    assert (report.inserted, report.changed) == (1, 1)


@pytest.mark.parametrize("area", ["-5", "0", "0,00"])
def test_negative_or_zero_area(city, area):
    [(row, column, reason)] = city.problems("transactions", sales(f"1;plot-1;sale;public;seller;{area};2023-01-01;"))
    assert (row, column) == (2, "area_m2")
    assert "greater than 0" in reason


def test_reference_to_an_unknown_record(city):
    [(row, column, reason)] = city.problems("transactions", sales("1;plot-9;sale;public;seller;5;2023-01-01;"))
    assert (row, column) == (2, "plot")
    assert "plots has no record with this source_id" in reason


def test_wrong_length_of_a_parcel_key(city):
    text = f"source_id;name;ownership;parcels;geometry\n1;A;public;{'0' * 20}|{'1' * 19};{GOOD}\n"
    [(row, column, reason)] = city.problems("plots", text, crs="25832")
    assert (row, column) == (2, "parcels")
    assert "20" in reason


def test_missing_required_values(city):
    text = f"source_id;name;ownership;geometry\n;;public;{GOOD}\n2;B;;\n"
    problems = city.problems("plots", text, crs="25832")
    assert [(row, column) for row, column, _ in problems] == [
        (2, "source_id"),
        (2, "name"),
        (3, "ownership"),
        (3, "geometry"),
    ]


def test_programme_that_counts_dwellings_needs_them(city):
    text = "source_id;programme;dwellings;x;y\n1;homes;;390000;5710000\n2;homes;3;390000;5710000\n"
    [(row, column, reason)] = city.problems("connections", text, crs="25832")
    assert (row, column) == (2, "dwellings")
    assert reason


def test_programme_may_not_start_to_count_dwellings_that_are_missing(city):
    city.load("connections", "source_id;programme;x;y\n1;funded;390000;5710000\n", crs="25832")
    [(row, column, _)] = city.problems("programmes", "source_id;counts\nfunded;dwelling\n", source="city")
    assert (row, column) == (2, "counts")


def test_office_takeup_in_an_unknown_district(city):
    text = "source_id;kind;area_m2;district;agreed_on\n1;lease;50;West;2023-01-01\n2;lease;50;Süd;2023-01-01\n"
    [(row, column, _)] = city.problems("office_takeups", text)
    assert (row, column) == (3, "district")


def test_same_source_id_twice(city):
    text = "source_id;name;kind\n1;A;carrier\n2;B;carrier\n1;A;carrier\n"
    problems = city.problems("operators", text)
    assert [(row, column) for row, column, _ in problems] == [(2, "source_id"), (4, "source_id")]


def test_same_source_id_twice_of_known_rows(city):
    text = "source_id;name;kind\n1;A;carrier\n"
    city.load("operators", text)
    assert len(city.problems("operators", text + "1;A;carrier\n")) == 2


def test_other_values_that_must_be_unique(city):
    city.load("targets", "source_id;kpi;period;value\n1;inquiries;2023;5\n")
    problems = city.problems(
        "targets",
        "source_id;kpi;period;value\n2;inquiries;2023;6\n3;inquiries;2024;6\n4;inquiries;2024;7\n5;inquiries;2025;7\n",
    )
    assert [(row, column) for row, column, _ in problems] == [
        (2, "kpi, period, part"),
        (3, "kpi, period, part"),
        (4, "kpi, period, part"),
    ]


def test_every_bad_row_is_reported_with_every_reason(city):
    rows = [f"{number};funded;2023-05-01;;;;390000;5710000" for number in range(2000)]
    rows[10] = "10;nowhere;31.02.2023;;;;390000;5710000"
    rows[700] = "700;funded;;2023-05-02;2023-05-01;;390000;5710000"
    rows[1999] = "1999;;2023-05-01;;;;1;2"
    report = city.load("connections", connections(*rows), crs="25832")
    assert [(problem.row, problem.source_id, problem.column, problem.value) for problem in report.problems] == [
        (12, "10", "passed_on", "31.02.2023"),
        (12, "10", "programme", "nowhere"),
        (702, "700", "prepared_on, connected_on", "prepared_on 2023-05-02, connected_on 2023-05-01"),
        (2001, "1999", "geometry", "x 1, y 2"),
    ]
    assert city.rows("connections") == []


def test_row_with_more_cells_than_the_header(city):
    problems = city.problems("operators", "source_id,name,kind\n1,Netz,GmbH,carrier\n")
    assert (2, None) in [(row, column) for row, column, _ in problems]
    assert "more cells than the header" in problems[0][2]


def test_text_that_lost_its_umlauts(city):
    [(_, column, reason)] = city.problems("operators", "source_id;name;kind\n1;St\ufffddte;carrier\n")
    assert column == "name"
    assert "replacement character" in reason


def test_polygons_that_cannot_even_be_stored(city):
    flat = "POLYGON ((390000 5711000, 390100 5711100, 390000 5711000))"
    hole = GOOD[:-1] + ", (390050 5711010, 390060 5711010, 390050 5711010))"
    endless = GOOD.replace("390100", "Inf")
    problems = city.problems("plots", plots(flat, hole, endless), crs="25832", repair=True)
    assert [(row, column) for row, column, _ in problems] == [(2, "geometry"), (3, "geometry"), (4, "geometry")]


def test_text_read_in_a_wrong_encoding(city):
    garbled = "Münsterstraße".encode().decode("cp1252")
    [(_, column, reason)] = city.problems("operators", f"source_id;name;kind\n1;{garbled};carrier\n")
    assert column == "name"
    assert "--encoding utf-8" in reason


def test_very_long_source_id(city):
    text = f"source_id;name;kind\n{''.join(str(number) for number in range(9000))};A;carrier\n"
    [(_, _, reason)] = city.problems("operators", text)
    assert reason


def test_nul_in_a_gis_file(city):
    path = city.export("o.parquet", [Point(390000, 5710000)], name=["Ne\0tz"], kind=["carrier"])
    [(_, column, reason)] = city.problems("operators", path)
    assert column == "name"
    assert "NUL" in reason


def test_errors_that_only_the_database_finds_are_reported_too(city):
    city.connection.execute(
        """
        create function pg_temp.refuse() returns trigger language plpgsql
        as $$ begin raise exception 'not on a Sunday'; end $$;
        create trigger refuse before insert on flurwerk.operators
        for each row execute function pg_temp.refuse();
        """
    )
    [(row, column, reason)] = city.problems("operators", "source_id;name;kind\n1;Netz;carrier\n")
    assert (row, column) == (None, None)
    assert "not on a Sunday" in reason


def test_a_value_that_is_no_code_is_refused_with_the_way_to_translate_it(city):
    square = "POLYGON ((390000 5710000, 390010 5710000, 390010 5710010, 390000 5710000))"
    text = f"source_id;name;ownership;geometry\n1;Hafen;J;{square}\n"
    [(row, column, reason)] = city.problems("plots", text, crs="EPSG:25832")
    assert (row, column) == (2, "ownership")
    assert "private = private. What the delivery calls otherwise is translated by the mapping file" in reason
    assert reason.endswith("under [codes.ownership].")
