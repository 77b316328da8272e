"""The texts about geometries and their coordinates: what is wrong with them, and what was done to them."""

from collections.abc import Sequence

from geo.store.database import SRID
from geo.text import Text

NOT_WKT = Text(
    "Das ist keine Geometrie in WKT, etwa POINT (393671 5713747).",
    "This is not a geometry in WKT, such as POINT (393671 5713747).",
)
NOT_READABLE = Text("Die Geometrie ist beschädigt.", "The geometry is damaged.")
UNCLOSED = Text(
    "Die Fläche ist nicht geschlossen: Ihr letzter Punkt muss der erste sein. --repair schließt sie.",
    "The polygon is not closed: its last point must be its first. --repair closes it.",
)
CLOSED = Text("Die Fläche wurde geschlossen.", "The polygon was closed.")
LINEARISED = Text(
    "Kreisbögen wurden durch gerade Strecken ersetzt, die höchstens 1 mm abweichen.",
    "Circular arcs were replaced by straight segments that deviate by 1 mm at most.",
)
CURVED = Text(
    "Die Geometrie enthält Bögen von Ellipsen oder Bézierkurven. Wandeln Sie sie im GIS in gerade Strecken um (ArcGIS: "
    "Verdichten).",
    "The geometry contains arcs of ellipses or Bézier curves. Convert them to straight segments in your GIS (ArcGIS: "
    "Densify).",
)
HALF_A_POINT = Text("Von x und y fehlt eines.", "One of x and y is missing.")
NO_NUMBERS = Text(
    "Die Geometrie hat Koordinaten, die keine Zahlen sind.", "The geometry has coordinates that are not numbers."
)
TOO_FEW_CORNERS = Text(
    "Die Fläche oder ein Loch in ihr hat weniger als drei Ecken.",
    "The polygon, or a hole in it, has fewer than three corners.",
)
EMPTY = Text("Die Geometrie ist leer.", "The geometry is empty.")
NO_AREA_LEFT = Text(
    "Die Fläche ist nicht zu reparieren: Es bleibt keine Fläche übrig.",
    "The polygon cannot be repaired: no area would be left.",
)


DEGREES = "EPSG:4326"
PREFIXED_ZONES = {"EPSG:4647": "32", "EPSG:5650": "33", "EPSG:5649": "31"}


def not_in_crs(crs: str, swapped: bool, fitting: str | None) -> Text:
    """Return the text for coordinates that cannot be meant in the file's CRS, with the CRS that they fit, if any."""
    de = f"Die Koordinaten liegen weit außerhalb des Gebiets von {crs}."
    en = f"The coordinates lie far outside the area of {crs}."
    if swapped:
        return Text(f"{de} Vermutlich sind x und y vertauscht.", f"{en} Probably x and y are swapped.")
    if fitting in PREFIXED_ZONES:
        zone = PREFIXED_ZONES[fitting]
        return Text(
            f"{de} Vor den Ostwerten steht die Zone {zone}: Nennen Sie das richtige System mit --crs {fitting}.",
            f"{en} The eastings begin with the zone {zone}. Name the right CRS: --crs {fitting}.",
        )
    if fitting == DEGREES:
        return Text(
            f"{de} Es sind vermutlich Grad: Nennen Sie das richtige System mit --crs {fitting}.",
            f"{en} They are probably degrees. Name the right CRS: --crs {fitting}.",
        )
    if fitting:
        return Text(
            f"{de} Sie passen zu {fitting}: Nennen Sie das richtige System mit --crs {fitting}.",
            f"{en} They fit {fitting}. Name the right CRS: --crs {fitting}.",
        )
    return Text(f"{de} Nennen Sie mit --crs das richtige System.", f"{en} Name the right CRS with --crs.")


def only_in_degrees(crs: str) -> Text:
    """Return the text for a feature of JSON-FG that has its geometry in degrees only, while others have a place."""
    return Text(
        f"Das Objekt hat nur eine Geometrie in Grad, andere haben ihre Lage (place) in {crs}. Exportieren Sie alle "
        "Objekte mit place, oder laden Sie diese für sich.",
        f"This feature has a geometry in degrees only, while others have a place in {crs}. Export all features with "
        "a place, or load these by themselves.",
    )


def transformed(source: str, target: str, operation: str, accuracy: float) -> Text:
    """Return the note that says how coordinates were transformed. The accuracy is in metres."""
    if accuracy == 0:
        return Text(
            f"Koordinaten von {source} nach {target} umgerechnet, ohne Verlust an Genauigkeit.",
            f"Coordinates transformed from {source} to {target} without loss of accuracy.",
        )
    return Text(
        f"Koordinaten von {source} nach {target} umgerechnet mit {operation}, auf {_metres(accuracy)} m genau (Angabe "
        "der EPSG).",
        f"Coordinates transformed from {source} to {target} by {operation}, accurate to {accuracy:g} m (says EPSG).",
    )


NO_CRS = Text(
    "Die Datei nennt das Koordinatensystem ihrer Koordinaten nicht.",
    "The file does not name the CRS of its coordinates.",
)
NAME_CRS = Text(f"Nennen Sie es: --crs EPSG:{SRID}.", f"Name it: --crs EPSG:{SRID}.")
KEEP_ONE_CRS = Text(
    "Rechnen Sie sie in ein einziges um, und nennen Sie mit --crs kein anderes.",
    "Transform them to one CRS, and do not name a different one with --crs.",
)


