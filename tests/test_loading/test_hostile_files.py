"""Whatever a file of any format holds: each value is stored as it is, or refused with row and column. Nothing else."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo.loading import FileMapping, LoadRefused
from geo.loading.batches import Conversion
from geo.loading.columns import make_plan
from geo.loading.reading import open_source
from geo.records.layers import LAYERS as REGISTRY
from geo.store.catalogue import Table, describe
from geo.store.database import conninfo
from tests.conftest import database
from tests.test_loading import hostile_gis as gis
from tests.test_loading import hostile_tables as tables
from tests.test_loading.hostile_records import LAYERS, NO_XML, Able, Case, cases, may_be_stored, plain_number
from tests.test_properties.profile import profile

MADE_UP = settings(
    profile(4),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TAME = settings(profile(2), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


ANY = Able()


@dataclass(frozen=True)
class Form:
    """A format: how it is written, what it can express, what its files then say, and how exact its places are."""

    write: tables.Writer
    able: Able = ANY
    says: Callable[[str], str] = str
    first_row: int = 1
    tolerance_m: float = 0.0
    layers: tuple[str, ...] = tuple(LAYERS)


def _unguarded(text: str) -> str:
    # Our own files put an apostrophe before what a spreadsheet would run as a formula.
    return text[1:] if text[:1] == "'" and text[1:2] in {*"=+-@\t\r\n"} else text


def _one_line_end(text: str) -> str:
    return re.sub("\r\n?", "\n", text)


def _csv(delimiter: str, encoding: str, end: str, quoting: Any = csv.QUOTE_MINIMAL) -> Form:
    able = Able(encoding=encoding if encoding == "cp1252" else "utf-8")
    return Form(tables.written_csv(delimiter, encoding, end, quoting), able, _unguarded, 2)


XLSX = Form(tables.write_xlsx, Able(zones=False), first_row=2)
ODS = Form(tables.write_ods, Able(bad=NO_XML), _one_line_end, 2)
PACKAGE = Form(gis.write_package)
SHAPEFILE = Form(
    gis.write_shapefile,
    Able(bad=re.compile("[\0\ud800-\udfff]"), longest=254, only_days=True, empties=False),
)
XML = re.compile(NO_XML.pattern)
BY_GDAL = Able(typed=True, bad=re.compile("[\0\ud800-\udfff]"), empties=False)
MAPINFO = BY_GDAL.only(
    bad=re.compile('[\0-\x1f\x7f-\x9f"\\\\]'), encoding="cp1252", longest=200, heights=False, missing=False, zones=False
)
DXF = Able(
    bad=re.compile("[\0-\x1f\x7f-\x9f%\\\\{}^]"), encoding="cp1252", empties=False, heights=False, missing=False,
    single=True, without=frozenset({"key", "whole", "number", "day", "truth"}),
)  # fmt: skip
KML = Form(gis.write_kml, Able(bad=XML, empties=False), tolerance_m=1e-3)
FORMS = {
    "csv": _csv(";", "utf-8", "\n"),
    "csv, commas, BOM": _csv(",", "utf-8-sig", "\r\n"),
    "csv, tabs, UTF-16": _csv("\t", "utf-16", "\r\n", csv.QUOTE_ALL),
    "csv, bars, cp1252": _csv("|", "cp1252", "\r\n"),
    "csv.gz": Form(tables.write_csv_gz, Able(), _unguarded, 2),
    "csv in ZIP": Form(tables.zipped(tables.written_csv(";", "utf-8", "\n", csv.QUOTE_ALL)), Able(), _unguarded, 2),
    "xlsx": XLSX,
    "xlsx in ZIP": Form(tables.zipped(tables.write_xlsx), XLSX.able, first_row=2),
    "ods": ODS,
    "gpkg": PACKAGE,
    "gpkg in ZIP": Form(tables.zipped(gis.write_package)),
    "shp": SHAPEFILE,
    "shp in ZIP": Form(tables.zipped(gis.write_shapefile), SHAPEFILE.able),
    "geojson": Form(gis.write_geojson, Able(bad=re.compile("(?!)"))),
    # GDAL reads an empty geometry of JSON-FG as a missing one, and numbers beside texts with its own digits.
    "json-fg": Form(gis.write_json_fg, Able(empties=False, typed=True)),
    "esri json": Form(gis.write_esri, Able(bad=re.compile("(?!)"), empties=False, heights=False)),
    "fgb": Form(gis.with_driver("fgb", "FlatGeobuf"), BY_GDAL),
    "geoparquet": Form(gis.parquet(True), BY_GDAL.only(empties=True, bad=re.compile("[\ud800-\udfff]"))),
    "parquet": Form(gis.parquet(False), BY_GDAL.only(empties=True, bad=re.compile("[\ud800-\udfff]"))),
    "gdb": Form(gis.with_driver("gdb", "OpenFileGDB"), BY_GDAL.only(zones=False), tolerance_m=1e-3),
    "gdb in ZIP": Form(
        tables.zipped(gis.with_driver("gdb", "OpenFileGDB")), BY_GDAL.only(zones=False), tolerance_m=1e-3
    ),
    "gml": Form(gis.write_gml, Able(bad=XML, empties=False, heights=False)),
    "kml": KML,
    "kmz": Form(tables.zipped(gis.write_kml, "kmz"), KML.able, tolerance_m=1e-3),
    "tab": Form(gis.with_driver("tab", "MapInfo File", "CP1252", True), MAPINFO, tolerance_m=0.02),
    "mif": Form(gis.with_driver("mif", "MapInfo File", "CP1252", True), MAPINFO, tolerance_m=1e-3),
    "dxf": Form(gis.write_dxf, DXF, layers=("connections", "trenches")),
}


@pytest.fixture(scope="module")
def known(server_url: str, template: str) -> dict[str, Table]:
    """The layers' tables."""
    with psycopg.connect(conninfo(database(server_url, template))) as connection:
        return {layer: describe(connection, layer) for layer in LAYERS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.mark.parametrize("name", FORMS)
@MADE_UP
@given(data=st.data())
def test_each_value_is_stored_as_it_is_or_refused(known, folder, name, data):
    form = FORMS[name]
    case = form.able.express(data.draw(cases(form.layers)))
    gis.clear(folder)
    path, mapping = form.write(folder, case)
    try:
        found = Outcome(path, case.layer, mapping, known[case.layer])
    except LoadRefused:
        return
    found.check(form, case)


@pytest.mark.parametrize("name", FORMS)
@TAME
@given(data=st.data())
def test_ordinary_values_are_not_refused(known, folder, name, data):
    form = FORMS[name]
    case = form.able.express(data.draw(cases(form.layers, hostile=False)))
    gis.clear(folder)
    path, mapping = form.write(folder, case)
    found = Outcome(path, case.layer, mapping, known[case.layer])
    assert found.conversion.problems == []
    found.check(form, case)


class Outcome:
    """What becomes of a file: the values by row, and the cells that are refused."""

    def __init__(self, path: Path, layer: str, mapping: FileMapping, table: Table) -> None:
        source = open_source(path, layer, mapping)
        plan = make_plan(source, REGISTRY[layer], table, mapping)
        self.conversion = Conversion(source, plan, mapping, repair=False)
        rows = [row for batch in self.conversion.rows() for row in batch.to_pylist()]
        assert source.counted in {None, len(rows) + source.skipped}
        self.stored = {row["row_number"]: row for row in rows}
        assert len(self.stored) == len(rows)
        self.conversion.tell()
        self.refused: set[tuple[int, str | None]] = set()
        for problem in self.conversion.problems:
            assert problem.row is not None
            assert problem.reason.de
            assert problem.reason.en
            self.refused.add((problem.row, problem.column))

    def check(self, form: Form, case: Case) -> None:
        """Compare with what was delivered."""
        lost = {number for number in self.stored if not form.first_row <= number < form.first_row + len(case.rows)}
        assert not lost
        for number, row in enumerate(case.rows, form.first_row):
            if (number, None) in self.refused:
                continue
            stored = self.stored[number]
            for name, kind in case.kinds.items():
                is_written = name in stored or not form.able.without
                if (
                    is_written
                    and kind not in form.able.without
                    and not {(number, name), (number, name[:10])} & self.refused
                ):
                    self._check_value(form, name, kind, row[name], stored.get(name))
            if (number, "geometry") not in self.refused:
                check_shape(row["geometry"], stored.get("geom"), form.tolerance_m)

    def _check_value(self, form: Form, name: str, kind: str, delivered: Any, stored: str | None) -> None:
        if isinstance(delivered, str):
            delivered = form.says(delivered)
        allowed = may_be_stored(kind, delivered)
        plain = plain_number(stored) if stored is not None and kind in {"whole", "number"} else stored
        assert plain in allowed, (name, delivered, stored)
        if kind in {"key", "text"} and delivered is not None and (stored or "") != delivered.strip(" \t\r\n"):
            assert name in self.conversion.respelt, (name, delivered, stored)


def check_shape(delivered: Any, stored: str | None, tolerance_m: float) -> None:
    """Compare a geometry with the one that was delivered: its parts in any order, its rings from any corner."""
    if delivered is None or stored is None:
        assert delivered is None
        assert stored is None
        return
    parts = [shapely.get_parts(shapely.force_2d(delivered)), shapely.get_parts(shapely.from_wkb(stored))]
    before, after = (shapely.normalize(shapely.GeometryCollection([*map(shapely.normalize, each)])) for each in parts)
    if tolerance_m:
        # What differs by a millimetre may be in another order.
        assert shapely.hausdorff_distance(before, after) <= tolerance_m, (delivered, after)
        assert shapely.get_num_coordinates(before) == shapely.get_num_coordinates(after)
        assert abs(before.area - after.area) <= tolerance_m * before.length
    else:
        assert before.equals_exact(after, 0), (delivered, after)
