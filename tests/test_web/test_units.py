"""The page's scripts show every unit as the service describes it: none of them has a list of its own."""

import pytest

from geo.formatting import number
from geo.units import Unit
from tests.test_web.conftest import Open, Site

PRINTED = [unit for unit in Unit if unit.value.is_printed]
SAID = """async ([value, symbols]) => {
    const { quantity } = await import(`${document.body.dataset.assets}/js/shared/format.js`);
    return symbols.map((symbol) => quantity(value, symbol));
}"""


@pytest.mark.parametrize("path", ["/", "/report"])
def test_every_unit_is_shown_with_its_decimals(public_site: Site, open_page: Open, path: str) -> None:
    page = open_page(public_site, path=path)
    said = page.evaluate(SAID, [1234.567, [unit.symbol("de") for unit in PRINTED]])
    wanted = [f"{number(1234.567, 'de', unit.value.decimals)}\N{NO-BREAK SPACE}{unit.symbol('de')}" for unit in PRINTED]
    assert said == wanted
