"""The registry without the layers that the agency's profile switches off (geo.profile.modules)."""

from collections.abc import Set
from dataclasses import replace

from geo.errors import BilingualError
from geo.profile import profile
from geo.profile.modules import REFERENCES
from geo.profile.reading import FILE
from geo.records.layers.layer import Layer
from geo.text import Text


class SwitchedOff(BilingualError):
    """The agency's profile switches off what was asked for."""


def switched_off(what: Text, *layers: str) -> SwitchedOff | None:
    """Return the error that names the key of the profile, None if all layers that are needed are kept."""
    modules = profile().modules
    off = [layer for layer in layers if layer in modules.off]
    if not off:
        return None
    file = profile().folder / FILE
    keys = list(dict.fromkeys(modules.keys_of(layer) for layer in off))
    named = ", ".join(off)
    return SwitchedOff(
        Text(
            f"{what.de}: im Profil der Einrichtung ausgeschaltet ({file}: {', '.join(keys)}).",
            f"{what.en}: switched off in the agency's profile ({file}: {', '.join(keys)}).",
        ),
        Text(
            f"Wer {named} führen will, schaltet das dort ein und ruft „flurwerk migrate“ auf.",
            f"To keep {named}, switch that on there and run: flurwerk migrate",
        ),
    )


def refuse_switched_off(what: Text, *layers: str) -> None:
    """Raise SwitchedOff if what is asked for needs a layer that is off."""
    if error := switched_off(what, *layers):
        raise error


def are_kept(*layers: str) -> bool:
    """Return whether none of these layers is switched off."""
    return profile().modules.off.isdisjoint(layers)


def kept(layers: dict[str, Layer], off: Set[str]) -> dict[str, Layer]:
    """Return the layers that are not off, without what they tell of those that are; these themselves if none is off."""
    if not off:
        return layers
    return {key: _without(layer, off) for key, layer in layers.items() if key not in off}


def _without(layer: Layer, off: Set[str]) -> Layer:
    gone = {reference.column for reference in REFERENCES if reference.layer == layer.key and reference.target in off}
    views = tuple(view for view in layer.derived_views if off.isdisjoint(view.measures_to))
    if not gone and views == layer.derived_views:
        return layer
    return replace(
        layer,
        columns=tuple(column for column in layer.columns if column.name not in gone),
        derived_views=views,
        drawn_by=tuple(name for name in layer.drawn_by if name not in gone),
    )
