"""The systemd units match the code, and systemd accepts them."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from api.service.client_connections import FILES_BESIDES
from geo.settings import FILE_SUFFIX, PREFIX, Settings, load_settings
from tests.sandbox import PROGRAM, UNITS, Unit

SERVICES = ("flurwerk.service", "flurwerk-report.service", "flurwerk-backup.service", "flurwerk-digest.service")
TIMERS = {"flurwerk-report.timer": "06:00:00", "flurwerk-backup.timer": "01:30:00", "flurwerk-digest.timer": "06:30:00"}
SECRETS = ("database_url", "secret")
MOST_EXPOSED = 1.2
"""Of 10, by the measure of systemd-analyze. What is left of it is the network and the host's files, read-only."""


@pytest.fixture
def installed(tmp_path: Path) -> list[str]:
    """Copies of all units, with a program that exists."""
    for file in UNITS.iterdir():
        (tmp_path / file.name).write_text(file.read_text("utf-8").replace(PROGRAM, "/bin/true"), encoding="utf-8")
    return sorted(map(str, tmp_path.iterdir()))


def test_nothing_else_is_shipped() -> None:
    assert {file.name for file in UNITS.iterdir()} == {*SERVICES, *TIMERS}


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_runs_an_existing_command_with_settings_that_exist(name: str) -> None:
    unit = Unit(name)
    assert CliRunner().invoke(main, [*unit.arguments, "--help"]).exit_code == 0
    fields = {PREFIX + field.upper() for field in Settings.model_fields}
    files = {PREFIX + field.upper() + FILE_SUFFIX for field in SECRETS}
    named = {variable for variable in unit.environment if variable.startswith(PREFIX)}
    assert files <= named <= fields | files
    assert unit.one("EnvironmentFile") == "-/etc/flurwerk/flurwerk.env"


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_credentials(name: str) -> None:
    """Each file that a variable names is one that systemd passes on from /etc/flurwerk; no secret is in a variable."""
    unit = Unit(name)
    passed = dict(each.split(":", 1) for each in unit.all("LoadCredential"))
    for field in SECRETS:
        credential = unit.environment[PREFIX + field.upper() + FILE_SUFFIX].removeprefix("%d/")
        assert passed[credential] == f"/etc/flurwerk/{credential}"
    assert len(passed) == len(SECRETS)


def test_all_services_have_the_same_few_rights() -> None:
    """Everything below the sandbox's heading is the same in each of them."""
    blocks = []
    for name in SERVICES:
        _, heading, block = (UNITS / name).read_text("utf-8").partition("# What the process may do:")
        assert heading
        blocks.append(block.partition("\n\n")[0].strip())
    assert blocks[0] == blocks[1] == blocks[2]
    unit = Unit(SERVICES[0])
    assert unit.one("DynamicUser") == "yes"
    assert unit.one("ProtectSystem") == "strict"
    assert unit.one("UMask") == "0077"
    assert unit.one("CapabilityBoundingSet") == ""
    assert not unit.all("ReadWritePaths")
    assert unit.one("LimitCORE") == "0", "an image of the memory would hold secrets"


@pytest.mark.parametrize("name", SERVICES)
def test_files_are_written_to_folders_of_the_unit(name: str) -> None:
    """Every path that the unit names is in its state, its cache or its private temporary folder."""
    unit = Unit(name)
    own = {"%d/"}
    own |= {"%S/flurwerk"} if unit.all("StateDirectory") else set()
    own |= {"%C/flurwerk", "/var/tmp"} if unit.all("CacheDirectory") else set()
    paths = [value for value in [*unit.environment.values(), *unit.arguments] if "/" in value]
    assert paths
    for path in paths:
        assert path.startswith(tuple(own)), path
    for folder in ("State", "Cache"):
        if unit.all(f"{folder}Directory"):
            assert unit.one(f"{folder}DirectoryMode") == "0700"


def test_the_service_tells_how_it_is_and_has_time_to_end() -> None:
    """It may finish its requests, with the processes that make documents, before systemd kills it."""
    unit, settings = Unit("flurwerk.service"), load_settings()
    assert unit.one("Type") == "notify"
    assert unit.one("NotifyAccess") == "main"
    assert 10 <= int(unit.one("WatchdogSec")) <= 60
    assert int(unit.one("TimeoutStopSec")) >= settings.shutdown_timeout_s + 10
    assert unit.one("KillMode") == "mixed"
    assert unit.one("Restart") == "always"
    assert unit.one("StartLimitIntervalSec", "Unit") == "0"
    assert int(unit.one("LimitNOFILE")) >= settings.client_connections + FILES_BESIDES
    assert unit.one("WantedBy", "Install") == "multi-user.target"


@pytest.mark.parametrize("name", SERVICES)
def test_memory_is_limited_and_what_needs_more_does_not_end_the_service(name: str) -> None:
    unit = Unit(name)
    assert unit.one("MemoryMax")[-1] in "MG"
    assert unit.one("OOMPolicy") == "continue"


def test_a_failed_run_is_a_failure_for_monitoring() -> None:
    """Only exit status 0 counts as success: missing figures, status 3, are noticed."""
    for name in SERVICES[1:]:
        unit = Unit(name)
        assert unit.one("Type") == "oneshot"
        assert not unit.all("SuccessExitStatus")
        assert not unit.all("Restart")


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_starts_its_service_every_day_and_catches_up(name: str) -> None:
    """It names no unit, so it starts the service of the same name; a missed day is made up for."""
    timer = Unit(name)
    assert not timer.all("Unit", "Timer")
    assert name.replace(".timer", ".service") in SERVICES
    assert timer.one("OnCalendar", "Timer") == f"*-*-* {TIMERS[name]} Europe/Berlin"
    assert timer.one("Persistent", "Timer") == "true"
    assert timer.one("WantedBy", "Install") == "timers.target"


def test_systemd_knows_every_setting(installed: list[str]) -> None:
    done = subprocess.run(["systemd-analyze", "verify", *installed], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_rates_the_exposure_as_low(installed: list[str]) -> None:
    for path in installed:
        if path.endswith(".service"):
            threshold = f"--threshold={round(MOST_EXPOSED * 10)}"
            command = ["systemd-analyze", "security", "--offline=true", "--no-pager", threshold, path]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout.splitlines()[-1]
