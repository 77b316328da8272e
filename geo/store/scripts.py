"""The .sql files of the schema: its migrations and views."""

from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple


class Script(NamedTuple):
    """One .sql file: its name without the suffix and its text."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


def scripts(folder: str) -> list[Script]:
    """Return the .sql files of a folder below geo/store/, sorted by name."""
    found = (entry for entry in files("geo.store").joinpath(folder).iterdir() if entry.name.endswith(".sql"))
    return sorted(Script(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in found)
