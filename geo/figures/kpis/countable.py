"""What of a layer a declared indicator may count and filter by; and what is said of anything else."""

from collections.abc import Mapping
from difflib import get_close_matches

from geo.errors import FlurwerkError
from geo.records.layers import LAYERS, reporting
from geo.records.layers.column_types import ColumnType, column_types
from geo.records.layers.kept import switched_off
from geo.records.layers.layer import COMMON_COLUMNS, Audience, Column, Layer
from geo.text import Text

PLACED_BY = ("plot", "property", "industrial_area")
"""The references to the record whose place a record without its own has."""


class Undeclarable(FlurwerkError):
    """A declaration names what is not there or cannot be counted so; ``name`` is its key in the profile."""

    def __init__(self, name: str, message: Text | str, hint: Text | str = "") -> None:
        super().__init__(message, hint)
        self.name = name


def countable_layer(name: str) -> Layer:
    """Return the layer whose records may count. Raises Undeclarable, with the nearest name and all that there are."""
    if error := switched_off(Text(f"Der Layer {name}", f"The layer {name}"), name):
        raise Undeclarable("layer", *error.texts)
    countable = [key for key, layer in LAYERS.items() if key not in reporting.LAYERS and layer.keeps_history]
    if name in countable:
        return LAYERS[name]
    if name in LAYERS:
        reason = (
            Text("Menschen tragen die Datensätze für den Bericht ein", "people enter its records for the report")
            if name in reporting.LAYERS
            else Text("die Datensätze sind personenbezogen", "its records are personal")
        )
        raise Undeclarable(
            "layer", Text(f"{name} lässt sich nicht zählen: {reason.de}.", f"{name} cannot be counted: {reason.en}.")
        )
    near = get_close_matches(name, countable, 1)
    raise Undeclarable(
        "layer",
        Text(
            f"Den Layer „{name}“ gibt es nicht.{_suggested(near).de}",
            f"There is no layer “{name}”.{_suggested(near).en}",
        ),
        Text(f"Layer: {', '.join(countable)}.", f"Layers: {', '.join(countable)}."),
    )


def countable_columns(layer: Layer, types: Mapping[str, ColumnType]) -> dict[str, Column]:
    """Return what may be counted and filtered by: the table's own columns that are not personal."""
    seen = (column for column in layer.columns if column.audience is not Audience.PERSONAL)
    found = {column.name: column for column in seen if column.name in types}
    return found | {name: COMMON_COLUMNS[name] for name in ("source", "source_id") if name not in found}


def references(layer: Layer, types: Mapping[str, ColumnType]) -> dict[str, Layer]:
    """Return the layers to which the layer's records refer, by the referring column; none that are personal."""
    return {
        name: LAYERS[column.references]
        for name, column in types.items()
        if column.references in LAYERS and LAYERS[column.references].keeps_history and layer.has_column(name)
    }


def placed_by(layer: Layer) -> str | None:
    """Return the column that refers to the record whose place a record without its own has; None if there is none."""
    if layer.geometry == "MultiLineString" or (layer.geometry and layer.geometry_required):
        return None
    known = references(layer, column_types().get(layer.key, {}))
    return next((name for name in PLACED_BY if name in known), None)


def unknown_column(layer: Layer, name: str, known: Mapping[str, object]) -> tuple[Text, Text | str]:
    """Return why a column cannot be counted, and what can."""
    if any(column.name == name and column.audience is Audience.PERSONAL for column in layer.columns):
        return Text(
            f"{name} von {layer.key} ist personenbezogen und zählt in keiner Kennzahl.",
            f"{name} of {layer.key} is personal and counts in no indicator.",
        ), ""
    if any(column.name == name for column in layer.derived):
        own = ", ".join(known)
        return Text(
            f"{name} von {layer.key} folgt aus anderen Datensätzen, die sich ohne diesen ändern; eine frühere "
            "Zahl wäre "
            "nicht mehr zu berechnen.",
            f"{name} of {layer.key} follows from other records, which change without the record, so that a past figure "
            "could not be computed again.",
        ), Text(f"Eigene sind: {own}.", f"Its own: {own}.")
    near = get_close_matches(name, list(known), 1)
    properties = ", ".join(known)
    suggested = _suggested(near)
    return (
        Text(
            f"{layer.key} hat keine Eigenschaft „{name}“.{suggested.de}",
            f"{layer.key} has no property “{name}”.{suggested.en}",
        ),
        Text(f"Eigenschaften: {properties}.", f"Its properties: {properties}."),
    )


def _suggested(near: list[str]) -> Text:
    return Text(f" Meinten Sie „{near[0]}“?", f" Did you mean “{near[0]}”?") if near else Text("", "")
