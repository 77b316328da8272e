"""The passive network: its nodes, ducts and cables."""

from geo.records.layers import network_codes
from geo.records.layers.columns import (
    CLUSTER,
    CLUSTER_NAMES,
    DISTRICT_KEY,
    NAME,
    OPERATOR,
    PLACES_OF_LINE,
    PROGRAMME,
    RESPONSIBLE_SINCE,
    SERVED_BY,
)
from geo.records.layers.layer import Codes, Column, Layer, Search, Text, by_key, counted_date
from geo.units import Unit

KIND_TEXT = Column(
    "kind_text",
    Text("Art (wenn sonstige)", "Kind (if other)"),
    hint=Text("Was es ist, wenn die Liste es nicht kennt.", "What it is if the list does not have it."),
)
ORIGIN = Column("origin", Text("Neubau oder Bestand", "New or existing"), codes=network_codes.PART_ORIGIN)
STEPS = (
    Column("built_on", Text("Gebaut am", "Built on")),
    Column("in_service_on", Text("In Betrieb seit", "In service since")),
    Column("removed_on", Text("Zurückgebaut am", "Removed on")),
    counted_date("built_reached_on", "Bau", "Built"),
    Column("status", Text("Status", "Status"), codes=network_codes.PART_STATUS),
)
OF_LINES = (Column("length_m", Text("Länge", "Length"), unit=Unit.METRES), *PLACES_OF_LINE)


def kind(de: str, en: str, codes: Codes) -> Column:
    """Return the column of a part's kind."""
    return Column("kind", Text(de, en), codes=codes)


NETWORK_NODES = Layer(
    key="network_nodes",
    theme="TECH",
    title=Text("Netzknoten", "Network nodes"),
    singular=Text("Netzknoten", "Network node"),
    gender="m",
    description=Text(
        "Hauptverteiler, Glasfaserverteiler und Kabelschächte des passiven Netzes.",
        "Points of presence, fibre distributors and cable chambers of the passive network.",
    ),
    geometry="Point",
    geometry_required=True,
    expected_inside=True,
    date="built_reached_on",
    drawn_by=("kind", "status", "programme", "operator"),
    drawn_label="name",
    searched=(Search(13, ("name", "source_id"), details=("kind",)),),
    derived_views=(CLUSTER_NAMES,),
    columns=(
        NAME,
        kind("Art des Netzknotens", "Kind of node", network_codes.NODE),
        KIND_TEXT,
        ORIGIN,
        Column("collocation", Text("Kollokation", "Collocation"), codes=network_codes.COLLOCATION),
        SERVED_BY,
        Column(
            "capacity",
            Text("Kapazität (Anschlüsse)", "Capacity (connections)"),
            hint=Text("Wie viele Anschlüsse er versorgen kann.", "How many connections it can serve."),
        ),
        PROGRAMME,
        CLUSTER,
        OPERATOR,
        RESPONSIBLE_SINCE,
        *STEPS,
        DISTRICT_KEY,
    ),
)

DUCTS = Layer(
    key="ducts",
    theme="TECH",
    title=Text("Leerrohre", "Ducts"),
    singular=Text("Leerrohr", "Duct"),
    gender="n",
    description=Text(
        "Leerrohre und Rohrverbände mit ihrer Art, Anzahl und Reserve.",
        "Ducts and bundles of microducts with their kind, number and reserve.",
    ),
    geometry="MultiLineString",
    geometry_required=True,
    expected_inside=True,
    date="built_reached_on",
    drawn_by=("status", "kind", "programme", "operator"),
    searched=(),
    derived_views=(CLUSTER_NAMES,),
    columns=(
        kind("Art des Rohrs", "Kind of duct", network_codes.DUCT),
        KIND_TEXT,
        ORIGIN,
        Column(
            "bundles",
            Text("Anzahl (Rohre oder Rohrverbände)", "Number (ducts or bundles)"),
            hint=Text("Wie viele davon auf dieser Linie liegen.", "How many of them lie on this line."),
        ),
        Column("tubes", Text("Rohre je Verband", "Tubes per bundle")),
        Column("spare_tubes", Text("Reserverohre", "Spare tubes")),
        Column(
            "duct_length_m",
            Text("Rohrlänge (geliefert)", "Duct length (delivered)"),
            unit=Unit.METRES,
            hint=Text(
                "Die Länge des Rohrs nach den Angaben der Lieferung, nicht die der Linie.",
                "The duct's length as delivered, not that of the line.",
            ),
        ),
        PROGRAMME,
        CLUSTER,
        OPERATOR,
        RESPONSIBLE_SINCE,
        *STEPS,
        *OF_LINES,
    ),
)

CABLES = Layer(
    key="cables",
    theme="TECH",
    title=Text("Kabel", "Cables"),
    singular=Text("Kabel", "Cable"),
    gender="n",
    description=Text(
        "Glasfaserkabel mit Faserzahl und Reserve, ohne Spleißplanung.",
        "Fibre cables with their number of fibres and reserve, without splice planning.",
    ),
    geometry="MultiLineString",
    geometry_required=True,
    expected_inside=True,
    date="built_reached_on",
    drawn_by=("status", "kind", "programme", "operator"),
    searched=(),
    derived_views=(CLUSTER_NAMES,),
    columns=(
        kind("Art des Kabels", "Kind of cable", network_codes.CABLE),
        KIND_TEXT,
        ORIGIN,
        Column("fibres", Text("Fasern", "Fibres")),
        Column("spare_fibres", Text("Reservefasern", "Spare fibres")),
        Column(
            "cable_length_m",
            Text("Kabellänge (geliefert)", "Cable length (delivered)"),
            unit=Unit.METRES,
            hint=Text(
                "Die Länge des Kabels mit Schleifen nach den Angaben der Lieferung, nicht die der Linie.",
                "The cable's length with its loops as delivered, not that of the line.",
            ),
        ),
        PROGRAMME,
        CLUSTER,
        OPERATOR,
        RESPONSIBLE_SINCE,
        *STEPS,
        *OF_LINES,
    ),
)

LAYERS = by_key((NETWORK_NODES, DUCTS, CABLES))
