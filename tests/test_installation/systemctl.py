"""``systemctl`` of a machine without systemd: starts what the units say, in the imitation of tests/sandbox.py.

Knows the commands of docs/installation.md. A timer is only noted, since nothing here waits for the night.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.sandbox import Sandbox, Unit

FOLDER = Path(os.environ["MACHINE"])
INSTALLED = Path("/etc/systemd/system")
START_S = 90
STOP_S = 60


def main() -> int:
    """Carry out one command; the exit status is systemctl's."""
    command, *names = [each for each in sys.argv[1:] if not each.startswith("-")]
    if command == "daemon-reload":
        for file in INSTALLED.glob("flurwerk*"):
            Unit(file)
        return 0
    if command == "end-all":
        names = [file.stem for file in (FOLDER / "units").glob("*.pid")]
        command = "stop"
    for name in names:
        if name == "nginx.service":
            nginx(command)
        elif name.endswith(".timer"):
            timer(command, name)
        elif status := service(command, name):
            return status
    return 0


def nginx(command: str) -> None:
    """Start nginx, tell it to read its configuration again, or stop it."""
    # Checking the configuration makes an empty file.
    noted = Path("/run/nginx.pid")
    is_running = noted.exists() and bool(noted.read_text())
    if command == "stop":
        if is_running:
            subprocess.run(["nginx", "-s", "quit"], check=True)
    else:
        subprocess.run(["nginx", "-s", "reload"] if is_running else ["nginx"], check=True)
    record("nginx.service", None)


def timer(command: str, name: str) -> None:
    """Note whether the timer is on; its service must be there."""
    Unit(INSTALLED / name)
    noted = FOLDER / "units" / f"{name}.on"
    if command in ("enable", "start"):
        assert (INSTALLED / name.replace(".timer", ".service")).is_file()
        noted.touch()
    else:
        noted.unlink(missing_ok=True)


def service(command: str, name: str) -> int:
    """Start, stop or restart a service."""
    if command in ("stop", "disable", "restart"):
        stop(name)
    if command in ("start", "enable", "restart"):
        return start(name)
    return 0


def start(name: str) -> int:
    """Start the unit's command; wait until it has ended, or has told that it is ready."""
    unit = Unit(INSTALLED / name)
    sandbox = prepared(name, unit)
    notified = sandbox.credentials / "notify"
    log = (FOLDER / "var-log" / f"{name}.log").open("ab")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(notified))
        notified.chmod(0o666)
        is_notifying = unit.one("Type") == "notify"
        more = {"NOTIFY_SOCKET": str(notified)} if is_notifying else {}
        options = sandbox.starting(unit, **more, **settings(unit))
        process = subprocess.Popen(**options, stdout=log, stderr=log, start_new_session=True)
        if not is_notifying:
            return process.wait()
        listener.settimeout(START_S)
        while b"READY=1" not in listener.recv(4096).split(b"\n"):
            pass
    record(name, process.pid)
    return 0


def prepared(name: str, unit: Unit) -> Sandbox:
    """Return the unit's sandbox, with its folders and its credentials."""
    folder = FOLDER / "units" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    credentials = {}
    for line in unit.all("LoadCredential"):
        credential, _, path = line.partition(":")
        credentials[credential] = Path(path).read_text("utf-8")
    return Sandbox(folder, credentials, state=Path("/var/lib"), cache=Path("/var/cache"))


def settings(unit: Unit) -> dict[str, str]:
    """Return the variables in the unit's files of settings."""
    found: dict[str, str] = {}
    for line in unit.all("EnvironmentFile"):
        file = Path(line.removeprefix("-"))
        if file.is_file():
            pairs = (each.split("=", 1) for each in file.read_text("utf-8").splitlines() if "=" in each)
            found |= {variable: value.strip('"') for variable, value in pairs}
    return found


def stop(name: str) -> None:
    """Tell the process to stop, and wait until it has."""
    noted = FOLDER / "units" / f"{name}.pid"
    if not noted.exists():
        return
    pid = int(noted.read_text())
    noted.unlink()
    # The process is that which made the namespaces; the program is its only child.
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        os.kill(int(child), signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline, f"{name} does not stop"
        time.sleep(0.05)


def record(name: str, pid: int | None) -> None:
    """Note the process of a running service."""
    if pid:
        (FOLDER / "units" / f"{name}.pid").write_text(str(pid))


if __name__ == "__main__":
    sys.exit(main())
