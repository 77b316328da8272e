"""Files that are refused as a whole: one line says what is wrong and what to do."""

from zipfile import ZipFile

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely import Point

from geo.loading import LoadRefused

OPERATORS = "source_id;name;kind\n1;Netz;carrier\n"


def test_missing_file(city, tmp_path):
    assert "There is no file" in city.refusal("operators", tmp_path / "no.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.gpkg", "a.xlsx", "a.zip", "a.geojson", "a.parquet", "a.shp", "a.fgb"])
def test_empty_file(city, name):
    assert city.refusal("operators", city.write(name, b"")).startswith(f"{name} is empty.")


@pytest.mark.parametrize("name", ["a.gpkg", "a.xlsx", "a.zip", "a.geojson", "a.parquet", "a.fgb", "a.json"])
def test_file_whose_format_contradicts_its_name(city, name):
    refusal = city.refusal("operators", city.write(name, "source_id;name;kind\n1;Netz;carrier\n"))
    assert name in refusal
    assert "not a" in refusal


def test_invalid_shapefile(city):
    for suffix in ("shx", "dbf"):
        city.write(f"a.{suffix}", b"no")
    assert "is not a Shapefile" in city.refusal("operators", city.write("a.shp", "source_id;name;kind\n"))


def test_unknown_format(city):
    assert "GeoPackage" in city.refusal("operators", city.write("a.dwg", b"AC1032"))


@pytest.mark.parametrize("text", ["source_id;name;kind\n", "source_id;name;kind\n\n;;\n"])
def test_file_without_rows(city, text):
    assert "a header but no rows" in city.refusal("operators", text)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "geojson", "parquet", "shp"])
def test_truncated_file(city, tmp_path, suffix, share):
    shapes = list(shapely.points([(390000 + number / 100, 5710000) for number in range(5000)]))
    path = city.export(f"c.{suffix}", shapes, address=[f"Weg {number}" for number in range(5000)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    refusal = city.refusal("connections", path)
    assert f"c.{suffix}" in refusal
    assert "again" in refusal


def test_truncated_attributes_of_a_shapefile(city, tmp_path):
    path = city.export("c.shp", [Point(390000 + number, 5710000) for number in range(500)])
    attributes = path.with_suffix(".dbf")
    attributes.write_bytes(attributes.read_bytes()[:5000])
    city.refusal("connections", path)


def test_zip_without_data(city, tmp_path):
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    refusal = city.refusal("operators", tmp_path / "a.zip")
    assert "contains no file that can be loaded (but readme.txt)" in refusal


def test_zip_that_lacks_parts_of_the_shapefile(city, tmp_path):
    city.export("c.shp", [Point(390000, 5710000)])
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "c.shp", "c.shp")
    assert "lacks the .dbf and .shx file" in city.refusal("connections", tmp_path / "a.zip")


def test_zip_with_a_password(city, tmp_path):
    path = tmp_path / "a.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("a.shp", "x")
    # The lowest bit of the flags, in the file's own header and in the directory, says that there is a password.
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "is encrypted" in city.refusal("connections", path)


def test_zip_with_several_shapefiles(city, tmp_path):
    for name in ("a", "b"):
        city.export(f"{name}.shp", [Point(390000, 5710000)])
    with ZipFile(tmp_path / "ab.zip", "w") as archive:
        for part in (*tmp_path.glob("a.*"), *tmp_path.glob("b.*")):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    assert "several files (a.shp, b.shp)" in city.refusal("connections", tmp_path / "ab.zip")


def test_missing_crs_of_a_table(city):
    assert "--crs EPSG:25832" in city.refusal("connections", "source_id;x;y\n1;390000;5710000\n")
    city.refusal("connections", "source_id;geometry\n1;POINT (390000 5710000)\n")


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "fgb", "parquet"])
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_missing_crs_of_a_gis_file(city, suffix):
    path = city.export(f"c.{suffix}", [Point(390000, 5710000)], crs=None)
    assert "does not name the CRS" in city.refusal("connections", path)
    assert city.load("connections", path, crs="EPSG:25832").inserted == 1


def test_crs_that_is_not_tied_to_the_earth(city):
    local = 'LOCAL_CS["Baustelle",UNIT["metre",1]]'
    path = city.export("c.gpkg", [Point(390000, 5710000)], crs=local)
    assert "--crs" in city.refusal("connections", path)


@pytest.mark.parametrize("crs", ["EPSG:999999", "Gauß", "0"])
def test_unknown_crs(city, crs):
    assert "is unknown" in city.refusal("connections", "source_id;x;y\n1;390000;5710000\n", crs=crs)


def test_crs_with_an_unknown_datum(city):
    unknown_datum = "+proj=longlat +ellps=bessel +no_defs"
    refusal = city.refusal("connections", "source_id;x;y\n1;7.43;51.52\n", crs=unknown_datum)
    assert "cannot be transformed exactly" in refusal


