"""Explains exceptions of psycopg in sentences."""

import re
from collections.abc import Callable

import psycopg
from psycopg import errors

from geo.formatting import number
from geo.profile.reference_system import label_of
from geo.records.layers.layer import Text
from geo.records.messages.sentences import NOT_NULL, sentence
from geo.store.database import SRID

DETAILS = {
    "transactions_fit_plot": (r"plot has: (.+)$", Text("Betroffen", "Affected")),
    "reservations_fit_plot": (r"plot: (.+)$", Text("Reserviert", "Reserved")),
    "transactions_respect_reservations": (r"others: (.+)$", Text("Reserviert", "Reserved")),
    "connections_dwellings_counted": (r"'(.+)'", Text("Betroffen", "Affected")),
    "office_takeups_district_known": (r"'(.+)'", Text("Angegeben", "Given")),
    "place_swapped": (r"\((x .+?)\)", Text("Angegeben", "Given")),
    "place_far_away": (r"\((x .+?)\)", Text("Angegeben", "Given")),
}
"""For each constraint of a trigger, the pattern of the details in its message, and the word that introduces them."""

AREAS = re.compile(r"\b(\d+) m² of (\d+) m²")

SHAPES = {
    "Point": Text("Punkt", "point"),
    "MultiPoint": Text("Punkte", "points"),
    "LineString": Text("Linie", "line"),
    "MultiLineString": Text("Linie", "line"),
    "Polygon": Text("Fläche", "area"),
    "MultiPolygon": Text("Fläche", "area"),
}

UNREADABLE_SHAPE = Text(
    "Die Geometrie ist nicht lesbar: bitte prüfen, ob ihr Rand geschlossen ist und genug Punkte hat.",
    "The geometry cannot be read: please check that its rings are closed and have enough points.",
)
WRONG_CHARACTERS = Text(
    "Der Text enthält Zeichen, die sich nicht speichern lassen: bitte die Zeichenkodierung prüfen.",
    "The text has characters that cannot be stored: please check its encoding.",
)


def wrong_shape(given: str, wanted: str) -> Text:
    """Say that a geometry's type is not the layer's."""
    was, should_be = (SHAPES.get(name, Text(name, name)) for name in (given, wanted))
    return Text(
        f"Die Geometrie ist von der falschen Art: erwartet wird „{should_be.de}“, geliefert wurde „{was.de}“.",
        f"The geometry has the wrong type: expected “{should_be.en}”, but got “{was.en}”.",
    )


def explain(error: psycopg.Error) -> Text | None:
    """Return the explanation of an error of the database; None if it is not about the user's data."""
    diag = error.diag
    if isinstance(error, errors.NotNullViolation) and diag.table_name and diag.column_name:
        return sentence(NOT_NULL, diag.table_name, diag.column_name)
    if diag.constraint_name:
        text = sentence(diag.constraint_name, diag.table_name or "", diag.column_name, deleting=_while_deleting(error))
        return _with_details(text, diag.constraint_name, diag.message_primary or "")
    for kind, explain_kind in DATA_ERRORS:
        if isinstance(error, kind) and (text := explain_kind(error)):
            return text
    return None


def _while_deleting(error: psycopg.Error) -> bool:
    """Return whether a foreign key is violated because others refer to the record that is deleted.

    In this case, the detail names the id of the record and not the reference. Its wording cannot be relied on, since
    it is in the language of the server's lc_messages.
    """
    looked_up = re.search(r"\((\w+)\)=\(", error.diag.message_detail or "")
    return isinstance(error, errors.RestrictViolation) or (looked_up is not None and looked_up[1] == "id")


def _with_details(text: Text, constraint: str, message: str) -> Text:
    pattern, lead = DETAILS.get(constraint, ("(?!)", Text("", "")))
    found = re.search(pattern, message)
    if not found:
        return text
    details = areas_in(found[1])
    return Text(f"{text.de} {lead.de}: {details.de}.", f"{text.en} {lead.en}: {details.en}.")


def areas_in(details: str) -> Text:
    """Return what a trigger says of areas (11000 m² of 10000 m²), with numbers as people read them."""
    german = AREAS.sub(lambda found: f"{number(int(found[1]), 'de')} m² von {number(int(found[2]), 'de')} m²", details)
    english = AREAS.sub(lambda found: f"{number(int(found[1]), 'en')} m² of {number(int(found[2]), 'en')} m²", details)
    return Text(german, english)


