"""What is told of a reform: a load of the districts as they are from a day on."""

from datetime import date
from decimal import Decimal

from geo.formatting import day as shown
from geo.formatting import number
from geo.profile.wording import PART, PARTS, WHOLE, worded
from geo.text import Text

SHOWN = 10

WITHOUT_DAY = Text("Laden Sie ohne --valid-from.", "Load without --valid-from.")
NOT_PRUNED = worded(
    Text(
        "Mit --valid-from enden die {own:districts}, die in der Datei fehlen; --prune würde sie löschen.",
        "With --valid-from, {own:districts} that are missing from the file end; --prune would delete them.",
    )
)
WITHOUT_PRUNE = Text("Lassen Sie --prune weg.", "Leave --prune out.")
LOAD_THEN = Text("Laden Sie die Datei an diesem Tag oder danach.", "Load the file on that day or later.")
ADD_COLUMNS = Text(
    "Ergänzen Sie sie, oder setzen Sie den Wert in der Zuordnung unter [constants].",
    "Add it, or set its value under [constants] in the mapping.",
)
NAME_THAT_SOURCE = worded(
    Text(
        "Laden Sie den neuen Stand unter der Quelle der vorhandenen {own:districts}.",
        "Load the new state under the source of the present {own:districts}.",
    )
)
TWO_DAYS = Text(
    "Die Zuordnung setzt valid_from, und --valid-from nennt den Tag.",
    "The mapping sets valid_from, and --valid-from names the day.",
)
ONE_DAY = Text(
    "Nennen Sie den Tag nur einmal: Ignorieren Sie die Spalte der Datei, oder laden Sie ohne --valid-from.",
    "Name the day only once: ignore the file's column, or load without --valid-from.",
)
WRITE_DAY = Text(
    "Schreiben Sie ihn als 01.07.2025 oder 2025-07-01, frühestens 1900.",
    "Write it as 01.07.2025 or 2025-07-01, 1900 at the earliest.",
)
LONGEST = 40
"""How much is quoted of what is no day."""


def only_districts(layer: str) -> Text:
    """Return why another layer cannot be loaded as from a day on."""
    return Text(
        f"Einen neuen Stand ab einem Tag gibt es nur bei districts, nicht bei {layer}.",
        f"Only the layer districts has a new state from a day on, not {layer}.",
    )


def no_day(text: str) -> Text:
    """Return why a state cannot be valid from what was written."""
    quoted = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return Text(
        f"„{quoted}“ ist kein Tag, ab dem ein neuer Stand gelten kann.",
        f"“{quoted}” is not a day from which a new state can be valid.",
    )


def incomplete(columns: list[str]) -> Text:
    """Return why a file without these columns does not describe a state of the parts."""
    return Text(
        f"Für einen neuen Stand fehlt der Datei: {', '.join(columns)}.",
        f"For a new state, the file lacks: {', '.join(columns)}.",
    )


def other_sources(names: list[str]) -> Text:
    """Return why the parts of a level would not be as in the file: some are another source's."""
    return Text(
        f"Auf dieser Ebene gibt es {PART.districts.de} anderer Quellen, die weder geändert würden noch endeten: "
        f"{_listed(names, 'de')}.",
        f"On this level there are {PARTS.all_en} of other sources, which would neither change nor end: "
        f"{_listed(names, 'en')}.",
    )


def in_future(valid_from: date) -> Text:
    """Return why a reform cannot be loaded yet."""
    return Text(
        f"Der neue Stand gilt erst ab {shown(valid_from, 'de')}.",
        f"The new state is valid only from {shown(valid_from, 'en')} on.",
    )


def later_state(since: date) -> Text:
    """Return why a part cannot be changed as from an earlier day on."""
    this = PART.this_district.de
    return Text(
        f"{this[:1].upper()}{this[1:]} gilt so erst seit {shown(since, 'de')}: "
        "Frühere Stände laden Sie in former_districts.",
        f"This {PARTS.one_en} is like this only since {shown(since, 'en')}: load earlier states into former_districts.",
    )


def ends(ending: int, present: int) -> Text:
    """Return the question whether so many parts end."""
    return Text(
        f"{ending} von {present} {PART.dative_districts.de} der Quelle fehlen in der Datei und würden enden. "
        "Prüfen Sie, ob sie vollständig ist.",
        f"{ending} of the source's {present} {PARTS.all_en} are missing from the file and would end. "
        "Check that it is complete.",
    )


def kept(valid_from: date, names: list[str]) -> Text:
    """Return what was kept of the state before."""
    return Text(
        f"Als frühere {PART.districts.de} bis vor dem {shown(valid_from, 'de')} bleiben erhalten: "
        f"{_listed(names, 'de')}. Zahlen von Zeiträumen, die davor enden, werden nach ihnen aufgeteilt.",
        f"Kept as former {PARTS.all_en} until {shown(valid_from, 'en')}: {_listed(names, 'en')}. "
        "Figures of periods that end before are split by them.",
    )


def same_borders(count: int) -> Text:
    """Return of how many parts the stored borders stay, since the file's are the same but for rounding."""
    return Text(
        f"Gleiche Grenzen wie gespeichert, bis auf Rundung unter 5 cm: {count} {PART.districts.de}. "
        "Die gespeicherten bleiben.",
        f"The same borders as stored, but for rounding below 5 cm: {count} {PARTS.all_en}. The stored ones stay.",
    )


def begun(valid_from: date, names: list[str]) -> Text:
    """Return which parts are as in the file from the day on, and were not before."""
    return Text(
        f"Ab dem {shown(valid_from, 'de')} gelten neu oder anders: {_listed(names, 'de')}.",
        f"New or changed from {shown(valid_from, 'en')} on: {_listed(names, 'en')}.",
    )


def ended(valid_from: date, names: list[str]) -> Text:
    """Return which parts have ended."""
    return Text(
        f"Am {shown(valid_from, 'de')} enden, weil sie in der Datei fehlen: {_listed(names, 'de')}.",
        f"Ending on {shown(valid_from, 'en')}, as they are missing from the file: {_listed(names, 'en')}.",
    )


def orphaned(count: int) -> Text:
    """Return how many parts have lost the one above them."""
    return Text(
        f"{count} {PART.districts.de} haben {PART.no_parent_district.de} mehr: "
        "Laden Sie auch sie in ihrem neuen Stand.",
        f"{count} {PARTS.all_en} have no parent {PARTS.one_en} any more: load them in their new state, too.",
    )


def outline_changed(since: date, square_metres: float) -> Text:
    """Return what is told where the city is larger or smaller than before."""
    area = Decimal(str(square_metres)) / 10_000
    return Text(
        f"Der Umriss {WHOLE.of_whole.de} ist um {number(area, 'de', 2)} ha anders. Was nur darin zählt "
        f"(Breitband), zählt in diesem Umriss für Zeiträume, die ab dem {shown(since, 'de')} enden; frühere "
        "behalten ihre Zahlen.",
        f"The outline of {WHOLE.of_whole.en} differs by {number(area, 'en', 2)} ha. What counts inside only "
        f"(broadband) counts inside this outline for periods that end on {shown(since, 'en')} or later; earlier ones "
        "keep their figures.",
    )


def _listed(names: list[str], language: str) -> str:
    listed, more = ", ".join(names[:SHOWN]), len(names) - SHOWN
    if more <= 0:
        return listed
    return f"{listed} und {more} weitere" if language == "de" else f"{listed} and {more} more"