def test_geometries_that_name_different_crs(city):
    text = 'source_id,geometry\n1,"SRID=25832;POINT (390000 5710000)"\n2,"SRID=4326;POINT (7.4 51.5)"\n'
    assert "different CRS (EPSG:25832, EPSG:4326)" in city.refusal("connections", text)
    assert "different CRS" in city.refusal("connections", text.split("2,")[0], crs="4326")


def test_nul_bytes_in_csv(city):
    path = city.write("a.csv", b"source_id;name;kind\n1;Netz;carrier\n2;N\0tz;carrier\n")
    assert "NUL byte in line 3" in city.refusal("operators", path)


def test_windows_csv_without_encoding(city):
    path = city.write("a.csv", "source_id;name;kind\n1;Netz;carrier\n2;Städte;carrier\n".encode("cp1252"))
    refusal = city.refusal("operators", path)
    assert "is not UTF-8: see line 3" in refusal
    assert "--encoding cp1252" in refusal
    assert city.load("operators", path, encoding="cp1252").inserted == 2


def test_utf8_csv_under_a_wrong_encoding(city):
    path = city.write("a.csv", "source_id;name;kind\n1;Städte;carrier\n".encode())
    assert "is UTF-8, not cp1252" in city.refusal("operators", path, encoding="cp1252")
    assert "line 2" in city.refusal("operators", path, encoding="ascii")


def test_unknown_encoding(city):
    assert "no encoding utf-9" in city.refusal("operators", OPERATORS, encoding="utf-9")


def test_csv_with_an_open_quotation_mark(city):
    text = 'source_id;name;kind\n1;"Netz;carrier\n' + "2;Netz;carrier\n" * 5
    assert "quotation mark in line 2 that is not closed" in city.refusal("operators", text)


def test_unknown_columns(city):
    refusal = city.refusal("operators", "source_id;name;kind;Umsatz\n1;Netz;carrier;5\n")
    assert "operators has no column Umsatz" in refusal
    assert "--mapping" in refusal


def test_derived_columns_are_named_as_such(city):
    refusal = city.refusal("connections", "source_id;status;x;y\n1;passed;390000;5710000\n", crs="25832")
    assert "Flurwerk sets status itself" in refusal


def test_gdal_feature_number_is_ignored(city):
    assert city.load("operators", "fid;source_id;name;kind\n7;1;Netz;carrier\n").inserted == 1


def test_missing_source_id(city):
    assert "no column source_id" in city.refusal("operators", "name;kind\nNetz;carrier\n")


def test_missing_required_columns(city):
    assert "lacks the required column(s) kind" in city.refusal("operators", "source_id;name\n1;Netz\n")
    city.load("operators", OPERATORS)
    refusal = city.refusal("operators", "source_id;name\n1;Netz\n2;Mast\n")
    assert "needed for its 1 new rows" in refusal


def test_missing_geometry(city):
    refusal = city.refusal("connections", "source_id;address\n1;Weg 1\n")
    assert "required column(s) geometry" in refusal


@pytest.mark.parametrize("header", ["source_id;x", "source_id;y", "source_id;x;y;geometry"])
def test_ambiguous_geometry_columns(city, header):
    city.refusal("connections", header + "\n1;1;1;1\n", crs="25832")


def test_same_column_twice(city):
    assert "both map to name" in city.refusal("operators", "source_id;name;NAME;kind\n1;A;B;carrier\n")
    # To ignore the name would leave out both.
    assert "Rename one of them" in city.refusal("operators", "source_id;name;name;kind\n1;A;B;carrier\n")


def test_source_without_a_name(city):
    assert "--source NAME" in city.refusal("operators", OPERATORS, source=" ")


def test_unknown_layer(city):
    assert "There is no layer parcels" in refusal_of(city, "parcels")
    assert "There is no layer record" in refusal_of(city, "record")


def refusal_of(city, layer: str) -> str:
    with pytest.raises(LoadRefused) as refused:
        city.load(layer, OPERATORS)
    return str(refused.value)


def test_package_without_layers(city, tmp_path):
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"source_id": ["1"]}, geometry=[Point(390000, 5710000)], crs=25832)
    pyogrio.write_dataframe(frame, path, layer="layer_styles")
    assert "has no layer" in city.refusal("connections", path)


def test_virtual_dataset_is_not_opened_as_a_package(city):
    virtual = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>http://localhost</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    assert "is not a GeoPackage" in city.refusal("connections", city.write("a.gpkg", virtual))


@pytest.mark.parametrize(
    ("name", "content", "kind"), [("a.fgb", "fgb", "FGB"), ("a.tab", "!table", "TAB"), ("a.json", '{"a": 1}', "JSON")]
)
def test_a_file_of_no_format_is_refused_without_what_programmers_may_do(city, name, content, kind):
    """GDAL would name the folder of the file, which on the page is the service's own, and drivers."""
    text = city.refusal("connections", city.write(name, content))
    assert text == f"{name} is not a {kind} file, or is damaged. Export the data again."
