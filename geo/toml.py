"""Reading of TOML, which people write: whatever is wrong with it is told, and never a failure of the reader."""

import tomllib
from typing import Any


class NoToml(ValueError):
    """A text is no TOML; its message says why and where."""


def read_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text. Raises NoToml, also for what is nested too deeply or a number too long."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise NoToml("lists or tables are nested too deeply") from None
    # Python refuses numbers of thousands of digits by another error than tomllib's own.
    except ValueError as error:
        raise NoToml(str(error)) from None