def _value(error: psycopg.Error) -> Text:
    """Return the value that an error message quotes at its end."""
    found = re.search(r"[\"»„](.*)[\"«“]$", error.diag.message_primary or "")
    return Text(f"„{found[1]}“", f"“{found[1]}”") if found else Text("Der Wert", "The value")


def _no_date(error: psycopg.Error) -> Text:
    value = _value(error)
    return Text(
        f"{value.de} ist kein Datum: bitte etwa 2023-12-31 schreiben.",
        f"{value.en} is not a date: please write something like 2023-12-31.",
    )


def _no_such_day(error: psycopg.Error) -> Text:
    value = _value(error)
    return Text(
        f"{value.de} ist kein Tag des Kalenders: bitte Tag, Monat und Jahr prüfen.",
        f"{value.en} is not a calendar date: please check day, month and year.",
    )


def _wrong_form(error: psycopg.Error) -> Text | None:
    message, value = error.diag.message_primary or "", _value(error)
    if "boolean" in message:
        return Text(
            f"{value.de} ist weder ja noch nein: bitte true oder false schreiben.",
            f"{value.en} is neither yes nor no: please write true or false.",
        )
    if re.search(r"bigint|integer|smallint", message):
        return Text(
            f"{value.de} ist keine ganze Zahl: bitte nur Ziffern schreiben.",
            f"{value.en} is not a whole number: please write digits only.",
        )
    if re.search(r"numeric|double precision|real", message):
        return Text(
            f"{value.de} ist keine Zahl: bitte etwa 1234.5 schreiben.",
            f"{value.en} is not a number: please write something like 1234.5.",
        )
    return None


def _too_large(error: psycopg.Error) -> Text:
    limit = re.search(r"10\^(\d+)", error.diag.message_detail or "")
    if not limit:
        return Text(
            "Die Zahl ist zu groß für dieses Feld: bitte Wert und Einheit prüfen.",
            "The number is too large for this field: please check value and unit.",
        )
    below = f"{10 ** int(limit[1]):,}"
    return Text(
        f"Die Zahl ist zu groß für dieses Feld: sie muss kleiner als {below.replace(',', '.')} sein.",
        f"The number is too large for this field: it must be less than {below}.",
    )


def _wrong_characters(error: psycopg.Error) -> Text:
    return WRONG_CHARACTERS


def _geometry(error: psycopg.Error) -> Text | None:
    message = str(error)
    types = re.search(r"Geometry type \((\w+?)Z?M?\) does not match column type \((\w+?)Z?M?\)", message)
    if types:
        return wrong_shape(types[1], types[2])
    if "SRID" in message:
        return Text(
            f"Das Koordinatensystem stimmt nicht: bitte in {label_of(SRID)} umrechnen.",
            f"The coordinate reference system is wrong: please transform to {label_of(SRID)}.",
        )
    if re.search(r"has [ZM] dimension", message):
        return Text(
            "Die Geometrie hat Höhen- oder Messwerte: bitte nur x und y liefern.",
            "The geometry has heights or measures: please provide x and y only.",
        )
    if re.search(r"non-closed ring|requires more points|parse error - invalid geometry", message):
        return UNREADABLE_SHAPE
    return None


def _derived(error: psycopg.Error) -> Text:
    value = _value(error)
    return Text(
        f"{value.de} wird berechnet: bitte das Feld leer lassen.",
        f"{value.en} is computed: please leave the field empty.",
    )


def _unsendable(error: psycopg.Error) -> Text | None:
    return _wrong_characters(error) if "NUL" in str(error) else None


DATA_ERRORS: list[tuple[type[psycopg.Error], Callable[[psycopg.Error], Text | None]]] = [
    (errors.InvalidDatetimeFormat, _no_date),
    (errors.DatetimeFieldOverflow, _no_such_day),
    (errors.InvalidTextRepresentation, _wrong_form),
    (errors.NumericValueOutOfRange, _too_large),
    (errors.CharacterNotInRepertoire, _wrong_characters),
    (errors.UntranslatableCharacter, _wrong_characters),
    (errors.GeneratedAlways, _derived),
    (errors.InvalidParameterValue, _geometry),
    (errors.InternalError_, _geometry),
    (psycopg.DataError, _unsendable),
]
