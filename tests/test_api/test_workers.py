"""Several processes behind one port: they end together, and one that dies is replaced."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.test_api.helpers import REPOSITORY, program, wait_until

HEAVY = (
    "numpy",
    "pandas",
    "geopandas",
    "shapely",
    "pyarrow",
    "pyogrio",
    "matplotlib",
    "folium",
    "openpyxl",
    "docx",
    "docxtpl",
    "typst",
    "fontTools",
    "PIL",
)
"""Libraries for files, geometries, pictures and documents."""


def workers_of(pid: int) -> list[int]:
    """The children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    """Whether no such process runs."""
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM])
def test_all_end_together_without_a_traceback(city_url: str, stop_signal: signal.Signals) -> None:
    with program(FLURWERK_DATABASE_URL=city_url, FLURWERK_WORKERS="2") as (process, url):
        assert httpx.get(f"{url}/api/kpis", params={"period": "2023"}, timeout=60).status_code == 200
        children = workers_of(process.pid)
        assert len(children) == 2
        process.send_signal(stop_signal)
        output = process.communicate(timeout=300)[1]
        assert process.returncode == 0
    assert all(is_gone(child) for child in children)
    assert len(output.splitlines()) == 1, "one log line for the one request"


def test_ctrl_c_in_a_terminal_reaches_every_process_and_ends_them_once(city_url: str) -> None:
    with program(FLURWERK_DATABASE_URL=city_url, FLURWERK_WORKERS="2") as (process, url):
        assert httpx.get(f"{url}/api/health/ready", timeout=60).status_code == 200
        for pid in (*workers_of(process.pid), process.pid):
            os.kill(pid, signal.SIGINT)
        output = process.communicate(timeout=300)[1]
        assert process.returncode == 0
        assert "Traceback" not in output


def test_a_killed_worker_is_replaced(city_url: str) -> None:
    with program(FLURWERK_DATABASE_URL=city_url, FLURWERK_WORKERS="2") as (process, url):
        wait_until(lambda: len(workers_of(process.pid)) == 2)
        first, second = workers_of(process.pid)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: len(workers_of(process.pid)) == 2 and first not in workers_of(process.pid))
        assert second in workers_of(process.pid)
        assert httpx.get(f"{url}/api/health/ready", timeout=60).status_code == 200


def test_workers_end_when_their_supervisor_is_gone(city_url: str) -> None:
    with program(FLURWERK_DATABASE_URL=city_url, FLURWERK_WORKERS="2") as (process, url):
        assert httpx.get(f"{url}/api/health/ready", timeout=60).status_code == 200
        children = workers_of(process.pid)
        process.kill()
        wait_until(lambda: all(is_gone(child) for child in children))


FAILING = """
import os
from api.service.notifying import ServiceManager
from api.service.workers import WorkerFailed, supervise

reader, writer = os.pipe()
os.write(writer, b"1")

def fail_or_wait(turned):
    # The one that reads the only byte fails; the other one waits for more until it is terminated.
    if os.read(reader, 1):
        raise RuntimeError("cannot go on")

try:
    supervise(2, fail_or_wait, ServiceManager(None, None), "")
except WorkerFailed as error:
    print(error)
"""


def test_a_worker_that_fails_ends_the_service() -> None:
    # In a process without threads, as the service is before it forks.
    done = subprocess.run([sys.executable, "-c", FAILING], cwd=REPOSITORY, capture_output=True, text=True, timeout=300)
    assert "See the log for the reason" in done.stdout
    assert "cannot go on" in done.stderr


def test_serving_imports_nothing_that_only_files_and_pictures_need() -> None:
    """Each would cost every worker tens of megabytes, and some start threads, which do not survive a fork."""
    program_text = f"import api.cli.service, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program_text], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"


ASKING = """
import sys
from geo.settings import load_settings
from tests.test_api.helpers import api

urls = [f"/api/reports/2023-H2/{what}" for what in ("file?f=docx", "file?f=csv", "maps")]
urls += ["/api/collections/plots/items?f=xlsx", "/maps/overview", "/report/2023-H2"]
with api(load_settings(anonymous_audience="internal", exports_per_minute=0)) as client:
    (plot,) = client.json("/api/collections/plots/items")["features"]
    urls += [f"/api/plots/{plot['id']}/expose?not_on_offer=include"]
    urls += [f"/api/shortlist?plots={plot['id']}&f=xlsx&not_on_offer=include"]
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.text)
print([name for name in HEAVY if name in sys.modules])
"""


def test_documents_of_every_kind_are_made_in_processes_that_end(city_url: str) -> None:
    """So their memory is given back: the service itself has loaded none of the libraries that make them."""
    found = subprocess.run(
        [sys.executable, "-c", f"HEAVY = {HEAVY!r}\n{ASKING}"],
        env={**os.environ, "FLURWERK_DATABASE_URL": city_url},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert (found.stdout.strip(), found.stderr) == ("[]", "")
