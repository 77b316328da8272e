"""The texts of problems that are detected without the database's constraints."""

from collections.abc import Sequence

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
TOO_SMALL = Text(
    "Die Zahl ist unvorstellbar klein. Schreiben Sie 0, wenn das gemeint ist.",
    "The number is unimaginably small. Write 0 if that is what is meant.",
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
NO_SIMPLE_VALUE = Text(
    "Hier stehen Binärdaten oder verschachtelte Angaben. Liefern Sie einen einfachen Wert (Text, Zahl oder Datum), "
    "oder lassen Sie die Spalte in der Zuordnungsdatei mit ignore weg.",
    "These are binary or nested data. Deliver a simple value (text, number or date), or ignore the column in the "
    "mapping file.",
)
NOT_UTF8 = Text(
    "Der Text ist kein UTF-8, das dieses Format verlangt. Exportieren Sie die Datei noch einmal, oder holen Sie die "
    "ursprüngliche.",
    "The text is not UTF-8, which this format requires. Export the file again, or get the original one.",
)
NOT_THIS_DATE = Text(
    "Das ist kein Tag, wie ihn dieses Format in einer Datumsspalte verlangt (etwa 2023-12-31). Berichtigen Sie den "
    "Wert, oder übersetzen Sie ihn in der Zuordnungsdatei mit [codes].",
    "This is not a day as this format requires it in a column of dates (such as 2023-12-31). Correct the value, or "
    "translate it in the mapping file with [codes].",
)
NOT_A_DBF_DATE = Text(
    "Das ist kein Tag: In Datumsfeldern von Shapefiles stehen acht Ziffern, etwa 20231231. Berichtigen Sie den Wert, "
    "oder übersetzen Sie ihn in der Zuordnungsdatei mit [codes].",
    "This is not a day: date fields of Shapefiles have eight digits, such as 20231231. Correct the value, or translate "
    "it in the mapping file with [codes].",
)
OVERFLOWN = Text(
    "Hier stehen Sternchen statt einer Zahl: Sie war breiter als die Spalte, oder die Zelle ist leer (so schreibt sie "
    "QGIS). Exportieren Sie die Spalte breiter; ist die Zelle leer, schreiben Sie in der Zuordnungsdatei unter [codes] "
    'die Sternchen = "".',
    "There are asterisks instead of a number: it was wider than the column, or the cell is empty (QGIS writes it so). "
    'Export the column with a greater width; if the cell is empty, write the asterisks = "" under [codes] in the '
    "mapping file.",
)
TWICE_IN_JSON = Text(
    "Diese Eigenschaft hat das Objekt mehrmals, mit verschiedenen Werten. Entfernen Sie die falschen.",
    "The object has this property more than once, with different values. Remove the wrong ones.",
)
NO_FEATURE = Text(
    "Das ist kein Objekt mit Eigenschaften, wie es das Format verlangt. Exportieren Sie die Datei noch einmal.",
    "This is not a feature with properties, as the format requires it. Export the file again.",
)
NO_EPOCH = Text(
    "Das ist kein Zeitpunkt in Millisekunden seit 1970, wie er in Datumsfeldern von Esri-JSON steht.",
    "This is not a time in milliseconds since 1970, as date fields of Esri JSON have it.",
)
UNKNOWN_ZONE = Text(
    "Der Zeitpunkt hat keine Zeitzone und fällt je nach der gemeinten auf verschiedene Tage. Liefern Sie ein Datum, "
    "oder einen Zeitpunkt mit Zeitzone.",
    "The time has no time zone, and its day depends on which is meant. Deliver a date, or a time with its zone.",
)
FAR_TIME = Text("Der Zeitpunkt liegt außerhalb der Jahre 1 bis 9999.", "The time is outside of the years 1 to 9999.")
INFINITE = Text("Das ist keine endliche Zahl.", "This is not a finite number.")
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
LINEARISED = Text(
    "Kreisbögen wurden durch gerade Strecken ersetzt, die höchstens 1 mm abweichen.",
    "Circular arcs were replaced by straight segments that deviate by 1 mm at most.",
)
CURVED = Text(
    "Die Geometrie enthält Kurven von Esri. Wandeln Sie sie im GIS in gerade Strecken um (ArcGIS: Verdichten).",
    "The geometry contains Esri's curves. Convert them to straight segments in your GIS (ArcGIS: Densify).",
)
FORMAT = Text("Format", "Format")
LAYER = Text("Ebene der Datei", "Layer of the file")
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


def transformed(source: str, target: str, operation: str, accuracy: float) -> Text:
    """Return the note that says how coordinates were transformed. The accuracy is in metres."""
    if accuracy == 0:
        return Text(
            f"Koordinaten von {source} nach {target} umgerechnet, ohne Verlust an Genauigkeit.",
            f"Coordinates transformed from {source} to {target} without loss of accuracy.",
        )
    metres = f"{accuracy:g}".replace(".", ",")
    return Text(
        f"Koordinaten von {source} nach {target} umgerechnet mit {operation}, auf {metres} m genau (Angabe der EPSG).",
        f"Coordinates transformed from {source} to {target} by {operation}, accurate to {accuracy:g} m (says EPSG).",
    )


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


SURFACES = {"TIN": "Dreiecksnetz (TIN)", "PolyhedralSurface": "Oberfläche eines Körpers (PolyhedralSurface)"}


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


def mapped_columns_missing(headers: list[str]) -> Text:
    """Return the text for columns that the mapping names but the file lacks."""
    names = ", ".join(headers)
    return Text(
        f"Die Zuordnung nennt Spalten, die in der Datei fehlen: {names}. Sie wurden nicht geladen.",
        f"The mapping names columns that the file lacks: {names}. They were not loaded.",
    )


def outside_city(count: int, examples: list[str]) -> Text:
    """Return the text for records outside the city, with some of their source_ids."""
    listed = ", ".join(examples) + (" …" if count > len(examples) else "")
    if count == 1:
        return Text(
            f"1 Datensatz liegt außerhalb der Stadt: {listed}. Prüfen Sie seine Lage; die Zahlen führen ihn unter "
            "„outside“.",
            f"1 record lies outside the city: {listed}. Check its place; figures show it in the row “outside”.",
        )
    return Text(
        f"{count} Datensätze liegen außerhalb der Stadt: {listed}. Prüfen Sie ihre Lage; die Zahlen führen sie unter "
        "„outside“. `flurwerk check` listet sie auf.",
        f"{count} records lie outside the city: {listed}. Check their places; figures show them in the row “outside”. "
        "`flurwerk check` lists them.",
    )


def rows_left_out(count: int, conditions: list[str]) -> Text:
    """Return the text for rows that do not meet the conditions."""
    named = ", ".join(conditions)
    return Text(
        f"{count} Zeilen wurden ausgelassen, weil sie nicht erfüllen: {named}.",
        f"{count} rows were left out because they do not meet: {named}.",
    )


def translated(column: str, translations: list[tuple[str, str, int]]) -> Text:
    """Return the text for values that were translated into codes: each with its code and the number of rows."""
    pairs = ", ".join(f"{value} → {code} ({rows})" for value, code, rows in translations)
    return Text(f"{column}: Werte wurden als Codes gelesen: {pairs}.", f"{column}: values were read as codes: {pairs}.")


def not_in_date_format(date_format: str) -> Text:
    """Return the text for a date that is not written as the mapping says."""
    return Text(
        f"Das ist kein Datum in der Schreibweise {date_format}, die die Zuordnung nennt.",
        f"This is not a date in the notation {date_format}, which the mapping names.",
    )


TWO_VALUES = Text(
    "Der Datensatz hat zwei Werte mit diesem Namen. Löschen Sie den falschen.",
    "The record has two values of this name. Delete the wrong one.",
)
SPLINE = Text(
    "Die Geometrie ist ein Spline, dessen genaue Form nicht gelesen werden kann. Wandeln Sie ihn im "
    "CAD-Programm in eine Polylinie um.",
    "The geometry is a spline, whose exact shape cannot be read. Convert it to a polyline in your CAD.",
)
PICTURES_LEFT_OUT = Text(
    "Bilder (Overlays) in der KML-Datei wurden nicht geladen.", "Pictures (overlays) in the KML file were not loaded."
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


def undecodable(encoding: str) -> Text:
    """Return the text for bytes that are no text in an encoding."""
    return Text(
        f"Das ist kein Text in {encoding}. Nennen Sie die Kodierung der Datei, bei älteren Windows-Programmen "
        "--encoding cp1252.",
        f"This is not text in {encoding}. Name the file's encoding, for older Windows programs --encoding cp1252.",
    )


def unread_columns(names: list[str]) -> Text:
    """Return the note on columns that the format itself adds and nobody mapped."""
    listed = ", ".join(names)
    return Text(f"Nicht geladen, weil nicht zugeordnet: {listed}.", f"Not loaded, since they are not mapped: {listed}.")


GEOMETRY_LEFT_OUT = Text(
    "Die Geometrie der Datei wurde nicht geladen: Dieser Layer hat keine.",
    "The file's geometries were not loaded, because this layer has none.",
)


def asterisks(column: str, rows: int) -> Text:
    """Return the note on cells of asterisks, in a column too wide for overflows, that are read as empty."""
    return Text(
        f"In der Spalte {column} stehen in {rows} Zeilen Sternchen statt einer Zahl. So schreiben QGIS und GDAL leere "
        "Zellen; sie gelten als leer.",
        f"The column {column} has asterisks instead of a number in {rows} rows. This is how QGIS and GDAL write empty "
        "cells; they count as empty.",
    )


def deleted_records(rows: int) -> Text:
    """Return the note on records of a Shapefile that are marked as deleted."""
    return Text(
        f"In der .dbf-Datei sind {rows} Datensätze als gelöscht markiert. Sie wurden nicht geladen.",
        f"The .dbf file marks {rows} records as deleted. They were not loaded.",
    )


def not_in_encoding(encoding: str, windows: str | None) -> Text:
    """Return the text for bytes that do not exist in the encoding; ``windows`` is what they say in Windows-1252."""
    de = f"Der Text ist nicht als {encoding} lesbar. Geben Sie die richtige Kodierung mit --encoding an"
    en = f"The text cannot be read as {encoding}. Specify the right encoding with --encoding"
    if windows is None:
        return Text(f"{de}.", f"{en}.")
    return Text(
        f"{de}; mit --encoding cp1252 hieße es „{windows}“.", f'{en}; with --encoding cp1252 it would read "{windows}".'
    )


def without_property(name: str, features: int) -> Text:
    """Return the note on features that lack a property which others have."""
    return Text(
        f"{features} Objekten fehlt die Eigenschaft {name}, die andere haben. Sie gilt bei ihnen als leer.",
        f"{features} features lack the property {name}, which others have. It counts as empty.",
    )


def members_left_out(names: Sequence[str]) -> Text:
    """Return the note on what features have besides properties and geometry."""
    listed = ", ".join(names)
    return Text(
        f"Außerhalb der Eigenschaften stehen bei den Objekten weitere Angaben ({listed}). Sie wurden nicht geladen.",
        f"The features have members besides their properties ({listed}). They were not loaded.",
    )


RUNNING_NUMBERS = Text(
    "Die Objekte haben keine eigenen Nummern. Als fid dient ihre Reihenfolge, die sich ändert, sobald eines hinzukommt "
    "oder wegfällt; als source_id taugt sie dann nicht.",
    "The features have no numbers of their own. Their order serves as fid; it changes when a feature is added or left "
    "out, so that it is of no use as source_id then.",
)
TRANSFER_LIMITED = Text(
    "Die Datei ist nach eigener Angabe unvollständig (exceededTransferLimit): Der Dienst hat nicht alle Objekte "
    "geliefert. Rufen Sie den Rest ebenfalls ab.",
    "The file says that it is incomplete (exceededTransferLimit): the service did not deliver all features. Retrieve "
    "the rest, too.",
)


def told_by_gdal(warning: str) -> Text:
    """Return the note with a warning of the program library that reads GIS files."""
    return Text(f"Beim Lesen meldete GDAL: {warning}", f"While reading, GDAL said: {warning}")
