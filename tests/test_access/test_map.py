"""The interactive map has the layers that its caller may see, and addresses of tiles that the caller gets."""

import pytest

from tests.test_access.helpers import CALLERS, RequestAs

every_caller = pytest.mark.parametrize("name", CALLERS)
IN_CITY = {"{z}": "12", "{y}": "1361", "{x}": "2132"}


@every_caller
def test_every_tile_of_the_style_exists_under_its_version(request_as: RequestAs, name: str) -> None:
    sources = request_as(name, "/maps/interactive").json()["style"]["sources"]
    addresses = [address for source in sources.values() for address in source.get("tiles", [])]
    assert addresses
    for address in addresses:
        for place, number in IN_CITY.items():
            address = address.replace(place, number)
        answer = request_as(name, address)
        assert answer.status_code == 200, address
        # The address has the version of the tile for this caller, so the tile may be cached for ever.
        assert "immutable" in answer.headers["cache-control"], address


@every_caller
def test_the_legend_has_the_layers_that_the_caller_sees(request_as: RequestAs, name: str) -> None:
    """A token for some layers shows those as to insiders, and the others as to the public."""
    legend = {group["key"]: group for group in request_as(name, "/maps/interactive").json()["legend"]}
    visible = {layer.key for layer in CALLERS[name].visible_layers()}
    assert set(legend) - {"cells"} <= visible
    assert ("trenches" in legend) is ("trenches" in visible)
    assert ("cells" in legend) is ("connections" not in visible)
    # Obstructions are only for callers who see all layers of the rollout.
    assert ("obstructions" in legend) is (name in ("reader", "editor", "admin"))
    statuses = {entry["key"] for entry in legend["plots"]["entries"]}
    assert ("plots-planned" in statuses) is (name != "public")


@every_caller
def test_panels_lack_layers_exactly_if_their_requests_are_refused(request_as: RequestAs, name: str) -> None:
    lacking = request_as(name, "/maps/interactive").json()["lacking"]
    for panel, path in (("broadband", "/api/rollout/timeline"), ("mobile", "/api/mobile-requests")):
        assert bool(lacking[panel]) is (request_as(name, path).status_code == 403), panel
    if name == "reader of some":
        # Its token is for plots and trenches.
        assert "Trassen" not in lacking["broadband"]
        assert "Behinderungen" in lacking["broadband"]


def test_kinds_of_use_have_names_in_the_requested_language(request_as: RequestAs) -> None:
    german, english = (request_as("public", f"/maps/interactive?lang={lang}").json()["uses"] for lang in ("de", "en"))
    assert (german["logistics"], german["logistik"]) == ("Logistik", "Logistik")
    assert (english["logistics"], english["logistik"]) == ("logistics", "logistics")
