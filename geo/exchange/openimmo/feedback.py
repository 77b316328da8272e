"""OpenImmo feedback 1.2.5: what a portal sends back. Read into inquiries, with every fault and its line.

A document with a DTD is refused: entities could expand without end, read files, or hide text.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from geo.csv_cells import GUARDED
from geo.errors import FlurwerkError
from geo.exchange.openimmo import reasons
from geo.periods import CITY_TIME
from geo.records.layers.layer import Text

Node = Any
"""An element of lxml, which has no types."""


def _names(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


OBJECT_FIELDS = _names(
    "portal_unique_id portal_obj_id anbieter_id oobj_id zusatz_refnr expose_url vermarktungsart bezeichnung etage",
    "whg_nr strasse ort land stadtbezirk preis gebot wae anzahl_zimmer flaeche interessent user_defined_extend",
)
PERSON_FIELDS = _names(
    "int_id anrede vorname nachname firma strasse postfach plz ort tel fax mobil email bevorzugt wunsch anfrage",
    "user_defined_extend",
)
SENDER_FIELDS = _names("name openimmo_anid datum makler_id regi_id")
ROOT_FIELDS = _names("version sender objekt fehlerliste status")
SEVERAL = _names("vermarktungsart interessent user_defined_extend bevorzugt wunsch objekt fehlerliste status")
"""What may occur more than once."""
CHOICES: Mapping[str, frozenset[str]] = {
    "bevorzugt": _names("EMAIL TEL MOBIL FAX BRIEF"),
    "wunsch": _names("BESICHTIGUNG ANRUF DETAIL"),
}
OWN_NUMBER = re.compile(r"(plots|properties)-[1-9][0-9]*")
OWN_ID = re.compile(r"OFLW[0-9]{17}(?P<kind>[PI])(?P<record>[0-9]{9})")
LAYERS = {"P": "plots", "I": "properties"}
KINDS = {"plots": "plot", "properties": "property"}


class FeedbackRefused(FlurwerkError):
    """The file as a whole is not the feedback of a portal."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an element: its line, its name, its text as delivered, and why."""

    line: int
    element: str
    value: str | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Request:
    """What one person asks about one object. ``kind`` is None if the object is not known to be ours."""

    line: int
    key: str
    party_key: str
    is_recognised: bool
    """Whether the portal gives an id, so that the request is known again in another file."""
    kind: str | None
    subject: str
    """What it is about, without a word about the person."""
    party: Mapping[str, str]
    """The columns of parties, without the note."""
    message: str
    """Everything else that the person has told; personal."""


@dataclass(slots=True)
class Feedback:
    """A portal's feedback: its name, the day, the requests, what it says about a transfer, and all faults."""

    portal: str
    day: date | None
    requests: list[Request] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_feedback(content: bytes) -> Feedback:
    """Return what the document says. Raises FeedbackRefused if it is none, or has a DTD."""
    root = _root(content)
    faults = [*_structure(root)]
    sender = root.find("sender")
    if sender is None:
        raise FeedbackRefused(
            Text("Die Rückmeldung nennt keinen Absender.", "The feedback names no sender."),
            Text(
                "Bitten Sie das Portal um eine Datei nach OpenImmo-Feedback 1.2.5.",
                "Ask the portal for a file of OpenImmo feedback 1.2.5.",
            ),
        )
    found = Feedback(_text(sender, "name"), _day(sender, faults), faults=faults)
    digest = hashlib.sha256(content).hexdigest()[:16]
    for number, thing in enumerate(root.iterfind("objekt"), 1):
        people = thing.findall("interessent")
        if not people:
            faults.append(Fault(thing.sourceline, "objekt", None, reasons.NOBODY_ASKS))
        for place, person in enumerate(people, 1):
            if request := _request(thing, person, f"{digest}-{number}.{place}", faults):
                found.requests.append(request)
    faults += _twice(found.requests)
    found.said = [*_said(root)]
    faults.sort(key=lambda fault: fault.line)
    return found


def _root(content: bytes) -> Node:
    parser = XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = fromstring(content, parser)
    except (XMLSyntaxError, ValueError) as error:
        raise FeedbackRefused(
            Text(f"Die Datei ist kein richtiges XML (Meldung: {error}).", f"The file is no proper XML ({error})."),
            Text("Beziehen Sie sie noch einmal vom Portal.", "Get it again from the portal."),
        ) from None
    if root.getroottree().docinfo.doctype:
        raise FeedbackRefused(
            Text(
                "Die Datei hat eine DTD, die es in einer Rückmeldung nicht gibt.",
                "The file has a DTD, which feedback has not.",
            ),
            Text("Es kann ein Angriff sein; fragen Sie das Portal.", "It may be an attack; ask the portal."),
        )
    if root.tag != "openimmo_feedback":
        raise FeedbackRefused(
            Text(
                f"Die Datei ist kein OpenImmo-Feedback: Sie beginnt mit {root.tag}.",
                f"The file is no OpenImmo feedback: it begins with {root.tag}.",
            ),
            Text("Bitten Sie das Portal um sein Feedback 1.2.5.", "Ask the portal for its feedback 1.2.5."),
        )
    return root


