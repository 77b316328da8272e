"""A sentence for each constraint, either derived from its name and the registry or written by hand."""

from geo.formatting import number
from geo.records.layers import ALL_LAYERS
from geo.records.layers.layer import Text, longest_text
from geo.records.messages.columns import ORDERS, PLAN_DATES, PLAN_DATES_OF, TARGETS_OF, TO_THEIR_OWN
from geo.records.messages.special import OF_RECORD, SPECIAL
from geo.records.messages.untracked import UNTRACKED
from geo.records.messages.wording import code_list, label, labels, own_column, title, with_unit

NOT_NULL = "not_null"
"""The constraint name used here if a required column is empty, since PostgreSQL reports none."""

AUTOMATIC = {"id", "source", "source_id", "recorded_from", "recorded_by", "recorded_xid"}


def sentence(constraint: str, table: str, column: str | None = None, *, deleting: bool = False) -> Text:
    """Return the message about a violated constraint: the problem and the remedy.

    ``column`` is needed for NOT_NULL only. ``deleting`` says that a foreign key was violated by deleting a record to
    which others refer. The message about an unknown constraint just names it.
    """
    return specific(constraint, table, column, deleting=deleting) or Text(
        f"Die Datenbank weist den Datensatz zurück: er verletzt die Regel „{constraint}“.",
        f"The database rejected the record: it violates the rule “{constraint}”.",
    )


def specific(constraint: str, table: str, column: str | None = None, *, deleting: bool = False) -> Text | None:
    """Return the message about a known constraint; None for an unknown one."""
    if constraint in SPECIAL:
        return SPECIAL[constraint]
    if table in UNTRACKED:
        return UNTRACKED[table]
    if table not in ALL_LAYERS:
        return None
    if constraint == NOT_NULL:
        return _missing(table, column) if column else None
    if constraint in ORDERS:
        return _order(table, ORDERS[constraint])
    rule = constraint.removeprefix(f"{table}_")
    if rule.endswith("_length"):
        return _too_long(table, rule.removesuffix("_length"))
    return _of_record(rule, table) or _of_column(rule, table, deleting)


def actual_dates(table: str) -> list[str]:
    """Return the columns of a layer that hold the date of a past event, which must not be in the future."""
    planned = PLAN_DATES | PLAN_DATES_OF.get(table, set())
    return [
        column.name
        for column in ALL_LAYERS[table].columns
        if column.name.endswith(("_on", "_since", "_from", "_until"))
        and not column.name.endswith("_reached_on")
        and column.name not in planned
    ]


def target_of(table: str, column: str) -> str | None:
    """Return the table that a reference points to; None if the column is not a reference."""
    return table if column in TO_THEIR_OWN else TARGETS_OF.get(column)


def _missing(table: str, column: str) -> Text:
    named = label(table, column)
    where = title(table)
    known = own_column(table, column)
    if column in AUTOMATIC:
        what = Text(
            "das Feld füllt sich von selbst und darf nicht geleert werden",
            "it is filled automatically and must not be cleared",
        )
    elif column == "geom":
        shape = _shape(table)
        what = Text(f"bitte {shape.de} einzeichnen oder mitliefern", f"please draw or provide {shape.en}")
    elif known and known.codes:
        allowed = code_list(known.codes)
        what = Text(f"erlaubt sind {allowed.de}", f"allowed values are {allowed.en}")
    elif column.endswith("_on"):
        what = Text("bitte ein Datum eintragen", "please enter a date")
    elif target_of(table, column):
        what = Text("bitte den Datensatz angeben, zu dem er gehört", "please specify the record that it belongs to")
    else:
        what = Text("bitte einen Wert eintragen", "please enter a value")
    return Text(f"{named.de} fehlt in {where.de}: {what.de}.", f"{named.en} is missing in {where.en}: {what.en}.")


