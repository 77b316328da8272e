"""Every layer that has a place is on the advisors' map, or said not to be."""

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from maps.interactive.groups import WITHOUT_SIGNS, map_layers


def test_a_layer_with_a_geometry_has_signs_on_the_map_or_is_named_as_one_without() -> None:
    drawn = {one.layer for one in map_layers(lambda _: Audience.INTERNAL)}
    located = {key for key, layer in LAYERS.items() if layer.geometry}
    missing = sorted(located - drawn - {*WITHOUT_SIGNS})
    assert missing == [], (
        f"{', '.join(missing)}: add a MapLayer with its signs to `map_layers` in maps/interactive/groups.py, "
        "or the key to WITHOUT_SIGNS there"
    )
    assert sorted(drawn & {*WITHOUT_SIGNS}) == [], "these have signs: take them out of WITHOUT_SIGNS"
