"""The texts of problems with the values of cells: what they are not, and how they are written instead."""

from geo.text import Text

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
NOT_A_TRUTH = Text(
    "Schreiben Sie ja oder nein. Andere Zeichen übersetzt die Zuordnungsdatei: unter [codes.SPALTE] etwa x = true.",
    "Write yes or no (ja, nein, wahr, falsch, true, false). Other marks are translated by the mapping file: under "
    "[codes.COLUMN], for instance x = true.",
)
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
UNSURE_DIGITS = Text(
    "Die Zahl ist so groß, dass ihre letzten Ziffern beim Lesen von FlatGeobuf verloren gegangen sein können. Liefern "
    "Sie die Spalte als Text, oder die Datei als GeoPackage.",
    "The number is so large that its last digits may have been lost in reading FlatGeobuf. Deliver the column as text, "
    "or the file as GeoPackage.",
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


def out_of_range(largest: str) -> Text:
    """Return the text for a number that is too large for its column."""
    return Text(f"Die Zahl ist zu groß; höchstens {largest}.", f"The number is too large; at most {largest}.")


def other_date_notation(formats: list[str]) -> Text:
    """Return the text for a date in a notation that only a mapping can name; several if the date fits them all."""
    de, en = (f" {word} ".join(f'date_format = "{each}"' for each in formats) for word in ("oder", "or"))
    return Text(
        f"{NOT_A_DATE.de} Stehen alle Daten der Spalte in dieser Schreibweise, nennen Sie sie in der Zuordnungsdatei "
        f"unter [values.SPALTE]: {de}.",
        f"{NOT_A_DATE.en} If all dates of the column are written like this, name the notation in the mapping file, "
        f"under [values.COLUMN]: {en}.",
    )


def translated_by_mapping(reason: Text, column: str) -> Text:
    """Return the text for a value that is no code, with the way to translate it."""
    return Text(
        f"{reason.de} Was die Lieferung anders nennt, übersetzt die Zuordnungsdatei unter [codes.{column}].",
        f"{reason.en} What the delivery calls otherwise is translated by the mapping file, under [codes.{column}].",
    )


def not_in_date_format(date_format: str) -> Text:
    """Return the text for a date that is not written as the mapping says."""
    return Text(
        f"Das ist kein Datum in der Schreibweise {date_format}, die die Zuordnung nennt.",
        f"This is not a date in the notation {date_format}, which the mapping names.",
    )


def undecodable(encoding: str) -> Text:
    """Return the text for bytes that are no text in an encoding."""
    return Text(
        f"Das ist kein Text in {encoding}. Nennen Sie die Kodierung der Datei, bei älteren Windows-Programmen "
        "--encoding cp1252.",
        f"This is not text in {encoding}. Name the file's encoding, for older Windows programs --encoding cp1252.",
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
