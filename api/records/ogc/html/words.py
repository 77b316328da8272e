"""The texts of the pages, apart from those of the records."""

from geo.records.filters import Kind
from geo.records.layers.layer import Text

WORDS = {
    "title": Text("Flurwerk", "Flurwerk"),
    "tagline": Text("Gewerbeflächen und Breitbandausbau", "Commercial land and broadband rollout"),
    "start": Text("Datenschnittstelle", "Data interface"),
    "skip": Text("Zum Inhalt", "Skip to content"),
    "you_are_here": Text("Sie sind hier", "You are here"),
    "other_language": Text("English", "Deutsch"),
    "internal": Text("intern", "internal"),
    "internal_hint": Text(
        "Nur für den Dienstgebrauch: nicht weitergeben oder veröffentlichen.",
        "For official use only: do not pass on or publish.",
    ),
    "formats": Text("Diese Seite als", "This page as"),
    "data": Text("Daten", "Data"),
    "data_hint": Text(
        "Alle Ebenen mit ihren Datensätzen: ansehen, auswählen, herunterladen, im eigenen GIS öffnen.",
        "All layers with their records: view, select, download, or open them in your own GIS.",
    ),
    "collections": Text("Ebenen", "Layers"),
    "no_collections": Text("Hier ist nichts veröffentlicht.", "Nothing is published here."),
    "conformance": Text("Konformität", "Conformance"),
    "conformance_hint": Text(
        "Die Teile der OGC-Standards, die diese Schnittstelle vollständig erfüllt.",
        "The parts of the OGC standards that this interface meets in full.",
    ),
    "definition": Text("Beschreibung der Schnittstelle", "API definition"),
    "definition_hint": Text(
        "OpenAPI 3.0, für Programme, die Anfragen erzeugen oder prüfen.",
        "OpenAPI 3.0, for programs that generate or validate requests.",
    ),
    "map": Text("Karte", "Map"),
    "overview_map": Text("Übersichtskarte", "Overview map"),
    "overview_hint": Text(
        "Grundstücke, Geschäfte und Ausbau mit den Kennzahlen eines Zeitraums.",
        "Plots, deals and rollout with the figures of a period.",
    ),
    "layer": Text("Ebene", "Layer"),
    "description": Text("Beschreibung", "Description"),
    "geometry": Text("Geometrie", "Geometry"),
    "no_geometry": Text("keine", "none"),
    "key": Text("Schlüssel", "Key"),
    "records": Text("Datensätze", "Records"),
    "of_records": Text("Datensätzen auf dieser Seite", "records on this page"),
    "show_records": Text("Datensätze ansehen", "Show the records"),
    "extent": Text("Ausdehnung", "Extent"),
    "degrees": Text("Länge und Breite in Grad", "longitude and latitude in degrees"),
    "date": Text("Zeitbezug (datetime)", "Date (datetime)"),
    "crs": Text("Koordinatensysteme", "Coordinate reference systems"),
    "stored": Text("gespeichert", "as stored"),
    "properties": Text("Eigenschaften", "Properties"),
    "properties_hint": Text(
        "Nach diesen Eigenschaften lassen sich Datensätze auswählen, in den Parametern oder in „filter“ (CQL2).",
        "Records can be selected by these properties, as parameters or in “filter” (CQL2).",
    ),
    "property": Text("Eigenschaft", "Property"),
    "label": Text("Bezeichnung", "Label"),
    "type": Text("Typ", "Type"),
    "unit": Text("Einheit", "Unit"),
    "codes": Text("Werte", "Values"),
    "downloads": Text("Herunterladen", "Download"),
    "downloads_hint": Text(
        "Alles, was ausgewählt ist, nicht nur diese Seite.", "The whole selection, not only this page."
    ),
    "qgis": Text("In QGIS öffnen", "Open in QGIS"),
    "qgis_menu": Text(
        "Layer → Layer hinzufügen → WFS / OGC API – Features-Layer hinzufügen …",
        "Layer → Add Layer → Add WFS / OGC API – Features Layer…",
    ),
    "qgis_address": Text(
        "Neue Verbindung mit dieser Adresse, Version „OGC API – Features“; dann Verbinden und die Ebene wählen.",
        "Create a new connection with this address, version “OGC API – Features”; then connect and choose the layer.",
    ),
    "selection": Text("Auswahl", "Selection"),
    "whole": Text("Auswahl aufheben", "Clear the selection"),
    "of": Text("von", "of"),
    "many": Text("mehr als 10.000", "more than 10,000"),
    "nothing": Text("Kein Datensatz entspricht der Auswahl.", "No record matches the selection."),
    "empty": Text("Diese Ebene hat noch keine Datensätze.", "This layer has no records yet."),
    "next": Text("Nächste Seite", "Next page"),
    "first": Text("Zum Anfang", "First page"),
    "pages": Text("Seiten", "Pages"),
    "left_out": Text("Auf dieser Seite ohne Werte:", "Without values on this page:"),
    "unplaced": Text(
        "Keiner dieser Datensätze hat eine Lage, die gezeigt werden kann.",
        "None of these records has a location that can be shown.",
    ),
    "unplaced_one": Text(
        "Dieser Datensatz hat keine eigene Lage, die gezeigt werden kann.",
        "This record has no location of its own that can be shown.",
    ),
    "map_of": Text("Karte mit den Datensätzen dieser Seite", "Map of the records on this page"),
    "no_script": Text("Die Karte braucht JavaScript.", "The map needs JavaScript."),
    "zoom_in": Text("Vergrößern", "Zoom in"),
    "zoom_out": Text("Verkleinern", "Zoom out"),
    "facts": Text("Angaben", "Details"),
    "number": Text("Nummer", "Number"),
    "yes": Text("ja", "yes"),
    "no": Text("nein", "no"),
    "record": Text("Datensatz", "Record"),
    "all_records": Text("Alle Datensätze", "All records"),
}

GEOMETRIES = {
    "Point": Text("Punkte", "points"),
    "MultiLineString": Text("Linien", "lines"),
    "MultiPolygon": Text("Flächen", "areas"),
}

KINDS = {
    Kind.TEXT: Text("Text", "text"),
    Kind.NUMBER: Text("Zahl", "number"),
    Kind.BOOLEAN: Text("ja/nein", "yes/no"),
    Kind.DATE: Text("Tag", "date"),
    Kind.TIMESTAMP: Text("Zeitpunkt", "timestamp"),
    Kind.LIST: Text("mehrere Texte", "list of texts"),
    Kind.GEOMETRY: Text("Geometrie", "geometry"),
}


def words(language: str) -> dict[str, str]:
    """Return all texts in the language."""
    return {key: text.in_language(language) for key, text in WORDS.items()}
