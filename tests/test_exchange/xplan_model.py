"""The XLeitstelle's own package as a judge of files, in a process of its own."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("FLURWERK_TEST_EXCHANGE", ".tools/exchange")).absolute()
SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, since its GDAL bindings belong to the system's GDAL."""
SCRIPT = Path(__file__).parent / "read_by_xplan_tools.py"


def read(path: Path) -> dict[str, Any]:
    """Return what the model makes of a file: schema, version and features. Fails if the file is invalid."""
    assert (FOLDER / "xplan_tools").is_dir(), "run make test-exchange, which installs it"
    assert shutil.which(SYSTEM_PYTHON)
    again = path.with_name(f"again_{path.name}")
    done = subprocess.run(
        [SYSTEM_PYTHON, SCRIPT, path, again],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(FOLDER)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
