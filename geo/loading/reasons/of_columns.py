"""The texts about a file's columns as a whole, and about mappings and conditions that do not fit them."""

from collections.abc import Sequence

from geo.formatting import number
from geo.text import Text

NO_SOURCE_ID = Text(
    "Die Datei hat keine Spalte source_id, an der ihre Zeilen von einer Lieferung zur nächsten zu erkennen sind.",
    "The file has no column source_id, which identifies its rows from one load to the next.",
)
MAP_SOURCE_ID = Text(
    "Ergänzen Sie sie, oder nennen Sie in einer Zuordnungsdatei die Spalte, die sie unterscheidet: "
    '[columns] "Ihre Spalte" = "source_id". Eine Datei mit einer einzigen Zeile kann sie in [constants] haben.',
    'Add it, or map the column that identifies them in a mapping file: [columns] "Your column" = "source_id". '
    "A file of a single row may have it in [constants].",
)
ADD_REQUIRED = Text(
    "Ergänzen Sie sie, ordnen Sie ihnen andere Spalten zu, oder setzen Sie sie unter [constants] der Zuordnung.",
    "Add them, map other columns to them, or set them in the mapping's [constants].",
)
MAP_PLACES = Text(
    "Entfernen Sie das, und ordnen Sie die Spalten der Datei zu, in denen die Lage steht.",
    "Remove that, and map the file's columns that hold the place.",
)
IGNORE_ONE = Text(
    "Nehmen Sie eine davon in der Zuordnungsdatei in ignore auf.", "Add one of them to ignore in the mapping file."
)
RENAME_ONE = Text(
    "Benennen Sie eine davon in der Datei um.",
    "Rename one of them in the file.",
)
ADD_REQUIRED_ONE = Text(
    "Ergänzen Sie sie, ordnen Sie ihr eine andere Spalte zu, oder setzen Sie sie unter [constants] der Zuordnung.",
    "Add it, map another column to it, or set it in the mapping's [constants].",
)
ADD_PLACE = Text("Ergänzen Sie sie, oder ordnen Sie ihr eine andere Spalte zu.", "Add it, or map another column to it.")
WRITE_CONDITION = Text(
    "Schreiben Sie COLUMN=VALUE, COLUMN=A|B oder COLUMN!=VALUE.", "Write COLUMN=VALUE, COLUMN=A|B or COLUMN!=VALUE."
)


def required(missing: Sequence[str], new_rows: int | None) -> Text:
    """Return the text for required columns that a file lacks, and that so many of its rows need if not all do."""
    listed = ", ".join(missing)
    lacks = "fehlt die Pflichtspalte" if len(missing) == 1 else "fehlen die Pflichtspalten"
    if new_rows is None:
        return Text(f"In der Datei {lacks} {listed}.", f"The file lacks the required column(s) {listed}.")
    rows = "1 neue Zeile" if new_rows == 1 else f"{number(new_rows)} neue Zeilen"
    return Text(
        f"In der Datei {lacks} {listed} (nötig für {rows}).",
        f"The file lacks the required column(s) {listed}, needed for its {new_rows} new rows.",
    )


def unknown(layer: str, columns: Sequence[str], own: Sequence[str]) -> Text:
    """Return the text for columns that a layer does not have, or that Flurwerk sets itself (``own``)."""
    listed, itself = ", ".join(columns), ", ".join(own)
    de = f"{layer} hat keine Spalte {listed}"
    en = f"{layer} has no column {listed}"
    if not own:
        return Text(f"{de}.", f"{en}.")
    return Text(f"{de} (Flurwerk setzt {itself} selbst).", f"{en} (Flurwerk sets {itself} itself).")


def map_or_ignore(free: Sequence[str]) -> Text:
    """Return the hint for unknown columns, with the layer's columns that have none yet."""
    listed = ", ".join(free)
    return Text(
        "Ordnen Sie unbekannte Spalten mit --mapping FILE.toml zu, oder lassen Sie sie dort mit ignore weg. "
        f"Noch nicht zugeordnet: {listed}.",
        f"Map or ignore unknown columns with --mapping FILE.toml. Columns still unassigned: {listed}.",
    )


def set_twice(columns: Sequence[str]) -> Text:
    """Return the text for constants of a mapping that the file has as columns."""
    listed = ", ".join(columns)
    return Text(
        f"Die Zuordnung setzt {listed}, aber die Datei hat es auch.",
        f"The mapping sets {listed}, but the file has it too.",
    )


def ruled_places(columns: Sequence[str]) -> Text:
    """Return the text for places that a mapping sets for all rows, translates, joins or converts."""
    listed = ", ".join(columns)
    return Text(
        f"Die Zuordnung regelt {listed} unter [constants], [codes] oder [values], aber die Lage wird immer so "
        "geladen, wie sie in der Datei steht.",
        f"The mapping has {listed} under [constants], [codes] or [values], but places are always loaded as they are in "
        "the file.",
    )


def both_map(headers: Sequence[str], target: str) -> Text:
    """Return the text for several columns of the file that would go into one."""
    return Text(
        f"Die Spalten {' und '.join(headers)} gehören beide zu {target}.",
        f"The columns {' and '.join(headers)} both map to {target}.",
    )


def not_to_join(target: str, lacking: Sequence[str]) -> Text:
    """Return the text for columns that a mapping joins but the file lacks."""
    listed = ", ".join(lacking)
    return Text(
        f"Die Zuordnung setzt {target} aus {listed} zusammen, was es in der Datei nicht gibt.",
        f"The mapping joins {target} from {listed}, which the file does not have.",
    )


def mapped_to_none(layer: str, columns: Sequence[str]) -> Text:
    """Return the text for columns that a mapping names but the layer does not have."""
    listed = ", ".join(columns)
    return Text(
        f"Die Zuordnung nennt {listed}, was {layer} nicht hat.",
        f"The mapping names {listed}, which {layer} does not have.",
    )


def columns_are(columns: Sequence[str]) -> Text:
    """Return the hint that lists the columns of what was last spoken of."""
    listed = ", ".join(columns)
    return Text(f"Vorhandene Spalten: {listed}.", f"Its columns are {listed}.")


def columns_of_file(columns: Sequence[str]) -> Text:
    """Return the hint that lists the columns of the file."""
    listed = ", ".join(columns)
    return Text(f"Die Spalten der Datei sind {listed}.", f"The file's columns are {listed}.")


def unknown_in_condition(condition: str, header: str, is_ambiguous: bool) -> Text:
    """Return the text for a column that a condition names and the file lacks, or has more than once."""
    de = "mehrmals in der Datei vorkommt" if is_ambiguous else "es in der Datei nicht gibt"
    en = "has more than once" if is_ambiguous else "does not have"
    return Text(
        f"Die Bedingung {condition} nennt die Spalte {header}, die {de}.",
        f"The condition {condition} names the column {header}, which the file {en}.",
    )


def not_convertible(column: str, unit: str, own: Text | None) -> Text:
    """Return the text for a unit that does not convert to the column's ``own``, or that has none."""
    de = f"Die Zuordnung gibt {column} in {unit} an, "
    en = f"The mapping gives {column} in {unit}, "
    if own is None:
        return Text(f"{de}aber diese Spalte hat keine Einheit.", f"{en}but that column has no unit.")
    return Text(f"{de}was sich nicht in {own.de} umrechnen lässt.", f"{en}which does not convert to {own.en}.")


def remove_rule(rule: str, column: str) -> Text:
    """Return the hint to remove a rule of a mapping."""
    return Text(f"Entfernen Sie {rule} aus [values.{column}].", f"Remove {rule} from [values.{column}].")
