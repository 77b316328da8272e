"""The columns that a popup shows about a record, in the order that matters to advisors.

For a layer without an entry in FACTS these are all columns that the reader may see, in the registry's order.
"""

from collections.abc import Iterable
from typing import Any

from geo.records.layers import LAYERS, codes_of
from geo.records.layers.kept import are_kept
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
"""Columns left out for layers without FACTS: lists by district, and the district's name, which replaces its key."""


def visible(layer: str, audience: Audience) -> list[str]:
    """Return the facts of a layer that an audience may see; without FACTS all visible columns except the title."""
    seen = [column.name for column in LAYERS[layer].visible_columns(audience)]
    if layer in FACTS:
        return [name for name in FACTS[layer] if name in seen]
    hidden = NOT_SAID if "district_key" in seen else NOT_SAID[:2]
    return [name for name in seen if name not in (*hidden, title_column(LAYERS[layer], audience))]


def searched(drawn: Iterable[str]) -> list[str]:
    """Those of the layers on the map whose records its search finds, in the order of the hits; addresses come last."""
    ranks = {key: LAYERS[key].searched[0].rank for key in drawn if LAYERS[key].searched}
    return [*sorted(ranks, key=lambda key: ranks[key]), *filter(are_kept, ["connections"])]


def references(table: Table, audience: Audience) -> dict[str, tuple[str, str]]:
    """Return the columns that refer to another record, with its layer and the column shown instead of the id."""
    found: dict[str, tuple[str, str]] = {}
    for column in table.columns:
        target = LAYERS.get(column.references or "")
        naming = title_column(target, audience) if target else None
        if target and naming:
            found[column.name] = (target.key, naming)
    return found


def title_column(layer: Layer, audience: Audience) -> str | None:
    """Return the column that names a layer's records; None if the audience may see none of them."""
    if not sees(audience, layer):
        return None
    seen = {column.name for column in layer.visible_columns(audience)}
    wanted = (layer.drawn_label, *(name for search in layer.searched for name in search.texts), "name")
    return next((name for name in wanted if name in seen), None)


def described(connection: Connection, layer: str, audience: Audience, language: str) -> list[dict[str, Any]]:
    """Return the facts for the page: name, label, unit, decimals, whether it is a date, and labels by code."""
    types = {column.name: column.type for column in describe(connection, layer).columns}
    return [
        _description(LAYERS[layer].column(name), types.get(name, ""), language) for name in visible(layer, audience)
    ]


def _description(column: Column, stored: str, language: str) -> dict[str, Any]:
    # A popup shows the district's name instead of its key.
    label = codes_of("districts", "kind")["district"] if column.name == "district_key" else column.label
    return {
        "name": column.name,
        "label": label.in_language(language),
        "unit": column.unit.symbol(language) if column.unit else "",
        "decimals": column.unit.value.decimals if column.unit else None,
        # Dates of derived views are all of steps.
        "date": stored == "date" or column.name.endswith("_on"),
        "codes": {code: text.in_language(language) for code, text in (column.codes or {}).items()},
    }
