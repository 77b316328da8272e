"""compose.yaml and the Dockerfile match the code. The tests need no Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from geo.settings import FILE_SUFFIX, PREFIX, Settings, load_settings
from geo.store.cluster import configuration
from tests.sandbox import Unit

REPOSITORY = Path(__file__).resolve().parent.parent
READY = "/api/health/ready"
COMPOSE = REPOSITORY / "deploy" / "compose"
SECRETS = {"database-password", "database-url", "secret"}
CLIENTS = {"bookworm": 15, "trixie": 17}
"""The version of PostgreSQL in Debian's releases."""


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


def default(value: str) -> str:
    """Return what compose makes of a value if the variables that it names are not set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def make_secrets(folder: Path, **environment: str) -> dict[str, str]:
    """Run the script that makes the secrets, in a copy of its folder; return them without their last line break."""
    script = folder / "make-secrets.sh"
    script.write_bytes((COMPOSE / "make-secrets.sh").read_bytes())
    subprocess.run(["sh", script], env={"PATH": os.environ["PATH"], **environment}, check=True, capture_output=True)
    return {file.name: file.read_text("utf-8").removesuffix("\n") for file in (folder / "secrets").iterdir()}


def test_the_code_reads_every_setting_named(services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """A variable with our prefix but without a field of Settings would stop every command."""
    fields = {PREFIX + name.upper() for name in Settings.model_fields}
    fields |= {f"{PREFIX}{name}{FILE_SUFFIX}" for name in ("DATABASE_URL", "SECRET")}
    named = set(image_environment(stages)).union(*(service["environment"] for service in services.values()))
    named |= set(re.findall(r"^#?(\w+)=", (COMPOSE / "env.example").read_text("utf-8"), re.MULTILINE))
    ours = {name for name in named if name.startswith(PREFIX)}
    assert ours <= fields
    assert {"FLURWERK_DATABASE_URL_FILE", "FLURWERK_SECRET_FILE", "FLURWERK_HOST", "FLURWERK_PORT"} <= ours


def test_nothing_has_to_be_edited(services: dict[str, Any]) -> None:
    """Each variable that compose.yaml takes from outside has a default, and stands in the template with it."""
    template = (COMPOSE / "env.example").read_text("utf-8")
    asked = re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", (REPOSITORY / "compose.yaml").read_text("utf-8"))
    assert len(asked) == 7
    for name, rest in asked:
        assert rest.startswith(":-")
        assert f"#{name}={rest.removeprefix(':-')}\n" in template
    for service in our_services(services):
        assert service["env_file"] == [{"path": ".env", "required": False}]
    # It tells which settings the file cannot change.
    fixed = {name for service in our_services(services) for name in service["environment"] if name.startswith(PREFIX)}
    assert all(name.removesuffix(FILE_SUFFIX) in template for name in fixed - {"FLURWERK_ANONYMOUS_AUDIENCE"})


def test_the_values_are_accepted(services: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The app's environment yields valid Settings that listen on all interfaces and show only the public view."""
    secrets = make_secrets(tmp_path)
    for name, value in services["app"]["environment"].items():
        monkeypatch.setenv(name, value.replace("/run/secrets", str(tmp_path / "secrets")))
    settings = load_settings()
    assert settings.host == "0.0.0.0"
    assert settings.anonymous_audience == "public"
    assert (settings.database_url, settings.secret) == (secrets["database-url"], secrets["secret"])


@pytest.mark.parametrize("password", ["", "s3cret", "ÄÖ/@:%'\" #?"])
def test_the_url_names_the_database_that_is_set_up(services: dict[str, Any], tmp_path: Path, password: str) -> None:
    """User, password, host, port and name in the URL are those of the database service, whatever the password."""
    secrets = make_secrets(tmp_path, POSTGRES_PASSWORD=password)
    database = services["database"]["environment"]
    url = urlsplit(secrets["database-url"])
    assert url.scheme == "postgresql"
    assert (url.username, url.path) == (database["POSTGRES_USER"], f"/{database['POSTGRES_DB']}")
    assert services[url.hostname or ""] is services["database"]
    assert url.port == int(configuration.SETTINGS["port"])
    assert unquote(url.password or "") == secrets["database-password"]
    assert secrets["database-password"] == password or (not password and len(secrets["database-password"]) == 64)
    assert re.fullmatch("[0-9a-f]{64}", secrets["secret"])


def test_every_container_can_read_its_secrets_and_nobody_else_on_the_machine(
    services: dict[str, Any], tmp_path: Path
) -> None:
    """Compose mounts the files with their owner and mode, and the containers' users are not the one who made them."""
    assert make_secrets(tmp_path).keys() == SECRETS
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    for file in (tmp_path / "secrets").iterdir():
        assert file.stat().st_mode & 0o777 == 0o444
    declared = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["secrets"]
    assert declared == {name: {"file": f"deploy/compose/secrets/{name}"} for name in SECRETS}
    assert "/deploy/compose/secrets/" in (REPOSITORY / ".gitignore").read_text().splitlines()
    for service in services.values():
        files = {value for name, value in service["environment"].items() if name.endswith(FILE_SUFFIX)}
        assert files == {f"/run/secrets/{name}" for name in service["secrets"]}
    for variable in ("PGPASSWORD", "POSTGRES_PASSWORD", "FLURWERK_SECRET", "FLURWERK_DATABASE_URL"):
        assert not any(variable in service["environment"] for service in services.values())


