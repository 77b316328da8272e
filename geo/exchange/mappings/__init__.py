"""The mapping files that Flurwerk has: each format's, one file per layer, as docs/loading.md describes them."""

from collections.abc import Mapping
from pathlib import Path

from geo.errors import BilingualError
from geo.text import Text

FOLDERS: Mapping[str, str] = {"gis-nb-5.0": "gis-nb-5", "gis-nb-5.1": "gis-nb-5"}
"""The folder of each mapping's files. What 5.0 and 5.1 have in common is described once."""


class NoSuchMapping(BilingualError):
    """A mapping has no file for the layer."""


def mapping_file(name: str, layer: str) -> Path:
    """Return the file of one of the FOLDERS for a layer. Raises NoSuchMapping, naming the layers that it has."""
    folder = Path(__file__).parent / FOLDERS[name]
    path = folder / f"{layer}.toml"
    if not path.is_file():
        layers = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        raise NoSuchMapping(
            Text(f"Die Zuordnung {name} hat nichts für {layer}.", f"The mapping {name} has nothing for {layer}."),
            Text(f"Sie ist für {layers}.", f"It is for {layers}."),
        )
    return path
