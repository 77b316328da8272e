"""The network by the Open Fibre Data Standard: valid, connected, and with an account of every record."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from libcoveofds.additionalfields import AdditionalFields
from libcoveofds.jsonschemavalidate import JSONSchemaValidator
from libcoveofds.python_validate import PythonValidate
from libcoveofds.schema import OFDSSchema

from api.cli import main
from geo.exchange.account import Account, NothingToExport
from geo.exchange.ofds import Publication, export_network
from geo.exchange.selecting import UnknownProgramme
from geo.periods import parse_period
from tests.profiles import published_by
from tests.records import Connection, insert, line, one, update

PUBLICATION = Publication("Stadt Testheim", "Breitbandausbau")
EAST, NORTH = 395000, 5705000


def faults(package: dict[str, Any]) -> list[object]:
    """What the standard's own validator finds: by its schema and further checks, and fields that it does not know."""
    # What is validated is what is written.
    package = json.loads(json.dumps(package))
    schema = OFDSSchema()
    return [
        *(error.json() for error in JSONSchemaValidator(schema).validate(package)),
        *PythonValidate(schema).validate(package),
        *AdditionalFields(schema).process(package),
    ]


def exported(connection: Connection, **options: Any) -> tuple[dict[str, Any], Account]:
    """The only network of an export, which is valid, and its account."""
    package, account = export_network(connection, PUBLICATION, **options)
    assert faults(package) == []
    (network,) = package["networks"]
    return network, account


@pytest.fixture
def programme(connection: Connection) -> int:
    """A funded programme."""
    return insert(connection, "programmes", source_id="foerderung", name="Förderung", funding="funded", gap="white")


def trench(connection: Connection, programme: int, *points: tuple[float, float], **values: object) -> int:
    """A trench through points given in metres east and north of a corner."""
    shape = line(*((EAST + x, NORTH + y) for x, y in points))
    return insert(connection, "trenches", programme=programme, geom=shape, **values)


def node(connection: Connection, x: float, y: float, **values: object) -> int:
    """A network node in metres east and north of the same corner, by default a fibre distributor."""
    place = f"POINT({EAST + x} {NORTH + y})"
    return insert(connection, "network_nodes", geom=place, **({"kind": "distributor"} | values))


@pytest.mark.long
def test_the_whole_sample_citys_network_is_valid(sample: Connection) -> None:
    """The validator compares every span with every other."""
    exported(sample)


def test_no_record_of_the_sample_city_is_missing(sample: Connection) -> None:
    package, account = export_network(sample, PUBLICATION)
    (network,) = package["networks"]
    for layer in ("trenches", "network_nodes"):
        left_out = sum(left.layer == layer for left in account.left_out)
        assert account.written[layer] + left_out == one(sample, f"select count(*) from {layer}")
    spans = {span["id"].rpartition("-")[0] for span in network["spans"]}
    assert len(spans) == account.written["trenches"] > 500
    assert account.not_covered["ducts"] == 672
    assert (
        len([found for found in network["nodes"] if found["id"].startswith("node-")])
        == (account.written["network_nodes"])
    )


def test_only_what_was_planned_and_not_given_up_by_the_day_is_exported(connection: Connection, programme: int) -> None:
    cases: dict[str, dict[str, object]] = {
        "before": {"planned_on": "2023-06-30"},
        "discarded before": {"planned_on": "2023-01-01", "discarded_on": "2023-12-31"},
        "discarded after": {"planned_on": "2023-01-01", "discarded_on": "2024-01-01"},
        "planned after": {"planned_on": "2024-01-01"},
        "undated": {},
    }
    for number, (source_id, dates) in enumerate(cases.items()):
        trench(connection, programme, (0, number), (50, number), source_id=source_id, **dates)
    original = one(connection, "select id from trenches where source_id = 'before'")
    trench(connection, programme, (0, 0), (50, 0), source_id="twice", planned_on="2023-02-01", duplicate_of=original)

    def told(**options: Any) -> tuple[int, dict[str, str]]:
        _, account = exported(connection, **options)
        return account.written["trenches"], {left.source_id: left.reason.en for left in account.left_out}

    duplicate = {"twice": "duplicate of another segment"}
    assert told(period=parse_period("2023-H2")) == (
        2,
        {
            "discarded before": "discarded",
            "planned after": "not planned yet on that day",
            "undated": "without a date, so its state on that day is unknown",
        }
        | duplicate,
    )
    assert told() == (3, {"discarded before": "discarded", "discarded after": "discarded"} | duplicate)


