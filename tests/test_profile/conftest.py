"""Profiles of invented agencies, and the command run with one."""

import csv
import io
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import pytest
from shapely.geometry import LineString, box

from tests import copies
from tests.conftest import create_database, database, drop_database
from tests.test_profile.service import serving

SECOND = """\
[place]
name = "Luchwalde"
ags = "12063999"
state = "BB"
crs = "EPSG:25833"

[publisher]
name = "Wirtschaftsförderung Luchwalde"
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


def command(*arguments: str, profile: Path | str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with a profile's folder; other variables as keywords."""
    return python("-m", "api.cli", *arguments, profile=profile, **variables)


def python(*arguments: str, profile: Path | str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run Python, with -m or -c, with a profile's folder; other variables as keywords."""
    return copies.run(arguments, os.environ | {"FLURWERK_PROFILE": str(profile)} | variables)


@pytest.fixture
def run() -> Run:
    """Runs the command with a profile's folder; other variables as keywords."""
    return command


CORNERS = {25831: (720_000, 5_640_000), 25832: (390_000, 5_700_000), 25833: (390_000, 5_820_000)}
"""The lower left corner of a city of 12 by 6 km near Aachen, Dortmund and Berlin."""

DAY = "2023-07-03"


@dataclass(frozen=True)
class City:
    """A city of two districts, a straight trench of 10,000.0 m that crosses their border, and a plot of 100,000 m²."""

    srid: int
    url: str
    profile: Path

    def run(self, *arguments: str, profile: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Run the command on the city's database, with another profile if one is given."""
        return command(*arguments, profile=profile or self.profile, FLURWERK_DATABASE_URL=self.url)

    def __call__(self, *arguments: str) -> str:
        """What the command prints."""
        result = self.run(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def load(self, layer: str, file: str, *options: str, source: str = "survey") -> None:
        """Load a file."""
        self("load", layer, file, "--source", source, *options)

    def csv(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self(*arguments, "--format", "csv"))))

    def at(self, east: float, north: float) -> tuple[float, float]:
        """A place by its distance from the corner."""
        x, y = CORNERS[self.srid]
        return x + east, y + north

    @property
    def trench(self) -> LineString:
        return LineString([self.at(1000, 3000), self.at(11_000, 3000)])

    def file(self, name: str, shapes: dict[str, Any], crs: int | None = None, /, **columns: str) -> str:
        frame = gpd.GeoDataFrame({"source_id": list(shapes)}, geometry=list(shapes.values()), crs=self.srid)
        for column, value in columns.items():
            frame[column] = value
        path = self.profile / name
        frame.to_crs(crs or self.srid).to_file(path)
        return str(path)

    def table(self, name: str, text: str) -> str:
        path = self.profile / name
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture(scope="package", params=CORNERS)
def city(request: pytest.FixtureRequest, server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The city in each system: made and filled by the command."""
    srid: int = request.param
    name = f"city_{srid}"
    create_database(server_url, name)
    profile = tmp_path_factory.mktemp(name)
    text = SECOND.replace("EPSG:25833", f"EPSG:{srid}")
    (profile / "profile.toml").write_text(text, encoding="utf-8")
    city = City(srid, database(server_url, name), profile)
    city("migrate")
    (left, bottom), (middle, top), (right, _) = city.at(0, 0), city.at(6000, 6000), city.at(12_000, 0)
    rows = (
        f'1,1,West,district,"{box(left, bottom, middle, top)}"\n2,2,Ost,district,"{box(middle, bottom, right, top)}"\n'
    )
    districts = city.table("districts.csv", "source_id,key,name,kind,geometry\n" + rows)
    city.load("districts", districts, "--crs", f"EPSG:{srid}")
    city.load("programmes", city.table("programmes.csv", "source_id,name,funding\np,Förderung,funded\n"))
    facts = {"programme": "p", "planned_on": DAY, "laid_on": "2023-08-01"}
    city.load("trenches", city.file("trenches.gpkg", {"t": city.trench}, **facts))
    plot = box(*city.at(2000, 1000), *city.at(2400, 1250))
    city.load("plots", city.file("plots.gpkg", {"g": plot}, name="Feld", ownership="public", offered_on=DAY))
    yield city
    drop_database(server_url, name)


@pytest.fixture(scope="package")
def service(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The city's service, open to insiders."""
    home = tmp_path_factory.mktemp("home")
    with (
        serving(city.profile, city.url, home, FLURWERK_ANONYMOUS_AUDIENCE="internal") as service,
        service.client() as client,
    ):
        yield client
