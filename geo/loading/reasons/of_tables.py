"""The texts of what is wrong with, or was found out about, table files: CSV, XLSX and ODS."""

from geo.formatting import number
from geo.text import Text

ENCODING = Text("Kodierung", "Encoding")
DELIMITER = Text("Trennzeichen", "Delimiter")
SHEET = Text("Tabellenblatt", "Sheet")
FORMULA_WITHOUT_RESULT = Text(
    "Die Zelle enthält eine Formel ohne gespeichertes Ergebnis. Öffnen Sie die Datei in Excel oder LibreOffice, "
    "speichern Sie sie, und laden Sie sie dann.",
    "The cell contains a formula without a stored result. Open the file in Excel or LibreOffice, save it, and load it "
    "then.",
)
DATE_FOR_TEXT = Text(
    "Die Tabellenkalkulation hat hieraus ein Datum oder eine Uhrzeit gemacht; was eingegeben wurde, ist nicht mehr zu "
    "erkennen. Formatieren Sie die Zelle als Text, und geben Sie den Wert noch einmal ein.",
    "The spreadsheet has turned this into a date or a time, and what was entered can no longer be told. Format the "
    "cell as text and enter the value again.",
)
FRACTION_FOR_TEXT = Text(
    "Hier wird ein Text erwartet, die Zelle enthält aber eine Zahl mit Nachkommastellen. Formatieren Sie die Zelle als "
    "Text, und geben Sie den Wert noch einmal ein.",
    "This must be a text, but the cell contains a number with decimals. Format the cell as text and enter the value "
    "again.",
)
TRUTH_FOR_TEXT = Text(
    "Hier wird ein Text erwartet, die Zelle enthält aber einen Wahrheitswert. Formatieren Sie die Zelle als Text, und "
    "geben Sie den Wert noch einmal ein.",
    "This must be a text, but the cell contains a truth value. Format the cell as text and enter the value again.",
)
LOST_DIGITS = Text(
    "Die Zahl hat mehr als 15 Stellen; die Tabellenkalkulation hat die weiteren verloren. Formatieren Sie die Zelle "
    "als Text, und geben Sie die Nummer noch einmal vollständig ein.",
    "The number has more than 15 digits, and the spreadsheet has lost the others. Format the cell as text and enter "
    "the whole number again.",
)
FORMATTED_NUMBER = Text(
    "Die Zelle enthält eine Zahl, deren Zahlenformat etwas anderes anzeigt. Formatieren Sie die Zelle als Text, und "
    "geben Sie den Wert so ein, wie er gelten soll.",
    "The cell contains a number that its number format shows differently. Format the cell as text and enter the value "
    "as it is meant.",
)
PERCENTAGE = Text(
    "Die Zelle ist als Prozentwert formatiert: Angezeigt wird das Hundertfache der gespeicherten Zahl. Formatieren Sie "
    "sie als Zahl, und prüfen Sie den Wert.",
    "The cell is formatted as a percentage: it shows a hundred times the number that it contains. Format it as a "
    "number and check the value.",
)
TIME_FOR_DATE = Text(
    "Das ist eine Uhrzeit oder Dauer, kein Datum. Geben Sie das Datum ein, etwa 31.12.2023.",
    "This is a time of day or a duration, not a date. Enter the date, such as 31.12.2023.",
)
NO_TRUE_DATE = Text(
    "Das ist kein verlässliches Datum: So zeigt die Tabellenkalkulation sehr kleine, sehr große und negative Zahlen "
    "als Datum an. Geben Sie das Datum noch einmal ein.",
    "This is not a reliable date: it is how spreadsheets show very small, very large and negative numbers as dates. "
    "Enter the date again.",
)
SHORT_ROW = Text(
    "Die Zeile endet zu früh: Sie hat weniger Zellen als die Kopfzeile. Ergänzen Sie die fehlenden Zellen, auch leere "
    "(durch Trennzeichen am Ende der Zeile), oder holen Sie die Datei noch einmal.",
    "The row ends too early: it has fewer cells than the header. Add the missing cells, empty ones too (as delimiters "
    "at the end of the row), or get the file again.",
)
SWALLOWED_ROWS = Text(
    "Die Zelle hat mehrere Zeilen, von denen mindestens eine wie ein eigener Datensatz aussieht. Vermutlich fehlt ein "
    "Anführungszeichen. Setzen oder entfernen Sie es; sonst nehmen Sie die Trennzeichen aus dem Text.",
    "The cell has several lines, at least one of which looks like a row of its own. Probably a quotation mark is "
    "missing. Add or remove it, or else take the delimiters out of the text.",
)
MERGED = Text(
    "Diese Zellen sind verbunden: Nur die erste hat einen Wert, die anderen sind leer. Heben Sie die Verbindung auf, "
    "und füllen Sie jede Zelle aus.",
    "These cells are merged: only the first one has a value, the others are empty. Unmerge them and fill in every "
    "cell.",
)


def without_heading(name: str) -> Text:
    """Return the text for a value in a column that has no heading. ``name`` is the name that mappings use for it."""
    return Text(
        f"Die Spalte hat keine Überschrift, aber Werte. Geben Sie ihr eine, oder nennen Sie sie in der "
        f'Zuordnungsdatei: ignore = ["{name}"].',
        f'The column has values but no heading. Give it one, or name it in the mapping file: ignore = ["{name}"].',
    )


