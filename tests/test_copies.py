"""Programs run in copies behave like those that are started: status, streams, environment, profile, children."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import copies
from tests.remains import REPOSITORY
from tests.test_api.helpers import wait_until

ENDING = {
    "nothing": ("pass", 0),
    "a status": ("import sys; sys.exit(3)", 3),
    "a sentence": ("import sys; sys.exit('the disk is full')", 1),
    "an error": ("1 / 0", 1),
    "a signal": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
    "handlers": ("import atexit; atexit.register(print, 'at last')", 0),
    "threads": ("import threading, time; threading.Timer(0.1, print, ['late']).start()", 0),
}


@pytest.mark.parametrize("end", ENDING)
def test_it_ends_like_a_program_that_is_started(end: str) -> None:
    """With the same status and output; of an error, the last line. Twice, since the second copy has imported more."""
    code, status = ENDING[end]
    started = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    for _ in range(2):
        copied = copies.run(["-c", code], os.environ)
        assert copied.returncode == started.returncode == status
        assert copied.stdout == started.stdout
        assert copied.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_the_command_knows_its_name_its_arguments_and_only_its_own_environment() -> None:
    arguments = ["-m", "api.cli", "kpi", "2023-H3"]
    refused = copies.run(arguments, os.environ)
    started = subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr) == (started.returncode, started.stderr)
    code = "import os; print(os.environ.get('OWN'), os.environ.get('HOME'))"
    assert copies.run(["-c", code], {"OWN": "1"}).stdout == "1 None\n"
    assert copies.run(["-c", code], {"OWN": "2"}).stdout == "2 None\n"


def test_the_profile_is_read_as_it_is_when_the_program_starts(tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    show = ["-c", "from geo.profile import profile; print(profile().place.name)"]
    environment = os.environ | {"FLURWERK_PROFILE": str(tmp_path)}
    text = '[place]\nname = "{}"\nags = "12063999"\nstate = "BB"\ncrs = "EPSG:25833"\n\n[publisher]\nname = "W"\n'
    for name in ("Seeberg", "Luchwalde"):
        file.write_text(text.format(name), encoding="utf-8")
        assert [copies.run(show, environment).stdout for _ in range(3)] == [f"{name}\n"] * 3
    file.write_text("no profile", encoding="utf-8")
    for _ in range(3):
        broken = copies.run(show, environment)
        assert (broken.returncode, "ProfileError" in broken.stderr) == (1, True)


STARTING = """
import subprocess, sys
code = "import os, sys, time; print(os.getpid(), sys.stdin.read(), flush=True); time.sleep(600)"
try:
    subprocess.run([sys.executable, "-P", "-c", code], input=b"sent", timeout=None)
finally:
    print("over")
"""


def test_what_a_copy_starts_is_a_copy_with_its_streams_and_ends_if_it_is_killed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with out.open("wb") as file, copies.start(["-c", STARTING], os.environ, file.fileno(), file.fileno()) as program:
        wait_until(lambda: "sent" in out.read_text())
        inner = int(out.read_text().split()[0])
        (child,) = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
        assert int(child) != inner, "another process stands in for the copy"
        os.kill(int(child), signal.SIGKILL)
        assert program.wait() == 0
        wait_until(lambda: not Path(f"/proc/{inner}").exists())
    assert out.read_text().endswith("over\n")
