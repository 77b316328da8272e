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
