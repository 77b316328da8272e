"""What a popup says about a record: the columns that matter, in the order in which an advisor asks.

Of a layer that FACTS does not name it says all that the reader sees, in the registry's order.
"""

from collections.abc import Iterable
from typing import Any

from geo.records.layers import LAYERS, codes
from geo.records.layers.layer import Audience, Column, Layer
from geo.records.layers.views import sees
from geo.store.catalogue import Table, describe
from geo.store.database import Connection

FACTS: dict[str, tuple[str, ...]] = {
    "districts": (),
    "industrial_areas": ("major_project", "district_key"),
    "plots": (
        "remaining_m2",
        "area_m2",
        "min_lot_m2",
        "divisible",
        "available_from",
        "horizon",
        "asking_price_eur_m2",
        "ground_value_eur_m2",
        "zoning",
        "plan_name",
        "site_coverage_ratio",
        "floor_area_ratio",
        "servicing",
        "brownfield",
        "ownership",
        "address",
        "industrial_area",
        "district_key",
        "contact",
        "checked_on",
    ),
    "plot_restrictions": ("kind", "severity", "plot", "district_key"),
    "transactions": (
        "area_m2",
        "kind",
        "sector",
        "role",
        "plot",
        "agreed_on",
        "notarised_on",
        "handed_over_on",
        "price_eur",
        "ends_on",
        "district_key",
    ),
    "trenches": (
        "status",
        "length_m",
        "programme",
        "operator",
        "cluster",
        "origin",
        "method",
        "surface",
        "planned_on",
        "permitted_on",
        "cleared_on",
        "started_on",
        "due_on",
        "laid_on",
        "accepted_on",
    ),
    "connections": (
        "status",
        "programme",
        "operator",
        "technology",
        "down_mbit",
        "customer",
        "dwellings",
        "cluster",
        "due_on",
        "ordered_on",
        "passed_on",
        "connected_on",
        "activated_on",
        "district_key",
    ),
    "mobile_requests": (
        "status",
        "operator",
        "technology",
        "radius_m",
        "min_height_m",
        "received_on",
        "deadline_on",
        "permitted_on",
        "on_air_on",
        "district_key",
    ),
}

NOT_SAID = ("district_keys", "district_lengths_m", "district")
"""What a layer without FACTS does not say: lists by district; and the district's name, which stands for its key."""


def visible(layer: str, audience: Audience) -> list[str]:
    """The facts of a layer that an audience sees; where FACTS has none, all that it sees but the title."""
    seen = [column.name for column in LAYERS[layer].visible_columns(audience)]
    if layer in FACTS:
        return [name for name in FACTS[layer] if name in seen]
    hidden = NOT_SAID if "district_key" in seen else NOT_SAID[:2]
    return [name for name in seen if name not in (*hidden, title_column(LAYERS[layer], audience))]


def searched(drawn: Iterable[str]) -> list[str]:
    """Those of the layers on the map whose records its search finds, in the order of the hits; addresses come last."""
    ranks = {key: found.rank for key in drawn if (found := LAYERS[key].searched)}
    return [*sorted(ranks, key=lambda key: ranks[key]), "connections"]


def references(table: Table, audience: Audience) -> dict[str, tuple[str, str]]:
    """Columns that hold another record's id: the layer, and its column, whose value stands in the id's place."""
    found: dict[str, tuple[str, str]] = {}
    for column in table.columns:
        target = LAYERS.get(column.references or "")
        naming = title_column(target, audience) if target else None
        if target and naming:
            found[column.name] = (target.key, naming)
    return found


def title_column(layer: Layer, audience: Audience) -> str | None:
    """The column by which a layer's records are called; None where the audience sees none."""
    if not sees(audience, layer):
        return None
    seen = {column.name for column in layer.visible_columns(audience)}
    wanted = (layer.drawn_label, *(layer.searched.texts if layer.searched else ()), "name")
    return next((name for name in wanted if name in seen), None)


def described(connection: Connection, layer: str, audience: Audience, language: str) -> list[dict[str, Any]]:
    """The facts as the page needs them: name, label, unit, decimals, whether it is a date, labels of the codes."""
    types = {column.name: column.type for column in describe(connection, layer).columns}
    return [
        _description(LAYERS[layer].column(name), types.get(name, ""), language) for name in visible(layer, audience)
    ]


def _description(column: Column, stored: str, language: str) -> dict[str, Any]:
    # A popup names the district where the records have its key.
    label = codes.DISTRICT["district"] if column.name == "district_key" else column.label
    return {
        "name": column.name,
        "label": label.in_language(language),
        "unit": column.unit.symbol(language) if column.unit else "",
        "decimals": column.unit.value.decimals if column.unit else None,
        # Dates of derived views are all of steps.
        "date": stored == "date" or column.name.endswith("_on"),
        "codes": {code: text.in_language(language) for code, text in (column.codes or {}).items()},
    }
