"""Flurwerk and its peers: installs, starts and stops them, and reads their memory and processor time."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

REPOSITORY = Path(__file__).resolve().parents[2]
WORKERS = 2
START_S = 120
LAYERS = {"connections": "Connections", "trenches": "Trenches", "plots": "Plots"}


class Server(NamedTuple):
    """A program that serves the tables: its command for a port, and a path that answers once it is ready."""

    name: str
    version: str
    command: Callable[[int], list[str]]
    environment: Mapping[str, str]
    ready: str


class Running(NamedTuple):
    """A running server."""

    url: str
    pid: int

    database: str

    def memory_mb(self) -> float:
        """Return the proportional set size of its worker processes."""
        return sum(_pss_kb(pid) for pid in self._workers()) / 1024

    def cpu_ms(self) -> float:
        """Return the processor time used by its workers and the database's processes, which run on this machine."""
        with psycopg.connect(self.database) as connection:
            query = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            backends = [pid for (pid,) in connection.execute(query)]
        return sum(cpu_ms(pid) for pid in [*self._workers(), *backends])

    def _workers(self) -> list[int]:
        return [pid for pid in children(self.pid) if not _is_tracker(pid)]


@contextmanager
def running(server: Server, database: str, log: Path) -> Iterator[Running]:
    """Run the server on a free port, with its output in the log."""
    port = _free_port()
    with log.open("w") as file:
        process = subprocess.Popen(
            server.command(port), env={**_environment(), **server.environment}, stdout=file, stderr=file, cwd=log.parent
        )
        try:
            found = Running(f"http://127.0.0.1:{port}", process.pid, database)
            _wait_for(f"{found.url}{server.ready}", process, log)
            yield found
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def flurwerk(url: str) -> Server:
    """This working copy; its layers are internal, so it serves them only on the loopback address."""
    program = Path(sys.executable).with_name("flurwerk")
    return Server(
        "flurwerk",
        version("flurwerk"),
        lambda port: [str(program), "serve", "--workers", str(WORKERS), "--port", str(port)],
        {"FLURWERK_DATABASE_URL": url, "FLURWERK_ANONYMOUS_AUDIENCE": "internal"},
        "/api/health/ready",
    )


def tipg(url: str, cache: Path, python: str) -> Server:
    """tipg behind uvicorn, as its documentation starts it."""
    folder = _install(cache / "tipg", python, ["tipg", "uvicorn[standard]"])
    place = conninfo_to_dict(url)
    user = quote(str(place.get("user", "")), safe="")
    password = f":{quote(str(place['password']), safe='')}" if "password" in place else ""
    port = f":{place['port']}" if "port" in place else ""
    host = quote(str(place.get("host", "localhost")), safe="")
    tables = json.dumps([f"flurwerk.{layer}" for layer in LAYERS])
    return Server(
        "tipg",
        _version(folder, "tipg"),
        lambda port: [
            *(str(folder / "bin" / "uvicorn"), "tipg.main:app"),
            *("--workers", str(WORKERS), "--port", str(port), "--log-level", "warning"),
        ],
        {
            "DATABASE_URL": f"postgresql://{user}{password}@{host}{port}/{place['dbname']}",
            "TIPG_DB_SCHEMAS": '["flurwerk"]',
            "TIPG_DB_TABLES": tables,
        },
        "/collections/flurwerk.connections",
    )


def pygeoapi(url: str, cache: Path, python: str) -> Server:
    """pygeoapi behind gunicorn, as its container image starts it, but with threads for persistent connections."""
    requirements = ["pygeoapi", "psycopg2-binary", "geoalchemy2", "pygeofilter[backend-sqlalchemy]", "gunicorn"]
    folder = _install(cache / "pygeoapi", python, requirements)
    configuration, document = folder / "bench.yml", folder / "bench-openapi.yml"
    configuration.write_text(json.dumps(_pygeoapi_configuration(url)))  # JSON is YAML, too
    environment = {"PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(document)}
    subprocess.run(
        [folder / "bin" / "pygeoapi", "openapi", "generate", str(configuration), "--output-file", str(document)],
        env={**_environment(), **environment}, check=True, capture_output=True,
    )  # fmt: skip
    return Server(
        "pygeoapi",
        _version(folder, "pygeoapi"),
        lambda port: [
            *(str(folder / "bin" / "gunicorn"), "pygeoapi.flask_app:APP", "--bind", f"127.0.0.1:{port}"),
            *("--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4", "--timeout", "300"),
        ],
        environment,
        "/collections/connections?f=json",
    )


def _pygeoapi_configuration(url: str) -> dict[str, object]:
    place = conninfo_to_dict(url)
    data = {name: place[name] for name in ("host", "port", "dbname", "user", "password") if name in place}
    text = {"en": "bench"}
    storage = "http://www.opengis.net/def/crs/EPSG/0/25832"

    def resource(layer: str) -> dict[str, object]:
        source = {
            "data": {**data, "search_path": ["flurwerk", "public"]},
            "id_field": "id", "table": layer, "geom_field": "geom", "storage_crs": storage,
        }  # fmt: skip
        tiles = {
            "format": {"name": "pbf", "mimetype": "application/vnd.mapbox-vector-tile"},
            "options": {"zoom": {"min": 0, "max": 15}},
        }
        return {
            "type": "collection", "title": text, "description": text, "keywords": {"en": ["bench"]}, "links": [],
            "extents": {"spatial": {"bbox": [7.2, 51.3, 7.8, 51.7]}},
            "providers": [
                {"type": "feature", "name": "PostgreSQL", **source},
                {"type": "tile", "name": "MVT-postgresql", **source, **tiles},
            ],
        }  # fmt: skip

    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 5000}, "url": "http://127.0.0.1:5000", "mimetype": "application/json",
            "encoding": "utf-8", "language": "en-US", "gzip": False, "pretty_print": False,
            "limits": {"default_items": 10, "max_items": 10_000}, "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": text, "description": text, "keywords": {"en": ["bench"]}, "keywords_type": "theme",
                "terms_of_service": "", "url": "http://127.0.0.1",
            },
            "license": {"name": "", "url": ""}, "provider": {"name": "", "url": ""}, "contact": {"name": ""},
        },
        "resources": {layer: resource(layer) for layer in LAYERS},
    }  # fmt: skip


def _install(folder: Path, python: str, requirements: list[str]) -> Path:
    """Create a virtual environment with these packages, unless it exists, and return its folder."""
    if not (folder / "done").exists():
        print(f"Installing {requirements[0]} in {folder} …", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        uv = shutil.which("uv") or shutil.which("uv", path=str(REPOSITORY / ".tools" / "bin"))
        interpreter = str(folder / "bin" / "python")
        if uv:
            subprocess.run([uv, "venv", "--quiet", "--python", python, folder], check=True)
            subprocess.run([uv, "pip", "install", "--quiet", "--python", interpreter, *requirements], check=True)
        else:
            subprocess.run([python, "-m", "venv", folder], check=True)
            subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *requirements], check=True)
        (folder / "done").touch()
    return folder


def _version(folder: Path, package: str) -> str:
    program = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run(
        [folder / "bin" / "python", "-c", program], check=True, capture_output=True, text=True
    ).stdout.strip()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("FLURWERK_", "TIPG_", "PG"))}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=START_S) as answer:
                answer.read()
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{process.args} does not answer ({error}):\n{log.read_text()[-3000:]}") from error
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    """Return the processes that this one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_tracker(pid: int) -> bool:
    """Return whether the process is Python's resource tracker."""
    return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()


def cpu_ms(pid: int) -> float:
    """Return the processor time that the process has used."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def _pss_kb(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
