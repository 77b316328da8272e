"""Compares HTTP servers under the same application: speed, slow and idle clients, and how they end.

    pip install --target /tmp/peers granian hypercorn
    .venv/bin/python bench/compare_servers.py --peers /tmp/peers

Needs a configured, migrated database (FLURWERK_DATABASE_URL) or the private one, and `wrk`. Each server runs as one
process that may open 1,024 files.
"""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from http_servers.clients import hold
from serving.measuring import wrk
from serving.servers import children, cpu_ms

REPOSITORY = Path(__file__).resolve().parents[1]
APPLICATION = "http_servers.application"
GRACE_S = 5
SERVERS = {
    "flurwerk": "{python} -m " + APPLICATION + " {port}",
    "uvicorn": "{python} -m uvicorn " + APPLICATION + ":app --port {port} --no-access-log "
    f"--timeout-graceful-shutdown {GRACE_S}",
    "hypercorn": "{python} -m hypercorn " + APPLICATION + ":app --bind 127.0.0.1:{port} --worker-class uvloop "
    f"--graceful-timeout {GRACE_S}",
    "granian": "{python} -m granian " + APPLICATION + ":app --interface asgi --port {port} --loop uvloop "
    f"--http1-header-read-timeout 10000 --workers-kill-timeout {GRACE_S}",
}
PAGES = ("/api/health/live", "/api/collections/trenches/items?limit=100")
CROWDS = (("idle", 2000), ("heads", 2000), ("bodies", 900))


def main() -> None:
    """Measure the servers and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--peers", default="", help="folder into which the other servers were installed")
    options.add_argument("--seconds", type=int, default=5, help="duration of each measurement of speed")
    options.add_argument("--speed", action="store_true", help="measure nothing but speed")
    options.add_argument("--servers", default=",".join(SERVERS), help="which servers, separated by commas")
    given = options.parse_args()
    print("| server |", " | ".join((*PAGES, *(f"{kind} × {number}" for kind, number in CROWDS), "stopped")), "|")
    print("|---|" + "---:|" * (len(PAGES) + len(CROWDS)) + "---|")
    for name in given.servers.split(","):
        cells: list[str] = []
        for page in PAGES:
            with running(name, given.peers) as (process, port):
                before = _used_ms(process.pid)
                found = wrk(f"http://127.0.0.1:{port}{page}", 8, given.seconds, {})
                used = (_used_ms(process.pid) - before) / found["requests"]
                cells.append(f"{found['rate']:,.0f}/s, p99 {found['p99']:.1f} ms, {used:.2f} ms CPU")
        for kind, number in () if given.speed else CROWDS:
            with running(name, given.peers) as (_, port):
                held = hold(port, kind, number)
                cells.append(f"{held.failed} failed, {held.open} open")
        if not given.speed:
            cells.append("; ".join(f"{seconds} s: {stopped(name, given.peers, seconds)}" for seconds in (2, 20)))
        print(f"| {name} |", " | ".join(cells), "|", flush=True)


@contextmanager
def running(name: str, peers: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the server; yield its process and port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = os.pathsep.join(filter(None, (str(REPOSITORY), str(REPOSITORY / "bench"), peers)))
    command = SERVERS[name].format(python=sys.executable, port=port)
    process = subprocess.Popen(
        ["sh", "-c", f"ulimit -n 1024; exec {command}"],
        env={
            **os.environ,
            "PYTHONPATH": path,
            "FLURWERK_ANONYMOUS_AUDIENCE": "internal",
            "FLURWERK_SHUTDOWN_TIMEOUT_S": str(GRACE_S),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert time.monotonic() < deadline, f"{name} does not start"
            time.sleep(0.1)
        yield process, port
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def stopped(name: str, peers: str, seconds: float) -> str:
    """Return what becomes of a download of this length when the server is stopped after its first second."""
    with running(name, peers) as (process, port):
        threading.Timer(1, process.terminate).start()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        began = time.monotonic()
        try:
            connection.request("GET", f"/bench/download?seconds={seconds}")
            body = connection.getresponse().read()
            outcome = "complete" if body.endswith(b"end\n") else "TRUNCATED, looks complete"
        except (http.client.HTTPException, OSError):
            outcome = "visibly broken"
        return f"{outcome} after {time.monotonic() - began:.0f} s"


def _used_ms(pid: int) -> float:
    return sum(map(cpu_ms, (pid, *children(pid))))


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/health/live")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
