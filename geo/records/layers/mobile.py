"""Mobile network: operators' requests for sites and the candidates for them."""

from geo.records.layers import rollout_codes
from geo.records.layers.columns import (
    CONTACT_PERSON,
    DISTRICT_KEY,
    HEIGHT_M,
    OPERATOR,
    OWNERSHIP,
    PROPERTY,
    RESPONSIBLE_SINCE,
)
from geo.records.layers.layer import Column, Layer, Search, Text, by_key, counted_date
from geo.units import Unit

MOBILE_REQUESTS = Layer(
    key="mobile_requests",
    theme="TECH",
    title=Text("Suchkreisanfragen", "Mobile-site requests"),
    singular=Text("Suchkreisanfrage", "Mobile-site request"),
    gender="f",
    description=Text(
        "Anfragen von Mobilfunknetzbetreibern nach einem Standort in einem Suchkreis.",
        "Mobile network operators' requests for a site within a search ring.",
    ),
    geometry="Point",
    geometry_required=True,
    expected_inside=True,
    date="received_reached_on",
    drawn_by=("status", "operator", "technology", "radius_m"),
    searched=(Search(7, ("source_id",), details=("technology", "status")),),
    columns=(
        OPERATOR,
        RESPONSIBLE_SINCE,
        Column("radius_m", Text("Radius des Suchkreises", "Radius of the search ring"), unit=Unit.METRES),
        Column("technology", Text("Mobilfunktechnik", "Technology")),
        Column("min_height_m", Text("Mindesthöhe der Antenne", "Smallest height of the antenna"), unit=Unit.METRES),
        Column("deadline_on", Text("Frist", "Deadline")),
        Column("received_on", Text("Eingegangen am", "Received on")),
        Column("proposed_on", Text("Standort vorgeschlagen am", "Site proposed on")),
        Column("accepted_on", Text("Standort angenommen am", "Site accepted on")),
        Column("leased_on", Text("Mietvertrag geschlossen am", "Site leased on")),
        Column("applied_on", Text("Bauantrag gestellt am", "Building permit applied for on")),
        Column("permitted_on", Text("Baugenehmigung erteilt am", "Building permit given on")),
        Column("built_on", Text("Errichtet am", "Built on")),
        Column("on_air_on", Text("In Betrieb seit", "On air since")),
        Column("withdrawn_on", Text("Zurückgezogen am", "Withdrawn on")),
        CONTACT_PERSON,
        counted_date("received_reached_on", "Eingang", "Received"),
        Column("status", Text("Status", "Status"), codes=rollout_codes.MOBILE_STATUS),
        DISTRICT_KEY,
    ),
)

MOBILE_CANDIDATES = Layer(
    key="mobile_candidates",
    theme="TECH",
    title=Text("Standortkandidaten", "Mobile-site candidates"),
    singular=Text("Standortkandidat", "Mobile-site candidate"),
    gender="m",
    is_named_by_kind=True,
    description=Text(
        "Gebäude, Masten und Freiflächen, die für eine Suchkreisanfrage geprüft werden.",
        "Buildings, masts and open grounds that are assessed for a mobile-site request.",
    ),
    geometry="Point",
    geometry_required=True,
    expected_inside=False,
    date="assessed_on",
    drawn_by=("result", "kind", "request"),
    searched=(),
    columns=(
        Column("request", Text("Suchkreisanfrage", "Mobile-site request")),
        PROPERTY,
        Column("kind", Text("Art des Standorts", "Kind of site"), codes=rollout_codes.CANDIDATE),
        OWNERSHIP,
        HEIGHT_M,
        Column("result", Text("Prüfergebnis", "Result"), codes=rollout_codes.RESULT),
        Column("reason", Text("Begründung", "Reason")),
        Column("assessed_on", Text("Geprüft am", "Assessed on")),
        DISTRICT_KEY,
    ),
)

LAYERS = by_key((MOBILE_REQUESTS, MOBILE_CANDIDATES))
