"""Says in sentences what has changed, in German and English: for the list of changes, and for messages about them.

The words are those of the layer registry: a layer's title, its terms for one record and for what is done to it
(`Layer.told_as`), its columns' labels, units and codes. What is told is an `Entry`: what one transaction did to one
layer, as an audience sees it (`geo.records.activity.reading`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from geo import formatting
from geo.records.activity.values import GEOMETRY, Difference, difference, now_set, shown
from geo.records.layers.layer import Gender, Layer
from geo.records.messages.wording import quoted
from geo.text import Text

Operation = Literal["insert", "update", "delete"]

TOLD_TOGETHER = 4
"""How many changed properties a sentence names; the others are counted."""
ARTICLES: dict[Gender | None, str] = {"m": "den ", "f": "die ", "n": "das ", None: ""}
"""The German articles of what somebody has changed, by gender."""

NOT_GIVEN = Text("ohne Angabe", "empty")


class RecordChange(NamedTuple):
    """What was done to a record: its name or None, the values of a new one, and what an update changed.

    ``of`` is the name of the record that a nameless one belongs to, such as a reservation's plot.
    """

    id: int
    operation: Operation
    name: str | None = None
    of: str | None = None
    values: Mapping[str, Any] = {}
    differences: tuple[Difference, ...] = ()


class LoadedFile(NamedTuple):
    """The file that a transaction loaded, and how many records it inserted, changed and removed."""

    file_name: str
    inserted: int
    changed: int
    removed: int


class Entry(NamedTuple):
    """What a transaction did to a layer: who, when, to which ``number`` of records.

    ``records`` are those that were changed, in the order of their ids; none of a file that was loaded, and none if
    there are too many to list. ``place`` is the transaction's number, by which entries are ordered.
    """

    layer: Layer
    place: int
    at: datetime
    by: str
    number: int
    records: tuple[RecordChange, ...] = ()
    load: LoadedFile | None = None


def sentence(entry: Entry, *, is_own: bool = False) -> Text:
    """Return the sentence about an entry; ``is_own`` addresses the reader as the one who made the change."""
    return Text(f"{_subject(entry, is_own).de} {_deed(entry).de}.", f"{_subject(entry, is_own).en} {_deed(entry).en}.")


def record_sentence(layer: Layer, record: RecordChange, by: str | None) -> Text:
    """Return the sentence about the change of a single record; ``by`` None addresses the reader."""
    subject = Text(f"{by} hat", by) if by else Text("Sie haben", "You")
    deed = _of_record(layer, record)
    return Text(f"{subject.de} {deed.de}.", f"{subject.en} {deed.en}.")


def record_name(layer: Layer, record: RecordChange) -> Text:
    """Return what a record is called on its own: its name, else what it is and what it belongs to, else its number."""
    if record.name:
        return Text(record.name, record.name)
    term = _term(layer, record.values)
    if record.of:
        return Text(f"{term.de} zu {record.of}", f"{term.en} for {record.of}")
    return Text(f"{term.de} {record.id}", f"{term.en} {record.id}")


def differences(record: RecordChange) -> list[Text]:
    """Return a phrase for each property that an update changed."""
    return [difference(each) for each in record.differences]


def _subject(entry: Entry, is_own: bool) -> Text:
    return Text("Sie haben", "You") if is_own else Text(f"{entry.by} hat", entry.by)


def _deed(entry: Entry) -> Text:
    if entry.load is not None:
        return _loaded(entry.layer, entry.load)
    if len(entry.records) == 1:
        return _of_record(entry.layer, entry.records[0])
    return _of_several(entry)


def _loaded(layer: Layer, load: LoadedFile) -> Text:
    parts = [
        (load.inserted, Text("neu", "new")),
        (load.changed, Text("geändert", "changed")),
        (load.removed, Text("entfernt", "removed")),
    ]
    counted = [_counted(count, word) for count, word in parts if count]
    result = _listed(counted, ", ") if counted else Text("nichts geändert", "nothing changed")
    file = quoted(Text(load.file_name, load.file_name))
    return Text(
        f"{file.de} geladen ({layer.title.de}): {result.de}",
        f"loaded {file.en} ({_in_sentence(layer.title.en)}): {result.en}",
    )


def _of_several(entry: Entry) -> Text:
    many = Text(
        f"{formatting.number(entry.number)} {entry.layer.title.de}",
        f"{formatting.number(entry.number, 'en')} {_in_sentence(entry.layer.title.en)}",
    )
    operations = {record.operation for record in entry.records}
    if operations == {"insert"}:
        return Text(f"{many.de} angelegt", f"added {many.en}")
    if operations == {"delete"}:
        return Text(f"{many.de} gelöscht", f"deleted {many.en}")
    if operations == {"update"}:
        what = _in_common(entry.records)
        return Text(f"{many.de} geändert: {what.de}", f"changed {many.en}: {what.en}")
    if not operations:
        return Text(f"{many.de} bearbeitet", f"edited {many.en}")
    words = {
        "insert": Text("angelegt", "added"),
        "update": Text("geändert", "changed"),
        "delete": Text("gelöscht", "deleted"),
    }
    counts = [(sum(record.operation == key for record in entry.records), word) for key, word in words.items()]
    parts = _listed([_counted(count, word) for count, word in counts if count], ", ")
    return Text(f"{many.de} bearbeitet: {parts.de}", f"edited {many.en}: {parts.en}")


def _in_common(records: Sequence[RecordChange]) -> Text:
    """Return what several updates changed: the values if all have the same now, else the properties' labels only."""
    changed: dict[str, list[Difference]] = {}
    for record in records:
        for each in record.differences:
            changed.setdefault(each.column.name, []).append(each)
    phrases: list[Text] = []
    for found in changed.values():
        column, _, after = found[0]
        is_same = len(found) == len(records) and all(each.after == after for each in found)
        phrases.append(now_set(column, after) if is_same and column is not GEOMETRY else column.label)
    return _shortened(phrases)