def test_a_trench_has_the_status_that_its_dates_prove(connection: Connection, programme: int) -> None:
    dates = {"planned_on": "2022-01-01", "permitted_on": "2022-03-01"}
    steps: dict[str, dict[str, object]] = {
        "planned": {},
        "underConstruction": {"started_on": "2023-05-01"},
        "inactive": {"started_on": "2023-05-01", "laid_on": "2023-12-31", "documented_on": "2023-12-31"},
    }
    ids = {
        trench(connection, programme, (0, y), (50, y), **(dates | step)): status
        for y, (status, step) in enumerate(steps.items())
    }
    network, _ = exported(connection, period=parse_period("2023"))
    assert {span["id"]: span["status"] for span in network["spans"]} == {
        f"trench-{record}-1": status for record, status in ids.items()
    }
    # A day earlier, works were still under way.
    network, _ = exported(connection, period=parse_period("2023-Q3"))
    assert [span["status"] for span in network["spans"]] == ["planned", "underConstruction", "underConstruction"]


def test_a_consent_is_a_wayleave_of_all_trenches_that_it_covers(connection: Connection, programme: int) -> None:
    for y, (cluster, day) in enumerate(
        [("A", "2022-03-01"), ("A", "2022-03-01"), ("B", "2022-03-01"), ("A", "2023-01-02")]
    ):
        trench(connection, programme, (0, y), (50, y), cluster=cluster, permitted_on=day)
    network, _ = exported(connection)
    first, second, third = network["wayleaves"]
    assert [one["yearSigned"] for one in network["wayleaves"]] == [2022, 2022, 2023]
    assert [span["wayleaves"] for span in network["spans"]] == [
        [first["id"]],
        [first["id"]],
        [second["id"]],
        [third["id"]],
    ]


def test_a_consent_of_a_later_day_is_no_wayleave_yet(connection: Connection, programme: int) -> None:
    trench(connection, programme, (0, 0), (50, 0), planned_on="2022-01-01", permitted_on="2023-03-01")
    network, _ = exported(connection, period=parse_period("2022"))
    assert "wayleaves" not in network
    assert "wayleaves" not in network["spans"][0]


def test_lines_are_cut_at_nodes_and_where_another_line_ends(connection: Connection, programme: int) -> None:
    long = trench(connection, programme, (0, 0), (50, 0), (100, 0))
    side = trench(connection, programme, (70, 0), (70, 40))
    middle, end = node(connection, 30, 0.6), node(connection, 70.5, 40, kind="chamber")
    network, account = exported(connection)
    ends = {span["id"]: (span["start"], span["end"]) for span in network["spans"]}
    corner = f"junction-{EAST * 100}-{NORTH * 100}"
    crossing = f"junction-{(EAST + 70) * 100}-{NORTH * 100}"
    assert ends == {
        f"trench-{long}-1": (corner, f"node-{middle}"),
        f"trench-{long}-2": (f"node-{middle}", crossing),
        f"trench-{long}-3": (crossing, f"junction-{(EAST + 100) * 100}-{NORTH * 100}"),
        f"trench-{side}-1": (crossing, f"node-{end}"),
    }
    assert account.written == {"trenches": 2, "network_nodes": 2}
    # The vertex at 50 m stays in the piece that it belongs to.
    assert [len(span["route"]["coordinates"]) for span in network["spans"]] == [2, 3, 2, 2]


def test_every_part_of_a_trench_is_a_span(connection: Connection, programme: int) -> None:
    shape = f"MULTILINESTRING(({EAST} {NORTH}, {EAST} {NORTH + 9}), ({EAST + 50} {NORTH}, {EAST + 50} {NORTH + 9}))"
    record = insert(connection, "trenches", programme=programme, geom=shape)
    network, _ = exported(connection)
    assert [span["id"] for span in network["spans"]] == [f"trench-{record}-1", f"trench-{record}-2"]


@pytest.mark.parametrize("gap_m", [0.0, 0.004, 0.009, 0.015])
@pytest.mark.parametrize("at", [0.0, 0.0049, 0.005, 0.0051, 0.0099])
def test_ends_that_lie_together_are_one_junction(
    connection: Connection, programme: int, gap_m: float, at: float
) -> None:
    trench(connection, programme, (0, 0), (100 + at, 0))
    trench(connection, programme, (100 + at + gap_m, 0), (200, 0))
    network, _ = exported(connection)
    first, second = network["spans"]
    assert first["end"] == second["start"]
    assert len(network["nodes"]) == 3


