"""Profiles of invented agencies, and the command run with one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.remains import ENDS_WITH_US, REPOSITORY

SECOND = """\
[place]
name = "Seeberg"
ags = "12063999"
state = "BB"
crs = "EPSG:25833"

[publisher]
name = "Wirtschaftsförderung Seeberg"
"""
"""An invented town in Brandenburg: its key is given to no municipality."""

Write = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the second town's profile, with some texts replaced by others, and returns its folder."""

    def writing(*changes: tuple[str, str], text: str = SECOND) -> Path:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "profile.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return writing


def running(*arguments: str, profile: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with a profile's folder; other variables as keywords."""
    return running_python("-m", "api.cli", *arguments, profile=profile, **variables)


def running_python(*arguments: str, profile: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run Python with a profile's folder; other variables as keywords."""
    environment = os.environ | {"FLURWERK_PROFILE": str(profile)} | variables
    command = [*ENDS_WITH_US, sys.executable, *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)


@pytest.fixture
def run() -> Run:
    """Runs the command with a profile's folder; other variables as keywords."""
    return running
