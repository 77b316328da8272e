"""Runs the command and kills it, as `kill -9` does, at one step of its work.

    python -m tests.test_backups.killing STEP ARGUMENT…

A step is the beginning or end of a function of the modules in STEPS_OF, so that a kill falls between any two
statements, files or programs that these run one after the other. STEP is its number, or the name of a function that has
just ended. With 0 nothing is killed, and the number of steps is the last line on stderr.
"""

import os
import signal
import sys
from types import FrameType

from api.cli import main
from tests.remains import REPOSITORY

STEPS_OF = {
    str(REPOSITORY / "geo" / name)
    for name in (
        "backups/comparing.py",
        "backups/databases.py",
        "backups/filling.py",
        "backups/migrating.py",
        "backups/programs.py",
        "backups/properties.py",
        "backups/restoring.py",
        "backups/unfilled.py",
        "backups/writing.py",
        "migrate.py",
    )
}


def run(step: str, arguments: list[str]) -> None:
    """Run the command with these arguments until the step."""
    steps = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal steps
        code = frame.f_code
        # Comprehensions (<listcomp>) run between no two statements.
        if event in ("call", "return") and code.co_filename in STEPS_OF and not code.co_name.startswith("<"):
            steps += 1
            if step == str(steps) or (step == code.co_name and event == "return"):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    try:
        main(arguments, standalone_mode=False)
    finally:
        sys.setprofile(None)
    sys.stderr.write(f"{steps}\n")


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
