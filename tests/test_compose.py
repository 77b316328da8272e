"""compose.yaml and the Dockerfile match the code. The tests need no Docker."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic_settings import BaseSettings

from geo.settings import PREFIX, Settings
from geo.store.cluster import configuration

REPOSITORY = Path(__file__).resolve().parent.parent
READY = "/api/health/ready"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of compose.yaml, with anchors and merges resolved."""
    return yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["services"]


@pytest.fixture(scope="module")
def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's build stages, each a list of instructions and their arguments."""
    text = re.sub(r"^\s*#.*\n", "", (REPOSITORY / "Dockerfile").read_text(), flags=re.MULTILINE)
    found: list[list[tuple[str, str]]] = []
    for line in filter(None, text.replace("\\\n", " ").splitlines()):
        instruction, _, arguments = line.partition(" ")
        if instruction == "FROM":
            found.append([])
        found[-1].append((instruction, arguments.strip()))
    return found


def arguments_of(stage: list[tuple[str, str]], instruction: str) -> list[str]:
    """Return what the stage passes to each occurrence of the instruction."""
    return [arguments for name, arguments in stage if name == instruction]


def image_environment(stages: list[list[tuple[str, str]]]) -> dict[str, str]:
    """Return the environment that the final image sets."""
    pairs = " ".join(arguments_of(stages[-1], "ENV")).split()
    return dict(pair.split("=", 1) for pair in pairs)


