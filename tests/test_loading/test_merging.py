"""What a load does to existing records: new, changed, unchanged, vanished."""

from datetime import date

import pytest
from shapely import Point

CONNECTIONS = (
    "source_id;address;dwellings;passed_on;x;y\n1;Weg 1;3;2023-01-01;390000;5710000\n2;Weg 2;;;390001;5710000\n"
)


def counts(report) -> tuple[int, int, int, int]:
    assert report.problems == []
    return report.inserted, report.changed, report.unchanged, report.removed


def test_same_file_twice_changes_nothing(city):
    assert counts(city.load("connections", CONNECTIONS, crs="25832")) == (2, 0, 0, 0)
    before = city.state("connections")
    assert counts(city.load("connections", CONNECTIONS, crs="25832")) == (0, 0, 2, 0)
    assert city.state("connections") == before


def test_same_transformed_file_twice_changes_nothing(city):
    path = city.export("c.geojson", [Point(7.43, 51.52), Point(7.44, 51.53)], 4326)
    city.load("connections", path)
    assert counts(city.load("connections", path)) == (0, 0, 2, 0)


def test_changed_row_is_updated_and_its_earlier_version_kept(city):
    city.load("connections", CONNECTIONS, crs="25832")
    [(number,)] = city.rows("connections", "id", "source_id = '1'")
    changed = CONNECTIONS.replace("2023-01-01", "2023-02-01")
    assert counts(city.load("connections", changed, crs="25832")) == (0, 1, 1, 0)
    assert city.rows("connections", "id, passed_on", "source_id = '1'") == [(number, date(2023, 2, 1))]
    history = city.connection.execute("select id, passed_on, operation from flurwerk_history.connections").fetchall()
    assert history == [(number, date(2023, 1, 1), "update")]


def test_changed_geometry(city):
    city.load("connections", CONNECTIONS, crs="25832")
    moved = CONNECTIONS.replace("390001", "394000")
    assert counts(city.load("connections", moved, crs="25832")) == (0, 1, 1, 0)
    assert city.rows("connections", "district_key") == [("west",), ("east",)]


def test_columns_that_the_file_lacks_stay_untouched(city):
    city.load("connections", CONNECTIONS, crs="25832")
    update = "source_id;connected_on\n1;15.03.2023\n"
    report = city.load("connections", update)
    assert counts(report) == (0, 1, 0, 0)
    assert report.vanished == ["2"]
    assert city.rows("connections", "address, dwellings, passed_on, connected_on")[0] == (
        "Weg 1",
        3,
        date(2023, 1, 1),
        date(2023, 3, 15),
    )


def test_empty_cell_removes_a_value(city):
    city.load("connections", CONNECTIONS, crs="25832")
    assert counts(city.load("connections", "source_id;dwellings\n1;\n", accept_emptying=True)) == (0, 1, 0, 0)
    assert city.rows("connections", "dwellings") == [(None,), (None,)]


def test_empty_cell_of_a_column_with_a_default_means_the_default(city):
    text = "source_id;name;funding;counts\n1;A;funded;\n2;B;funded;dwelling\n"
    assert counts(city.load("programmes", text)) == (2, 0, 0, 0)
    assert city.rows("programmes", "counts") == [("address",), ("dwelling",)]
    assert counts(city.load("programmes", text)) == (0, 0, 2, 0)


def test_file_of_source_ids_only(city):
    city.load("connections", CONNECTIONS, crs="25832")
    assert counts(city.load("connections", "source_id\n1\n2\n")) == (0, 0, 2, 0)


def test_rows_checked_against_what_is_recorded(city):
    city.load("connections", CONNECTIONS, crs="25832")
    [(row, column, reason)] = city.problems("connections", "source_id;connected_on\n1;31.12.2022\n")
    assert (row, column) == (2, "passed_on, connected_on")
    assert "out of order" in reason


def test_sources_do_not_touch_each_other(city):
    city.load("connections", CONNECTIONS, crs="25832")
    report = city.load("connections", CONNECTIONS, crs="25832", source="other", prune=True)
    assert counts(report) == (2, 0, 0, 0)
    assert report.vanished == []


def test_vanished_rows_are_reported_and_removed_only_with_prune(city):
    city.load("connections", CONNECTIONS, crs="25832")
    shorter = CONNECTIONS.replace("1;Weg 1;3;2023-01-01;390000;5710000\n", "")
    report = city.load("connections", shorter, crs="25832")
    assert report.vanished == ["1"]
    assert counts(report) == (0, 0, 1, 0)
    assert len(city.rows("connections")) == 2
    report = city.load("connections", shorter, crs="25832", prune=True, accept_pruning=True)
    assert (report.vanished, counts(report)) == (["1"], (0, 0, 1, 1))
    assert city.rows("connections") == [("2",)]
    assert city.connection.execute("select source_id, operation from flurwerk_history.connections").fetchall() == [
        ("1", "delete")
    ]


def test_prune_refuses_what_others_refer_to(city):
    city.load("programmes", "source_id;name;funding\n1;A;funded\n2;B;funded\n")
    city.load("connections", "source_id;programme;x;y\n1;1;390000;5710000\n", crs="25832")
    [(row, _, reason)] = city.problems(
        "programmes", "source_id;name;funding\n2;B;funded\n", prune=True, accept_pruning=True
    )
    assert row is None
    assert "others refer to it (1 in connections)" in reason


