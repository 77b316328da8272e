"""The network plan of the GIS-Nebenbestimmungen 5.x, phase 2, which the federal broadband funding asks for.

UNVERIFIED: the official text was not at hand. Fields and codes are those that other programs write; a code that has not
been seen there is never guessed. docs/exchange.md lists them.
"""

from geo.exchange.gis_nb.exporting import FORMATS, FolderNotEmpty, export_plan
from geo.exchange.gis_nb.plan import VERSIONS

__all__ = ["FORMATS", "VERSIONS", "FolderNotEmpty", "export_plan"]
