"""What the process that inspects or loads an uploaded file is told. Imports only the standard library."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with a file, as whom, and how. ``mapping`` has the form of a mapping file.

    ``conninfo`` may hold a password: a job is sent by standard input, never on a command line.
    """

    task: Literal["inspect", "load"]
    conninfo: str
    actor: str
    path: str
    layer: str | None
    language: str
    mapping: dict[str, Any]
    options: dict[str, Any]
    """What `load` takes besides: source, repair, dry_run, prune, valid_from, accept_emptying, accept_pruning …"""

    def sent(self) -> bytes:
        """Return the job as it is sent."""
        return json.dumps(asdict(self)).encode()
