"""Parquet with and without GeoParquet's metadata."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely import LineString

from tests.test_loading.deliveries import delivered

LINE = LineString([(390500, 5706000), (390600, 5706000)])
TRUTH = "LINESTRING(390500 5706000,390600 5706000)"


def write(city: Any, metadata: dict[str, Any] | None = None, field: pa.Field | None = None, **columns: Any) -> Any:
    """A Parquet file with one trench; its geometry is in ``columns``."""
    arrays = {"source_id": pa.array(["T1"]), "programme": pa.array(["funded"]), **columns}
    fields = [field if field and field.name == name else pa.field(name, array.type) for name, array in arrays.items()]
    table = pa.table(list(arrays.values()), schema=pa.schema(fields))
    if metadata:
        table = table.replace_schema_metadata({b"geo": json.dumps(metadata).encode()})
    path = city.folder / "t.parquet"
    pq.write_table(table, path)
    return path


def wkb(kind: pa.DataType | None = None) -> pa.Array:
    return pa.array([shapely.to_wkb(LINE)], kind or pa.binary())


def test_delivered_file_without_geoparquet_metadata(city):
    path = delivered(city, "nometa.parquet")
    assert city.load("trenches", path, crs="EPSG:25832").inserted == 1
    assert city.rows("trenches", "source_id, st_astext(st_linemerge(geom), 3)") == [("T1", TRUTH)]
    # The column itself names its CRS, by Arrow's extension type.
    assert city.load("trenches", path).unchanged == 1


@pytest.mark.parametrize("name", ["geometry", "geom", "WKB_GEOMETRY", "verlauf"])
@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_a_column_of_bytes_is_the_geometry_and_its_crs_has_to_be_named(city, name, kind):
    path = write(city, **{name: wkb(kind)})
    assert "does not name the CRS" in city.refusal("trenches", path)
    assert city.load("trenches", path, crs="25832").inserted == 1
    assert city.rows("trenches", "st_astext(st_linemerge(geom), 3)") == [(TRUTH,)]


def test_two_columns_of_bytes(city):
    """The one with a usual name is taken; without, both are unknown columns."""
    path = write(city, geom=wkb(), foto=pa.array([b"JPEG"]))
    assert "no column foto" in city.refusal("trenches", path, crs="25832")
    assert city.load("trenches", path, crs="25832", ignore=("foto",)).inserted == 1
    path = write(city, verlauf=wkb(), foto=pa.array([b"JPEG"]))
    assert "no column verlauf, foto" in city.refusal("trenches", path, crs="25832")


def test_bytes_that_are_no_geometry_are_refused_with_their_row(city):
    [(row, column, reason)] = city.problems("trenches", write(city, geom=pa.array([b"nix"])), crs="25832")
    assert (row, column, reason) == (1, "geometry", "The geometry is damaged.")


@pytest.mark.parametrize("encoding", ["point", "linestring", "multipolygon"])
def test_geoarrow_encodings_are_refused_in_a_sentence(city, encoding):
    struct = pa.array([[{"x": 390500.0, "y": 5706000.0}]], pa.list_(pa.struct({"x": pa.float64(), "y": pa.float64()})))
    expected = "Export it as GeoParquet with WKB encoding"
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": encoding, "geometry_types": []}}}
    refusal = city.refusal("trenches", write(city, geo, geometry=struct))
    assert f"encodes its geometry as {encoding}" in refusal
    assert expected in refusal
    extension = pa.field("geometry", struct.type, metadata={"ARROW:extension:name": f"geoarrow.{encoding}"})
    refusal = city.refusal("trenches", write(city, field=extension, geometry=struct))
    assert f"encodes its geometry as geoarrow.{encoding}" in refusal


def test_bounding_boxes_are_left_out_and_other_records_are_not(city):
    box = pa.array([{"xmin": 390500.0, "ymin": 5706000.0, "xmax": 390600.0, "ymax": 5706000.0}])
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": [], "crs": "EPSG:25832"}},
    }
    path = write(city, geo, geometry=wkb(), bbox=box)
    assert city.load("trenches", path).inserted == 1
    path = write(city, geo, geometry=wkb(), bauherr=pa.array([{"name": "Netz", "ort": "Dortmund"}]))
    assert "no column bauherr" in city.refusal("trenches", path)
    assert [problem[:2] for problem in city.problems("trenches", path, columns={"bauherr": "note"})] == [(1, "note")]
    assert city.load("trenches", path, ignore=("bauherr",)).unchanged == 1


@pytest.mark.parametrize("geo", [{}, {"primary_column": "weg", "columns": {}}, {"columns": []}])
def test_damaged_metadata(city, geo):
    assert "is damaged" in city.refusal("trenches", write(city, geo or {"x": 1}, geometry=wkb()))
