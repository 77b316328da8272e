"""A small city to load into, and helpers to write the files that are loaded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
from shapely.geometry.base import BaseGeometry

from geo.loading import FileMapping, LoadRefused, LoadReport, load, overridden, read_mapping
from geo.records.layers import LAYERS
from geo.store.database import conninfo
from tests.conftest import LendFilled
from tests.german import english_words, in_german

CITY = """
    insert into flurwerk.districts (source, source_id, key, name, kind, geom)
    values
        ('city', 'west', 'west', 'West', 'district',
            st_multi(st_makeenvelope(385000, 5702000, 393000, 5714000, 25832))),
        ('city', 'east', 'east', 'East', 'district',
            st_multi(st_makeenvelope(393000, 5702000, 401000, 5714000, 25832)));
    insert into flurwerk.programmes (source, source_id, name, funding, counts)
    values
        ('city', 'funded', 'Funded', 'funded', 'address'),
        ('city', 'homes', 'Homes', 'funded', 'dwelling');
    insert into flurwerk.plots (source, source_id, name, ownership, official_area_m2, geom)
    values
        ('city', 'plot-1', 'Hafen', 'public', 10000,
            st_multi(st_makeenvelope(390000, 5710000, 390100, 5710100, 25832))),
        ('city', 'plot-2', 'Halde', 'public', 10000,
            st_multi(st_makeenvelope(390200, 5710000, 390300, 5710100, 25832)));
"""


def fill(connection: psycopg.Connection[Any]) -> None:
    """Insert that city."""
    connection.execute(CITY.encode())


@dataclass
class Loader:
    """Writes files and loads them into the test's own city."""

    connection: psycopg.Connection[Any]
    folder: Path

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file with this content."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def export(
        self, name: str, shapes: Sequence[BaseGeometry | None], /, crs: Any = 25832, **columns: list[Any]
    ) -> Path:
        """Write a GIS file; source_ids are 1, 2, … unless given."""
        columns.setdefault("source_id", [str(number) for number in range(1, len(shapes) + 1)])
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
        path = self.folder / name
        if path.suffix == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path, driver="OpenFileGDB" if path.suffix == ".gdb" else None)
        return path

    def load(self, layer: str, file: Path | str, /, **options: Any) -> LoadReport:
        """Load a file, or a text as CSV."""
        path = file if isinstance(file, Path) else self.write("file.csv", file)
        options.setdefault("source", "file")
        mapping = options.pop("mapping", None)
        rules = read_mapping(mapping) if isinstance(mapping, Path) else mapping or FileMapping()
        read = {name: options.pop(name) for name in {field.name for field in fields(FileMapping)} & options.keys()}
        return load(self.connection, layer, path, mapping=overridden(rules, **read), **options)

    def problems(self, layer: str, file: Path | str, /, **options: Any) -> list[tuple[int | None, str | None, str]]:
        """Load a file that must be refused; return row, column and English reason of each problem."""
        before = self.state(layer)
        report = self.load(layer, file, **options)
        assert not report.ok
        assert (report.inserted, report.changed, report.removed) == (0, 0, 0)
        assert self.state(layer) == before
        assert all(problem.reason.de for problem in report.problems)
        return [(problem.row, problem.column, problem.reason.en) for problem in report.problems]

    def refusal(self, layer: str, file: Path | str, /, **options: Any) -> str:
        """Load a file that must be refused as a whole; return the reason, one line and in German too."""
        before = self.state(layer)
        with pytest.raises(LoadRefused) as refused:
            self.load(layer, file, **options)
        assert self.state(layer) == before
        assert "\n" not in str(refused.value)
        assert refused.value.hint
        assert not english_words(in_german(refused.value)), in_german(refused.value)
        return str(refused.value)

    def rows(self, layer: str, columns: str = "source_id", where: str = "source = 'file'") -> list[tuple[Any, ...]]:
        """The records of a layer, in the order of their source_ids."""
        query = f"select {columns} from flurwerk.{layer} where {where} order by source_id"
        return self.connection.execute(query.encode()).fetchall()

    def state(self, layer: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The current and the earlier records of a layer."""
        now = self.connection.execute(f"select * from flurwerk.{layer} order by id".encode()).fetchall()
        if not LAYERS[layer].keeps_history:
            return now, []
        earlier = self.connection.execute(
            f"select id, recorded_until from flurwerk_history.{layer} order by id".encode()
        )
        return now, earlier.fetchall()


@pytest.fixture
def city(lend_filled: LendFilled, tmp_path: Path) -> Iterator[Loader]:
    """Two districts, two programmes, two plots; what the test does is rolled back."""
    with lend_filled(fill) as connection:
        yield Loader(connection, tmp_path)


@pytest.fixture
def open_session(database_url: str) -> Iterator[Callable[[], psycopg.Connection[Any]]]:
    """Opens sessions of one database that contains the city."""
    sessions: list[psycopg.Connection[Any]] = []

    def connect() -> psycopg.Connection[Any]:
        sessions.append(psycopg.connect(conninfo(database_url)))
        return sessions[-1]

    with psycopg.connect(conninfo(database_url)) as connection:
        fill(connection)
    yield connect
    for session in sessions:
        session.close()