def our_services(services: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the services that run our own image."""
    return [service for service in services.values() if service["image"] == "flurwerk"]


def test_the_code_reads_every_setting_named(services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """A variable with our prefix but without a field of Settings would silently have no effect."""
    assert issubclass(Settings, BaseSettings)
    fields = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(image_environment(stages)).union(*(service["environment"] for service in services.values()))
    ours = {name for name in named if name.startswith(PREFIX)}
    assert ours <= fields
    assert {"FLURWERK_DATABASE_URL", "FLURWERK_HOST", "FLURWERK_PORT"} <= ours


def test_the_values_are_accepted(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's environment yields valid Settings that listen on all interfaces and show only the public view."""
    for name, value in services["app"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(\w*)\}", r"\1", value))
    settings = Settings.model_validate({})
    assert settings.host == "0.0.0.0"
    assert settings.anonymous_audience == "public"
    assert settings.language == "de"


def test_the_url_names_the_database_that_is_set_up(services: dict[str, Any]) -> None:
    """User, password, host, port and name in the app's URL are those of the database service."""
    database = services["database"]["environment"]
    for service in our_services(services):
        url = urlsplit(service["environment"]["FLURWERK_DATABASE_URL"])
        assert url.scheme == "postgresql"
        assert (url.username, url.path) == (database["POSTGRES_USER"], f"/{database['POSTGRES_DB']}")
        assert services[url.hostname] is services["database"]
        assert url.port == int(configuration.SETTINGS["port"])
        assert service["environment"]["PGPASSWORD"] == database["POSTGRES_PASSWORD"]
        # libpq's variable is the owner's password; the passwords of the service's logins are derived from the secret.
        assert service["environment"]["FLURWERK_SECRET"] == database["POSTGRES_PASSWORD"]


def test_a_missing_password_is_named(services: dict[str, Any]) -> None:
    """Without POSTGRES_PASSWORD compose stops and names the file to set it in; compose.yaml contains no password."""
    password = services["database"]["environment"]["POSTGRES_PASSWORD"]
    assert re.fullmatch(r"\$\{POSTGRES_PASSWORD:\?[^}]*\.env\}", password)


def test_the_database_is_tuned_like_the_private_server(services: dict[str, Any]) -> None:
    """Settings, encoding and collation are the same in containers as with `make demo`."""
    program, *options = services["database"]["command"]
    assert program == "postgres"
    settings = dict(option.removeprefix("-c").split("=", 1) for option in options)
    assert "timezone" in settings
    assert settings.items() <= configuration.SETTINGS.items()
    arguments = services["database"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert arguments == "--encoding=UTF8 --locale=C.UTF-8 --data-checksums"


def test_the_ports_agree(services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """The port that the app listens on is the one exposed, and published on this machine only."""
    port = str(Settings.model_fields["port"].default)
    assert services["app"]["environment"]["FLURWERK_PORT"] == port
    assert image_environment(stages)["FLURWERK_PORT"] == port
    assert arguments_of(stages[-1], "EXPOSE") == [port]
    assert services["app"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in services["database"]


def test_our_containers_have_few_rights(services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """They run as an ordinary user without capabilities, on a read-only file system except /tmp."""
    user, group = arguments_of(stages[-1], "USER")[-1].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert len(our_services(services)) == 3
    for service in our_services(services):
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "user" not in service
        assert "privileged" not in service
    for name, value in image_environment(stages).items():
        if name.endswith("DIR"):
            assert value.startswith("/tmp/")


@pytest.mark.parametrize(("name", "setting"), [("app", "FLURWERK_EXPORT_FOLDER"), ("report", "FLURWERK_REPORT_FOLDER")])
def test_files_are_written_to_disk(
    name: str, setting: str, services: dict[str, Any], stages: list[list[tuple[str, str]]]
) -> None:
    """The folders for exports and reports are volumes, which take their owner from the image; /tmp would be memory."""
    volumes = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["volumes"]
    (mount,) = services[name]["volumes"]
    volume, _, target = mount.partition(":")
    assert volume in volumes
    assert services[name]["environment"][setting] == target
    user = arguments_of(stages[-1], "USER")[-1].partition(":")[0]
    created = arguments_of(stages[-1], "RUN")[0].partition(f"--owner {user} --group {user} ")[2]
    assert target in created.split()


def test_the_reports_duties_are_run_repeatedly(services: dict[str, Any]) -> None:
    """The shell's loop runs the command, whatever its exit status, and waits; an init process lets it be stopped."""
    report = services["report"]
    shell, option, script = report["command"]
    assert report["init"] is True
    assert report["depends_on"] == services["app"]["depends_on"]
    once = (
        script.replace("while true", "for run in 1 2")
        .replace("flurwerk", "(echo flurwerk")
        .replace("--due;", "--due; exit 3);")
    )
    done = subprocess.run([shell, option, once.replace("sleep 6h", "echo waits")], capture_output=True, check=True)
    assert done.stdout.decode().splitlines() == ["flurwerk report --due", "waits"] * 2


def test_services_wait_for_each_other_in_order(services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """The database is healthy before the migration runs, and the migration has succeeded before the app starts."""
    environment = services["database"]["environment"]
    test = services["database"]["healthcheck"]["test"]
    assert test[:2] == ["CMD", "pg_isready"]
    assert f"--username={environment['POSTGRES_USER']}" in test
    assert f"--dbname={environment['POSTGRES_DB']}" in test

    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["migrate"]["command"] == ["flurwerk", "migrate"]
    assert services["app"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["app"]["command"] == json.loads(arguments_of(stages[-1], "CMD")[-1])

    (check,) = arguments_of(stages[-1], "HEALTHCHECK")
    program, option, code = json.loads(check.partition("CMD")[2])
    assert (program, option) == ("python", "-c")
    assert READY in code
    compile(code, "HEALTHCHECK", "exec")
    assert "test" not in services["app"]["healthcheck"], "it would override the Dockerfile's"


def test_the_database_outlives_its_container(services: dict[str, Any]) -> None:
    """The image's data directory is on a named volume."""
    volumes = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["volumes"]
    (mount,) = services["database"]["volumes"]
    name, _, target = mount.partition(":")
    assert name in volumes
    assert target == "/var/lib/postgresql/data"
    major = int(services["database"]["image"].partition(":")[2].partition("-")[0])
    assert major < 18, "from version 18 on, the image keeps its data one folder higher"


def test_the_images_python_is_new_enough(stages: list[list[tuple[str, str]]]) -> None:
    """Both stages use the same Python, one that the project allows, or the copied environment would not run."""
    images = {arguments_of(stage, "FROM")[0].split()[0] for stage in stages}
    (image,) = images
    minor = re.match(r"python:3\.(\d+)-", image)
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    required = re.fullmatch(r">=3\.(\d+)", project["requires-python"])
    assert minor
    assert required
    assert int(minor[1]) >= int(required[1])


def test_the_dockerfile_copies_what_the_wheel_needs(stages: list[list[tuple[str, str]]], tmp_path: Path) -> None:
    """A wheel built only from the copied files contains every file of our packages, including the SQL."""
    allowed = {
        line.removeprefix("!")
        for line in (REPOSITORY / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    ignored = {"__pycache__", "node_modules"}
    context = tmp_path / "context"
    context.mkdir()
    for arguments in arguments_of(stages[0], "COPY"):
        *sources, target = arguments.split()
        assert set(sources) <= allowed, ".dockerignore hides them from the builder"

        for source in sources:
            if (REPOSITORY / source).is_dir():
                assert source == target
                copytree(REPOSITORY / source, context / target, ignore=ignore_patterns(*ignored))
            else:
                (context / source).write_bytes((REPOSITORY / source).read_bytes())
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=context, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    ours = {
        path.relative_to(REPOSITORY).as_posix()
        for package in ("geo", "maps", "api")
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file() and not ignored & set(path.parts)
    }
    assert ours <= packed