def test_ends_that_lie_apart_are_two_junctions(connection: Connection, programme: int) -> None:
    trench(connection, programme, (0, 0), (100, 0))
    trench(connection, programme, (100.06, 0), (200, 0))
    assert len(exported(connection)[0]["nodes"]) == 4


def test_a_chain_of_near_ends_leaves_no_end_without_a_junction(connection: Connection, programme: int) -> None:
    for number in range(40):
        trench(connection, programme, (100 + number * 0.013, 0), (100, 20 + number))
    network, _ = exported(connection)
    places = {found["id"]: found["location"]["coordinates"] for found in network["nodes"]}
    for span in network["spans"]:
        route = span["route"]["coordinates"]
        assert places[span["start"]] == pytest.approx(route[0], abs=6e-7)
        assert places[span["end"]] == pytest.approx(route[-1], abs=6e-7)


def test_nodes_are_described_as_far_as_is_recorded(connection: Connection, programme: int) -> None:
    operator = insert(connection, "operators", source_id="netz", name="Netz GmbH", kind="carrier")
    trench(connection, programme, (0, 0), (100, 0), operator=operator, construction="overhead")
    trench(connection, programme, (100, 0), (200, 0), origin="existing_duct")
    values = {"programme": programme, "operator": operator, "built_on": "2023-01-01"}
    pop = node(connection, 0, 0, kind="pop", name="PoP Mitte", in_service_on="2023-07-01", **values)
    distributor = node(connection, 100, 0, removed_on="2023-09-01", **values)
    chamber = node(connection, 200, 0, kind="chamber", origin="existing")
    network, _ = exported(connection)
    found = {one["id"]: one for one in network["nodes"]}
    assert found[f"node-{pop}"] | {"location": None} == {
        "id": f"node-{pop}",
        "name": "PoP Mitte",
        "phase": {"id": f"programme-{programme}", "name": "Förderung"},
        "networkProviders": [{"id": f"operator-{operator}", "name": "Netz GmbH"}],
        "status": "operational",
        "location": None,
        "type": ["pop"],
    }
    assert (found[f"node-{distributor}"]["status"], found[f"node-{distributor}"]["type"]) == (
        "decommissioned",
        ["aggregationPoint"],
    )
    assert found[f"node-{chamber}"]["status"] == "inactive"
    assert "type" not in found[f"node-{chamber}"]
    assert found[f"node-{chamber}"]["supportingInfrastructure"] == {"description": "Kabelschacht"}
    overhead, ducts = network["spans"]
    assert overhead["deployment"] == ["aboveGround"]
    assert "deployment" not in ducts
    assert ducts["supportingInfrastructure"] == {"description": "Bestandsleerrohr"}
    assert network["phases"] == [
        {"id": f"programme-{programme}", "name": "Förderung", "description": "gefördert, Weiße Flecken"}
    ]
    assert network["organisations"] == [
        {"id": f"operator-{operator}", "name": "Netz GmbH", "roles": ["networkProvider"]}
    ]


def test_coordinates_are_degrees_to_the_millimetre(connection: Connection, programme: int) -> None:
    record = trench(connection, programme, (0, 0), (100, 0))
    network, _ = exported(connection)
    expected = connection.execute(
        "select st_x(p), st_y(p) from trenches, st_transform(st_startpoint(st_geometryn(geom, 1)), 4326) as p "
        "where id = %s",
        [record],
    ).fetchone()
    assert network["spans"][0]["route"]["coordinates"][0] == pytest.approx(expected, abs=1e-8)


def test_a_node_on_no_trench_or_beside_another_is_left_out_and_told(connection: Connection, programme: int) -> None:
    trench(connection, programme, (0, 0), (100, 0))
    kept = node(connection, 0, 0, source_id="am Ende")
    node(connection, 0, 0, source_id="daneben")
    node(connection, 500, 500, source_id="weit weg")
    network, account = exported(connection)
    assert [found["id"] for found in network["nodes"] if found["id"].startswith("node")] == [f"node-{kept}"]
    assert [left.source_id for left in account.left_out] == ["daneben", "weit weg"]


