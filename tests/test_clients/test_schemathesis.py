"""Schemathesis makes up requests from the OpenAPI document, good and bad ones, and compares the answers with it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_api.helpers import REPOSITORY
from tests.test_clients.conftest import CALLERS, serving

# What is good in terms of the document may be bad all the same: no schema tells a CQL2 expression, a property of this
# collection, or an indicator that there is. Then it is 400, 403 or 404; bad requests have to be refused in any case.
CONFIGURATION = """
hooks = "tests.test_clients.schemathesis_hooks"
seed = 20230701
color = false
continue-on-failure = true

[generation]
max-examples = 3
database = "none"

# Each of its answers is a map drawn for a second.
[[operations]]
include-path = "/maps/overview"
phases.coverage.enabled = false

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "403", "404"]
"""


@pytest.mark.parametrize("caller", CALLERS)
def test_every_answer_is_as_the_document_says(sample_url: str, tmp_path: Path, caller: str) -> None:
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    headers = [part for name, value in CALLERS[caller].headers.items() for part in ("--header", f"{name}: {value}")]
    with serving(sample_url, CALLERS[caller]) as address:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", configuration),
                *("run", f"{address}/openapi.json", "--checks", "all", *headers),
            ],
            # It writes down what it finds where it runs.
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # It warns of what a caller is never let in to, and of features that its numbers did not hit.
    assert re.search(r"(\d{3,}) generated, \1 passed", ran.stdout), ran.stdout
