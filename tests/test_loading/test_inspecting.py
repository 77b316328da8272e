"""What is found out about a file before it is loaded."""

from datetime import date
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from shapely import LineString, Point

from api.cli import main
from geo.loading import FileMapping, LoadRefused, inspect_file
from geo.loading.profiling import Kind

TRENCHES = (
    "Trassen-Nr.;Bauverfahren;Oberfläche;Fertiggestellt;Bauleiter;Verlauf\r\n"
    "T1;Kabelpflug;Gehweg;31.12.2022;Müller;LINESTRING (390000 5710000, 390100 5710000)\r\n"
    "T2;Kabelpflug;Radweg;;Meier;LINESTRING (490000 5711000, 490100 5711000)\r\n"
)


@pytest.fixture
def inspection(city):
    return inspect_file(city.connection, city.write("lieferung.csv", TRENCHES), mapping=FileMapping(crs="25832"))


def test_the_layer_that_a_file_resembles_is_found_by_what_its_columns_hold(inspection):
    assert inspection.layer == "trenches"
    assert {match.header: match.target for match in inspection.matches} == {
        "Trassen-Nr.": "source_id",
        "Bauverfahren": "method",
        "Oberfläche": "surface",
        "Verlauf": "geometry",
    }


def test_each_column_is_described_by_its_kind_its_span_and_how_much_of_it_is_filled(inspection):
    columns = {profile.header: profile for profile in inspection.columns}
    done = columns["Fertiggestellt"]
    assert (done.kind, done.filled, done.first, done.last) == (Kind.DATE, 1, "2022-12-31", "2022-12-31")
    assert columns["Bauleiter"].values == {"Müller": 1, "Meier": 1}
    assert columns["Verlauf"].kind is Kind.WKT


def test_the_first_rows_are_shown_as_they_would_be_stored_and_all_are_placed(inspection):
    assert inspection.rows[0]["method"] == "plough"
    assert inspection.rows[0]["geometry"] == "MULTILINESTRING ((390000 5710000, 390100 5710000))"
    assert inspection.place.extent == (390000, 5710000, 490100, 5711000)
    assert (inspection.place.inside, inspection.place.outside) == (1, 1)
    assert not inspection.fits


def test_inspecting_writes_nothing(city, inspection):
    assert city.rows("trenches", where="true") == []
    with city.connection.cursor() as cursor:
        assert cursor.execute("select to_regclass('pg_temp.staged')").fetchone() == (None,)


def test_a_gis_file_that_fits_as_it_is(city):
    path = city.export(
        "t.gpkg", [LineString([(390000, 5710000), (390100, 5710000)])], programme=["funded"], laid_on=[date(2022, 1, 3)]
    )
    inspection = inspect_file(city.connection, path)
    assert (inspection.layer, inspection.fits) == ("trenches", True)


def test_bad_rows_and_a_missing_crs_are_part_of_what_is_found(city):
    path = city.export("c.gpkg", [Point(390000, 5710000)] * 2, programme=["funded"] * 2, dwellings=["3", "drei"])
    [problem] = inspect_file(city.connection, path, "connections").problems
    assert (problem.row, problem.column, problem.value) == (2, "dwellings", "drei")
    table = city.write("c.csv", "source_id;programme;x;y\n1;funded;390000;5710000\n")
    assert "does not name the CRS" in str(inspect_file(city.connection, table, "connections").refused)


def test_a_value_that_is_no_code_is_found_before_it_is_loaded(city):
    """As the load will refuse it; what is a code is no problem."""
    path = city.write("o.csv", "source_id;name;kind\n1;A;carrier\n2;B;Netz\n3;C;\n")
    inspection = inspect_file(city.connection, path, "operators")
    assert [(problem.row, problem.column, problem.value) for problem in inspection.problems] == [(3, "kind", "Netz")]
    assert not inspection.fits
    [refused] = [problem for problem in city.load("operators", path).problems if problem.value]
    assert refused == inspection.problems[0]


def test_a_file_that_resembles_nothing_is_still_described(city):
    path = city.write("z.csv", "Spalte A;Spalte B\n1;2\n")
    inspection = inspect_file(city.connection, path)
    assert (inspection.layer, inspection.layers) == (None, [])
    assert [profile.header for profile in inspection.columns] == ["Spalte A", "Spalte B"]


def test_the_command_says_what_to_do_next(database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("FLURWERK_DATABASE_URL", database_url)
    path = tmp_path / "lieferung [1].csv"
    path.write_text(TRENCHES, "utf-8")
    result = CliRunner().invoke(main, ["inspect", str(path), "--crs", "EPSG:25832", "--lang", "de"])
    assert result.exit_code == 0
    assert "gehört zu" in result.output
    assert f"Weiter mit: flurwerk template --from '{path}' trenches --crs EPSG:25832 > mapping.toml" in result.output


def test_the_command_to_follow_repeats_how_the_file_was_read(database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("FLURWERK_DATABASE_URL", database_url)
    path = tmp_path / "zwei.csv"
    path.write_text("source_id;name;kind\n1;Netz;carrier\n2;Netz B;carrier\n", "utf-8")
    options = ["--where", "name=Netz B", "--set", "note=Los 1", "--encoding", "utf-8"]
    result = CliRunner().invoke(main, ["inspect", str(path), "--as", "operators", *options])
    assert (
        f"flurwerk load operators {path} --source NAME --dry-run"
        " --encoding utf-8 --where 'name=Netz B' --set 'note=Los 1'\n"
    ) in result.output


def test_a_file_of_several_layers_is_refused_with_their_names_alone(city):
    with ZipFile(city.folder / "zwei.zip", "w") as package:
        for name in ("a.csv", "b.csv"):
            package.writestr(name, "source_id\n1\n")
    with pytest.raises(LoadRefused, match=r"contains several files \(a.csv, b.csv\)\. Name the intended one"):
        inspect_file(city.connection, city.folder / "zwei.zip")


def test_a_file_of_which_too_little_is_ours_is_no_layers_and_those_it_could_be_are_listed(
    database_url, tmp_path, monkeypatch
):
    monkeypatch.setenv("FLURWERK_DATABASE_URL", database_url)
    path = tmp_path / "Adressen.csv"
    path.write_text(
        "Adr_ID;Strasse;Hausnr;Ort;Ostwert;Nordwert;seit\n1;Am Hügel;7;X;390000,50;5710000;2.1.2023\n", "utf-8"
    )
    shown = CliRunner().invoke(main, ["inspect", str(path), "--lang", "de"]).output
    assert "Die Datei ähnelt keinem Layer. Wählen Sie, was sie enthält" in shown
    assert all(pair in " ".join(shown.split()) for pair in ("connections Anschlüsse", "operators Betreiber"))
    assert f"Weiter mit: flurwerk inspect {path} --as LAYER\n" in shown
    # One value is no span, and numbers and days are as Germans write them.
    assert "390000,5 " in shown
    assert "02.01.2023 " in shown
    seen = CliRunner().invoke(main, ["inspect", str(path), "--as", "connections", "--lang", "de"]).output
    assert "Gesehen als connections (Anschlüsse" in " ".join(seen.split())


def test_a_file_with_geometries_could_only_be_of_layers_of_their_type(city, database_url, monkeypatch):
    monkeypatch.setenv("FLURWERK_DATABASE_URL", database_url)
    path = city.export("p.gpkg", [Point(390000, 5710000)], zahl=[1])
    shown = " ".join(CliRunner().invoke(main, ["inspect", str(path), "--lang", "en"]).output.split())
    assert "connections Connections" in shown
    assert not any(key in shown for key in ("districts ", "trenches ", "operators "))
