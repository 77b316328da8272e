"""Colour-blind people, even those who see no colours at all, can distinguish the maps' signs."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from coloraide import Color

from geo.records.layers.layer import Audience
from maps.folium_map.legend import legend
from maps.interactive.groups import map_layers
from maps.style import Entry, Style

DEFICIENCIES = ("protan", "deutan", "tritan")
LEAST_DIFFERENCE = 8.0
"""The smallest CIEDE2000 difference between adjacent colours; a trained eye sees a difference of 2 on a screen."""

GROUNDS = ("base", "districts", "industrial_areas")
"""The groups beneath all others: pale on purpose, identified by names and edges."""
GROUPS: dict[str, Sequence[Entry]] = {
    **{
        f"{audience}:{group.key}": group.entries
        for audience in (Audience.INTERNAL, Audience.PUBLIC)
        for group in legend(audience)
        if group.key not in GROUNDS
    },
    **{
        f"advisors:{one.layer}": one.entries
        for one in map_layers(lambda _: Audience.INTERNAL)
        if one.layer not in GROUNDS
    },
}


def form(style: Style) -> tuple[object, ...]:
    """Return what distinguishes a sign apart from its colours: pattern, symbol, filling and width."""
    is_filled = style.fill is not None and style.fill.lower() != "#ffffff"
    return style.dash, style.hatch, style.symbol, is_filled, style.weight, style.radius, style.fill_opacity


def colours(style: Style) -> tuple[Color, Color]:
    """Return a sign's colours of edge and fill on white paper."""
    return Color(style.color), Color(style.fill or "#ffffff")


def difference(one: Style, other: Style, deficiency: str) -> float:
    """Return the difference of two signs with this colour vision deficiency: the larger one of edge and fill."""
    pairs = zip(colours(one), colours(other), strict=True)
    return max(a.filter(deficiency).delta_e(b.filter(deficiency), method="2000") for a, b in pairs)


@pytest.mark.parametrize("name", GROUPS)
def test_no_two_signs_of_a_group_differ_in_colour_alone(name: str) -> None:
    shades = [entry for entry in GROUPS[name] if not entry.key.startswith("cells-")]
    for one, other in combinations(shades, 2):
        assert form(one.style) != form(other.style), (one.key, other.key)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("name", GROUPS)
def test_the_colour_blind_can_distinguish_colours_that_carry_meaning(name: str, deficiency: str) -> None:
    for one, other in combinations(GROUPS[name], 2):
        if colours(one.style) != colours(other.style):
            found = difference(one.style, other.style, deficiency)
            assert found >= LEAST_DIFFERENCE, f"{one.key} and {other.key}: {found:.1f}"


def test_the_shades_of_counts_grow_darker_from_few_to_many() -> None:
    (cells,) = [group for group in legend(Audience.PUBLIC) if group.key == "cells"]
    lightness = [Color(entry.style.fill or "").convert("lab")["lightness"] for entry in cells.entries]
    assert lightness == sorted(lightness, reverse=True)
