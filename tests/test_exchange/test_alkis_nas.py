"""The delivery of parcels judged by GDAL's NAS driver, which Debian's `ogr2ogr` has (`make test-exchange`)."""

import subprocess
from pathlib import Path
from shutil import copyfile

import geopandas as gpd
import pytest

from geo.exchange.alkis.parcels import read_parcels
from geo.exchange.enriching import HowToRead
from tests.test_exchange.test_alkis import NAS

pytestmark = pytest.mark.long


def test_the_nas_driver_reads_the_same_parcels(tmp_path: Path) -> None:
    """Keys, official areas and shapes, one by one; the arc within a square metre, as both make lines of it."""
    copy, out = Path(copyfile(NAS, tmp_path / "nas.xml")), tmp_path / "nas.gpkg"
    formats = subprocess.run(["ogrinfo", "--formats"], capture_output=True, text=True, check=True).stdout
    assert "NAS -vector-" in formats, "run make test-exchange, which installs gdal-bin"
    subprocess.run(["ogr2ogr", "-f", "GPKG", out, copy, "AX_Flurstueck"], capture_output=True, check=True)
    theirs = gpd.read_file(out)
    theirs = theirs[theirs["endet"].isna()].sort_values("flurstueckskennzeichen")
    assert theirs.crs is not None
    assert theirs.crs.to_epsg() == 25832
    ours = read_parcels(NAS, None, HowToRead())
    assert theirs["flurstueckskennzeichen"].tolist() == ours.values["parcels"]
    assert theirs["amtlicheFlaeche"].tolist() == [float(area or 0) for area in ours.values["official_area_m2"]]
    for shape, own in zip(theirs.geometry, ours.shapes, strict=True):
        assert shape.symmetric_difference(own).area < 1
