"""The commands of docs/installation.md, in their order, as they are written there."""

import re
from typing import NamedTuple

from tests.remains import REPOSITORY

BLOCK = re.compile(r"^## (?P<title>[^\n]+)$|^```sh(?: (?P<host>\w+))?\n(?P<script>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A block of commands: the section that it is in, the host that it is for, and the commands."""

    section: str
    host: str
    script: str


def blocks() -> list[Block]:
    """Return the blocks in their order."""
    found: list[Block] = []
    section = ""
    for match in BLOCK.finditer((REPOSITORY / "docs" / "installation.md").read_text("utf-8")):
        section = match["title"] or section
        if match["script"]:
            found.append(Block(section, match["host"] or "host1", match["script"]))
    return found
