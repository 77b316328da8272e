"""Messages about faults of documents that are found before the database sees them, in German and English."""

from collections.abc import Iterable

from geo.records.layers.layer import Text
from geo.records.messages.wording import label

NOT_AN_OBJECT = Text(
    "Erwartet wird ein Objekt, hier steht etwas anderes.",
    "Expected an object here.",
)
NOT_A_FEATURE = Text(
    "Erwartet wird ein einzelnes GeoJSON-Objekt mit „type“: „Feature“.",
    "Expected a single GeoJSON object with “type”: “Feature”.",
)
NOT_SINGLE = Text(
    "Jede Anfrage legt einen Datensatz an: bitte die Features der Sammlung einzeln senden.",
    "Each request creates one record: please send the features of the collection one by one.",
)
NO_PROPERTIES = Text("„properties“ fehlt.", "“properties” is missing.")
NO_GEOMETRY_MEMBER = Text(
    "„geometry“ fehlt: bitte die Geometrie angeben, oder null, wo es keine gibt.",
    "“geometry” is missing: please provide the geometry, or null if there is none.",
)
NO_GEOMETRY_HERE = Text(
    "Diese Datensätze haben keine Geometrie: bitte null angeben.",
    "These records have no geometry: please use null.",
)
NOT_A_GEOMETRY = Text(
    "Das ist keine Geometrie in GeoJSON: bitte „type“ und „coordinates“ prüfen.",
    "This is not a GeoJSON geometry: please check “type” and “coordinates”.",
)
OUT_OF_RANGE = Text(
    "Eine Koordinate liegt jenseits von ±180° Länge oder ±90° Breite: bitte „Content-Crs“ und die Reihenfolge der "
    "Achsen prüfen.",
    "A coordinate is beyond ±180° longitude or ±90° latitude: please check “Content-Crs” and the order of the axes.",
)
ASSIGNED = Text(
    "Die „Nummer“ (id) wird vergeben und nicht eingetragen: bitte weglassen.",
    "The “Number” (id) is assigned by the database: please remove it.",
)
OTHER_ID = Text(
    "Die „Nummer“ (id) lässt sich nicht ändern: sie muss die der Adresse sein.",
    "The “Number” (id) cannot be changed: it must be the one in the URL.",
)
NOT_STORABLE = Text(
    "Die Datenbank weist den Datensatz zurück.",
    "The database rejected the record.",
)


def unknown(name: str, known: Iterable[str]) -> Text:
    """Say that there is no such member, and which ones are known."""
    listed = ", ".join(known)
    return Text(
        f"„{name}“ gibt es hier nicht. Bekannt sind: {listed}.", f"“{name}” is unknown here. Known names: {listed}."
    )


def derived(table: str, name: str) -> Text:
    """Say that the member is derived from others or written by the database."""
    named = label(table, name)
    return Text(
        f"{named.de} ergibt sich von selbst und lässt sich nicht setzen: bitte weglassen.",
        f"{named.en} is derived and cannot be set: please remove it.",
    )


FORMS = {
    "text": Text("ein Text (in Anführungszeichen)", "a text (in quotation marks)"),
    "text[]": Text("eine Liste von Texten", "a list of texts"),
    "date": Text("ein Tag des Kalenders wie „2023-12-31“", "a calendar date such as “2023-12-31”"),
    "boolean": Text("true oder false", "true or false"),
    "integer": Text("eine ganze Zahl", "a whole number"),
    "bigint": Text("eine ganze Zahl", "a whole number"),
    "numeric": Text("eine Zahl (ohne Anführungszeichen)", "a number (without quotation marks)"),
}


def wrong_type(table: str, name: str, type_name: str) -> Text:
    """Say that the value is not of the member's type."""
    named, form = label(table, name), FORMS[type_name]
    return Text(f"{named.de} muss {form.de} sein.", f"{named.en} must be {form.en}.")


def no_record(table: str, name: str, target: Text) -> Text:
    """Say that the value cannot be the id of another record."""
    named = label(table, name)
    return Text(
        f"{named.de} muss die „Nummer“ (id) eines Datensatzes aus „{target.de}“ sein, als ganze Zahl.",
        f"{named.en} must be the “Number” (id) of a record in “{target.en}”, as a whole number.",
    )


def too_large(table: str, name: str, limit: int) -> Text:
    """Say that the number does not fit into the column: its absolute value must be less than the limit."""
    named = label(table, name)
    below = f"{limit:,}"
    return Text(
        f"{named.de} ist zu groß: die Zahl muss kleiner als {below.replace(',', '.')} sein.",
        f"{named.en} is too large: the number must be less than {below}.",
    )


def too_many_vertices(most: int) -> Text:
    """Say that the geometry has too many vertices."""
    return Text(
        f"Die Geometrie hat mehr als {most:,} Stützpunkte: bitte vereinfachen.".replace(",", "."),
        f"The geometry has more than {most:,} vertices: please simplify it.",
    )


ONE_LINE = Text(
    "Erwartet wird eine einzige Linie („LineString“).",
    "Expected a single line (“LineString”).",
)
NOTHING_LEFT = Text(
    "Von dem Grundstück ist nichts mehr übrig, was sich teilen ließe.",
    "The plot has no remaining area that could be divided.",
)


def cuts_nothing(gap_m: float | None, tolerance_m: float) -> Text:
    """Say that a line does not divide a plot: it ends ``gap_m`` before the border, or (None) misses the plot."""
    if gap_m is None:
        return Text(
            "Die Linie verläuft neben der Restfläche des Grundstücks: bitte quer über sie zeichnen.",
            "The line misses the remaining area of the plot: please draw it across that area.",
        )
    if gap_m > tolerance_m:
        return Text(
            f"Die Linie teilt das Grundstück nicht: sie endet {gap_m:.1f} m vor dem Rand. Bitte von Rand zu Rand "
            "zeichnen.".replace(".", ",", 1),
            f"The line does not divide the plot: it ends {gap_m:.1f} m before the border. Please draw it from border "
            "to border.",
        )
    return Text(
        "Die Linie teilt das Grundstück nicht: bitte von einem Rand quer zum anderen zeichnen.",
        "The line does not divide the plot: please draw it across, from one border to another.",
    )
