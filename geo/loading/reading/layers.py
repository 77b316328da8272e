"""The choice among the layers of a file."""

from collections.abc import Sequence

from geo.loading.report import LoadRefused

ALL_LAYERS = "*"
"""What users name to read all layers of a drawing or of a KML file, which have the same columns."""


def choose_layer(name: str, layers: Sequence[str], layer: str, wanted: str | None, *, may_be_all: bool = False) -> str:
    """Return the layer named ``wanted``; without it, the one named like the table, or the only one.

    Raises LoadRefused, which names the layers, if there is none or it is not clear.
    """
    if not layers:
        raise LoadRefused(f"{name} has no layer.", "Export the data again.")
    if wanted:
        found = [one for one in layers if one == wanted] or [one for one in layers if one.lower() == wanted.lower()]
        if len(found) == 1:
            return found[0]
        if wanted == ALL_LAYERS and may_be_all:
            return ALL_LAYERS
        raise LoadRefused(
            f"{name} has no layer {wanted}; its layers are {', '.join(layers)}.", f"Name one: --layer '{layers[0]}'"
        )
    if layer in layers:
        return layer
    if len(layers) == 1:
        return layers[0]
    everything = f", or --layer '{ALL_LAYERS}' for all" if may_be_all else ""
    raise LoadRefused(
        f"{name} has several layers ({', '.join(layers)}){none_named(layer)}.",
        f"Name the intended one: --layer '{layers[0]}'{everything}.",
    )


def none_named(layer: str) -> str:
    """Return how a refusal goes on that names what there is: that none has the layer's name, if one was given."""
    return f", none of them named {layer}" if layer else ""