def _too_long(table: str, column: str) -> Text:
    named, longest = label(table, column), longest_text(column)
    return Text(
        f"{named.de} ist zu lang: erlaubt sind {number(longest, 'de')} Zeichen.",
        f"{named.en} is too long: {number(longest, 'en')} characters are allowed.",
    )


def _order(table: str, columns: tuple[str, ...]) -> Text:
    named = [label(table, column) for column in columns]
    return Text(
        f"Die Reihenfolge stimmt nicht: erst {', dann '.join(each.de for each in named)}; derselbe Tag ist erlaubt.",
        f"The dates are out of order: first {', then '.join(each.en for each in named)}; the same day is allowed.",
    )


def _of_record(rule: str, table: str) -> Text | None:
    """Return the message about a rule that concerns a record as a whole; None if it is not such a rule."""
    if rule == "not_future":
        return _not_future(table)
    text = OF_RECORD.get(rule)
    if text is None:
        return None
    where, shape = title(table), _shape(table)
    return Text(text.de.format(where=where.de, shape=shape.de), text.en.format(where=where.en, shape=shape.en))


def _not_future(table: str) -> Text | None:
    dates = actual_dates(table)
    named = labels(table, dates)
    if len(dates) == 1:
        return Text(
            f"{named.de} liegt in der Zukunft oder vor 1900: es darf höchstens der heutige Tag sein.",
            f"{named.en} is in the future or before 1900: it must not be later than today.",
        )
    return Text(
        f"Ein Datum liegt in der Zukunft oder vor 1900; keines von diesen darf nach heute liegen: {named.de}.",
        f"A date is in the future or before 1900; none of these may be later than today: {named.en}.",
    )


def _of_column(rule: str, table: str, deleting: bool) -> Text | None:
    """Return the message about a rule that concerns one column, whose name precedes the rule's; None if it does not."""
    for suffix in ("_check", "_not_negative", "_positive", "_year", "_fkey"):
        column = rule.removesuffix(suffix)
        known = own_column(table, column) if column != rule else None
        if known:
            break
    else:
        return None
    named = with_unit(table, column)
    if suffix == "_fkey":
        return _reference(table, column, deleting)
    if suffix == "_year":
        return Text(
            f"{named.de} liegt vor 1900 oder nach 9999: bitte das Jahr prüfen.",
            f"{named.en} is before 1900 or after 9999: please check the year.",
        )
    if suffix == "_positive":
        return Text(f"{named.de} muss größer als 0 sein.", f"{named.en} must be greater than 0.")
    if suffix == "_not_negative":
        return Text(
            f"{named.de} darf nicht negativ sein: erlaubt ist 0 oder mehr.",
            f"{named.en} must not be negative: 0 or more is allowed.",
        )
    if not known.codes:
        return None
    allowed = code_list(known.codes)
    return Text(
        f"{named.de} kennt diesen Wert nicht: erlaubt sind {allowed.de}.",
        f"{named.en} does not allow this value: allowed values are {allowed.en}.",
    )


def _reference(table: str, column: str, deleting: bool) -> Text | None:
    target = target_of(table, column)
    if target is None:
        return None
    named, here, there = label(table, column), title(table), title(target)
    if deleting:
        return Text(
            f"Der Datensatz in {there.de} wird noch gebraucht: {here.de} verweist mit {named.de} auf ihn; "
            "bitte erst dort den Verweis ändern.",
            f"The record in {there.en} is still needed: {here.en} refers to it by {named.en}; "
            "please change the reference there first.",
        )
    return Text(
        f"{named.de} verweist auf nichts: bitte einen Datensatz angeben, den es in {there.de} gibt.",
        f"{named.en} refers to a record that does not exist: please specify one that exists in {there.en}.",
    )


def _shape(table: str) -> Text:
    return {
        "Point": Text("einen Punkt", "a point"),
        "MultiLineString": Text("eine Linie mit einer Länge", "a line that has a length"),
        "MultiPolygon": Text("eine Fläche", "an area"),
        None: Text("eine Geometrie", "a geometry"),
    }[ALL_LAYERS[table].geometry]
