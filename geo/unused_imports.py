"""Blocks imports that libraries try and that a process has no use for."""

import sys
from typing import Any

TABLES = frozenset({"pandas", "geopandas"})
"""What pyarrow, pyogrio and folium import if it is installed: 0.7 s of CPU time and 40 to 70 MB."""


class ImportBlocker:
    """A finder of modules that finds none of these names."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, *_: Any) -> None:
        """Raise ModuleNotFoundError for the blocked modules; leave all others to the other finders."""
        if name in self.names:
            raise ModuleNotFoundError(f"{name} is not used here", name=name)


def block_imports(names: frozenset[str] = TABLES) -> None:
    """Let this process go on as if these modules were not installed. Call it before whatever may import them."""
    sys.meta_path.insert(0, ImportBlocker(names))  # pyright: ignore[reportArgumentType]
