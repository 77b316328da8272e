"""The service manager learns when the service is ready, that it still answers, and that it stops (sd_notify)."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.service.notifying import ServiceManager, Turns
from tests.test_api.helpers import SERVE, program
from tests.test_api.test_workers import workers_of

LIMIT_S = 1.0
SILENCE_S = 2.5 * LIMIT_S
"""Ten signs of life fit into it."""

HANGING = f"""
import os, signal, time

def hang(*_):
    # In the main thread, as what blocks the event loop; other threads go on.
    deadline = time.monotonic() + 120
    while not os.path.exists(os.environ["RELEASED"]) and time.monotonic() < deadline:
        time.sleep(0.02)

signal.signal(signal.SIGUSR1, hang)
{SERVE}"""


class Manager:
    """Listens as systemd does."""

    def __init__(self, listener: socket.socket, address: str) -> None:
        self.environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(round(LIMIT_S * 1e6))}
        self._socket = listener
        listener.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)

    def next(self, seconds: float = 120) -> str:
        """The first line of the next message. Raises TimeoutError if none comes in that time."""
        self._socket.settimeout(seconds)
        return self._socket.recv(4096).decode().partition("\n")[0]

    def wait_for_silence(self) -> None:
        """Return once nothing has come for longer than systemd would wait; fail if that never happens."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                assert self.next(SILENCE_S) == "WATCHDOG=1"
            except TimeoutError:
                return
        pytest.fail("The service has gone on telling that it answers.")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    """A service manager of the test's own."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        yield Manager(listener, str(tmp_path / "notify"))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_is_ready_once_every_process_answers_and_tells_so_until_it_stops(
    city_url: str, manager: Manager, workers: str
) -> None:
    with program(FLURWERK_DATABASE_URL=city_url, FLURWERK_WORKERS=workers, **manager.environment) as (process, url):
        assert manager.next() == "READY=1"
        assert httpx.get(f"{url}/api/health/live", timeout=60).status_code == 200
        assert [manager.next() for _ in range(4)] == ["WATCHDOG=1"] * 4
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == 0
    said = [manager.next()]
    while said[-1] == "WATCHDOG=1":
        said.append(manager.next())
    assert said[-1] == "STOPPING=1"
    with pytest.raises(TimeoutError):
        manager.next(0.01)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_hanging_event_loop_ends_the_signs_of_life(
    city_url: str, manager: Manager, workers: int, tmp_path: Path
) -> None:
    """Of one of several processes as well, though its process lives; systemd then restarts the service."""
    released = tmp_path / "released"
    settings = {"FLURWERK_DATABASE_URL": city_url, "FLURWERK_WORKERS": str(workers), "RELEASED": str(released)}
    with program(HANGING, **settings, **manager.environment) as (process, _):
        assert manager.next() == "READY=1"
        hanging = process.pid if workers == 1 else workers_of(process.pid)[1]
        try:
            os.kill(hanging, signal.SIGUSR1)
            manager.wait_for_silence()
        finally:
            released.touch()
        assert manager.next() == "WATCHDOG=1"


def test_a_stopped_process_ends_the_signs_of_life_and_a_killed_one_is_replaced(city_url: str, manager: Manager) -> None:
    with program(FLURWERK_DATABASE_URL=city_url, FLURWERK_WORKERS="2", **manager.environment) as (process, _):
        assert manager.next() == "READY=1"
        stopped, _ = workers_of(process.pid)
        os.kill(stopped, signal.SIGSTOP)
        manager.wait_for_silence()
        os.kill(stopped, signal.SIGKILL)
        # From its replacement, too, or there would be none.
        assert [manager.next() for _ in range(4)] == ["WATCHDOG=1"] * 4
        assert stopped not in workers_of(process.pid)


def test_a_failed_worker_is_told_as_the_services_end(city_url: str, manager: Manager) -> None:
    """The supervisor stops the others then; the manager must not wait for signs of life meanwhile."""
    failing = "signal.signal(signal.SIGUSR1, lambda *_: os._exit(1))"
    code = f"import os, signal\n{failing}\n{SERVE}"
    with program(code, FLURWERK_DATABASE_URL=city_url, FLURWERK_WORKERS="2", **manager.environment) as (process, _):
        assert manager.next() == "READY=1"
        os.kill(workers_of(process.pid)[0], signal.SIGUSR1)
        assert process.wait(timeout=120) != 0
    said = manager.next()
    while said == "WATCHDOG=1":
        said = manager.next()
    assert said == "STOPPING=1"


def test_an_abstract_address_and_no_time_limit() -> None:
    """The address of systemd in a container begins with @; without a limit only readiness is told, once."""
    name = f"flurwerk-test-{os.getpid()}-{threading.get_ident()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}")
        listener.settimeout(60)
        manager = ServiceManager.of({"NOTIFY_SOCKET": f"@{name}"})
        for _ in range(3):
            manager.answers("Läuft")
        manager.stopping()
        assert listener.recv(4096).decode() == "READY=1\nSTATUS=Läuft"
        assert listener.recv(4096).startswith(b"STOPPING=1")


@pytest.mark.parametrize("limit", [{"WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "0"}])
def test_a_time_limit_that_is_not_ours_or_no_number_is_ignored(manager: Manager, limit: dict[str, str]) -> None:
    """And what the environment says is removed from it: the processes that make documents are not the service."""
    environment = {**manager.environment, "WATCHDOG_USEC": "1", "HOME": "/", **limit}
    told = ServiceManager.of(environment)
    assert environment == {"HOME": "/"}
    for _ in range(3):
        told.answers("")
    told.stopping()
    assert [manager.next(), manager.next()] == ["READY=1", "STOPPING=1"]


def test_a_service_manager_that_is_gone_is_named_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ServiceManager.of({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).answers("")
    assert "cannot be told READY=1: [Errno 2]" in caplog.text


def test_without_a_service_manager_nothing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    manager = ServiceManager.of({})
    manager.answers("")
    manager.stopping()
    assert not manager.listens
    assert not caplog.text


def test_turns_are_shared_by_all_processes() -> None:
    """Only if each has turned since an instant, all have; one that has been replaced has not yet."""
    turns = Turns(2)
    turns.turn(0)
    assert not turns.all_since(0)
    turns.turn(1)
    assert turns.all_since(0)
    assert not turns.all_since(time.monotonic())
    turns.forget(0)
    assert not turns.all_since(0)