def test_prune_makes_room_for_the_same_key_under_another_source_id(city):
    city.load("targets", "source_id;kpi;period;value\n1;inquiries;2023;5\n")
    report = city.load("targets", "source_id;kpi;period;value\n2;inquiries;2023;6\n", prune=True, accept_pruning=True)
    assert counts(report) == (1, 0, 0, 1)


def test_prune_of_a_row_that_another_row_of_the_file_no_longer_refers_to(city):
    both = "source_id;kind;duplicate_of\n1;plot;\n2;plot;1\n"
    city.load("inquiries", both)
    report = city.load(
        "inquiries", "source_id;kind;duplicate_of\n2;plot;\n", prune=True, accept_emptying=True, accept_pruning=True
    )
    assert counts(report) == (0, 1, 0, 1)


def test_dry_run_reports_and_writes_nothing(city):
    report = city.load("connections", CONNECTIONS, crs="25832", dry_run=True)
    assert counts(report) == (2, 0, 0, 0)
    assert city.rows("connections") == []
    city.load("connections", CONNECTIONS, crs="25832")
    before = city.state("connections")
    report = city.load("connections", "source_id;dwellings\n1;7\n", dry_run=True, prune=True, accept_pruning=True)
    assert (counts(report), report.vanished) == ((0, 1, 0, 1), ["2"])
    assert city.state("connections") == before


def test_references_of_the_same_source_come_first(city):
    city.load("programmes", "source_id;name;funding\nfunded;Ours;funded\n")
    text = "source_id;programme;x;y\n1;funded;390000;5710000\n2;homes;390000;5710000\n"
    assert city.load("connections", text.replace("homes", ""), crs="25832").inserted == 2
    names = city.connection.execute(
        "select p.name from flurwerk.connections as c join flurwerk.programmes as p on p.id = c.programme"
    ).fetchall()
    assert names == [("Ours",)]


def test_reference_with_several_matches_is_refused_and_names_them(city):
    city.load("programmes", "source_id;name;funding\nfunded;Theirs;funded\n", source="other")
    [(row, column, reason)] = city.problems(
        "connections", "source_id;programme;x;y\n1;funded;390000;5710000\n", crs="25832"
    )
    assert (row, column) == (2, "programme")
    assert "(sources: city, other)" in reason


def test_rows_of_one_file_refer_to_each_other(city):
    text = "source_id;kind;duplicate_of\n1;plot;3\n2;plot;3\n3;plot;\n"
    assert counts(city.load("inquiries", text)) == (3, 0, 0, 0)
    pairs = """
        select i.source_id, o.source_id
        from flurwerk.inquiries as i
        join flurwerk.inquiries as o on o.id = i.duplicate_of
        order by 1
    """
    assert city.connection.execute(pairs).fetchall() == [("1", "3"), ("2", "3")]
    assert counts(city.load("inquiries", text)) == (0, 0, 3, 0)
    assert counts(city.load("inquiries", text.replace("2;plot;3", "2;plot;4") + "4;plot;\n")) == (1, 1, 2, 0)
    assert city.connection.execute(pairs).fetchall() == [("1", "3"), ("2", "4")]


def test_duplicates_of_duplicates(city):
    text = "source_id;kind;duplicate_of\n1;plot;2\n2;plot;3\n3;plot;\n"
    problems = city.problems("inquiries", text)
    assert [(row, column) for row, column, _ in problems] == [(2, "duplicate_of"), (3, "duplicate_of")]
    city.load("inquiries", text.replace("1;plot;2", "1;plot;"))
    [(row, column, _)] = city.problems("inquiries", "source_id;kind;duplicate_of\n9;plot;2\n")
    assert (row, column) == (2, "duplicate_of")


def test_statistical_district_of_an_unknown_district(city):
    square = "POLYGON ((390000 5711000, 390100 5711000, 390100 5711100, 390000 5711000))"
    header = "source_id;key;name;kind;parent_key;geometry\n"
    text = f"{header}1;w1;W1;statistical;west;{square}\n2;n1;N1;statistical;north;{square}\n"
    [(row, column, _)] = city.problems("districts", text, crs="25832")
    assert (row, column) == (3, "parent_key")


def test_row_that_is_its_own_duplicate(city):
    [(row, column, reason)] = city.problems("inquiries", "source_id;kind;duplicate_of\n1;plot;1\n")
    assert (row, column) == (2, "duplicate_of")
    assert reason


def test_progress_is_reported(city, monkeypatch):
    monkeypatch.setattr("geo.loading.reading.text.BATCH_ROWS", 2)
    reported: list[tuple[int, int | None]] = []
    text = "source_id;name;kind\n" + "".join(f"{number};A;carrier\n" for number in range(5))
    assert city.load("operators", text, progress=lambda done, total: reported.append((done, total))).inserted == 5
    assert reported == [(2, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize("suffix", ["gpkg", "parquet"])
def test_several_batches_of_a_gis_file(city, monkeypatch, suffix):
    for module in ("gis", "parquet"):
        monkeypatch.setattr(f"geo.loading.reading.{module}.BATCH_ROWS", 2)
    path = city.export(
        f"c.{suffix}", [Point(390000 + number, 5710000) for number in range(5)], dwellings=[1, 2, 3, 4, -5]
    )
    [(row, column, _)] = city.problems("connections", path)
    assert (row, column) == (5, "dwellings")


def test_load_leaves_no_temporary_tables(city):
    for _ in range(2):
        city.load("operators", "source_id;name;kind\n1;A;carrier\n")
    assert city.connection.execute("select to_regclass('pg_temp.staged'), to_regclass('pg_temp.refs')").fetchone() == (
        None,
        None,
    )
