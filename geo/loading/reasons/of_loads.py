"""The texts about a load as a whole: identities, references, questions, and what was left out or translated."""

from geo.formatting import number
from geo.profile.wording import PART, PARTS, WHOLE
from geo.text import Text

NO_SOURCE = Text("Die Quelle hat keinen Namen.", "The source has no name.")
NAME_SOURCE = Text("Nennen Sie, woher die Datei stammt: --source NAME.", "Name the origin of the file: --source NAME.")
UNKNOWN_WAY = Text(
    "Sie ist beschädigt oder auf eine Weise geschrieben, die Flurwerk nicht kennt: Exportieren Sie sie noch einmal.",
    "It is damaged, or written in a way that Flurwerk does not know: export it again.",
)
CHECK_CONDITION = Text(
    "Vergleichen Sie die Schreibweise der Bedingung mit der Datei.", "Check the condition's spelling against the file."
)
GIVE_UP_IN_SHELL = Text("Strg+C bricht ab.", "Ctrl+C gives up.")
GIVE_UP_ON_PAGE = Text(
    "Wer nicht warten will, bricht ab; geschrieben ist noch nichts.",
    "Cancel if you do not want to wait; nothing has been written yet.",
)
TRY_LATER = Text(
    "Versuchen Sie es noch einmal, wenn er fertig ist, oder warten Sie länger: --wait SECONDS.",
    "Try again once it has ended, or wait longer: --wait SECONDS.",
)
WHEN_SAVED = Text(
    "Versuchen Sie es noch einmal, wenn sie gespeichert oder verworfen ist.",
    "Try again once it has been saved or discarded.",
)
MISSING_SOURCE_ID = Text(
    "Die source_id fehlt. Sie unterscheidet die Zeilen einer Quelle und muss in jeder Lieferung gleich bleiben.",
    "The source_id is missing. It identifies a row of its source and must stay the same in every file.",
)
DUPLICATE_SOURCE_ID = Text(
    "Die source_id kommt in der Datei mehrmals vor. Jede Zeile braucht ihre eigene.",
    "The source_id occurs more than once in the file. Every row needs its own.",
)


def unknown_reference(table: str, source: str) -> Text:
    """Return the text for a reference to a record that does not exist."""
    return Text(
        f"In {table} gibt es keinen Datensatz mit dieser source_id, weder aus der Quelle „{source}“ noch aus einer "
        "anderen. Laden Sie ihn zuerst.",
        f'{table} has no record with this source_id, neither from source "{source}" nor from any other. Load it first.',
    )


