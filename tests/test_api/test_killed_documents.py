"""A process that makes a document is ended by the system, as the kernel does if memory runs out."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.test_api.helpers import Api, problem, wait_until


def children() -> Iterator[tuple[int, str]]:
    """The processes that this one has started, with their command lines."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid():
            yield int(folder.name), command


@pytest.mark.parametrize(
    ("address", "module"),
    [
        ("/api/plots/{plot}/expose?not_on_offer=include", "maps.land.handouts"),
        ("/api/reports/2023-H2/file?f=csv", "maps.figures.report"),
        ("/maps/overview", "maps.folium_map"),
        ("/api/collections/plots/items?f=xlsx", "geo.records.file_writers"),
    ],
)
def test_the_caller_and_the_log_are_told_in_a_sentence_and_the_service_goes_on(
    internal: Api, address: str, module: str, caplog: pytest.LogCaptureFixture
) -> None:
    (plot,) = internal.json("/api/collections/plots/items")["features"]
    url = address.format(plot=plot["id"])

    def kill() -> bool:
        found = [pid for pid, command in children() if module in command]
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return bool(found)

    with ThreadPoolExecutor() as threads:
        answer = threads.submit(internal.get, url)
        wait_until(kill)
        found = problem(answer.result(), 503)
    assert found["type"] == "urn:flurwerk:problem:process-killed"
    assert "(signal 9), as it does if memory runs out. Request less at once" in found["detail"]
    assert answer.result().headers["retry-after"] == "5"
    (entry,) = (each for each in caplog.records if "memory" in each.getMessage())
    assert entry.levelname == "WARNING"
    assert entry.getMessage().startswith(f"GET {url.partition('?')[0]}: The system has ended the process")
    assert internal.get(url).status_code == 200
