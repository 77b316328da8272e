"""Where PROJ finds the grids for shifts between datums, which pyproj's wheel does not contain."""

import os
from pathlib import Path

from pyproj import datadir

# Debian's and Ubuntu's package proj-data, which PostGIS depends on too, contains BeTA2007 for Germany.
FOLDERS = ("/usr/share/proj", "/usr/local/share/proj")


def use_installed_grids() -> None:
    """Let pyproj find the grids of the system and of ``PROJ_DATA``, after its own data.

    PROJ looks through the folders in order, so that the wheel's own database of operations stays in use.
    """
    present = datadir.get_data_dir().split(os.pathsep)
    named = os.environ.get("PROJ_DATA", "").split(os.pathsep)
    for folder in (*named, *FOLDERS):
        if folder and folder not in present and Path(folder).is_dir():
            datadir.append_data_dir(folder)
