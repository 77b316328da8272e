"""Why an element of a portal's feedback cannot be booked."""

from geo.records.layers.layer import Text

NOBODY_ASKS = Text(
    "Zu diesem Objekt nennt die Datei keinen Interessenten. Fragen Sie beim Portal nach.",
    "The file names nobody who asks about this object. Ask the portal.",
)
NOBODY = Text(
    "Der Interessent hat weder Namen noch Firma, E-Mail oder Telefon. Fragen Sie beim Portal nach, wer anfragt.",
    "There is neither a name nor a firm, an e-mail address or a telephone number. Ask the portal who is asking.",
)
NO_OBJECT = Text(
    "Das Objekt hat keine Nummer (oobj_id, portal_obj_id). Fragen Sie beim Portal nach, worum es geht.",
    "The object has no number (oobj_id, portal_obj_id). Ask the portal what it is about.",
)
NO_DAY = Text(
    "Das Datum der Rückmeldung fehlt. Ergänzen Sie es in der Datei, etwa <datum>2026-03-31</datum>.",
    "The date of the feedback is missing. Add it to the file, such as <datum>2026-03-31</datum>.",
)
NOT_A_DAY = Text(
    "Das ist kein Datum. Schreiben Sie 31.12.2026 oder 2026-12-31.",
    "This is not a date. Write 31.12.2026 or 2026-12-31.",
)
TWICE = Text(
    "Das Element kommt zweimal vor. Nur eines kann gelten: Löschen Sie das andere.",
    "The element occurs twice. Only one can hold: delete the other.",
)
NO_TEXT = Text("Hier darf nur Text stehen, keine weiteren Elemente.", "Only text is allowed here, no further elements.")
STRAY_TEXT = Text(
    "Hier dürfen nur Elemente stehen, kein Text. Er würde verloren gehen.",
    "Only elements are allowed here, no text. It would be lost.",
)
GUARDED_TEXT = Text(
    "Der Text beginnt mit einem Apostroph vor einem Zeichen, mit dem Formeln beginnen. Löschen Sie den Apostroph.",
    "The text begins with an apostrophe before a character that begins a formula. Delete the apostrophe.",
)
UNKNOWN_OBJECT = Text(
    "Das Portal nennt keine Nummer aus Ihrem Export (etwa plots-17). Geben Sie mit --kind an, ob Grundstücke oder "
    "Immobilien gesucht werden.",
    "The portal gives no number from your export (such as plots-17). Say with --kind whether plots or properties are "
    "wanted.",
)


def unknown_element(parent: str) -> Text:
    """Return the text for an element that feedback 1.2.5 does not know there."""
    return Text(
        f"Dieses Element gibt es in {parent} der Rückmeldung 1.2.5 nicht; sein Inhalt ginge verloren. Benennen Sie es "
        "um, oder löschen Sie es.",
        f"Feedback 1.2.5 has no such element in {parent}; its content would be lost. Rename or delete it.",
    )


def not_one_of(allowed: list[str]) -> Text:
    """Return the text for a value that is not one of a few."""
    named = ", ".join(allowed)
    return Text(f"Erlaubt sind {named}.", f"Allowed are {named}.")


def same_request(line: int) -> Text:
    """Return the text for a request that the file contains twice."""
    return Text(
        f"Dieselbe int_id fragt schon in Zeile {line} nach demselben Objekt. Löschen Sie eine der beiden Anfragen.",
        f"The same int_id asks about the same object in line {line} already. Delete one of the two.",
    )
