"""The systemd units match the code: they start existing commands, as often as needed."""

from configparser import ConfigParser
from pathlib import Path

from click.testing import CliRunner

from api.cli import main
from geo.settings import PREFIX, Settings

UNITS = Path(__file__).resolve().parent.parent / "deploy" / "systemd"
PROGRAM = "/opt/flurwerk/bin/flurwerk"


def unit(name: str) -> ConfigParser:
    """Parse a unit file; a duplicate key is an error."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    parser.read_string((UNITS / name).read_text())
    return parser


def test_the_timer_starts_the_service_every_day_and_catches_up() -> None:
    """The timer names no unit, so it starts the service of the same name; a missed day is made up for."""
    timer = unit("flurwerk-report.timer")
    assert "Unit" not in timer["Timer"]
    assert (UNITS / "flurwerk-report.service").is_file()
    assert timer["Timer"]["OnCalendar"] == "*-*-* 06:00:00 Europe/Berlin"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_service_runs_an_existing_command_and_fails_with_it() -> None:
    """The command line is valid; only exit status 0 counts as success, so that monitoring notices missing figures."""
    service = unit("flurwerk-report.service")["Service"]
    program, *arguments = service["ExecStart"].split()
    assert program == PROGRAM
    assert CliRunner().invoke(main, [*arguments, "--help"]).exit_code == 0
    assert service["Type"] == "oneshot"
    assert "SuccessExitStatus" not in service


def test_the_service_can_write_its_reports_and_nothing_else() -> None:
    """The folder for drafts is in the service's state directory; the code reads every setting in its environment."""
    service = unit("flurwerk-report.service")["Service"]
    environment = dict(pair.split("=", 1) for pair in service["Environment"].split())
    fields = {PREFIX + name.upper() for name in Settings.model_fields}
    assert {name for name in environment if name.startswith(PREFIX)} <= fields
    assert environment["FLURWERK_REPORT_FOLDER"].startswith(f"/var/lib/{service['StateDirectory']}/")
    assert service["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in service
