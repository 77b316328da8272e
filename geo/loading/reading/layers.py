"""The choice among the layers of a file."""

from collections.abc import Sequence

from geo.loading.reasons import of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

ALL_LAYERS = "*"
"""What users name to read all layers of a drawing or of a KML file, which have the same columns."""


def choose_layer(name: str, layers: Sequence[str], layer: str, wanted: str | None, *, may_be_all: bool = False) -> str:
    """Return the layer named ``wanted``; without it, the one named like the table, or the only one.

    Raises LoadRefused, which names the layers, if there is none or it is not clear.
    """
    listed = ", ".join(layers)
    if not layers:
        raise LoadRefused(Text(f"{name} hat keine Ebene.", f"{name} has no layer."), of_refusals.EXPORT_AGAIN)
    if wanted:
        found = [one for one in layers if one == wanted] or [one for one in layers if one.lower() == wanted.lower()]
        if len(found) == 1:
            return found[0]
        if wanted == ALL_LAYERS and may_be_all:
            return ALL_LAYERS
        raise LoadRefused(
            Text(
                f"{name} hat keine Ebene {wanted}; ihre Ebenen sind {listed}.",
                f"{name} has no layer {wanted}; its layers are {listed}.",
            ),
            Text(f"Nennen Sie eine davon: --layer '{layers[0]}'", f"Name one: --layer '{layers[0]}'"),
        )
    if layer in layers:
        return layer
    if len(layers) == 1:
        return layers[0]
    none = of_refusals.none_named(layer)
    raise LoadRefused(
        Text(f"{name} hat mehrere Ebenen ({listed}){none.de}.", f"{name} has several layers ({listed}){none.en}."),
        _choice(layers[0], may_be_all),
    )


def _choice(first: str, may_be_all: bool) -> Text:
    de, en = f"Nennen Sie die gemeinte: --layer '{first}'", f"Name the intended one: --layer '{first}'"
    if not may_be_all:
        return Text(f"{de}.", f"{en}.")
    return Text(f"{de}, oder --layer '{ALL_LAYERS}' für alle.", f"{en}, or --layer '{ALL_LAYERS}' for all.")
