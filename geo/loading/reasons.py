"""What is wrong with a cell, in words: the reasons that arise before the database sees a row."""

from geo.records.layers.layer import Text

NOT_A_DATE = Text(
    "Das ist kein Datum. Schreiben Sie 31.12.2023 oder 2023-12-31.",
    "This is not a date. Write 31.12.2023 or 2023-12-31.",
)
SHORT_YEAR = Text(
    "Das Jahr hat nicht vier Ziffern. Schreiben Sie 31.12.2023.",
    "The year does not have four digits. Write 31.12.2023.",
)
FAR_YEAR = Text("Das Jahr liegt nicht zwischen 1900 und 2199.", "The year does not lie between 1900 and 2199.")
NUMBER_FOR_DATE = Text(
    "Das ist eine Zahl, kein Datum. Formatieren Sie die Spalte in der Tabelle als Datum.",
    "This is a number, not a date. Format the column as dates in the spreadsheet.",
)
NOT_A_NUMBER = Text(
    "Das ist keine Zahl. Schreiben Sie nur Ziffern, ohne Einheit, etwa 1234,56.",
    "This is not a number. Write digits only, without a unit, such as 1234.56.",
)
AMBIGUOUS_NUMBER = Text(
    "Das kann eine Zahl mit Tausendertrennzeichen oder mit Nachkommastellen sein. Schreiben Sie sie ohne "
    'Tausendertrennzeichen, oder sagen Sie in der Zuordnungsdatei decimal = "," oder decimal = ".".',
    "This may be a number with a thousands separator or with decimals. Write it without a thousands separator, "
    'or say decimal = "," or decimal = "." in the mapping file.',
)
NOT_A_WHOLE_NUMBER = Text("Hier steht eine ganze Zahl, ohne Nachkommastellen.", "A whole number belongs here.")
NOT_A_TRUTH = Text("Schreiben Sie ja oder nein.", "Write yes or no (ja, nein, wahr, falsch, true, false).")
NUL_BYTE = Text("Der Text enthält ein NUL-Zeichen. Löschen Sie es.", "The text has a NUL character. Delete it.")
LOST_CHARACTER = Text(
    "Der Text enthält das Ersatzzeichen �: Umlaute gingen verloren, als die Datei mit falscher Kodierung "
    "gespeichert wurde. Holen Sie die ursprüngliche Datei.",
    "The text has the replacement character �: letters were lost when the file was saved in a wrong encoding. "
    "Get the original file.",
)
GARBLED = Text(
    "Die Umlaute sind entstellt (Ã¼ statt ü): Die Datei ist UTF-8, wurde aber anders gelesen. Geben Sie "
    "--encoding utf-8 an, oder holen Sie die ursprüngliche Datei.",
    "The letters are garbled (Ã¼ for ü): the file is UTF-8, but was read as something else. Say --encoding utf-8, "
    "or get the original file.",
)
SHEET_ERROR = Text(
    "Die Zelle enthält einen Fehler der Tabellenkalkulation. Berichtigen Sie ihre Formel.",
    "The cell holds an error of the spreadsheet. Correct its formula.",
)
SURPLUS_CELLS = Text(
    "Die Zeile hat mehr Zellen als die Kopfzeile. Setzen Sie Texte, die das Trennzeichen enthalten, in "
    "Anführungszeichen.",
    "The row has more cells than the header. Put texts that hold the delimiter in quotation marks.",
)
MISSING_SOURCE_ID = Text(
    "Die source_id fehlt. Sie unterscheidet die Zeilen einer Quelle und muss in jeder Lieferung gleich bleiben.",
    "The source_id is missing. It tells the rows of a source apart and must stay the same in every file.",
)
DUPLICATE_SOURCE_ID = Text(
    "Die source_id kommt in der Datei mehrmals vor. Jede Zeile braucht ihre eigene.",
    "The source_id occurs more than once in the file. Every row needs its own.",
)
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
CURVED = Text(
    "Die Geometrie enthält Kreisbögen. Wandeln Sie sie im GIS in gerade Strecken um (QGIS: Segmentieren).",
    "The geometry has circular arcs. Turn them into straight segments in your GIS (QGIS: Segmentize).",
)
HALF_A_POINT = Text("Von x und y fehlt eines.", "One of x and y is missing.")
NO_NUMBERS = Text(
    "Die Geometrie hat Koordinaten, die keine Zahlen sind.", "The geometry has coordinates that are no numbers."
)
TOO_FEW_CORNERS = Text(
    "Die Fläche hat weniger als drei Ecken, oder ein Loch in ihr.",
    "The polygon, or a hole in it, has less than three corners.",
)
EMPTY = Text("Die Geometrie ist leer.", "The geometry is empty.")
NO_AREA_LEFT = Text(
    "Die Fläche ist nicht zu reparieren: Es bleibt keine Fläche übrig.",
    "The polygon cannot be repaired: no area is left of it.",
)


def out_of_range(largest: str) -> Text:
    """A number is too large for its column."""
    return Text(f"Die Zahl ist zu groß; höchstens {largest}.", f"The number is too large; at most {largest}.")


def not_in_crs(crs: str, swapped: bool) -> Text:
    """Coordinates do not exist in the CRS that the file is said to have."""
    de = f"Diese Koordinaten gibt es in {crs} nicht."
    en = f"These coordinates do not exist in {crs}."
    if swapped:
        return Text(de + " Vermutlich sind x und y vertauscht.", en + " Probably x and y are swapped.")
    return Text(de + " Nennen Sie mit --crs das richtige System.", en + " Name the right CRS with --crs.")


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


def wrong_type(found: str, expected: str) -> Text:
    """A geometry is of another kind than the layer's."""
    return Text(
        f"Falsche Art der Geometrie: {GERMAN_TYPES.get(found, found)} statt {GERMAN_TYPES[expected]}.",
        f"Wrong type of geometry: {found} instead of {expected}.",
    )


def unknown_reference(table: str, source: str) -> Text:
    """A reference leads to nothing."""
    return Text(
        f"In {table} gibt es keinen Datensatz mit dieser source_id, weder aus der Quelle „{source}“ noch aus einer "
        "anderen. Laden Sie ihn zuerst.",
        f'{table} has no record of this source_id, neither of the source "{source}" nor of another. Load it first.',
    )


def ambiguous_reference(table: str, sources: list[str]) -> Text:
    """A reference leads to several records."""
    named = ", ".join(sources)
    return Text(
        f"In {table} haben mehrere Datensätze diese source_id (Quellen: {named}). "
        "Laden Sie mit --source unter dem Namen der gemeinten Quelle.",
        f"Several records of {table} have this source_id (sources: {named}). "
        "Load with --source under the name of the one that is meant.",
    )


def still_referenced(table: str, rows: int) -> Text:
    """A vanished record cannot be removed."""
    return Text(
        f"Der Datensatz kann nicht entfernt werden: {rows} Datensätze in {table} verweisen auf ihn. "
        "Entfernen oder ändern Sie diese zuerst.",
        f"The record cannot be removed: {rows} records of {table} refer to it. Remove or change those first.",
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
    """What makes a polygon invalid, and where."""
    return Text(f"{INVALIDITY.get(reason, reason)} bei {place}", f"{reason} at {place}")


def repaired(reason: Text) -> Text:
    """An invalid polygon was made valid."""
    return Text(f"Repariert: {reason.de}", f"Repaired: {reason.en}")


GEOMETRY_LEFT_OUT = Text(
    "Die Geometrie der Datei wurde nicht geladen: Dieser Layer hat keine.",
    "The file's geometry was not loaded: this layer has none.",
)