def different_crs(names: Sequence[str]) -> Text:
    """Return the text for geometries that name several CRS."""
    listed = ", ".join(names)
    return Text(
        f"Die Geometrien der Datei nennen verschiedene Koordinatensysteme ({listed}).",
        f"The file's geometries name different CRS ({listed}).",
    )


def too_inexact(name: str, accuracy: float, grid: str | None = None, with_grid: float = 0) -> Text:
    """Return the text for coordinates that can be transformed with so many metres' accuracy only.

    If that is since a grid is missing, ``with_grid`` is the accuracy with it.
    """
    de = f"Koordinaten in {name} lassen sich hier nur auf {_metres(accuracy)} m genau umrechnen"
    en = f"Coordinates in {name} can be transformed here to {accuracy:g} m only"
    if grid is None:
        return Text(f"{de}.", f"{en}.")
    return Text(
        f"{de}, weil das Gitter {grid} ({_metres(with_grid)} m) fehlt.",
        f"{en}, since the grid {grid} ({with_grid:g} m) is missing.",
    )


def _metres(length: float) -> str:
    return f"{length:g}".replace(".", ",")


GERMAN_TYPES = {
    "Point": "Punkt",
    "MultiPoint": "mehrere Punkte",
    "LineString": "Linie",
    "LinearRing": "Linie",
    "MultiLineString": "Linien",
    "Polygon": "Fläche",
    "MultiPolygon": "Flächen",
    "GeometryCollection": "Sammlung von Geometrien",
}


SURFACES = {
    "TIN": "Dreiecksnetz (TIN)",
    "PolyhedralSurface": "Oberfläche eines Körpers (PolyhedralSurface)",
    "Polyhedron": "Körper (Polyhedron)",
    "MultiPolyhedron": "Körper (MultiPolyhedron)",
    "Prism": "Körper (Prism)",
    "MultiPrism": "Körper (MultiPrism)",
}


def surface(kind: str) -> Text:
    """Return the text for a surface in space, which has no flat form that could be meant."""
    return Text(
        f"Falsche Art der Geometrie: {SURFACES[kind]}. Geben Sie Flächen aus (Polygon oder MultiPolygon).",
        f"Wrong geometry type: {kind}. Export polygons instead.",
    )


def wrong_type(found: str, expected: str) -> Text:
    """Return the text for a geometry whose type is not the layer's."""
    return Text(
        f"Falsche Art der Geometrie: {GERMAN_TYPES.get(found, found)} statt {GERMAN_TYPES[expected]}.",
        f"Wrong geometry type: {found} instead of {expected}.",
    )


INVALIDITY = {
    "Self-intersection": "Selbstüberschneidung",
    "Ring Self-intersection": "Selbstberührung eines Rings",
    "Hole lies outside shell": "Loch außerhalb der Fläche",
    "Holes are nested": "ineinanderliegende Löcher",
    "Nested shells": "ineinanderliegende Flächen",
    "Nested Holes": "ineinanderliegende Löcher",
    "Interior is disconnected": "zerfallende Fläche",
    "Duplicate Rings": "doppelter Ring",
    "Too few points in geometry component": "zu wenige Punkte",
    "Invalid Coordinate": "ungültige Koordinate",
}


def invalidity(reason: str, place: str) -> Text:
    """Return the text for the reason why a polygon is invalid, and the place."""
    return Text(f"{INVALIDITY.get(reason, reason)} bei {place}", f"{reason} at {place}")


def repaired(reason: Text) -> Text:
    """Return the text for an invalid polygon that was made valid."""
    return Text(f"Repariert: {reason.de}", f"Repaired: {reason.en}")


SPLINE = Text(
    "Die Geometrie ist ein Spline, dessen genaue Form nicht gelesen werden kann. Wandeln Sie ihn im "
    "CAD-Programm in eine Polylinie um.",
    "The geometry is a spline, whose exact shape cannot be read. Convert it to a polyline in your CAD.",
)
DRAWN_ARCS = Text(
    "Kreisbögen der Zeichnung wurden, falls vorhanden, durch gerade Strecken ersetzt, die höchstens 1 mm abweichen.",
    "Circular arcs of the drawing, if any, were replaced by straight segments that deviate by 1 mm at most.",
)
MAPINFO_ARCS = Text(
    "MapInfo-Bögen, -Ellipsen und abgerundete Rechtecke sind, falls vorhanden, nur in Schritten von 2 Grad gezeichnet. "
    "Für genaue Formen: in MapInfo in Polylinien oder Regionen umwandeln.",
    "MapInfo arcs, ellipses and rounded rectangles, if there are any, are drawn in steps of 2 degrees only. For exact "
    "shapes, convert them to polylines or regions in MapInfo.",
)


HEIGHTS_LEFT_OUT = Text(
    "Die Höhen der Geometrien wurden nicht geladen: Geometrien haben hier nur Lage.",
    "The heights of the geometries were not loaded: geometries have only a place here.",
)
GEOMETRY_LEFT_OUT = Text(
    "Die Geometrie der Datei wurde nicht geladen: Dieser Layer hat keine.",
    "The file's geometries were not loaded, because this layer has none.",
)
