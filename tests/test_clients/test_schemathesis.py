"""Schemathesis makes up requests from the OpenAPI document, good and bad ones, and compares the answers with it.

As a rule a few of each operation, always the same; in full, with the edges of every parameter and with requests that
follow from one another, by `make test-schemathesis`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from geo.access import Role, tokens
from geo.store.database import conninfo
from tests.records import two_districts
from tests.test_api.helpers import REPOSITORY
from tests.test_clients.conftest import CALLERS, Caller, serving
from tests.test_editing.helpers import fill

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

# Each of these takes a process of its own for seconds.
[[operations]]
include-path = ["/reports/{period}/file", "/reports/{period}/maps"]
phases.coverage.enabled = false
phases.fuzzing.enabled = false
phases.stateful.enabled = false

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "403", "404"]

# Nor which tokens there are.
[[operations]]
include-tag = "Session"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403"]

# No schema tells who may edit, which version a record has, and what the rules of the database are.
[[operations]]
include-tag = "Editing"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "422", "428"]
"""


A_FEW = ("--phases", "fuzzing", "--max-examples", "2")
ALL: tuple[str, ...] = ()
in_part_and_in_full = pytest.mark.parametrize(
    "extent", [pytest.param(A_FEW, id="a few"), pytest.param(ALL, id="all", marks=pytest.mark.long)]
)


@in_part_and_in_full
@pytest.mark.parametrize("caller", CALLERS)
def test_every_answer_is_as_the_document_says(
    sample_url: str, tmp_path: Path, caller: str, extent: tuple[str, ...]
) -> None:
    run(sample_url, CALLERS[caller], tmp_path, extent)


@in_part_and_in_full
def test_every_answer_to_an_editor_is_as_the_document_says(
    database_url: str, tmp_path: Path, extent: tuple[str, ...]
) -> None:
    with psycopg.connect(conninfo(database_url)) as owner:
        two_districts(owner)
        fill(owner)
        token = tokens.create(owner, "erika", Role.EDITOR)
    run(database_url, Caller(headers={"Authorization": f"Bearer {token}"}), tmp_path, extent)


def run(url: str, caller: Caller, folder: Path, extent: tuple[str, ...]) -> None:
    """Let Schemathesis ask as that caller; it must find nothing."""
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    headers = [part for name, value in caller.headers.items() for part in ("--header", f"{name}: {value}")]
    with serving(url, caller) as address:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", configuration),
                *("run", f"{address}/openapi.json", "--checks", "all", *extent, *headers),
            ],
            # It writes down what it finds where it runs.
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=False,
            timeout=3600,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # It warns of what a caller is never let in to, and of features that its numbers did not hit.
    assert re.search(r"(\d{3,}) generated, \1 passed", ran.stdout), ran.stdout
