"""The parameter ``audience``: records are selected by what the caller sees, and shown as a narrower audience may."""

import io
import zipfile

import pytest

from geo.records.exports import FILES
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import property_names
from tests.test_api.helpers import Api
from tests.test_ogc.conftest import SECRET
from tests.test_ogc.helpers import ITEMS, items, link, names, pages

PUBLIC_PLOTS = property_names(LAYERS["plots"], Audience.PUBLIC)
OFFERED = 25


def unpacked(content: bytes) -> bytes:
    """The bytes of a file, followed by those of the files packed in it."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content + b"".join(archive.read(name) for name in archive.namelist())


def test_an_insider_who_requests_the_public_audience_gets_what_the_public_gets(internal: Api, public: Api) -> None:
    for layer in ("plots", "transactions", "plot_restrictions", "districts"):
        narrowed = items(internal, layer, audience="public", limit=100)
        assert narrowed["features"] == items(public, layer, limit=100)["features"]
    unnotarised = items(internal, "transactions", audience="public", filter="agreed_on = date('2023-06-30')")
    assert [feature["geometry"] for feature in unnotarised["features"]] == [None]


def test_a_filter_may_use_internal_columns_but_none_of_them_is_shown(internal: Api, public: Api) -> None:
    condition = f"contact = '{SECRET}' and area_m2 > 10300"
    chosen = items(internal, "plots", audience="public", filter=condition, sortby="-name")
    assert names(chosen) == ["Fläche 19", "Fläche 14", "Fläche 09", "Fläche 04"]
    assert chosen["numberMatched"] == 4
    assert tuple(chosen["features"][0]["properties"]) == PUBLIC_PLOTS
    assert "contact" in public.problem(400, ITEMS.format("plots"), filter=condition)["detail"]


def test_pages_keep_the_audience(internal: Api) -> None:
    found = pages(internal, f"{ITEMS.format('plots')}?audience=public&limit=10&source_id=p3")
    assert [names(page) for page in found] == [["Fläche 03"]]
    found = pages(internal, f"{ITEMS.format('plots')}?audience=public&limit=10")
    assert [len(page["features"]) for page in found] == [10, 10, 5]
    assert "audience=public" in (link(found[0], "next") or "")


def test_plots_that_are_not_on_offer_are_not_shown(internal: Api) -> None:
    assert names(items(internal, "plots", name="Noch nicht angeboten")) == ["Noch nicht angeboten"]
    assert names(items(internal, "plots", name="Noch nicht angeboten", audience="public")) == []


@pytest.mark.parametrize("f", FILES)
def test_no_internal_value_is_in_any_byte_of_a_file_for_the_public(internal: Api, f: str) -> None:
    for layer in ("plots", "transactions", "plot_restrictions"):
        unrestricted = internal.get(ITEMS.format(layer), f=f)
        assert SECRET.encode() in unpacked(unrestricted.content) or f in ("parquet", "fgb")
        response = internal.get(ITEMS.format(layer), f=f, audience="public", filter="id > 0")
        assert response.status_code == 200
        found = unpacked(response.content)
        assert SECRET.encode() not in found
        # The names of public columns may contain those of internal ones.
        for public in sorted(property_names(LAYERS[layer], Audience.PUBLIC), key=len, reverse=True):
            found = found.replace(public.encode(), b"")
        for name in ("note", "source_id", "contact", "price_eur", "recorded_from"):
            assert name.encode() not in found, name


def test_a_file_for_the_public_contains_what_the_filter_selects(internal: Api) -> None:
    text = internal.get(ITEMS.format("plots"), f="csv", audience="public", filter="source_id in ('p7', 'p5')").text
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["Fläche 05", "Fläche 07"]


def test_hidden_columns_can_be_neither_requested_nor_sorted_by(internal: Api) -> None:
    for parameter in ("properties", "sortby"):
        found = internal.problem(400, ITEMS.format("plots"), audience="public", **{parameter: "contact"})
        assert found["errors"][0]["parameter"] == parameter


def test_an_audience_wider_than_the_callers_is_refused(public: Api, internal: Api) -> None:
    assert "audience" in public.problem(403, ITEMS.format("plots"), audience="internal")["detail"]
    assert items(public, "plots", audience="public")["numberMatched"] == OFFERED
    assert "inquiries" in internal.problem(404, ITEMS.format("inquiries"), audience="public")["detail"]


def test_what_an_insider_selected_may_not_be_cached(internal: Api) -> None:
    for f in ("json", "csv"):
        headers = internal.get(ITEMS.format("plots"), audience="public", f=f).headers
        assert headers["cache-control"] == "private, no-store"