def unit_in_format(unit: str) -> Text:
    """Return the text for a number that its number format shows with a unit."""
    return Text(
        f"Das Zahlenformat der Zelle zeigt die Zahl mit „{unit}“ an; in welcher Einheit sie gilt, ist unklar. Rechnen "
        "Sie sie in die Einheit der Spalte um, und formatieren Sie sie als Zahl.",
        f'The cell\'s number format shows the number with "{unit}", so its unit is unclear. Convert it to the '
        "column's unit and format it as a plain number.",
    )


def sheet_loaded(sheet: str, others: list[str]) -> Text:
    """Return the text that tells which sheet was loaded, and which others were not."""
    named = ", ".join(others)
    return Text(
        f"Geladen wurde das Tabellenblatt „{sheet}“, nicht: {named} (--sheet wählt ein anderes).",
        f'The sheet "{sheet}" was loaded, not: {named} (--sheet chooses another one).',
    )


def hidden_sheet_loaded(sheet: str) -> Text:
    """Return the text that tells that the chosen sheet is hidden."""
    return Text(f"Das geladene Tabellenblatt „{sheet}“ ist ausgeblendet.", f'The loaded sheet "{sheet}" is hidden.')


def hidden_sheets(sheets: list[str]) -> Text:
    """Return the text for hidden sheets that were not loaded."""
    named = ", ".join(sheets)
    return Text(
        f"Ausgeblendete Tabellenblätter wurden nicht geladen: {named}.", f"Hidden sheets were not loaded: {named}."
    )


def hidden_rows(count: int, loaded: bool) -> Text:
    """Return the text that tells what became of hidden rows."""
    if loaded:
        return Text(f"Ausgeblendete Zeilen, mitgeladen: {count}.", f"Hidden rows, loaded too: {count}.")
    return Text(f"Ausgeblendete Zeilen, nicht geladen: {count}.", f"Hidden rows, not loaded: {count}.")


def hidden_columns(names: list[str]) -> Text:
    """Return the text for hidden columns that were loaded."""
    named = ", ".join(names)
    return Text(f"Ausgeblendete Spalten, mitgeladen: {named}.", f"Hidden columns, loaded too: {named}.")


def header_found(row: int) -> Text:
    """Return the text for a header that is not in the first row, though no row was named."""
    return Text(
        f"Die Kopfzeile ist Zeile {row}; die Zeilen davor sind leer.",
        f"The header is row {row}; the rows before it are blank.",
    )


def rows_before_header(count: int) -> Text:
    """Return the text for rows with values above the header that users named."""
    return Text(
        f"Zeilen mit Inhalt vor der Kopfzeile, nicht geladen: {count}.",
        f"Rows with content before the header, not loaded: {count}.",
    )


def omitted_cells(count: int) -> Text:
    """Return the text for rows whose last, empty cells Excel has left out."""
    return Text(
        f"In {count} Zeilen fehlen am Ende leere Zellen, wie Excel sie weglässt. Sie gelten als leer.",
        f"{count} rows lack empty cells at their end, as Excel omits them. They count as empty.",
    )


def unclosed_quotation(file: str, line: int) -> Text:
    """Return the text for a quotation mark that is not closed."""
    return Text(
        f"{file} hat in Zeile {line} ein Anführungszeichen, das am Ende seiner Zelle nicht geschlossen ist.",
        f"{file} has a quotation mark in line {line} that is not closed at the end of its cell.",
    )


def title_for_header(file: str, row: int, cell: str) -> Text:
    """Return the text for a row of one cell where the header should be."""
    return Text(
        f"Zeile {row} von {file} hat nur eine Zelle ({cell}): eher ein Titel als Überschriften.",
        f"Row {row} of {file} has only one cell ({cell}): a title rather than headings.",
    )


def name_header_row(candidate: int) -> Text:
    """Return the hint to name the header, which is perhaps this row."""
    return Text(
        f"Nennen Sie die Zeile mit den Überschriften, vielleicht --header-row {candidate}.",
        f"Name the row with the headings, perhaps --header-row {candidate}.",
    )


def all_hidden(file: str, sheets: list[str]) -> Text:
    """Return the text for a spreadsheet whose sheets with content are all hidden."""
    named = ", ".join(sheets)
    return Text(
        f"Alle Tabellenblätter von {file} mit Inhalt sind ausgeblendet ({named}).",
        f"All sheets of {file} with content are hidden ({named}).",
    )


def several_sheets(file: str, sheets: list[str], none: Text) -> Text:
    """Return the text for a spreadsheet several of whose sheets may be meant. ``none``: none has the layer's name."""
    named = ", ".join(sheets)
    return Text(
        f"{file} hat mehrere Tabellenblätter mit Zeilen ({named}){none.de}.",
        f"{file} has several sheets with rows ({named}){none.en}.",
    )


def undecided_hidden_rows(file: str, sheet: str, count: int, listed: str) -> Text:
    """Return the text for hidden rows of which nobody has said what becomes of them."""
    rows = "eine ausgeblendete Zeile" if count == 1 else f"{number(count)} ausgeblendete Zeilen"
    return Text(
        f"Das Tabellenblatt {sheet} von {file} hat {rows} mit Inhalt ({listed}), vielleicht durch einen Filter.",
        f"The sheet {sheet} of {file} has {count} hidden rows with content ({listed}), perhaps because of a filter.",
    )
