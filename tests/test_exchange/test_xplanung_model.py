"""The test files of XPlanung judged by the XLeitstelle's model, which `make test-exchange` installs."""

from collections import Counter
from pathlib import Path
from shutil import copyfile

import pytest

from tests.test_exchange import xplan_model
from tests.test_exchange.test_xplanung import FILES

pytestmark = pytest.mark.long


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_test_files_are_valid(path: Path, tmp_path: Path) -> None:
    """So that what is read from them is what a plan may look like: version, features and values."""
    read = xplan_model.read(Path(copyfile(path, tmp_path / path.name)))
    assert (read["schema"], read["version"]) == ("xplan", path.stem.removeprefix("xplan_").replace("_", "."))
    assert Counter(feature["type"] for feature in read["features"]) == {
        "BP_Plan": 2,
        "BP_Bereich": 2,
        "BP_BaugebietsTeilFlaeche": 6,
    }
    ratios = [feature["GRZ"] for feature in read["features"] if feature["type"] == "BP_BaugebietsTeilFlaeche"]
    assert ratios == [0.8, 0.8, 0.8, 0.6, 0.4, 0.3]
