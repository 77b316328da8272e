"""The independent checks of OGC API – Features, Part 1, in the package ogctests (`make test-ogc`).

`make test` has checks of our own for the same requirements, in tests/test_ogc/test_ets.py.
"""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import ogctests
import pytest

CHECKS = 29
# Their schema of a feature does not allow `"geometry": null`, which GeoJSON does (RFC 7946, 3.2). The public sees no
# place of a deal before it is notarised.
REFUSE_A_FEATURE_WITHOUT_A_PLACE = {"test_ast22", "test_ast28"}
THEIR_MESSAGE = "None is not valid under any of the given schemas"


@pytest.mark.long
def test_the_independent_checks_pass(landing_page: str, tmp_path: Path) -> None:
    core = Path(ogctests.__file__).parent / "features" / "core"
    report = tmp_path / "report.xml"
    # A separate run, since their fixtures and options differ from ours.
    options = ["--rootdir", core, "-c", os.devnull, "-p", "no:cacheprovider", "-W", "ignore", "--junit-xml", report]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", core, *options],
        env=os.environ | {"INSTANCE_URL": landing_page},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    assert report.exists(), ran.stdout + ran.stderr
    cases = ElementTree.parse(report).getroot().findall(".//testcase")
    assert len(cases) == CHECKS
    failed = {case.get("name"): part for case in cases for part in case if part.tag in ("failure", "error", "skipped")}
    assert set(failed) <= REFUSE_A_FEATURE_WITHOUT_A_PLACE, ran.stdout
    assert all(THEIR_MESSAGE in (part.text or "") for part in failed.values())
