"""Made-up cells that no writer of records writes: stray quotes, raw bytes, any type anywhere. Exact, or refused."""

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.loading import FileMapping, LoadRefused
from geo.loading.converting.columns import RawColumn, convert
from geo.loading.converting.values import Decimals, converter
from geo.loading.reading import open_source
from tests.test_loading import hostile_tables as tables
from tests.test_loading.gis_files import dbf
from tests.test_loading.hostile_records import Case
from tests.test_properties.profile import profile


def made_up(examples: int) -> settings:
    """Settings for so many examples, whose files are written anew for each."""
    return settings(
        profile(examples), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cells")


HEAD = "source_id;note;last"


@made_up(40)
@given(lines=st.lists(st.text(st.sampled_from('ab;"\n'), max_size=10), min_size=1, max_size=6))
def test_csv_with_quotes_anywhere_never_loses_a_line(folder, lines):
    """Every physical line is a record, is inside a cell that is kept, or the file is refused."""
    text = "\n".join(["", *lines]) + "\n"
    (folder / "b.csv").write_text(HEAD + text, "utf-8", newline="")
    kept = ""
    try:
        source = open_source(folder / "b.csv", "operators", FileMapping())
        for batch in source.batches(source.names, False):
            if batch.problems:
                return
            kept += "".join(value or "" for column in batch.columns.values() for value in as_text(column))
    except LoadRefused:
        return
    assert [kept.count(letter) for letter in "ab"] == [text.count(letter) for letter in "ab"]


NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e16, max_value=1e16)
)


@made_up(8)
@given(values=st.lists(NUMBERS, min_size=1, max_size=20))
@pytest.mark.parametrize("write", [tables.write_xlsx, tables.write_ods])
def test_numbers_of_spreadsheets(folder, write, values):
    """In text columns they are texts only if nobody can have entered other digits."""
    path, mapping = write(folder, Case("operators", [{"note": value, "last": value} for value in values]))
    [batch] = open_source(path, "operators", mapping).batches(["note", "last"], False)
    numbers, bad = convert(batch.columns["last"], converter("numeric", Decimals()))
    for value, number, text in zip(values, numbers.to_pylist(), as_text(batch.columns["note"]), strict=True):
        assert bad or float(number) == pytest.approx(float(value), rel=1e-15 * 2)
        if text != "refused":
            assert abs(value) < 10**15
            assert text == str(int(value))


def cells(path: Path) -> tuple[list[Any], Any]:
    """Read the column ``v`` of a file; return its values, and the column."""
    source = open_source(path, path.stem, FileMapping())
    [batch] = list(source.batches(["v"], False))
    column = batch.columns["v"]
    return column if isinstance(column, list) else column.to_pylist(), column


def as_text(column: RawColumn) -> list[str | None]:
    """Convert the column to texts; refused cells become the text ``refused``, which made-up ones do not contain."""
    texts, bad = convert(column, converter("text", Decimals()), as_text=True)
    found = texts.to_pylist()
    for cell in bad:
        assert cell.reason.de
        found[cell.index] = "refused"
    return found


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
STORED = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), TEXTS, st.binary(max_size=9),
    st.sampled_from(["2022-12-31", "2022-02-30", "31.12.2022", "2022-12-31T23:30:00Z", "12 m2", "1234,5", "J", ""]),
)  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with room for made-up values."""
    path = tmp_path / "made_up.gpkg"
    gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=[Point(1, 1)] * 3, crs=25832).to_file(path)
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f'drop trigger "{name}"')
        database.execute("alter table made_up rename column n to v")
        database.commit()
    return path


@made_up(15)
@given(
    st.sampled_from(["TEXT", "TEXT(4)", "INTEGER", "SMALLINT", "REAL", "FLOAT", "BOOLEAN", "VARCHAR(9)", "NUMERIC"]),
    st.lists(STORED, min_size=3, max_size=3),
)
@example("REAL", [2**53 + 1, "1e999", 0.1])
def test_cells_of_a_package(package, declared, values):
    with closing(sqlite3.connect(package)) as database:
        database.execute("alter table made_up drop column v")
        database.execute(f"alter table made_up add v {declared}")
        database.executemany(
            "update made_up set v = ? where fid = ?", [(value, n) for n, value in enumerate(values, 1)]
        )
        database.commit()
        stored = [value for (value,) in database.execute("select v from made_up order by fid")]
    read, column = cells(package)
    texts = as_text(column)
    for before, after, text in zip(stored, read, texts, strict=True):
        if text == "refused":
            assert isinstance(before, (str, bytes))
        elif isinstance(before, str):
            assert text == (before.strip() or None)
        else:
            assert after == before
            assert (text is None) == (before is None)


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A Shapefile of four points."""
    path = tmp_path / "made_up.shp"
    gpd.GeoDataFrame({"n": [1] * 4}, geometry=[Point(1, 1)] * 4, crs=25832).to_file(path)
    return path


@made_up(20)
@given(
    st.sampled_from(["C", "N", "F", "D", "L", "M", "@"]),
    st.lists(
        st.one_of(st.binary(max_size=8), st.from_regex(rb"[0-9.,*TJ +-]{0,8}", fullmatch=True)), min_size=4, max_size=4
    ),
)
def test_bytes_of_a_shapefile(shapes, kind, values):
    shapes.with_suffix(".dbf").write_bytes(dbf([("v", kind, 8, 0)], [[value] for value in values]))
    read, column = cells(shapes)
    texts = as_text(column)
    for stored, after, text in zip(values, read, texts, strict=True):
        plain = stored.strip(b" \0").decode("utf-8", "surrogateescape")
        if text == "refused":
            assert plain
        elif text is None:
            assert not plain.strip() or plain in {"00000000", "********"} or (kind == "L" and not plain.strip(" ?\0"))
        elif kind == "D":
            assert text.replace("-", "") == plain
        elif isinstance(after, Decimal):
            assert after == Decimal(plain)
        elif kind != "L":
            assert text == plain.strip()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXTS, inner, max_size=2)),
    max_leaves=4,
)


@made_up(25)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_values_of_geojson(folder, values):
    features = [
        {"type": "Feature", "properties": {"v": value}, "geometry": {"type": "Point", "coordinates": [7, 51]}}
        for value in values
    ]
    path = folder / "made_up.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    read, column = cells(path)
    texts = as_text(column)
    for before, after, text in zip(values, read, texts, strict=True):
        if text == "refused":
            assert isinstance(before, (str, list, dict))
        elif isinstance(before, str):
            assert text == (before.strip() or None)
        elif isinstance(before, float):
            assert after == Decimal(repr(before))
        elif not isinstance(before, list):
            assert after == before
            assert type(after) is not bool or isinstance(before, bool)
