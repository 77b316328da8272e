"""Processes that libraries would have import tables of data frames start without them."""

import subprocess
import sys

import pytest

from tests.remains import REPOSITORY


@pytest.mark.parametrize(("process", "used"), [("geo.loading", "pyarrow.lib"), ("maps.folium_map", "folium.folium")])
def test_a_process_does_not_import_what_its_libraries_only_try(process: str, used: str) -> None:
    """It ends without a job, after its imports, of which Python tells each. Of what is blocked it tells no parts."""
    command = [sys.executable, "-X", "importtime", "-m", process]
    told = subprocess.run(command, input="", cwd=REPOSITORY, capture_output=True, text=True, check=False).stderr
    imported = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}
    assert used in imported
    assert not {name for name in imported if name.startswith(("pandas.", "geopandas."))}