def _of_record(layer: Layer, record: RecordChange) -> Text:
    told, used = _told(layer, record)
    if record.operation == "update":
        rest = [difference(each) for each in record.differences if each.column.name not in used]
        what = told or _changed(layer, record)
        if not rest:
            return what
        listed = _shortened(rest)
        return Text(f"{what.de}: {listed.de}", f"{what.en}: {listed.en}")
    if told:
        return told
    named = _named(layer, record)
    if record.operation == "delete":
        return Text(f"{named.de} gelöscht", f"deleted {named.en}")
    return Text(f"{named.de} angelegt", f"added {named.en}")


def _changed(layer: Layer, record: RecordChange) -> Text:
    named = _named(layer, record)
    return Text(f"{named.de} geändert", f"changed {named.en}")


def _named(layer: Layer, record: RecordChange) -> Text:
    """Return a record's name within a sentence: das Grundstück „Hafen 12“, die Restriktion zu „Hafen 12“."""
    term = _term(layer, record.values)
    article = ARTICLES[layer.gender] if term is layer.singular else ""
    called = Text(f"{article}{term.de}", f"the {_in_sentence(term.en)}")
    if record.name:
        name = quoted(Text(record.name, record.name))
        return Text(f"{called.de} {name.de}", f"{called.en} {name.en}")
    if record.of:
        name = quoted(Text(record.of, record.of))
        return Text(f"{called.de} zu {name.de}", f"{called.en} for {name.en}")
    return Text(f"{called.de} Nr. {record.id}", f"{called.en} no. {record.id}")


def _term(layer: Layer, values: Mapping[str, Any]) -> Text:
    if layer.is_named_by_kind:
        return (layer.column("kind").codes or {}).get(values.get("kind", ""), layer.singular)
    return layer.singular


# The layer's own words for what has happened


def _told(layer: Layer, record: RecordChange) -> tuple[Text | None, set[str]]:
    """Return the layer's own phrase for the change, if it has one, and the columns whose values this contains."""
    filled = {each.column.name for each in record.differences if each.before is None and each.after is not None}
    if record.operation == "insert":
        filled = {name for name, value in record.values.items() if value is not None}
    elif record.operation == "delete":
        return None, set()
    for column, text in layer.told_as.items():
        if column in filled:
            used = {column, *re.findall(r"\{(\w+)\}", text.de)}
            return Text(_filled(layer, text.de, record, "de"), _filled(layer, text.en, record, "en")), used
    return None, set()


def _filled(layer: Layer, template: str, record: RecordChange, language: str) -> str:
    """Return a template with the record's values; a part in brackets is left out if one of its values is missing."""

    def value(name: str) -> str | None:
        found = record.values.get(name)
        return None if found is None else shown(layer.column(name), found, language, is_quoting_codes=False)

    def optional(part: re.Match[str]) -> str:
        names = re.findall(r"\{(\w+)\}", part[1])
        return part[1] if all(value(name) is not None for name in names) else ""

    text = re.sub(r"\[([^\]]*)\]", optional, template)
    return re.sub(r"\{(\w+)\}", lambda name: value(name[1]) or NOT_GIVEN.in_language(language), text)


# Lists


def _shortened(phrases: Sequence[Text]) -> Text:
    """Return the phrases separated by semicolons, only the first of them if there are many."""
    if len(phrases) <= TOLD_TOGETHER:
        return _listed(phrases, "; ")
    others = len(phrases) - TOLD_TOGETHER + 1
    more = Text(f"{others} weitere Angaben", f"{others} more properties")
    return _listed([*phrases[: TOLD_TOGETHER - 1], more], "; ")


def _listed(phrases: Iterable[Text], between: str) -> Text:
    found = list(phrases)
    return Text(between.join(each.de for each in found), between.join(each.en for each in found))


def _counted(count: int, word: Text) -> Text:
    return Text(f"{formatting.number(count)} {word.de}", f"{formatting.number(count, 'en')} {word.en}")


def _in_sentence(term: str) -> str:
    """Return an English term as within a sentence: “Letters of intent” in lower case, “GIS layer” as it is."""
    return term if term[1:2].isupper() else f"{term[:1].lower()}{term[1:]}"
