"""The wheel contains everything that the command needs: it works in an empty folder outside the checkout."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from geo.settings import PREFIX
from tests.remains import ENDS_WITH_US, REPOSITORY, temporary_folder

UV = REPOSITORY / ".tools" / "bin" / "uv"


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """An empty folder that the private server's account can enter."""
    with temporary_folder("flurwerk-wheel-") as folder:
        yield folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with the locked build packages."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture
def installed(tmp_path: Path, wheel: Path) -> Path:
    """The command in a new environment that contains the wheel and takes all other packages from this one."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    packages = environment / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    # The .pth files in a folder named by a .pth file are not read, so the checkout is not importable.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    command = [UV, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", environment, wheel]
    subprocess.run(command, check=True, capture_output=True)
    return environment / "bin" / "flurwerk"


@pytest.mark.long
def test_the_demo_runs_with_only_the_wheel_installed(elsewhere: Path, installed: Path) -> None:
    """Without a checkout or settings, the demo loads its data into `.flurwerk` in the current folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PYTHON"))}

    def flurwerk(*arguments: str) -> str:
        command = [*ENDS_WITH_US, installed, *arguments]
        done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    demo = flurwerk("demo", "--no-serve")
    assert (elsewhere / ".flurwerk" / "cluster").is_dir()
    assert re.search(r"^plots: [1-9]\d* inserted, 0 changed, 0 unchanged$", demo, re.MULTILINE)
    figures = flurwerk("kpi", "2023-H2")
    assert "54.900" in figures
    assert figures in demo, "both print the table of the half-year"


def test_the_wheel_names_its_licence_and_contains_it(wheel: Path) -> None:
    """It has the licence's identifier and text, and those of vendored packages; every package is marked as typed."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        about = message_from_bytes(archive.read(metadata))
        text = archive.read(metadata.replace("METADATA", "licenses/LICENSE")).decode()
    assert about["License-Expression"] == project["license"] == "EUPL-1.2"
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert all(f"\n{article}." in text for article in range(1, 16))
    assert "‘Compatible Licences’ according to Article 5 EUPL are:" in text
    vendored = {
        path.relative_to(REPOSITORY).as_posix()
        for folder in ("maps/vendor", "maps/web/vendor")
        for path in (REPOSITORY / folder).glob("*/LICENSE*")
    }
    assert len(vendored) == 7
    assert vendored == set(about.get_all("License-File") or ()) - {"LICENSE"}
    assert {f"{package}/py.typed" for package in ("geo", "maps", "api")} <= names


def test_the_wheel_contains_the_sample_data_without_their_generator(wheel: Path) -> None:
    """It has every data file of the sample city, and nothing else from its folder."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {Path(name).name for name in archive.namelist() if name.startswith("geo/sample_data/")}
    folder = REPOSITORY / "sample_data"
    data = [path for path in folder.iterdir() if path.suffix in {".csv", ".gpkg", ".toml"}]
    assert packed == {path.name for path in (*data, *(folder / "attachments").iterdir())}