def unknown_name(what: Text, table: str, name: str, near: str | None) -> Text:
    """Return the text for a reference by name to a record that does not exist; ``near`` is the nearest known name."""
    meant = Text(f" Meinten Sie „{near}“?", f" Did you mean “{near}”?") if near else Text("", "")
    return Text(
        f"„{name}“ ist kein {what.de}, weder nach Kürzel, Bezeichnung noch source_id.{meant.de} Falls es neu ist, "
        f"legen Sie es zuerst an, oder laden Sie {table}.",
        f"“{name}” is no {what.en.lower()}, neither by key, name nor source_id.{meant.en} If it is new, record it "
        f"first, or load {table}.",
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


def rounded(column: str, decimals: int, count: int, example: str) -> Text:
    """Return the text for numbers with more decimals than the column has."""
    de = "1 Zahl wurde" if count == 1 else f"{count} Zahlen wurden"
    en = "1 number was" if count == 1 else f"{count} numbers were"
    places = ("Nachkommastelle", "decimal") if decimals == 1 else ("Nachkommastellen", "decimals")
    return Text(
        f"{column}: {de} auf {decimals} {places[0]} gerundet, zuerst {example.replace('.', ',')}.",
        f"{column}: {en} rounded to {decimals} {places[1]}, first {example}.",
    )


def without_time(column: str, count: int, example: str) -> Text:
    """Return the text for times in a column that holds days."""
    de = "1 Uhrzeit wurde" if count == 1 else f"{count} Uhrzeiten wurden"
    en = "1 time of day was" if count == 1 else f"{count} times of day were"
    return Text(
        f"{column}: {de} weggelassen, zuerst die von {example}. Es zählt der Tag in Ortszeit.",
        f"{column}: {en} left out, first that of {example}. What counts is the day in local time.",
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
        f"{process}, {user}). Dieser wartet, bis er fertig ist.",
        f"Another load has been writing to {layer} from the source “{source}” since {since} ({program}, process "
        f"{process}, {user}). This one waits until it has ended.",
    )


def still_running(layer: str, source: str, holder: tuple[int, str, str, str] | None) -> Text:
    """Return the text for a load that waited in vain. ``holder``: process, program, user and begin of the other."""
    de = f"Ein anderer Ladevorgang schreibt noch in {layer} aus der Quelle {source}"
    en = f"Another load of {layer} from the source {source} is still running"
    if holder is None:
        return Text(f"{de}.", f"{en}.")
    process, program, user, since = holder
    return Text(
        f"{de} ({program}, Prozess {process}, {user}, seit {since}).",
        f"{en} ({program}, process {process}, {user}, since {since}).",
    )


def waits_for_writer(process: int, program: str, user: str, since: str) -> Text:
    """Return what is told while a load of districts waits for somebody who is writing other records."""
    return Text(
        f"Jemand ändert seit {since} Datensätze ({program}, Prozess {process}, {user}). {PART.districts.de} werden "
        "erst geladen, wenn das gespeichert oder verworfen ist.",
        f"Somebody has been changing records since {since} ({program}, process {process}, {user}). "
        f"{PARTS.plural.en} are loaded when that has been saved or discarded.",
    )


def still_writing(holder: tuple[int, str, str, str] | None) -> Text:
    """Return the text for districts that waited in vain. ``holder``: process, program, user and begin of the writer."""
    de = f"{PART.districts.de} ändern sich nur, wenn sonst niemand schreibt"
    en = f"{PARTS.plural.en} change only while nobody else writes"
    if holder is None:
        return Text(f"{de}.", f"{en}.")
    process, program, user, since = holder
    return Text(
        f"{de}. Noch offen ist eine Änderung seit {since} ({program}, Prozess {process}, {user}).",
        f"{en}. A change since {since} is still open ({program}, process {process}, {user}).",
    )


def none_left(count: int, conditions: list[str]) -> Text:
    """Return the text for a file none of whose rows meets the conditions."""
    named = ", ".join(conditions)
    return Text(
        f"Von den {number(count)} Zeilen der Datei erfüllt keine: {named}.",
        f"None of the file's {count} rows meets {named}.",
    )


def lost_rows(counted: int, read: int) -> Text:
    """Return the text for a file of which other rows were read than an independent count has found."""
    return Text(
        f"Die Datei hat {number(counted)} Zeilen, gelesen wurden aber {number(read)}.",
        f"The file has {counted} rows, but {read} were read.",
    )


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
            f"1 Datensatz liegt außerhalb {WHOLE.of_whole.de}: {listed}. Prüfen Sie seine Lage; die Zahlen führen ihn "
            "unter "
            "„outside“.",
            f"1 record lies outside {WHOLE.of_whole.en}: {listed}. Check its place; figures show it in the row "
            "“outside”.",
        )
    return Text(
        f"{count} Datensätze liegen außerhalb {WHOLE.of_whole.de}: {listed}. Prüfen Sie ihre Lage; die Zahlen führen "
        "sie unter "
        "„outside“. `flurwerk check` listet sie auf.",
        f"{count} records lie outside {WHOLE.of_whole.en}: {listed}. Check their places; figures show them in the row "
        "“outside”. "
        "`flurwerk check` lists them.",
    )


def corrected(count: int, example: str) -> Text:
    """Return the text for changes of operator, programme or cluster that hold for the past as well."""
    de = "1 Datensatz bekommt" if count == 1 else f"{number(count)} Datensätze bekommen"
    en = "1 record gets" if count == 1 else f"{count} records get"
    return Text(
        f"{de} einen anderen Betreiber, ein anderes Programm oder Cluster ohne neuen Tag (responsible_since), zuerst "
        f"{example}: das gilt als Berichtigung auch für früher. War es ein Wechsel, laden Sie den Tag mit.",
        f"{en} another operator, programme or cluster without a new day (responsible_since), first {example}: that "
        "corrects the past as well. If it was a handover, load its day too.",
    )


def rows_left_out(count: int, conditions: list[str]) -> Text:
    """Return the text for rows that do not meet the conditions."""
    named = ", ".join(conditions)
    return Text(
        f"Ausgelassene Zeilen, weil sie eine Bedingung nicht erfüllen ({named}): {count}.",
        f"Rows left out because they do not meet a condition ({named}): {count}.",
    )


def translated(column: str, translations: list[tuple[str, str, int]]) -> Text:
    """Return the text for values that were translated into codes: each with its code and the number of rows."""
    pairs = ", ".join(f"{value} → {code} ({rows})" for value, code, rows in translations)
    return Text(f"{column}: Werte wurden als Codes gelesen: {pairs}.", f"{column}: values were read as codes: {pairs}.")