def _structure(root: Node) -> Iterator[Fault]:
    """Yield elements that are unknown, that occur twice, or whose text is not one of the few allowed."""
    expected = {"openimmo_feedback": ROOT_FIELDS, "sender": SENDER_FIELDS, "objekt": OBJECT_FIELDS}
    expected["interessent"] = PERSON_FIELDS
    for one in root.iter():
        if one.tag not in expected:
            continue
        seen: set[str] = set()
        for child in one:
            if child.tag not in expected[one.tag]:
                yield Fault(child.sourceline, str(child.tag), child.text, reasons.unknown_element(one.tag))
            elif child.tag in seen and child.tag not in SEVERAL:
                yield Fault(child.sourceline, child.tag, child.text, reasons.TWICE)
            elif len(child) and child.tag in (SENDER_FIELDS | OBJECT_FIELDS | PERSON_FIELDS) - SEVERAL:
                yield Fault(child.sourceline, child.tag, None, reasons.NO_TEXT)
            elif child.tag in CHOICES and (child.text or "").strip() not in CHOICES[child.tag]:
                yield Fault(child.sourceline, child.tag, child.text, reasons.not_one_of(sorted(CHOICES[child.tag])))
            seen.add(child.tag)
        if own := (one.text or "").strip():
            yield Fault(one.sourceline, one.tag, own, reasons.STRAY_TEXT)


def _day(sender: Node, faults: list[Fault]) -> date | None:
    """Return the day of the feedback, which is that of the inquiries: they have none of their own."""
    element = sender.find("datum")
    if element is None:
        faults.append(Fault(sender.sourceline, "datum", None, reasons.NO_DAY))
        return None
    text = (element.text or "").strip()
    for form in ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=CITY_TIME).date()
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        faults.append(Fault(element.sourceline, "datum", text, reasons.NOT_A_DAY))
        return None
    return (found.astimezone(CITY_TIME) if found.tzinfo else found).date()


def _request(thing: Node, person: Node, fallback: str, faults: list[Fault]) -> Request | None:
    number = _own_number(thing)
    shown = number or next(filter(None, (_text(thing, name) for name in ("oobj_id", "portal_obj_id"))), "")
    party = _party(person)
    if not party.keys() - {"kind"}:
        faults.append(Fault(person.sourceline, "interessent", None, reasons.NOBODY))
        return None
    for column, text in party.items():
        if re.match(GUARDED, text):
            faults.append(Fault(person.sourceline, column, text, reasons.GUARDED_TEXT))
    known = _text(person, "int_id")
    if known and not shown:
        faults.append(Fault(thing.sourceline, "objekt", None, reasons.NO_OBJECT))
        return None
    return Request(
        line=person.sourceline,
        key=f"{known}/{shown}" if known else fallback,
        party_key=known or fallback,
        is_recognised=bool(known),
        kind=KINDS[number.partition("-")[0]] if number else None,
        subject=_subject(thing, person, shown),
        party=party,
        message=_message(thing, person, party),
    )


def _own_number(thing: Node) -> str | None:
    """Return the number under which the object was exported, from whichever field the portal returns it in."""
    for name in ("oobj_id", "zusatz_refnr", "portal_obj_id"):
        text = _text(thing, name)
        if OWN_NUMBER.fullmatch(text):
            return text
        if own := OWN_ID.fullmatch(text):
            return f"{LAYERS[own['kind']]}-{int(own['record'])}"
    return None


def _party(person: Node) -> dict[str, str]:
    firm = _text(person, "firma")
    name = " ".join(filter(None, (_text(person, "vorname"), _text(person, "nachname"))))
    found = {
        "kind": "company" if firm else "person",
        "name": firm or name,
        "contact_name": name if firm else "",
        "email": _text(person, "email"),
        "phone": _text(person, "tel") or _text(person, "mobil"),
    }
    return {column: text for column, text in found.items() if text}


def _subject(thing: Node, person: Node, shown: str) -> str:
    named = ", ".join(filter(None, (shown, _text(thing, "bezeichnung"))))
    bid = _text(thing, "gebot")
    wishes = ", ".join((each.text or "").strip() for each in person.iterfind("wunsch"))
    lines = (f"OpenImmo: {named or '–'}", f"Gebot: {bid}" if bid else "", f"Wunsch: {wishes}" if wishes else "")
    return "\n".join(filter(None, lines))


def _message(thing: Node, person: Node, party: Mapping[str, str]) -> str:
    """Return all that the person has told and that has no column of its own, with the portal's own fields."""
    town = " ".join(filter(None, (_text(person, "plz"), _text(person, "ort"))))
    address = ", ".join(filter(None, (_text(person, "strasse"), _text(person, "postfach"), town)))
    mobile = _text(person, "mobil")
    preferred = ", ".join((each.text or "").strip() for each in person.iterfind("bevorzugt"))
    told = {
        "Anrede": _text(person, "anrede"),
        "Anschrift": address,
        "Mobil": "" if mobile == party.get("phone") else mobile,
        "Fax": _text(person, "fax"),
        "Bevorzugter Kontakt": preferred,
    }
    lines = [f"{label}: {text}" for label, text in told.items() if text]
    for parent in (thing, person):
        for each in parent.iterfind("user_defined_extend/feld"):
            lines.append(f"{_text(each, 'name')}: {_text(each, 'wert')}")
    return "\n".join([*lines, *filter(None, [_text(person, "anfrage")])])


def _twice(requests: list[Request]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for each in requests:
        if each.key in first:
            yield Fault(each.line, "interessent", each.key, reasons.same_request(first[each.key]))
        first.setdefault(each.key, each.line)


def _said(root: Node) -> Iterator[str]:
    """Yield the portal's errors and states, one line each."""
    for each in root.iterfind("fehlerliste/fehler"):
        yield " ".join(filter(None, (_text(each, "objekt_id"), _text(each, "fehlernr"), _text(each, "text"))))
    for each in root.iterfind("status"):
        yield " ".join(filter(None, (_text(each, "statusnr"), _text(each, "text"))))


def _text(parent: Node, name: str) -> str:
    return (parent.findtext(name) or "").strip()