def test_the_same_records_give_the_same_network(connection: Connection, programme: int) -> None:
    trench(connection, programme, (0, 0), (100, 0))
    first, _ = exported(connection)
    # A change elsewhere renames nothing.
    trench(connection, programme, (0, 500), (100, 500))
    second, _ = exported(connection)
    assert second["id"] == first["id"]
    assert second["spans"][0] == first["spans"][0]
    assert {found["id"] for found in first["nodes"]} < {found["id"] for found in second["nodes"]}


def test_records_of_other_programmes_are_not_selected(connection: Connection, programme: int) -> None:
    other = insert(connection, "programmes", source_id="eigen", name="Eigenausbau", funding="self_financed")
    trench(connection, programme, (0, 0), (100, 0))
    record = trench(connection, other, (0, 50), (100, 50))
    network, account = exported(connection, programmes=["eigen"])
    assert [span["id"] for span in network["spans"]] == [f"trench-{record}-1"]
    assert [phase["name"] for phase in network["phases"]] == ["Eigenausbau"]
    assert account.left_out == []
    with pytest.raises(UnknownProgramme, match="There are eigen, foerderung"):
        export_network(connection, PUBLICATION, programmes=["foerderng"])


def test_a_network_without_trenches_is_refused_and_says_why(connection: Connection, programme: int) -> None:
    with pytest.raises(NothingToExport, match=r"There is no trench to export\. "):
        export_network(connection, PUBLICATION)
    record = trench(connection, programme, (0, 0), (100, 0), planned_on="2023-01-01")
    update(connection, "trenches", record, discarded_on="2023-02-01")
    with pytest.raises(NothingToExport, match="1 discarded"):
        export_network(connection, PUBLICATION)


def flurwerk(url: str, *arguments: str) -> Result:
    return CliRunner(env={"FLURWERK_DATABASE_URL": url}).invoke(main, list(arguments))


def test_the_command_writes_the_file_and_tells_what_it_left_out(
    sample: Connection, sample_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "netz.json"
    result = flurwerk(sample_url, "export", "ofds", str(path), "--period", "2023-H2", "--programme", "weisse-flecken")
    assert result.exit_code == 0, result.output
    assert faults(json.loads(path.read_text("utf-8"))) == []
    written = [told for told in result.stderr.splitlines() if told.startswith("Trassen: ")]
    counts = [int(told.removeprefix("Trassen: ").split()[0].replace(".", "")) for told in written]
    selected = "select count(*) from trenches where programme in (select id from programmes where source_id = %s)"
    assert sum(counts) == one(sample, selected, "weisse-flecken")
    assert "ausgelassen, verworfen: tr-" in result.stderr
    assert "Leerrohre: 672 ausgelassen, das Format kennt sie nicht" in result.stderr
    assert "Wrote" in result.stdout


def test_the_networks_uuid_is_the_publishers_or_the_one_given(sample_url: str, tmp_path: Path) -> None:
    def exported_id(*options: str, publisher: str = "") -> tuple[str, bool]:
        path = tmp_path / "netz.json"
        environment = {"FLURWERK_DATABASE_URL": sample_url}
        arguments = ["export", "ofds", str(path), "--programme", "gewerbe-schulen", *options]
        with published_by(publisher) if publisher else nullcontext():
            result = CliRunner(env=environment).invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return json.loads(path.read_text("utf-8"))["networks"][0]["id"], "publisher.name" in result.stderr

    given = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
    assert exported_id("--id", given) == (given, False)
    unnamed, is_told = exported_id()
    assert is_told
    named, is_told = exported_id(publisher="Stadt Testheim")
    assert not is_told
    assert exported_id(publisher="Stadt Testheim") == (named, False)
    others = {exported_id(publisher="Stadt Musterau")[0], exported_id("--name", "Netz", publisher="Stadt Testheim")[0]}
    assert len({given, unnamed, named} | others) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--period", "2023-H3"], "2023-H2, 2023-Q3 or 2023-07"),
        (["--programme", "weise-flecken"], "weisse-flecken"),
        (["--period", "1999"], "Choose another period"),
    ],
)
def test_a_wrong_call_writes_nothing(sample_url: str, tmp_path: Path, arguments: list[str], message: str) -> None:
    path = tmp_path / "netz.json"
    result = flurwerk(sample_url, "export", "ofds", str(path), *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert not path.exists()
