"""The columns that a popup shows about a record, in the order that matters to advisors."""

from typing import Any

from geo.records.layers import LAYERS, codes
from geo.records.layers.layer import Audience, Column

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

REFERENCES = {
    "industrial_area": "industrial_areas",
    "plot": "plots",
    "programme": "programmes",
    "operator": "operators",
}
"""Columns that refer to another record, with its layer; its name is shown instead of its id."""

DATES = ("available_from", "extended_until")


def visible(layer: str, audience: Audience) -> list[str]:
    """Return the names of a layer's facts that an audience may see."""
    seen = {column.name for column in LAYERS[layer].visible_columns(audience)}
    return [name for name in FACTS[layer] if name in seen]


def described(layer: str, audience: Audience, language: str) -> list[dict[str, Any]]:
    """Return the facts for the page: name, label, unit, decimals, whether it is a date, and labels by code."""
    return [_description(LAYERS[layer].column(name), language) for name in visible(layer, audience)]


def _description(column: Column, language: str) -> dict[str, Any]:
    # A popup shows the district's name instead of its key.
    label = codes.DISTRICT["district"] if column.name == "district_key" else column.label
    return {
        "name": column.name,
        "label": label.in_language(language),
        "unit": column.unit.symbol(language) if column.unit else "",
        "decimals": column.unit.value.decimals if column.unit else None,
        "date": column.name.endswith("_on") or column.name in DATES,
        "codes": {code: text.in_language(language) for code, text in (column.codes or {}).items()},
    }