def test_secrets_that_exist_are_not_changed(tmp_path: Path) -> None:
    """Running the script again, for a secret that a later version adds, keeps the others."""
    before = make_secrets(tmp_path)
    (tmp_path / "secrets" / "secret").unlink()
    after = make_secrets(tmp_path, POSTGRES_PASSWORD="another")
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} == {"secret"}


def test_the_client_is_as_new_as_the_server(services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """Backups need it; the package is that of the Debian release on which the image is based."""
    server = int(services["database"]["image"].partition(":")[2].partition("-")[0])
    installing = " ".join(arguments_of(stages[-1], "RUN"))
    (client,) = re.findall(r"postgresql-client-(\d+)", installing)
    release = arguments_of(stages[-1], "FROM")[0].rpartition("-")[2]
    assert server == int(client) == CLIENTS[release]


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
    assert [default(each) for each in services["app"]["ports"]] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in services["database"]


def test_our_containers_have_few_rights(services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """They run as an ordinary user without capabilities, on a read-only file system except /tmp."""
    user, group = arguments_of(stages[-1], "USER")[-1].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert len(our_services(services)) == 5
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


def test_every_container_sees_the_profile_where_the_template_says(services: dict[str, Any]) -> None:
    """The folder is mounted read-only; without the template's two lines the sample city's profile is used."""
    assert "#FLURWERK_PROFILE=/profile\n" in (COMPOSE / "env.example").read_text("utf-8")
    for service in our_services(services):
        assert default(service["volumes"][0]) == "./sample_data:/profile:ro"
        assert "FLURWERK_PROFILE" not in service["environment"]
    assert (REPOSITORY / "sample_data" / "profile.toml").is_file()


@pytest.mark.parametrize("name", ["app", "report", "backup"])
def test_files_are_written_to_disk(name: str, services: dict[str, Any], stages: list[list[tuple[str, str]]]) -> None:
    """The folders of exports, reports and backups are volumes, owned as in the image; /tmp would be memory."""
    volumes = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())["volumes"]
    _, mount = services[name]["volumes"]
    volume, _, target = mount.partition(":")
    assert volume in volumes
    assert target in re.split(r"[\s;]", " ".join([*services[name]["environment"].values(), *services[name]["command"]]))
    user = arguments_of(stages[-1], "USER")[-1].partition(":")[0]
    created = arguments_of(stages[-1], "RUN")[0].partition(f"--mode 700 --owner {user} --group {user} ")[2]
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


@pytest.mark.parametrize(
    ("now", "seconds", "status"),
    [("2026-11-29T01:59:59", 1, 1), ("2026-11-29T02:00:00", 86400, 1), ("2026-11-29T14:00:00", 43200, 0)],
)
def test_a_backup_is_made_each_night_and_at_no_other_time(
    services: dict[str, Any], tmp_path: Path, now: str, seconds: int, status: int
) -> None:
    """The loop waits until 2 o'clock before each backup: a container that restarts often makes no more of them.

    Only after a backup what was deleted long ago is deleted for good.
    """
    waits, purge = f"waits {seconds}", [] if status else ["flurwerk purge"]
    said = run_of_loop(services["backup"], services, tmp_path, now, status)
    assert said == [waits, "flurwerk db backup --keep 14 /backups", *purge, waits]


@pytest.mark.parametrize(
    ("now", "seconds", "status"),
    [("2026-11-29T04:29:59", 1, 3), ("2026-11-29T04:30:00", 86400, 0), ("2026-11-29T16:30:00", 43200, 1)],
)
def test_the_digests_are_sent_each_morning_and_at_no_other_time(
    services: dict[str, Any], tmp_path: Path, now: str, seconds: int, status: int
) -> None:
    """The loop goes on whatever the exit status: what could not be sent is sent the next morning."""
    waits = f"waits {seconds}"
    said = run_of_loop(services["digest"], services, tmp_path, now, status)
    assert said == [waits, "flurwerk digest", waits]


def run_of_loop(service: dict[str, Any], services: dict[str, Any], folder: Path, now: str, status: int) -> list[str]:
    """Run a service's endless loop once and a half, at this time (UTC): what it does, with how long it waits.

    The command ends with this status.
    """
    shell, option, script = service["command"]
    assert service["init"] is True
    assert service["depends_on"] == services["app"]["depends_on"]
    stubs = {
        "date": f'exec {shutil.which("date")} --utc --date={now}Z "$@"',
        "sleep": 'echo "waits $1"; test ! -e slept && touch slept',
        "flurwerk": f'echo "flurwerk $*"; exit {status}',
    }
    for name, text in stubs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "BACKUPS": default(service["environment"].get("BACKUPS", "")),
    }
    called = [shell, option, script.replace("$$", "$")]
    done = subprocess.run(called, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    return done.stdout.splitlines()


def test_memory_is_limited(services: dict[str, Any]) -> None:
    """As in the systemd units."""
    assert {name: default(service["mem_limit"]) for name, service in services.items() if "mem_limit" in service} == {
        "app": Unit("flurwerk.service").one("MemoryMax").lower(),
        "report": Unit("flurwerk-report.service").one("MemoryMax").lower(),
        "backup": Unit("flurwerk-backup.service").one("MemoryMax").lower(),
        "digest": Unit("flurwerk-digest.service").one("MemoryMax").lower(),
    }


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
                shutil.copytree(REPOSITORY / source, context / target, ignore=shutil.ignore_patterns(*ignored))
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
