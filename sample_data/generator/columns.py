"""The form of the files: each layer's geometry type and columns, as the data model names them."""

from __future__ import annotations

from dataclasses import dataclass

# After the colon: t text (the default), i whole number, f number, b yes/no, d date.
_FORMS = {
    "districts": ("MultiPolygon", "name key kind parent_key"),
    "industrial_areas": ("MultiPolygon", "name major_project:b"),
    "parties": (None, "kind name contact_name email phone"),
    "plots": (
        "MultiPolygon",
        "name description address industrial_area ownership zoning plan_name site_coverage_ratio:f "
        "floor_area_ratio:f horizon servicing official_area_m2:i divisible:b min_lot_m2:i "
        "asking_price_eur_m2:f ground_value_eur_m2:f ground_value_on:d brownfield:b parcels contact "
        "available_from:d checked_on:d offered_on:d withdrawn_on:d",
    ),
    "plot_restrictions": ("MultiPolygon", "plot kind severity"),
    "reservations": ("MultiPolygon", "plot inquiry area_m2:i reserved_on:d expires_on:d released_on:d"),
    "transactions": (
        "MultiPolygon",
        "plot inquiry party kind sector role area_m2:i price_eur:i ground_value_eur_m2:f ends_on:d "
        "agreed_on:d notarised_on:d handed_over_on:d cancelled_on:d ended_on:d",
    ),
    "properties": ("Point", "name address use ownership area_m2:i height_m:f vacant_since:d withdrawn_on:d"),
    "brokerages": (None, "property inquiry party kind area_m2:i agreed_on:d cancelled_on:d"),
    "inquiries": (
        "Point",
        "number party kind tenure use min_m2:i max_m2:i zoning districts near_m:i divisible:b "
        "fibre_required:b access budget_eur_m2:f needed_by:d duplicate_of outcome received_on:d closed_on:d",
    ),
    "office_takeups": ("Point", "kind area_m2:i added_m2:i district agreed_on:d cancelled_on:d"),
    "settlements": (None, "industrial_area party jobs:i settled_on:d left_on:d"),
    "measures": ("MultiPolygon", "name kind horizon responsible plot started_on:d done_on:d"),
    "access_points": ("Point", "name kind"),
    "sensitive_sites": ("Point", "name kind"),
    "programmes": (None, "name funding gap counts started_on:d ended_on:d"),
    "operators": (None, "name kind"),
    "letters_of_intent": (
        None,
        "operator promised_connections:i signed_on:d started_on:d ended_on:d terminated_on:d",
    ),
    "expansion_areas": (
        "MultiPolygon",
        "name programme operator letter cluster planned_connections:i due_on:d",
    ),
    "trenches": (
        "MultiLineString",
        "programme cluster operator origin construction method surface due_on:d duplicate_of planned_on:d "
        "started_on:d laid_on:d accepted_on:d applied_on:d complete_on:d permitted_on:d extended_until:d "
        "refused_on:d sounding_requested_on:d cleared_on:d documented_on:d discarded_on:d",
    ),
    "obstructions": (None, "trench cluster connection kind responsible from_on:d until_on:d"),
    "connections": (
        "Point",
        "address dwellings:i customer programme cluster operator technology down_mbit:i due_on:d "
        "eligible_on:d ordered_on:d passed_on:d prepared_on:d connected_on:d activated_on:d dropped_on:d",
    ),
    "mobile_requests": (
        "Point",
        "operator radius_m:i technology min_height_m:f deadline_on:d received_on:d proposed_on:d "
        "accepted_on:d leased_on:d applied_on:d permitted_on:d built_on:d on_air_on:d withdrawn_on:d",
    ),
    "mobile_candidates": (
        "Point",
        "request property kind ownership height_m:f result reason assessed_on:d",
    ),
    "targets": (None, "kpi period value:f"),
    "remarks": (None, "kpi period text"),
    "manual_indicators": (None, "key position:i area product label label_en unit decimals:i goals annual:b"),
    "manual_actuals": (None, "indicator period value:f text"),
}


@dataclass(frozen=True)
class Form:
    """What a layer's file looks like; `columns` maps each column to its one-letter type."""

    geometry: str | None
    columns: dict[str, str]

    @property
    def suffix(self) -> str:
        """Layers with a geometry are GeoPackages, the others CSV files."""
        return "csv" if self.geometry is None else "gpkg"


def _form(geometry: str | None, columns: str) -> Form:
    parsed = {"source_id": "t"}
    for item in columns.split():
        name, _, kind = item.partition(":")
        parsed[name] = kind or "t"
    return Form(geometry, {**parsed, "note": "t"})


FORMS: dict[str, Form] = {layer: _form(*form) for layer, form in _FORMS.items()}
