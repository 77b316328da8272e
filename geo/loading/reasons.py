"""The texts of problems that are detected without the database's constraints."""

from geo.records.layers.layer import Text

NOT_A_DATE = Text(
    "Das ist kein Datum. Schreiben Sie 31.12.2023 oder 2023-12-31.",
    "This is not a date. Write 31.12.2023 or 2023-12-31.",
)
SHORT_YEAR = Text(
    "Das Jahr hat nicht vier Ziffern. Schreiben Sie 31.12.2023.",
    "The year does not have four digits. Write 31.12.2023.",
)
FAR_YEAR = Text("Das Jahr liegt nicht zwischen 1900 und 2199.", "The year is not between 1900 and 2199.")
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
    'Tausendertrennzeichen, oder geben Sie in der Zuordnungsdatei decimal = "," oder decimal = "." an.',
    "This number may have a thousands separator or decimals. Write it without a thousands separator, "
    'or set decimal = "," or decimal = "." in the mapping file.',
)
NOT_A_WHOLE_NUMBER = Text(
    "Hier muss eine ganze Zahl stehen, ohne Nachkommastellen.", "This must be a whole number, without decimals."
)
NOT_A_TRUTH = Text("Schreiben Sie ja oder nein.", "Write yes or no (ja, nein, wahr, falsch, true, false).")
NUL_BYTE = Text("Der Text enthält ein NUL-Zeichen. Löschen Sie es.", "The text contains a NUL character. Delete it.")
LOST_CHARACTER = Text(
    "Der Text enthält das Ersatzzeichen �: Umlaute gingen verloren, als die Datei mit falscher Kodierung "
    "gespeichert wurde. Holen Sie die ursprüngliche Datei.",
    "The text contains the replacement character �: letters were lost when the file was saved in a wrong encoding. "
    "Get the original file.",
)
GARBLED = Text(
    "Die Umlaute sind entstellt (Ã¼ statt ü): Die Datei ist UTF-8, wurde aber anders gelesen. Geben Sie "
    "--encoding utf-8 an, oder holen Sie die ursprüngliche Datei.",
    "The umlauts are garbled (Ã¼ instead of ü): the file is UTF-8, but was read as something else. Specify "
    "--encoding utf-8, or get the original file.",
)
SHEET_ERROR = Text(
    "Die Zelle enthält einen Fehler der Tabellenkalkulation. Berichtigen Sie ihre Formel.",
    "The cell contains a spreadsheet error. Correct its formula.",
)
SURPLUS_CELLS = Text(
    "Die Zeile hat mehr Zellen als die Kopfzeile. Setzen Sie Texte, die das Trennzeichen enthalten, in "
    "Anführungszeichen.",
    "The row has more cells than the header. Put texts that contain the delimiter in quotation marks.",
)
MISSING_SOURCE_ID = Text(
    "Die source_id fehlt. Sie unterscheidet die Zeilen einer Quelle und muss in jeder Lieferung gleich bleiben.",
    "The source_id is missing. It identifies a row of its source and must stay the same in every file.",
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
    "The geometry contains circular arcs. Convert them to straight segments in your GIS (QGIS: Segmentize).",
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


def out_of_range(largest: str) -> Text:
    """Return the text for a number that is too large for its column."""
    return Text(f"Die Zahl ist zu groß; höchstens {largest}.", f"The number is too large; at most {largest}.")


def not_in_crs(crs: str, swapped: bool) -> Text:
    """Return the text for coordinates that do not exist in the file's CRS."""
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
    """Return the text for a geometry whose type is not the layer's."""
    return Text(
        f"Falsche Art der Geometrie: {GERMAN_TYPES.get(found, found)} statt {GERMAN_TYPES[expected]}.",
        f"Wrong geometry type: {found} instead of {expected}.",
    )


def unknown_reference(table: str, source: str) -> Text:
    """Return the text for a reference to a record that does not exist."""
    return Text(
        f"In {table} gibt es keinen Datensatz mit dieser source_id, weder aus der Quelle „{source}“ noch aus einer "
        "anderen. Laden Sie ihn zuerst.",
        f'{table} has no record with this source_id, neither from source "{source}" nor from any other. Load it first.',
    )


def ambiguous_reference(table: str, sources: list[str]) -> Text:
    """Return the text for a reference that several records match."""
    named = ", ".join(sources)
    return Text(
        f"In {table} haben mehrere Datensätze diese source_id (Quellen: {named}). "
        "Laden Sie mit --source unter dem Namen der gemeinten Quelle.",
        f"Several records in {table} have this source_id (sources: {named}). "
        "Load the file with --source and the name of the intended source.",
    )


def still_referenced(table: str, rows: int) -> Text:
    """Return the text for a record that cannot be removed because others refer to it."""
    return Text(
        f"Der Datensatz kann nicht entfernt werden, weil andere auf ihn verweisen ({rows} in {table}). "
        "Entfernen oder ändern Sie diese zuerst.",
        f"The record cannot be removed because others refer to it ({rows} in {table}). Remove or change those first.",
    )


def respelt(column: str, count: int, example: str) -> Text:
    """Return the text for cells that were spelt in another form than the one that is stored."""
    de = "1 Wert wurde" if count == 1 else f"{count} Werte wurden"
    en = "1 value was" if count == 1 else f"{count} values were"
    return Text(
        f"{column}: {de} vereinheitlicht, zuerst {example!a} (zerlegte Umlaute, unsichtbare Zeichen, besondere oder "
        "doppelte Leerzeichen).",
        f"{column}: {en} brought into the form of all, first {example!a} (letters of two characters, invisible "
        "characters, special or double spaces).",
    )


def similar(count: int, examples: list[tuple[str, str]]) -> Text:
    """Return the question whether new ids are known ones in another spelling."""
    pairs = [(f"„{new}“ statt „{known}“", f"“{new}” instead of “{known}”") for new, known in examples]
    return Text(
        f"{count} neue source_ids unterscheiden sich nur durch führende Nullen oder Groß- und Kleinschreibung von "
        f"denen erfasster Datensätze: {', '.join(de for de, _ in pairs)}. Sind es dieselben, schreiben Sie sie "
        "wie bisher.",
        f"{count} new source_ids differ from those of recorded ones only by leading zeros or by upper and lower case: "
        f"{', '.join(en for _, en in pairs)}. If they are the same, write them as before.",
    )


def replaces(count: int, matched: int, examples: list[tuple[str, float | None, str, str]]) -> Text:
    """Return the question whether ids are on other things than before. Examples: id, metres, texts before and now."""
    de, en = zip(*(_other_thing(*example) for example in examples), strict=True)
    return Text(
        f"{count} von {matched} Datensätzen mit bekannter source_id wären danach etwas anderes ({'; '.join(de)}). "
        "Stammt die Datei von jemand anderem, laden Sie sie unter einer eigenen Quelle (--source).",
        f"{count} of {matched} records whose source_id is known would be something else afterwards ({'; '.join(en)}). "
        "If the file is someone else's, load it under a source of its own (--source).",
    )


def _other_thing(source_id: str, metres: float | None, was: str, becomes: str) -> Text:
    texts = ("", "") if not was and not becomes else (f"„{was}“ → „{becomes}“", f"“{was}” → “{becomes}”")
    away = ("", "") if metres is None else (f"{metres:.0f} m entfernt", f"{metres:.0f} m away")
    return Text(*(f"{source_id}: {', '.join(filter(None, parts))}" for parts in zip(texts, away, strict=True)))


def empties(columns: list[tuple[str, int, int]]) -> Text:
    """Return the question whether values may be emptied. Each column: its name, how many are emptied, of how many."""
    de = ", ".join(f"{name} {emptied} von {present}" for name, emptied, present in columns)
    en = ", ".join(f"{name} {emptied} of {present}" for name, emptied, present in columns)
    return Text(
        f"Leere Zellen der Datei würden viele Werte löschen: {de}. Sollen Werte bleiben, lassen Sie die Spalte weg.",
        f"Empty cells of the file would delete many values: {en}. If values are to stay, leave the column out.",
    )


def prunes(removed: int, present: int) -> Text:
    """Return the question whether records may be removed."""
    return Text(
        f"{removed} von {present} Datensätzen der Quelle fehlen in der Datei und würden gelöscht. Prüfen Sie, ob sie "
        "vollständig ist.",
        f"{removed} of the source's {present} records are missing from the file and would be deleted. Check that it is "
        "complete.",
    )


def waits_for(layer: str, source: str, process: int, program: str, user: str, since: str) -> Text:
    """Return what is told while a load waits for another one."""
    return Text(
        f"Ein anderer Ladevorgang schreibt seit {since} in {layer} aus der Quelle „{source}“ ({program}, Prozess "
        f"{process}, {user}). Dieser wartet, bis er fertig ist; Strg+C bricht ab.",
        f"Another load has been writing to {layer} from the source “{source}” since {since} ({program}, process "
        f"{process}, {user}). This one waits until it has ended; Ctrl+C gives up.",
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


GEOMETRY_LEFT_OUT = Text(
    "Die Geometrie der Datei wurde nicht geladen: Dieser Layer hat keine.",
    "The file's geometries were not loaded, because this layer has none.",
)
