"""Map services in the profile: what they are asked for, and which mistakes are refused with their key."""

from pathlib import Path
from typing import Any

import pytest

from geo.ground.addresses import tile_template, tile_url
from geo.profile.model import Profile
from geo.profile.reading import ProfileError, profile_of
from geo.toml import read_toml
from tests.profiles import sample

HOST = "https://maps.example.org"
COMMON = {"title": "Karte", "attribution": "© Amt"}
WMS = {**COMMON, "key": "wms", "kind": "wms", "url": f"{HOST}/dop", "layers": "rgb"}
WMTS = {**COMMON, "key": "wmts", "kind": "wmts", "url": f"{HOST}/wmts", "layers": "map", "matrix_set": "EPSG:3857"}
XYZ = {**COMMON, "key": "xyz", "kind": "xyz", "url": HOST + "/{z}/{x}/{y}.png"}
STYLE = {**COMMON, "key": "style", "kind": "style", "url": f"{HOST}/style.json"}


def profile_with(**tables: list[dict[str, Any]]) -> Profile:
    """The sample city's profile with these tables."""
    return profile_of(read_toml(sample()) | tables, Path("profile.toml"))


@pytest.mark.parametrize(
    ("table", "address"),
    [
        (XYZ, f"{HOST}/{{z}}/{{x}}/{{y}}.png"),
        (
            {**WMTS, "url": HOST + "/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"},
            f"{HOST}/default/EPSG%3A3857/{{z}}/{{y}}/{{x}}.png",
        ),
        (
            WMTS,
            f"{HOST}/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=map&STYLE=default&FORMAT=image/png"
            "&TILEMATRIXSET=EPSG:3857&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        ),
        (
            {**WMS, "url": f"{HOST}/dop?map=nw", "version": "1.1.1", "format": "image/jpeg"},
            f"{HOST}/dop?map=nw&SERVICE=WMS&REQUEST=GetMap&VERSION=1.1.1&LAYERS=rgb&STYLES=&FORMAT=image/jpeg"
            "&TRANSPARENT=FALSE&SRS=EPSG:3857&WIDTH=512&HEIGHT=512&BBOX={bbox-epsg-3857}",
        ),
    ],
)
def test_each_kind_is_asked_in_its_own_way(table: dict[str, Any], address: str) -> None:
    """With the placeholders of the page's map."""
    (background,) = profile_with(backgrounds=[table]).backgrounds
    assert tile_template(background) == address


def test_a_tile_is_named_by_level_row_and_column() -> None:
    (background,) = profile_with(backgrounds=[WMTS]).backgrounds
    assert tile_url(background, 12, 2132, 1360).endswith("&TILEMATRIX=12&TILEROW=1360&TILECOL=2132")


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        (
            [{**WMTS, "matrix_set": "EU_EPSG_25832"}],
            "backgrounds.wmts: matrix_set: “EU_EPSG_25832” is not web mercator",
        ),
        ([{**WMTS, "matrix_set": None}], "matrix_set is missing"),
        ([{**WMTS, "layers": None}], "layers is missing: name the layer of the WMTS"),
        ([{**WMTS, "url": HOST + "/{TileMatrix}/{TileCol}"}], "needs {TileMatrix}, {TileRow} and {TileCol}"),
        ([{**WMS, "layers": None}], "layers is missing: name the layers of the WMS"),
        ([{**WMS, "url": f"{HOST}/dop?REQUEST=GetMap"}], "leave out REQUEST"),
        ([{**XYZ, "url": HOST + "/{z}/{x}"}], "tiles need {z}, {x} and {y}"),
        ([{**XYZ, "layers": "rgb"}], "layers: a service of the kind “xyz” has none"),
        ([{**XYZ, "min_zoom": 12, "max_zoom": 3}], "max_zoom is less than min_zoom"),
        ([{**XYZ, "kind": "tms"}], "backgrounds.xyz.kind: Input should be 'style', 'xyz', 'wmts' or 'wms'"),
        ([{**XYZ, "key": "none"}], "the key none is taken"),
        ([XYZ, XYZ], "the key xyz is given twice"),
        ([{**XYZ, "is_default": True}, {**WMS, "is_default": True}], "is_default is true of xyz, wms"),
        ([STYLE, {**XYZ, "in_print": "wms"}, WMS], "in_print of xyz: only a background of the kind “style” has it"),
        ([{**STYLE, "in_print": "photo"}, XYZ], "in_print of style is photo; allowed are xyz"),
        ([{**STYLE, "hosts": ["tiles.example.org"]}], "backgrounds.style.hosts.0: write the scheme and the host alone"),
        (
            [{**STYLE, "url": "ftp://maps.example.org"}],
            "backgrounds.style.url: write an address that begins with https",
        ),
        ([{**STYLE, "url": "https://me:secret@maps.example.org/"}], "without a name or password"),
        ([{**STYLE, "url": f"{HOST};script-src/"}], "backgrounds.style.url: write an address"),
        (
            [{name: value for name, value in XYZ.items() if name != "attribution"}],
            "backgrounds.xyz.attribution is missing",
        ),
    ],
)
def test_a_mistake_is_told_with_its_key(tables: list[dict[str, Any]], problem: str) -> None:
    """An address that would change the content security policy is one of them."""
    given = [{name: value for name, value in table.items() if value is not None} for table in tables]
    with pytest.raises(ProfileError) as refused:
        profile_with(backgrounds=given)
    assert problem in refused.value.problems[0]
