"""The network plan of the GIS-Nebenbestimmungen: written, read again, and with an account of every record."""

import csv
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from click.testing import CliRunner, Result

from api.cli import main
from geo.exchange.account import Account, NothingToExport
from geo.exchange.gis_nb import FORMATS, VERSIONS, FolderNotEmpty, export_plan
from geo.exchange.gis_nb.plan import LAYERS, PlanLayer
from geo.exchange.mappings import FOLDERS, NoSuchMapping, mapping_file
from geo.loading import FileMapping, LoadReport, load, read_mapping
from geo.records.layers import LAYERS as OURS
from tests.conftest import filled_database
from tests.records import Connection, insert, line, one

EAST, NORTH = 395000.123, 5705000.456
BY_LAYER = {plan.layer: plan for plan in LAYERS}


@pytest.fixture
def programme(connection: Connection) -> int:
    """A funded programme."""
    return insert(connection, "programmes", source_id="foerderung", name="Förderung", funding="funded")


def at(x: float, y: float) -> str:
    return f"POINT({EAST + x} {NORTH + y})"


def along(*points: tuple[float, float]) -> str:
    return line(*((EAST + x, NORTH + y) for x, y in points))


def plan_of_all_codes(connection: Connection, programme: int) -> None:
    """Records of every value that the plan has a code for, and all fields filled at least once."""
    pop = insert(connection, "network_nodes", kind="pop", name="PoP Süd", collocation="none", geom=at(0, 0))
    for number, kind in enumerate(("distributor", "chamber")):
        insert(connection, "network_nodes", kind=kind, served_by=pop, collocation="none", geom=at(100, number))
    insert(connection, "connections", customer="household", served_by=pop, geom=at(3, 3))
    insert(connection, "connections", customer="household", geom=at(4, 4))
    for number, surface in enumerate(("sealed", "unsealed")):
        insert(connection, "trenches", surface=surface, geom=along((0, number), (90, number)), programme=programme)
    for number, kind in enumerate(BY_LAYER["ducts"].codes["kind"]):
        values = {"bundles": number, "tubes": 12, "spare_tubes": 2, "duct_length_m": "1234.567", "kind": kind}
        values |= {"kind_text": "Stahlrohr, „DN 65“"} if kind == "other" else {}
        insert(connection, "ducts", geom=along((0, number), (50, 0.5), (90, number)), **values)
    for number, kind in enumerate(BY_LAYER["cables"].codes["kind"]):
        values = {"fibres": 96, "spare_fibres": 14, "cable_length_m": "0.1", "kind": kind}
        insert(connection, "cables", geom=along((0, number), (90, number)), **values)
    for layer in ("network_nodes", "connections", "ducts", "cables"):
        connection.execute(f"update flurwerk.{layer} set programme = %s".encode(), [programme])


def loaded(connection: Connection, folder: Path, form: str, source: str) -> dict[str, LoadReport]:
    """Load all layers of a plan under another source, as docs/exchange.md says."""
    reports = {}
    for plan in LAYERS:
        rules = read_mapping(mapping_file("gis-nb-5.1", plan.layer))
        rules = FileMapping(columns=rules.columns, codes=rules.codes, constants={"programme": "foerderung"})
        path = folder / f"{plan.file_name}{FORMATS[form].suffix}"
        reports[plan.layer] = load(connection, plan.layer, path, source=source, mapping=rules)
        assert reports[plan.layer].ok, reports[plan.layer].problems[:3]
    return reports


def contents(connection: Connection, plan: PlanLayer, source: str) -> dict[str, dict[str, Any]]:
    """What the plan expresses of a layer's records, by the number that the plan knows each by."""
    number = "case when source = 'plan' then source_id else id::text end"
    nodes = dict(connection.execute(f"select id, {number} from network_nodes".encode()).fetchall())
    columns = ["programme", *(column for column in plan.columns.values() if column != "source_id")]
    found = connection.execute(
        f"select {number}, st_asbinary(geom), {', '.join(columns)} from {plan.layer} where source = %s".encode(),
        [source],
    ).fetchall()
    values = {row[0]: {"geom": shapely.from_wkb(row[1]), **dict(zip(columns, row[2:], strict=True))} for row in found}
    for record in values.values():
        record["served_by"] = nodes.get(record.get("served_by"))
    return values


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_written_and_loaded_under_another_source_is_equal(
    connection: Connection, programme: int, tmp_path: Path, form: str
) -> None:
    plan_of_all_codes(connection, programme)
    account = export_plan(connection, tmp_path / "plan", version="5.1", form=form)
    assert (account.left_out, account.incomplete) == ([], [])
    reports = loaded(connection, tmp_path / "plan", form, "plan")
    assert {layer: report.inserted for layer, report in reports.items()} == account.written
    for plan in LAYERS:
        before, after = contents(connection, plan, "manual"), contents(connection, plan, "plan")
        assert before.keys() == after.keys()
        for key, record in before.items():
            shape, again = record.pop("geom"), after[key].pop("geom")
            assert after[key] == record
            # A Shapefile keeps every bit, GeoJSON nine decimals of a degree.
            assert again.equals_exact(shape, 0 if form == "shape" else 0.001)


