"""Measures the service's memory before and after documents of every kind.

    .venv/bin/python bench/memory.py [--documents 40]

Starts the service with one process on the configured database, or on the private one; it needs the sample data.
"""

import argparse
import itertools
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

PORT = "18099"
URL = f"http://127.0.0.1:{PORT}"
REPORT = "/api/reports/2023-H2"
KINDS = (
    *(f"{REPORT}/file?f={form}" for form in ("docx", "xlsx", "pdf", "html", "pictures", "csv")),
    f"{REPORT}/maps",
    "/maps/overview?period=2023-H2",
    "/api/plots/1/expose?not_on_offer=include",
    "/api/shortlist?plots=1,2,3&f=pdf&not_on_offer=include",
    "/api/shortlist?plots=1,2,3&f=xlsx&not_on_offer=include",
    "/api/collections/trenches/items?f=xlsx",
    "/api/collections/connections/items?f=gpkg",
)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=40)
    number = options.parse_args().documents
    settings = {"FLURWERK_ANONYMOUS_AUDIENCE": "internal", "FLURWERK_EXPORTS_PER_MINUTE": "0", "FLURWERK_PORT": PORT}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"],
        env={**os.environ, **settings},
        cwd=Path(__file__).resolve().parents[1],
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _is_up():
            time.sleep(0.2)
        _get("/api/collections/plots/items?limit=100")
        print(f"before: {_memory(process.pid)}", flush=True)
        began = time.monotonic()
        for done, kind in enumerate(itertools.islice(itertools.cycle(KINDS), number), 1):
            _get(kind)
            if done % len(KINDS) == 0 or done == number:
                print(f"after {done} documents: {_memory(process.pid)}", flush=True)
        print(f"{number} documents in {time.monotonic() - began:.0f} s")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _get(path: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(URL + path, timeout=300) as answer:
                answer.read()
                return
        except urllib.error.HTTPError as error:
            # A busy machine makes some documents too slowly.
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise


def _is_up() -> bool:
    try:
        _get("/api/health/ready")
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def _memory(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss, pss = (
        int(re.findall(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[0])
        for name, text in (("VmRSS", status), ("Pss", rollup))
    )
    return f"RSS {rss / 1024:.0f} MiB, PSS {pss / 1024:.0f} MiB"


if __name__ == "__main__":
    main()
