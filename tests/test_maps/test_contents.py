"""A map shows what the indicators count, in one file that makes no requests."""

import json
import re
from hashlib import sha256
from importlib.resources import files
from itertools import combinations

import pytest

from geo.figures.kpis import evaluation
from geo.figures.kpis.broadband import FUNDED_CONNECTIONS, TRENCH_LAID_KM, TRENCH_PLANNED_KM
from geo.figures.kpis.land import PRIVATE_LAND_M2, PUBLIC_LAND_M2
from geo.figures.kpis.mobile import MOBILE_REQUESTS
from geo.records.layers.layer import Audience
from maps.folium_map.legend import legend as legend_of
from maps.folium_map.overview import overview
from tests.test_maps.helpers import PERIOD, Connection, features_of, layers_of


def test_the_trenches_drawn_are_those_that_the_indicators_count(internal: str, sample: Connection) -> None:
    for indicator, key in ((TRENCH_LAID_KM, "trenches-laid"), (TRENCH_PLANNED_KM, "trenches-planned")):
        drawn = [f["properties"]["id"] for f in features_of(internal, "trenches") if f["properties"]["class"] == key]
        (length,) = sample.execute(
            "select sum(city_length_m) / 1000 from trenches where id = any (%s)", [drawn]
        ).fetchone() or (None,)
        assert length == evaluation.totals(sample, [(indicator, PERIOD)])[indicator.key, PERIOD.name]


def test_the_records_highlighted_are_those_that_the_indicators_count(internal: str, sample: Connection) -> None:
    for indicator, layer, key in (
        (PUBLIC_LAND_M2, "transactions", "deals-public"),
        (PRIVATE_LAND_M2, "transactions", "deals-private"),
        (FUNDED_CONNECTIONS, "connections", "connections-period"),
        (MOBILE_REQUESTS, "mobile_requests", "mobile-period"),
    ):
        drawn = {f["properties"]["id"] for f in features_of(internal, layer) if f["properties"]["class"] == key}
        assert drawn == {row.id for row in evaluation.rows(sample, indicator, PERIOD)}
        assert drawn


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.PUBLIC])
def test_every_feature_has_its_entry_in_the_legend(audience: Audience, internal: str, public: str) -> None:
    html = internal if audience is Audience.INTERNAL else public
    known = {entry.key for group in legend_of(audience) for entry in group.entries}
    used = {feature["properties"]["class"] for layer in layers_of(html) for feature in features_of(html, layer)}
    assert used <= known


def test_the_page_allows_no_request_and_no_foreign_script(internal: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', internal)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1].split("script-src")[1].split(";")[0]
    assert not re.search(
        r"""(?:src|href)=["']?(?:https?:)?//""", re.sub(r"<script>.*?</script>", "", internal, flags=re.S)
    )


def test_the_same_records_yield_the_same_file(sample: Connection, internal: str) -> None:
    assert overview(sample, PERIOD, audience=Audience.INTERNAL) == internal


def test_there_is_no_map_for_personal_data(connection: Connection) -> None:
    with pytest.raises(ValueError, match="personal"):
        overview(connection, PERIOD, audience=Audience.PERSONAL)


def test_entries_differ_in_more_than_colour() -> None:
    colours = {"color": None, "fill": None}
    for groups in (legend_of(Audience.INTERNAL), legend_of(Audience.PUBLIC)):
        for group in groups:
            if group.key in {"cells", "base"}:
                continue  # Steps of one hue, from light to dark; and the base map, whose entries are not compared.

            for one, other in combinations(group.entries, 2):
                assert one.style.as_json() | colours != other.style.as_json() | colours, (one.key, other.key)


def test_vendored_files_are_those_of_the_manifest() -> None:
    maps = files("maps")
    manifest = json.loads(maps.joinpath("vendor/manifest.json").read_text("utf-8"))
    for package in manifest["packages"]:
        assert package["name"]
        assert package["version"]
        assert package["licence"]
        for entry in package["files"]:
            content = maps.joinpath(package["folder"], entry["path"]).read_bytes()
            assert sha256(content).hexdigest() == entry["sha256"], entry["path"]