def test_a_plan_whose_fields_are_in_capitals_loads_the_same(
    connection: Connection, programme: int, tmp_path: Path
) -> None:
    """Some programs write every field's name of a Shapefile in capitals."""
    plan_of_all_codes(connection, programme)
    account = export_plan(connection, tmp_path / "plan", version="5.1")
    for plan in LAYERS:
        path = tmp_path / "plan" / f"{plan.file_name}.shp"
        frame = gpd.read_file(path)
        frame.rename(columns={name: name.upper() for name in plan.columns if name in frame}).to_file(path)
    reports = loaded(connection, tmp_path / "plan", "shape", "plan")
    assert {layer: report.inserted for layer, report in reports.items()} == account.written
    assert not [note.en for report in reports.values() for note in report.notes if "lacks" in note.en]


def test_the_sample_citys_plan_is_the_same_after_loading_it(sample: Connection, tmp_path: Path) -> None:
    before = export_plan(sample, tmp_path / "first", version="5.1", programmes=["weisse-flecken"])
    sample.execute("insert into programmes (source_id, name, funding) values ('foerderung', 'Noch einmal', 'funded')")
    loaded(sample, tmp_path / "first", "shape", "plan")
    after = export_plan(sample, tmp_path / "second", version="5.1", programmes=["foerderung"])
    assert after.written == before.written
    assert after.left_out == []
    for plan in LAYERS:
        first, second = (gpd.read_file(tmp_path / name / f"{plan.file_name}.shp") for name in ("first", "second"))
        ids = dict(zip(second["id"], sources(sample, plan.layer), strict=True))
        nodes = (
            dict(zip(second["id"], sources(sample, plan.layer), strict=True)) if plan.layer == "network_nodes" else {}
        )
        second["id"] = second["id"].map(ids)
        assert list(first.columns) == list(second.columns)
        first, second = (frame.sort_values("id", ignore_index=True) for frame in (first, second))
        rest = [column for column in first.columns if column not in ("id_tech", "id_netze")]
        assert first[rest].equals(second[rest]), plan.title
        assert not nodes or (second["id_tech"].map(nodes).fillna(-1) == first["id_tech"]).all()


def sources(connection: Connection, layer: str) -> list[int]:
    """The source_ids of the loaded plan, in the order of its records."""
    found = connection.execute(f"select source_id::bigint from {layer} where source = 'plan' order by id".encode())
    return [number for (number,) in found]


