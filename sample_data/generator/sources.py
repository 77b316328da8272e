"""The digest of the generator's sources, by which committed files and sources are known to belong together."""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
WRITTEN_BY = FOLDER / "generator" / "written_by.sha256"
"""The digest of the sources that wrote the files in FOLDER."""


def digest() -> str:
    """Return the SHA-256 of `generate.py` and of all modules of this package, as hexadecimal digits."""
    found = hashlib.sha256()
    for file in (FOLDER / "generate.py", *sorted((FOLDER / "generator").glob("*.py"))):
        found.update(f"{file.name}\0".encode() + file.read_bytes())
    return found.hexdigest()
