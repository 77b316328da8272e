"""What the systemd units start works with the few rights that they leave: no home, no name, a read-only system.

The report's unit makes each of its documents in a process: it is left to `make test-sandbox`. The service's unit makes
documents of three kinds in the same sandbox.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import httpx
import psycopg
import pytest

from geo.store import cluster
from geo.store.database import conninfo
from tests.conftest import UNSAFE_BUT_FAST
from tests.records import insert, one, plot, two_districts
from tests.remains import ENDS_WITH_US, temporary_folder
from tests.sandbox import Sandbox, Unit
from tests.test_api.test_notifying import Manager
from tests.test_api.test_workers import workers_of

PASSWORD = "owner's secret"
SERVE, REPORT, BACKUP, DIGEST = (Unit(f"flurwerk{name}.service") for name in ("", "-report", "-backup", "-digest"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def owner_url() -> Iterator[str]:
    """A server that answers over TCP and asks for passwords, as a city's does."""
    # An address of its own, since the private server's port is always the same.
    address = f"127.77.{os.getpid() // 250 % 250}.{os.getpid() % 250 + 1}"
    with temporary_folder() as folder:
        settings = {**UNSAFE_BUT_FAST, "listen_addresses": address}
        local = cluster.ensure_running(folder / "home", settings)
        with psycopg.connect(local) as connection:
            connection.execute(f"alter role flurwerk password '{PASSWORD.replace(chr(39), chr(39) * 2)}'".encode())
        found = cluster.status(folder / "home")
        assert found.data
        assert found.pid
        with (found.data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host all all 127.0.0.0/8 scram-sha-256\n")
        os.kill(found.pid, signal.SIGHUP)
        yield f"postgresql://flurwerk:{PASSWORD.replace(chr(39), '%27').replace(' ', '%20')}@{address}/flurwerk"


@pytest.fixture(scope="module")
def sandbox(owner_url: str) -> Iterator[Sandbox]:
    """The units' folders and secrets, and a small city whose schema was made from inside the sandbox."""
    # Outside /tmp, which every sandbox has for itself.
    with temporary_folder("flurwerk-sandbox-") as folder:
        sandbox = Sandbox(folder, {"database-url": owner_url, "secret": "f" * 64})
        run(sandbox, BACKUP, ["migrate"])
        with psycopg.connect(conninfo(owner_url)) as connection:
            two_districts(connection)
            plot(connection, name="Hafen Nord", official_area_m2=5000)
            insert(connection, "inquiries", kind="plot", received_on="2023-08-01")
        yield sandbox


def run(sandbox: Sandbox, unit: Unit, arguments: list[str] | None = None, status: int = 0) -> str:
    """Run a unit's command, or another one in its sandbox; return what it prints on both streams."""
    done = subprocess.run(**sandbox.starting(unit, arguments), stdout=-1, stderr=-2, text=True, check=False)
    assert done.returncode == status, done.stdout
    return done.stdout


def files(folder: Path) -> dict[str, int]:
    """The files in a folder with their permissions."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}


def leading_to(kept: list[str], home: str) -> str:
    """What is listed of a folder of homes: only what leads to the paths that the program needs."""
    return "\n".join(sorted({Path(path).relative_to(home).parts[0] for path in kept if path.startswith(f"{home}/")}))


def test_the_sandbox_is_as_narrow_as_it_claims(sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing can be written but the unit's own folders, nothing of the homes is seen, and the user has no name."""
    starting = sandbox.starting(SERVE, [])
    program = starting["args"].index("-c", starting["args"].index("sandbox")) - 1
    kept = starting["env"]["KEPT"].split()
    for command, worked in (
        (f"echo x > {sandbox.state}/flurwerk/own && echo x > {sandbox.cache}/flurwerk/own && echo x > /tmp/own", True),
        (f"echo x > {sandbox.credentials}/own", False),
        ("echo x > /etc/own", False),
        ("grep -q '^[^ ]* / [^ ]* ro' /proc/self/mounts", True),
        (f"ls {tmp_path}", False),
        ('test -z "$(ls -A /var/tmp)"', True),
        *((f"test \"$(ls -A {home})\" = '{leading_to(kept, home)}'", True) for home in ("/home", "/root")),
        ("id --name --user", not sandbox.is_root),
        ('test $(umask) = 0077 && test $(pwd) = / && test -z "${HOME-}"', True),
        ("grep -q 'CapEff:.*0000000000000000' /proc/self/status && grep -q 'NoNewPrivs:.*1' /proc/self/status", True),
    ):
        arguments = [*starting["args"][:program], "sh", "-c", command]
        done = subprocess.run(arguments, env=starting["env"], capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is worked, (command, done.stderr)
    for folder in (sandbox.state, sandbox.cache):
        (folder / "flurwerk" / "own").unlink()


@contextmanager
def read(listener: socket.socket) -> Iterator[None]:
    """Read what the service tells, as a manager does: unread, the pings of a minute would fill the socket's queue."""
    is_over = Event()

    def read_all() -> None:
        listener.settimeout(0.2)
        while not is_over.is_set():
            with suppress(TimeoutError):
                listener.recv(4096)

    reader = Thread(target=read_all)
    reader.start()
    try:
        yield
    finally:
        is_over.set()
        reader.join()


def test_the_service_serves_and_makes_documents(sandbox: Sandbox) -> None:
    """It says when it is ready, and complains of nothing: not of a missing home, nor of folders it cannot write."""
    port = str(free_port())
    # A socket in /tmp would not be visible in the sandbox.
    address = f"@flurwerk-sandbox-{os.getpid()}-{port}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        manager = Manager(listener, address)
        variables = {**manager.environment, "FLURWERK_PORT": port, "FLURWERK_ANONYMOUS_AUDIENCE": "internal"}
        starting = sandbox.starting(SERVE, **variables)
        starting["args"] = [*ENDS_WITH_US, *starting["args"]]
        with subprocess.Popen(**starting, stderr=subprocess.PIPE, text=True) as process:
            try:
                assert manager.next() == "READY=1"
                with read(listener), httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=180) as client:
                    assert client.get("/api/health/ready").status_code == 200
                    (feature,) = client.get("/api/collections/plots/items").json()["features"]
                    expose = client.get(f"/api/plots/{feature['id']}/expose?not_on_offer=include")
                    assert expose.content.startswith(b"%PDF-"), expose.text
                    for form in ("xlsx", "gpkg", "parquet"):
                        assert client.get(f"/api/collections/plots/items?f={form}").status_code == 200
                    assert client.get("/maps/overview").status_code == 200
                (inner,) = workers_of(process.pid)
                os.kill(inner, signal.SIGTERM)
                log = process.communicate(timeout=180)[1]
            finally:
                process.kill()
    assert process.returncode == 0, log
    told = [line for line in log.splitlines() if "uvicorn.access" not in line]
    assert told == [f"Flurwerk runs on http://127.0.0.1:{port} – stop it with Ctrl-C."]
    assert any(name.startswith("fontlist") for name in files(sandbox.cache))


@pytest.mark.long
def test_the_report_writes_its_draft_to_the_state_folder(sandbox: Sandbox, owner_url: str) -> None:
    output = run(sandbox, REPORT)
    assert "the draft was made on" in output
    assert "arning" not in output
    drafts = files(sandbox.state / "flurwerk" / "reports")
    assert {name.rpartition(".")[2] for name in drafts} >= {"docx", "pdf", "xlsx", "png"}
    assert set(drafts.values()) == {0o600}
    with psycopg.connect(conninfo(owner_url)) as connection:
        assert one(connection, "select outcome from report_duties where duty = 'draft'") == "done"


def test_the_backup_keeps_dated_files_that_only_its_user_reads(sandbox: Sandbox) -> None:
    for _ in range(2):
        assert "and read it again" in run(sandbox, BACKUP)
        # Only one backup a second can be kept.
        time.sleep(1)
    backups = files(sandbox.state / "flurwerk" / "backups")
    assert len(backups) == 2
    assert set(backups.values()) == {0o600}


def test_the_digest_runs_where_nobody_has_asked_for_one(sandbox: Sandbox) -> None:
    assert "There is nothing to tell." in run(sandbox, DIGEST)
