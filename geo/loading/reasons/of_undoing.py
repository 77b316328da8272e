"""The texts about loads that cannot be undone."""

from collections.abc import Sequence
from datetime import datetime

from geo.formatting import number
from geo.text import Text

LISTED = Text("`flurwerk loads` listet sie auf.", "`flurwerk loads` lists them.")
LOAD_AGAIN = Text(
    "Laden Sie die Datei noch einmal, um ihre Datensätze wiederzuhaben.",
    "Load the file again to have its records back.",
)
LOAD_EARLIER = Text("Laden Sie die frühere Datei noch einmal.", "Load the earlier file again.")
UNDO_LATER_FIRST = Text(
    "Machen Sie zuerst die späteren Änderungen rückgängig, die letzte zuerst, oder berichtigen Sie die Datensätze "
    "durch einen weiteren Ladevorgang.",
    "Undo the later changes first, the latest one first, or correct the records by another load.",
)
CORRECT_DEPENDENT = Text(
    "Berichtigen oder löschen Sie zuerst die Datensätze, die davon abhängen.",
    "Correct or delete the records that depend on it first.",
)


def refused(load: int, reason: Text) -> Text:
    """Return the text for a load whose undoing the database refuses."""
    return Text(
        f"Der Ladevorgang {load} kann nicht rückgängig gemacht werden: {reason.de}",
        f"Load {load} cannot be undone: {reason.en}",
    )


def unknown(load: int) -> Text:
    """Return the text for a load that is not in the log."""
    return Text(f"Einen Ladevorgang {load} gibt es nicht.", f"There is no load {load}.")


def already(load: int, by: str | None, at: datetime) -> Text:
    """Return the text for a load that somebody has undone before."""
    return Text(
        f"Der Ladevorgang {load} wurde schon rückgängig gemacht, von {by} am {at:%d.%m.%Y um %H:%M} Uhr.",
        f"Load {load} was undone already, by {by} on {at:%d.%m.%Y at %H:%M}.",
    )


def changed_since(load: int, count: int, examples: Sequence[tuple[str, str, datetime]]) -> Text:
    """Return the text for records that are not as the load left them. Examples: id, who changed it, when."""
    de = ", ".join(f"{source_id} (von {by} am {at:%d.%m.%Y})" for source_id, by, at in examples)
    en = ", ".join(f"{source_id} (by {by} on {at:%d.%m.%Y})" for source_id, by, at in examples)
    records = "1 Datensatz" if count == 1 else f"{number(count)} Datensätze"
    return Text(
        f"{records} des Ladevorgangs {load} {'wurde' if count == 1 else 'wurden'} seither geändert: {de}.",
        f"{count} records of load {load} have been changed since: {en}.",
    )


def without_history(layer: str, load: int) -> Text:
    """Return the text for a load into a layer of which there are no earlier versions."""
    return Text(
        f"{layer} bewahrt keine früheren Fassungen auf, und der Ladevorgang {load} hat nicht nur Datensätze "
        "hinzugefügt, oder sie wurden seither geändert.",
        f"{layer} keeps no earlier versions, and load {load} did more than add records, or they have been changed "
        "since.",
    )