def test_every_record_of_the_sample_city_is_written_or_left_out_with_a_reason(
    sample: Connection, tmp_path: Path
) -> None:
    account = export_plan(sample, tmp_path / "plan", version="5.0", form="geojson")
    for plan in LAYERS:
        left_out = [one for one in account.left_out if one.layer == plan.layer]
        total = one(sample, f"select count(*) from {plan.layer}")
        assert account.written[plan.layer] + len(left_out) == total
        assert len(gpd.read_file(tmp_path / "plan" / f"{plan.file_name}.geojson")) == account.written[plan.layer]
        assert len({left.source_id for left in left_out}) == len(left_out)
    with (tmp_path / "plan" / "ausgelassen.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == len(account.left_out)


def reasons(account: Account) -> dict[str, str]:
    return {left.source_id: left.reason.en for left in account.left_out}


def test_what_the_plan_cannot_say_is_left_out_and_never_guessed(
    connection: Connection, programme: int, tmp_path: Path
) -> None:
    trench: dict[str, Any] = {"programme": programme, "geom": along((0, 0), (90, 0)), "surface": "footway"}
    first = insert(connection, "trenches", source_id="gut", **trench)
    insert(connection, "trenches", source_id="verworfen", **trench, discarded_on="2023-01-01")
    insert(connection, "trenches", source_id="doppelt", **trench, duplicate_of=first)
    insert(connection, "trenches", source_id="mitverlegt", **trench, origin="co_laid")
    insert(connection, "trenches", source_id="bestand", **trench, origin="existing_duct")
    insert(connection, "trenches", source_id="anders", **(trench | {"surface": "other"}))
    place: dict[str, Any] = {"geom": at(0, 0)}
    node = insert(connection, "network_nodes", source_id="k1", kind="chamber", collocation="shared", **place)
    below = insert(connection, "network_nodes", source_id="k2", kind="chamber", served_by=node, **place)
    insert(connection, "network_nodes", source_id="weg", kind="chamber", removed_on="2023-01-01", **place)
    insert(connection, "connections", source_id="firma", customer="company", **place)
    insert(connection, "connections", source_id="haus", customer="household", served_by=below, **place)
    insert(connection, "connections", source_id="entfallen", customer="household", dropped_on="2023-01-01", **place)
    account = export_plan(connection, tmp_path / "plan", version="5.1")
    assert account.written == {"trenches": 1, "network_nodes": 0, "connections": 0, "ducts": 0, "cables": 0}
    unserved = "the network node that serves it is not in this export"
    assert reasons(account) == {
        "verworfen": "discarded",
        "doppelt": "duplicate of another record",
        "mitverlegt": "“Origin” is “Co-laying”, for which no code is known",
        "bestand": "“Origin” is “Existing duct”, for which no code is known",
        "anders": "“Surface” is “Other”, for which no code is known",
        "k1": "“Collocation” is “Shared with other providers”, for which no code is known",
        "k2": unserved,
        "weg": "removed",
        "firma": "“Customer group” is “Company”, for which no code is known",
        "haus": unserved,
        "entfallen": "dropped",
    }


def test_what_is_not_recorded_leaves_its_field_empty_and_is_told(
    connection: Connection, programme: int, tmp_path: Path
) -> None:
    record = insert(connection, "trenches", source_id="t", programme=programme, geom=along((0, 0), (90, 0)))
    account = export_plan(connection, tmp_path / "plan", version="5.1")
    assert account.written["trenches"] == 1
    ((_, _, source_id, reason),) = account.incomplete
    assert (source_id, reason.en) == ("t", "field trassenb is empty, “Surface” is not recorded")
    frame = gpd.read_file(tmp_path / "plan" / "Trassenbau.shp")
    assert frame["id"].tolist() == [record]
    assert frame["trassenb"].isna().all()
    told = (tmp_path / "plan" / "LIESMICH.txt").read_text("utf-8")
    assert "UNGEPRÜFT" in told
    assert "GIS-Nebenbestimmungen 5.1" in told
    assert "unvollständig: 1, Feld trassenb ist leer, „Oberfläche“ ist nicht erfasst" in told


def test_a_text_too_long_for_a_shapefile_is_left_out_of_it(
    connection: Connection, programme: int, tmp_path: Path
) -> None:
    for length in (127, 128):
        insert(
            connection, "ducts", source_id=str(length), kind="other", kind_text="ö" * length, geom=along((0, 0), (9, 0))
        )
    account = export_plan(connection, tmp_path / "shape", version="5.1")
    assert list(reasons(account)) == ["128"]
    assert gpd.read_file(tmp_path / "shape" / "Leerrohre.shp")["lr_sonst"].tolist() == ["ö" * 127]
    assert export_plan(connection, tmp_path / "json", version="5.1", form="geojson").left_out == []


def test_a_surface_is_written_as_sealed_or_not(connection: Connection, programme: int, tmp_path: Path) -> None:
    surfaces = {
        "carriageway": 11,
        "footway": 11,
        "cycleway": 11,
        "sealed": 11,
        "verge": 12,
        "unpaved": 12,
        "unsealed": 12,
    }
    for surface in surfaces:
        insert(connection, "trenches", programme=programme, surface=surface, geom=along((0, 0), (90, 0)))
    export_plan(connection, tmp_path / "plan", version="5.1")
    assert gpd.read_file(tmp_path / "plan" / "Trassenbau.shp")["trassenb"].tolist() == list(surfaces.values())


@pytest.mark.parametrize(
    ("layer", "change"),
    [
        ("network_nodes", {"art": 13}),
        ("network_nodes", {"kollokatio": 1}),
        ("network_nodes", {"zustand": 2}),
        ("connections", {"endkunde": 2}),
        ("trenches", {"trassenb": 13}),
        ("trenches", {"mitverleg": 1}),
        ("ducts", {"lr_art": 7}),
        ("ducts", {"zustand": 1}),
        ("cables", {"verb_art": 4}),
        ("cables", {"zustand": 2}),
    ],
    ids=str,
)
def test_a_code_that_is_not_known_is_refused_with_its_row(
    connection: Connection, programme: int, tmp_path: Path, layer: str, change: dict[str, int]
) -> None:
    plan_of_all_codes(connection, programme)
    export_plan(connection, tmp_path / "plan", version="5.1")
    plan = BY_LAYER[layer]
    path = tmp_path / "plan" / f"{plan.file_name}.shp"
    frame = gpd.read_file(path)
    ((field, code),) = change.items()
    frame.loc[1, field] = code
    frame.to_file(path)
    rules = read_mapping(mapping_file("gis-nb-5.1", layer))
    rules = FileMapping(columns=rules.columns, codes=rules.codes, constants={"programme": "foerderung"})
    report = load(connection, layer, path, source="manual" if layer == "connections" else "plan", mapping=rules)
    wrong = [problem for problem in report.problems if problem.column == plan.columns[field]]
    assert [(problem.row, problem.value) for problem in wrong] == [(2, str(code))]


def test_the_mappings_name_fields_and_codes_that_there_are() -> None:
    """Each layer of the plan has a mapping of exactly its fields, to columns and codes of ours."""
    for plan in LAYERS:
        rules = read_mapping(mapping_file("gis-nb-5.1", plan.layer))
        assert set(rules.columns) == {field.name for field in plan.fields}
        for column, codes in plan.codes.items():
            known = OURS[plan.layer].column(column).codes
            assert column == "served_by" or set(codes) <= set(known or {}), (plan.layer, column)
    assert {f"gis-nb-{version}" for version in VERSIONS} == set(FOLDERS)
    with pytest.raises(NoSuchMapping, match="cables, connections, ducts, network_nodes, trenches"):
        mapping_file("gis-nb-5.0", "plots")


def flurwerk(url: str, *arguments: str) -> Result:
    return CliRunner(env={"FLURWERK_DATABASE_URL": url}).invoke(main, list(arguments))


def test_the_commands_write_a_plan_and_load_it_under_another_source(
    sample_template: str, server_url: str, tmp_path: Path
) -> None:
    with filled_database(server_url, sample_template, "gis_nb", lambda _: None) as url:
        folder = str(tmp_path / "plan")
        result = flurwerk(url, "export", "gis-nb", folder, "--version", "5.1", "--programme", "weisse-flecken")
        assert result.exit_code == 0, result.output
        assert "Netzknoten: 17 geschrieben" in result.stderr
        assert "Trassen: " in result.stderr
        assert "ausgelassen, verworfen: tr-" in result.stderr
        assert "Unverified" in result.stdout
        assert {path.name for path in Path(folder).iterdir()} >= {"LIESMICH.txt", "ausgelassen.csv", "Leerrohre.shp"}
        for plan in LAYERS:
            path = str(tmp_path / "plan" / f"{plan.file_name}.shp")
            options = ("--source", "plan", "--mapping", "gis-nb-5.1", "--set", "programme=weisse-flecken")
            result = flurwerk(url, "load", plan.layer, path, *options)
            assert result.exit_code == 0, result.output
            assert " 0 inserted" not in result.stdout
        again = flurwerk(url, "export", "gis-nb", folder, "--version", "5.1")
        assert again.exit_code == 1
        assert "nothing is overwritten" in again.stderr


def test_the_help_says_that_the_plan_is_unverified() -> None:
    shown = CliRunner().invoke(main, ["export", "gis-nb", "--help"]).output
    assert "UNVERIFIED" in shown
    assert "ofds" in CliRunner().invoke(main, ["export", "--help"]).output


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["export", "gis-nb", "plan"], 2, "--version"),
        (["export", "gis-nb", "plan", "--version", "6.0"], 2, "5.0"),
        (["export", "gis-nb", "plan", "--version", "5.1", "--programme", "keins"], 1, "There is no programme “keins”"),
        (["export", "dwg"], 2, "No such command"),
        (["load", "plots", "x.shp", "--mapping", "gis-nb-5.1"], 1, "The mapping gis-nb-5.1 has nothing for plots"),
        (["load", "plots", "x.shp", "--mapping", "gis-nb-4.1"], 1, "The mapping gis-nb-4.1 cannot be read"),
        (["load", "plots", "x.shp", "--set", "programme"], 2, "COLUMN=VALUE"),
        (["load", "plots", "x.shp", "--set", "=x"], 2, "COLUMN=VALUE"),
    ],
)
def test_a_wrong_call_is_answered_with_a_short_message(
    sample_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], exit_code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = flurwerk(sample_url, *arguments)
    assert result.exit_code == exit_code
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_write_and_a_folder_in_use_are_refused(
    connection: Connection, programme: int, tmp_path: Path
) -> None:
    with pytest.raises(NothingToExport):
        export_plan(connection, tmp_path / "plan", version="5.1")
    assert not (tmp_path / "plan").exists()
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        export_plan(connection, tmp_path, version="5.1")
