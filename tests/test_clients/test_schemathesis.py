"""Schemathesis generates valid and invalid requests from the OpenAPI document and compares the answers with it.

By default it sends one request per operation, always the same, as somebody who reads and as an editor.
`make test-schemathesis` runs it in full: as the public too, with the boundary values of every parameter and with
sequences of requests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from geo.access import Role, tokens
from geo.store.database import conninfo
from tests.records import two_districts
from tests.test_api.helpers import REPOSITORY
from tests.test_clients.conftest import CALLERS, Caller, serving
from tests.test_editing.helpers import fill

# A request that is valid by the document may still be wrong: no schema describes a CQL2 expression, this collection's
# properties or the existing indicators. The answer is then 400, 403 or 404. Invalid requests must always be refused.
CONFIGURATION = """
hooks = "tests.test_clients.schemathesis_hooks"
seed = 20230701
color = false
continue-on-failure = true
request-timeout = 600

[generation]
max-examples = 3
database = "none"

# Each answer is a map that takes a second to draw.
[[operations]]
include-path = "/maps/overview"
phases.coverage.enabled = false

# Each answer takes a process of its own and several seconds.
[[operations]]
include-path = ["/reports/{period}/file", "/reports/{period}/maps"]
phases.coverage.enabled = false
phases.fuzzing.enabled = false
phases.stateful.enabled = false

# How long an answer takes says something of the machine.
[checks]
max_response_time = 600

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "403", "404"]

# Nor does it describe which plots are public: what is not is handed out only to who asks for it.
[[operations]]
include-path-regex = "^/plots/.*/expose|^/shortlist$"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "403", "404", "409"]

# Nor does it describe a file that can be looked at.
[[operations]]
include-path = "/looks"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "422"]

# Nor does it describe photos, or which records there are.
[[operations]]
include-tag = "Attachments"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "415", "416", "422"]

# Nor does a schema describe the existing tokens.
[[operations]]
include-tag = "Session"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403"]

# Nor who may read what was done, nor a cursor.
[[operations]]
include-path = ["/activity", "/activity/read", "/changes/latest"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404"]

# Its answer ends when the client leaves.
[[operations]]
include-path = "/changes/stream"
enabled = false

# Nor does it describe who may edit or has signed in, a record's current version, or the database's rules.
[[operations]]
include-tag = ["Editing", "Loading", "Saved", "Watching"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "401", "403", "404", "409", "412", "422", "428"]
"""


ONE_EACH = ("--phases", "fuzzing", "--max-examples", "1")
ALL: tuple[str, ...] = ()
FEWEST = 60
"""At least this number of requests; there are as many operations."""


@pytest.mark.parametrize(
    ("caller", "extent"),
    [
        pytest.param("internal", ONE_EACH, id="internal-one each"),
        *(pytest.param(caller, ALL, id=f"{caller}-all", marks=pytest.mark.long) for caller in CALLERS),
    ],
)
def test_every_answer_matches_the_document(
    sample_url: str, tmp_path: Path, caller: str, extent: tuple[str, ...]
) -> None:
    run(sample_url, CALLERS[caller], tmp_path, extent)


@pytest.mark.parametrize(
    "extent", [pytest.param(ONE_EACH, id="one each"), pytest.param(ALL, id="all", marks=pytest.mark.long)]
)
def test_every_answer_to_an_editor_matches_the_document(
    database_url: str, tmp_path: Path, extent: tuple[str, ...]
) -> None:
    with psycopg.connect(conninfo(database_url)) as owner:
        two_districts(owner)
        fill(owner)
        token = tokens.create(owner, "erika", Role.EDITOR)
    run(database_url, Caller(headers={"Authorization": f"Bearer {token}"}), tmp_path, extent)


def run(url: str, caller: Caller, folder: Path, extent: tuple[str, ...]) -> None:
    """Run Schemathesis as that caller; it must find no failures."""
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    headers = [part for name, value in caller.headers.items() for part in ("--header", f"{name}: {value}")]
    with serving(url, caller) as address:
        # It is made for the first request, and Schemathesis waits ten seconds for it.
        httpx.get(f"{address}/openapi.json", timeout=600)
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", configuration),
                *("run", f"{address}/openapi.json", "--checks", "all", *extent, *headers),
            ],
            # It writes its findings to the current folder.
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=False,
            timeout=3600,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # It may warn of operations that always refuse the caller, and of records that its random ids did not hit.
    counted = re.search(r"(\d+) generated, \1 passed", ran.stdout)
    assert counted, ran.stdout
    assert int(counted[1]) >= FEWEST, ran.stdout
