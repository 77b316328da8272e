"""The command line's contract: formats, exit statuses, one-line errors on stderr."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest
from click.testing import CliRunner, Result

from api.cli import COMMANDS, main
from geo.figures.checks import CHECKS, Finding
from geo.store.database import conninfo
from tests.records import insert, one, plot, sale, two_districts

FIGURE = ["key", "label", "unit", "period", "target", "actual", "actual_rounded", "remark", "recorded"]


class Command:
    """The command, run against one database."""

    def __init__(self, url: str) -> None:
        self.environment = {"FLURWERK_DATABASE_URL": url}

    def __call__(self, *arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner(env=self.environment).invoke(main, list(arguments))
        assert result.exit_code == exit_code, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def csv(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self(*arguments, "--format", "csv").stdout)))

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        return json.loads(self(*arguments, "--format", "json").stdout)


@pytest.fixture
def flurwerk(database_url: str) -> Command:
    """The command on an empty database that this test alone uses."""
    return Command(database_url)


@pytest.fixture
def on_empty(shared_url: str) -> Command:
    """The command on an empty database, to write nothing."""
    return Command(shared_url)


@pytest.fixture
def on_sample(sample_url: str) -> Command:
    """The command on the sample data, read-only."""
    return Command(sample_url)


def test_csv_and_json_have_the_same_columns_and_values(on_sample: Command) -> None:
    as_csv = on_sample.csv("kpi", "2023-H2")
    as_json = on_sample.json("kpi", "2023-H2")
    assert list(as_csv[0]) == list(as_json[0]) == FIGURE
    for of_json, of_csv in zip(as_json, as_csv, strict=True):
        for name, value in of_json.items():
            if name in {"target", "actual", "actual_rounded"} and value is not None:
                assert value == float(of_csv[name])
            else:
                assert ({True: "true", False: "false", None: ""}.get(value, value)) == of_csv[name]
    public = next(record for record in as_csv if record["key"] == "public_land_m2")
    assert public["actual_rounded"] == "54900"
    assert public["target"] == "5000"
    assert float(public["actual"]) != 54900, "the exact figure is not the printed one"


@pytest.mark.parametrize("by", ["district", "month"])
def test_a_split_has_its_column_after_the_key_and_sums_to_the_total(on_sample: Command, by: str) -> None:
    totals = {record["key"]: record for record in on_sample.csv("kpi", "2023-H2")}
    parts = on_sample.csv("kpi", "2023-H2", "--by", by)
    assert list(parts[0]) == ["key", by, *FIGURE[1:]]
    for key, total in totals.items():
        # Empty: not recorded, as of letters of intent, which have no place.
        summed = sum(float(part["actual"] or 0) for part in parts if part["key"] == key)
        assert summed == pytest.approx(float(total["actual"]), abs=1e-9)


def test_rows_are_the_records_behind_the_figure(on_sample: Command) -> None:
    rows = on_sample.csv("kpi", "2023-H2", "--key", "public_land_m2", "--rows")
    assert list(rows[0]) == ["key", "layer", "id", "source", "source_id", "date", "amount", "district"]
    assert len(rows) == 2
    assert {row["layer"] for row in rows} == {"transactions"}
    assert all("2023-07-01" <= row["date"] <= "2023-12-31" for row in rows)


def test_csv_has_its_header_even_without_records(on_empty: Command) -> None:
    out = on_empty("kpi", "2019", "--key", "inquiries", "--rows", "--format", "csv").stdout
    assert out == "key,layer,id,source,source_id,date,amount,district\n"


def test_the_table_has_the_reports_columns_and_german_numbers(on_sample: Command) -> None:
    second = on_sample("kpi", "2023-H2").stdout
    for word in ("Produkt", "Kennzahl", "Ziel 2023", "Ist 1. Halbjahr", "Ziel 2. Halbjahr", "Ist 2. Halbjahr"):
        assert word in second
    assert "54.900\N{NO-BREAK SPACE}m²" in second
    assert "221\N{NO-BREAK SPACE}km" in second
    first = on_sample("kpi", "2023-H1", "--lang", "en").stdout
    assert "Actual H1" in first
    assert "Actual H2" not in first
    assert "21,800\N{NO-BREAK SPACE}m²" in first


def test_figures_can_be_computed_as_recorded_earlier(flurwerk: Command) -> None:
    with psycopg.connect(conninfo(flurwerk.environment["FLURWERK_DATABASE_URL"]), autocommit=True) as connection:
        record = sale(connection, area_m2=1000)
        before = one(connection, "select clock_timestamp()")
        connection.execute("update transactions set cancelled_on = '2024-01-05' where id = %s", [record])
    (now,) = flurwerk.csv("kpi", "2023-H2", "--key", "public_land_m2")
    (then,) = flurwerk.csv("kpi", "2023-H2", "--key", "public_land_m2", "--as-of", before.isoformat())
    (long_ago,) = flurwerk.csv("kpi", "2023-H2", "--key", "public_land_m2", "--as-of", "2020-01-01")
    assert (now["actual"], then["actual"], long_ago["actual"]) == ("0", "1000", "")
    assert (now["recorded"], long_ago["recorded"]) == ("true", "false")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["kpi", "2023-H3"], 1, "2023-H2, 2023-Q3 or 2023-07"),
        (["kpi", "2023", "--key", "nothing"], 1, "Known: inquiries"),
        (["kpi", "2023", "--as-of", "yesterday"], 2, "2024-01-15T12:00"),
        (["kpi", "2023", "--as-of", "2999-01-01"], 2, "is in the future"),
        (["kpi", "2023", "--rows", "--by", "month"], 2, "Remove --by month"),
        (["load", "nowhere", "file.csv"], 2, "plots"),
        (["load", "plots", "missing.gpkg", "--source", "city"], 1, "missing.gpkg"),
        (["load", "plots", "net zbau.csv"], 1, "--source net-zbau"),
        (["load", "plots", "file.csv", "--report", "bad.txt"], 2, "must end in .csv or .json"),
        (["load", "plots", "file.csv", "--report", "nowhere/bad.csv"], 2, "does not exist"),
        (["nonsense"], 2, "No such command"),
        (["token", "create", "Partner", "--role", "public"], 2, "reader"),
        (["token", "create", "Partner", "--role", "reader", "--layers", "plots,plts"], 1, "There is no layer “plts”"),
        (["token", "create", "Partner", "--role", "reader", "--layers", ","], 1, "names no layer"),
        (["token", "create", "Partner", "--role", "reader", "--expires", "soon"], 2, "%Y-%m-%d"),
        (["token", "create", "Partner", "--role", "reader", "--expires", "2020-01-01"], 1, "is in the past"),
        (["token", "revoke", "Partner"], 1, "no token “Partner”"),
        (["db", "login", "Anna", "--role", "editor"], 1, "lower-case letters"),
        (["db", "login", "anna"], 2, "--role or --remove"),
        (["db", "login", "anna", "--remove"], 1, "no login “anna”"),
        (["map", "overview", "--out", "nowhere/map.html"], 1, "No such file or directory: nowhere/map.html"),
    ],
)
def test_a_wrong_call_is_answered_with_a_short_message(
    on_empty: Command, arguments: list[str], exit_code: int, message: str
) -> None:
    result = on_empty(*arguments, exit_code=exit_code)
    assert message in result.stderr
    assert "Traceback" not in result.output
    if exit_code == 1:
        assert len(result.stderr.strip().splitlines()) == 1


def test_a_database_that_does_not_answer_is_reported_in_one_line(tmp_path: Path) -> None:
    result = Command(f"postgresql:///x?host={tmp_path}")("kpi", "2023", exit_code=1)
    assert "The database does not answer" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_configured_database_is_not_migrated_without_a_command(server_url: str) -> None:
    from tests.conftest import create_database, database, drop_database

    create_database(server_url, "bare")
    command = Command(database(server_url, "bare"))
    assert "Run: flurwerk migrate" in command("kpi", "2023", exit_code=1).stderr
    assert "Applied: 0001_recording" in command("migrate").stdout
    assert "up to date" in command("migrate").stdout
    assert len(command.csv("kpi", "2023")) > 10
    drop_database(server_url, "bare")


def test_loading_reports_every_bad_row_and_writes_nothing(flurwerk: Command, tmp_path: Path) -> None:
    file = tmp_path / "programmes.csv"
    file.write_text("source_id,name,funding\na,A,funded\nb,,funded\nc,C,gifted\n", encoding="utf-8")
    report = tmp_path / "bad.json"
    result = flurwerk("load", "programmes", str(file), "--source", "city", "--report", str(report), exit_code=1)
    assert "nothing was written" in result.stderr
    assert [(problem["row"], problem["column"]) for problem in json.loads(report.read_text("utf-8"))] == [
        (3, "name"),
        (4, "funding"),
    ]
    file.write_text("source_id,name,funding\na,A,funded\n", encoding="utf-8")
    assert "1 inserted" in flurwerk("load", "programmes", str(file), "--source", "city", "--dry-run").stdout
    assert "1 inserted" in flurwerk("load", "programmes", str(file), "--source", "city").stdout
    assert "0 inserted, 0 changed, 1 unchanged" in flurwerk("load", "programmes", str(file), "--source", "city").stdout


def test_sheet_header_and_hidden_rows_are_chosen_by_options(flurwerk: Command, tmp_path: Path) -> None:
    """What a workbook leaves open is asked for by a refusal that names the option."""
    book = openpyxl.Workbook()
    for name in ("2022", "2023"):
        sheet = book.create_sheet(name)
        for row in (["Lieferung"], ["source_id", "name", "funding"], [f"s{name}", "A", "funded"], ["x", "B", "funded"]):
            sheet.append(row)
        sheet.row_dimensions[4].hidden = True
    path = tmp_path / "delivery.xlsx"
    book.save(path)
    options: list[str] = []
    for message, option in (
        ("Name the intended one: --sheet NAME", "--sheet=2023"),
        ("perhaps --header-row 2", "--header-row=2"),
        ("not with --rows hidden=skip", "--rows=hidden=skip"),
    ):
        assert (
            message
            in flurwerk("load", "programmes", str(path), "--source=city", "--dry-run", *options, exit_code=1).stderr
        )
        options.append(option)
    result = flurwerk("load", "programmes", str(path), "--source=city", "--dry-run", "--lang", "de", *options)
    assert "1 neu" in result.stdout
    assert "Ausgeblendete Zeilen, nicht geladen: 1." in result.stderr


def test_a_progress_bar_is_drawn_if_stderr_is_a_terminal(flurwerk: Command, tmp_path: Path) -> None:
    file = tmp_path / "programmes.csv"
    file.write_text("source_id,name,funding\n" + "".join(f"p{i},P,funded\n" for i in range(50)), encoding="utf-8")
    main_end, terminal = pty.openpty()
    command = [sys.executable, "-m", "api.cli", "load", "programmes", str(file), "--source", "city"]
    with ThreadPoolExecutor(1) as pool:
        drawing = pool.submit(all_drawn, main_end)
        environment = os.environ | flurwerk.environment
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, env=environment, check=True, text=True)
        os.close(terminal)
        drawn = drawing.result()
    os.close(main_end)
    assert "50 inserted" in done.stdout
    assert "programmes" in drawn
    assert "50/50" in drawn


def all_drawn(terminal: int) -> str:
    """Read what a terminal gets until nobody writes to it any more: it holds only a few thousand characters."""
    drawn = b""
    # Linux reports the end as an error.
    with suppress(OSError):
        while part := os.read(terminal, 4096):
            drawn += part
    return drawn.decode()


def test_a_template_can_be_filled_in_and_loaded(flurwerk: Command, tmp_path: Path) -> None:
    text = flurwerk("template", "programmes").stdout
    header = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").strip().split(";")
    assert {"source_id*", "name*", "funding*", "note"} <= set(header)
    values = {"name": "P", "funding": "funded", "source_id": "p", "counts": "address"}
    row = ";".join(values.get(name.rstrip("*"), "") for name in header)
    file = tmp_path / "filled.csv"
    file.write_text(f"{text.strip()}\n{row}\n", encoding="utf-8")
    assert "1 inserted" in flurwerk("load", "programmes", str(file), "--source", "city").stdout


def test_checks_name_the_records_and_what_to_do(flurwerk: Command) -> None:
    with psycopg.connect(conninfo(flurwerk.environment["FLURWERK_DATABASE_URL"])) as connection:
        two_districts(connection)
        plot(connection, source_id="too-large", official_area_m2=10300)
        plot(connection, source_id="right", official_area_m2=10100)
        funded = insert(connection, "programmes", name="P", funding="funded")

        def trench(source_id: str, y: float, bend: float = 0, **values: object) -> int:
            middle = f"{395050} {y + bend}"
            geom = f"MULTILINESTRING((395000 {y}, {middle}, 395100 {y}))"
            return insert(connection, "trenches", source_id=source_id, programme=funded, geom=geom, **values)

        original = trench("kept", 5705000)
        trench("noisy", 5705000, bend=0.004)
        trench("marked", 5705000, duplicate_of=original)
        trench("beside", 5705000.6)
        trench("elsewhere", 5705100, permitted_on="2023-01-01")
        sale(connection, source_id="nowhere")
    found = {(row["check"], row["source_id"]) for row in flurwerk.csv("check")}
    assert ("plot_area", "too-large") in found
    assert ("plot_area", "right") not in found
    assert ("overlapping_trenches", "kept") in found
    assert ("parallel_trenches", "kept") in found
    assert ("derived_planned_on", "elsewhere") in found
    assert ("transaction_without_plot", "nowhere") in found
    details = [row["detail"] for row in flurwerk.csv("check") if row["check"] == "overlapping_trenches"]
    assert all("noisy" in detail or "marked" in detail for detail in details)
    assert "Dublette von" in flurwerk("check").stdout


def test_one_more_finding_is_one(monkeypatch: pytest.MonkeyPatch, on_sample: Command) -> None:
    only = Finding("derived_planned_on", "trenches", 1, "sample", "t-1", "planned_on")
    monkeypatch.setattr("api.cli.checks.run", lambda _, check: [only] if check is CHECKS[0] else [])
    for language, told in (("de", "1 weitere Auffälligkeit betrifft keine"), ("en", "1 more finding affects no")):
        assert told in on_sample("check", "--period", "1990", "--lang", language).stderr


def test_checks_of_a_period_name_the_figures_that_the_records_affect(on_sample: Command) -> None:
    fields = ["check", "layer", "id", "source", "source_id", "detail", "key", "amount", "counts"]
    as_csv, as_json = on_sample.csv("check", "--period", "2023-H2"), on_sample.json("check", "--period", "2023-H2")
    assert list(as_csv[0]) == list(as_json[0]) == fields
    known = {row["key"] for row in on_sample.csv("kpi", "2023-H2")}
    assert {row["key"] for row in as_csv} <= known
    assert [row["counts"] == "true" for row in as_csv] == [row["counts"] for row in as_json]
    outside = next(row for row in as_json if (row["check"], row["layer"]) == ("outside", "connections"))
    assert (outside["key"], outside["amount"], outside["counts"]) == ("funded_connections", 1, False)
    printed = on_sample("check", "--period", "2023-H2").stdout
    assert "trench_laid_km" in printed
    nothing = on_sample("check", "--period", "1990")
    assert nothing.stdout == "Keine Auffälligkeiten.\n"
    assert "weitere Auffälligkeiten betreffen keine Zahl dieses Zeitraums" in nothing.stderr
    assert "is not a period" in on_sample("check", "--period", "soon", exit_code=1).stderr


def test_a_token_is_shown_once_listed_and_revoked(flurwerk: Command) -> None:
    created = flurwerk("token", "create", "Partner", "--role", "reader", "--layers", "plots,trenches")
    assert re.fullmatch(r"flw_[\w-]{43}\n", created.stdout)
    assert "not be shown again" in created.stderr
    assert 'token created: name="Partner" role=reader expires=never layers=plots,trenches' in created.stderr
    (listed,) = flurwerk.json("token", "list")
    assert (listed["name"], listed["role"], listed["layers"]) == ("Partner", "reader", "plots|trenches")
    assert (listed["state"], listed["expires_on"], listed["last_used_at"]) == ("valid", None, None)
    assert "Partner" in flurwerk("token", "list").stdout
    assert 'token revoked: name="Partner"' in flurwerk("token", "revoke", "Partner").stderr
    assert flurwerk.csv("token", "list")[0]["state"] == "revoked"
    assert created.stdout.strip() not in created.stderr + flurwerk("token", "list").output


def test_a_persons_login_is_created_changed_and_removed(flurwerk: Command) -> None:
    created = flurwerk("db", "login", "dora", "--role", "editor")
    assert len(created.stdout.strip()) == 24
    assert "not be shown again" in created.stderr
    again = CliRunner(env=flurwerk.environment).invoke(
        main, ["db", "login", "dora", "--role", "reader", "--ask"], input="geheim\ngeheim\n"
    )
    assert "“dora” has been changed. Sessions ended: 0." in again.stderr
    assert again.output.endswith("“dora” can log in with that password.\n")
    assert "geheim" not in again.output
    assert flurwerk("db", "login", "dora", "--remove").stdout == "“dora” has been removed. Sessions ended: 0.\n"


def test_every_command_has_a_help_text(on_empty: Command) -> None:
    overview = on_empty("--help").stdout
    for name in COMMANDS:
        assert name in overview
        assert "Usage:" in on_empty(name, "--help").stdout
