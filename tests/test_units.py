"""Every unit of a column or an indicator has one description, which all outputs use."""

import re
from decimal import Decimal

import pytest

from geo.access import Caller, Role
from geo.figures.kpis import FAMILIES, INDICATORS
from geo.formatting import with_unit
from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer
from geo.settings import load_settings
from geo.units import Unit, for_pages
from tests.test_editing.helpers import api_as

COLUMNS = [(layer, column) for layer in LAYERS.values() for column in layer.all_columns]
OF_COLUMNS = {column.unit for _, column in COLUMNS if column.unit}
OF_INDICATORS = {indicator.unit for indicator in (*INDICATORS, *(family.indicator for family in FAMILIES))}
UCUM = re.compile(r"1|%|[a-zA-Z{}]+[0-9]?(/[a-zA-Z]+[0-9]?)?")
every_unit = pytest.mark.parametrize("unit", Unit, ids=str)


@every_unit
def test_a_unit_has_a_unique_symbol_a_ucum_code_and_decimals(unit: Unit) -> None:
    assert [other for other in Unit if other.value.symbol == unit.value.symbol] == [unit]
    assert UCUM.fullmatch(unit.value.ucum), f"{unit.name}: no code of the Unified Code for Units of Measure"
    assert min(unit.value.decimals, unit.value.part_decimals) >= 0
    if unit.value.is_printed:
        assert unit.value.symbol.de == unit.value.symbol.en, "scripts identify a unit by its symbol, in both languages"
        assert for_pages()[unit.symbol("de")]["decimals"] == unit.value.decimals


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit in OF_COLUMNS], ids=str)
def test_column_names_end_with_their_units_suffix(unit: Unit) -> None:
    """In a file without its schema, the column's name shows the unit: ``area_m2``, ``price_eur``."""
    assert unit.value.is_printed, f"{unit.name} has no symbol that follows a number: omit the column's unit"
    assert unit.value.suffix, f"{unit.name} is a column's unit: give it the `suffix` of such columns in geo/units.py"
    for layer, column in COLUMNS:
        if column.unit is unit:
            assert column.name.endswith(unit.value.suffix), (
                f"{layer.key}.{column.name} should end in {unit.value.suffix}"
            )


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_columns_whose_name_has_a_units_suffix_have_that_unit(layer: Layer) -> None:
    longest_first = sorted(
        ((unit.value.suffix, unit) for unit in Unit if unit.value.suffix), key=lambda found: -len(found[0])
    )
    for column in layer.all_columns:
        expected = next((unit for suffix, unit in longest_first if column.name.endswith(suffix)), None)
        assert column.unit is expected, f"{layer.key}.{column.name}: the name implies {expected and expected.name}"


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit in OF_INDICATORS], ids=str)
def test_figures_are_printed_with_their_unit(unit: Unit) -> None:
    for language in ("de", "en"):
        printed = with_unit(Decimal(7), unit, language)
        assert printed == (f"7\N{NO-BREAK SPACE}{unit.symbol(language)}" if unit.value.is_printed else "7")


@pytest.mark.parametrize("layer", sorted({layer.key for layer, column in COLUMNS if column.unit}))
def test_the_schema_of_a_layer_names_the_units_of_its_columns(shared_url: str, layer: str) -> None:
    with api_as(Caller(Role.EDITOR, "erika"), load_settings(database_url=shared_url)) as client:
        properties = client.json(f"/api/collections/{layer}/schema")["properties"]
    for column in LAYERS[layer].all_columns:
        found = properties[column.name].get("x-ogc-unit"), properties[column.name].get("x-ogc-unitSymbol")
        assert found == ((column.unit.value.ucum, column.unit.symbol("de")) if column.unit else (None, None)), (
            column.name
        )
