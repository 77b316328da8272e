"""Measures the most memory that a command and the processes that it starts use at once.

    .venv/bin/python bench/peak_memory.py .venv/bin/flurwerk report 2023-H2 --out /tmp/report
    .venv/bin/python bench/peak_memory.py .venv/bin/flurwerk serve      # until Ctrl-C; ask for documents meanwhile

Prints the highest sum of their private memory, looked at twenty times a second, and the largest processes with their
highest resident memory, which has the libraries shared with others in it.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

SHOWN = 5
LOOK_S = 0.05


def main() -> None:
    """Run the command and print what was measured."""
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    highest: dict[int, tuple[int, str]] = {}
    peak = 0
    process = subprocess.Popen(sys.argv[1:])
    try:
        while process.poll() is None:
            peak = max(peak, _look(process.pid, highest))
            time.sleep(LOOK_S)
    except KeyboardInterrupt:
        process.wait()
    print(f"{peak / 1024:.0f} MiB of private memory at once; resident:", file=sys.stderr)
    for kilobytes, command in sorted(highest.values(), reverse=True)[:SHOWN]:
        print(f"{kilobytes / 1024:6.0f} MiB  {command}", file=sys.stderr)
    sys.exit(process.returncode)


def _look(root: int, highest: dict[int, tuple[int, str]]) -> int:
    """Return the kilobytes of private memory of a process and its descendants now; note each one's highest size."""
    known = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:100]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found = {
            name: int(value) for name, value in re.findall(r"^(PPid|VmHWM|RssAnon):\s+(\d+)", status, re.MULTILINE)
        }
        if len(found) == 3:
            known[int(folder.name)] = (found, command)
    ours = {root}
    while more := {pid for pid, (found, _) in known.items() if found["PPid"] in ours} - ours:
        ours |= more
    for pid in ours & known.keys():
        found, command = known[pid]
        highest[pid] = (found["VmHWM"], command)
    return sum(known[pid][0]["RssAnon"] for pid in ours & known.keys())


if __name__ == "__main__":
    main()
