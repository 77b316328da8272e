"""The interactive map shows each caller the layers that it may see, and names tiles that it gets."""

import pytest

from tests.test_access.helpers import CALLERS, Ask

every_caller = pytest.mark.parametrize("name", CALLERS)
IN_CITY = {"{z}": "12", "{y}": "1361", "{x}": "2132"}


@every_caller
def test_every_tile_that_the_style_names_is_there_under_its_version(ask: Ask, name: str) -> None:
    sources = ask(name, "/maps/interactive").json()["style"]["sources"]
    addresses = [address for source in sources.values() for address in source.get("tiles", [])]
    assert addresses
    for address in addresses:
        for place, number in IN_CITY.items():
            address = address.replace(place, number)
        answer = ask(name, address)
        assert answer.status_code == 200, address
        # As the version of the address is that of the tile for this caller, it may be kept for ever.
        assert "immutable" in answer.headers["cache-control"], address


@every_caller
def test_the_legend_has_the_layers_that_the_caller_sees(ask: Ask, name: str) -> None:
    """A token for some layers shows those as to insiders, and the others as to everybody."""
    legend = {group["key"]: group for group in ask(name, "/maps/interactive").json()["legend"]}
    visible = {layer.key for layer in CALLERS[name].visible_layers()}
    assert set(legend) - {"cells"} <= visible
    assert ("trenches" in legend) is ("trenches" in visible)
    assert ("cells" in legend) is ("connections" not in visible)
    # What an obstruction holds up is told to those who see all of the rollout.
    assert ("obstructions" in legend) is (name in ("reader", "editor", "admin"))
    statuses = {entry["key"] for entry in legend["plots"]["entries"]}
    assert ("plots-planned" in statuses) is (name != "public")


@every_caller
def test_panels_lack_layers_exactly_where_their_answers_are_refused(ask: Ask, name: str) -> None:
    lacking = ask(name, "/maps/interactive").json()["lacking"]
    for panel, path in (("broadband", "/api/rollout/timeline"), ("mobile", "/api/mobile-requests")):
        assert bool(lacking[panel]) is (ask(name, path).status_code == 403), panel
    if name == "reader of some":
        # Its token is for plots and trenches.
        assert "Trassen" not in lacking["broadband"]
        assert "Behinderungen" in lacking["broadband"]


def test_kinds_of_use_are_called_by_their_names_in_the_language_asked_for(ask: Ask) -> None:
    german, english = (ask("public", f"/maps/interactive?lang={lang}").json()["uses"] for lang in ("de", "en"))
    assert (german["logistics"], german["logistik"]) == ("Logistik", "Logistik")
    assert (english["logistics"], english["logistik"]) == ("logistics", "logistics")
