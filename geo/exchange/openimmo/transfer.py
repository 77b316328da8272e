"""A transfer: all objects, or only what differs from those that the portal has already."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from lxml.etree import XMLParser, XMLSyntaxError, parse, tostring

from geo.errors import FlurwerkError
from geo.exchange.openimmo.elements import Element, add, new_element
from geo.exchange.openimmo.sender import Sender
from geo.text import Text

VERSION = "1.2.7"
"""As the attribute of a transfer states it; the schema is 1.2.7b."""
KEPT_TO_DELETE = ("objektkategorie", "geo", "kontaktperson", "verwaltung_techn")
"""The parts that the schema requires of an object, even of one to be deleted."""


class StockRefused(FlurwerkError):
    """The file with what the portal has cannot be used."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The objects to send: changed or new ones, those to delete, and how many are as the portal has them."""

    changed: list[Element]
    deleted: list[Element]
    unchanged: int = 0


def number_of(one: Element) -> str:
    """Return an object's `objektnr_extern`."""
    return one.findtext("verwaltung_techn/objektnr_extern", "")


def changes(objects: Sequence[Element], stock: Mapping[str, Element], day: date) -> Changes:
    """Return how the objects differ from the portal's stock, whatever the day on which either was written."""
    now = {number_of(one) for one in objects}
    changed = [
        one for one in objects if number_of(one) not in stock or _content(one) != _content(stock[number_of(one)])
    ]
    deleted = [_deletion(one, day) for number, one in stock.items() if number not in now]
    return Changes(changed, deleted, len(objects) - len(changed))


def read_stock(path: Path) -> dict[str, Element]:
    """Return the objects that an earlier export with this stock file left with the portal, by number.

    Raises StockRefused if the file is not one that `flurwerk export openimmo --stock` has written.
    """
    hint = Text(
        "Nennen Sie die Datei, die eine frühere Ausgabe schrieb, oder entfernen Sie sie, um alles noch einmal zu "
        "senden.",
        "Name the file that an earlier export wrote, or remove it to send everything again.",
    )
    try:
        root = parse(path, XMLParser(resolve_entities=False, no_network=True)).getroot()
    except (OSError, XMLSyntaxError) as error:
        raise StockRefused(
            Text(
                f"Der Bestand {path} ist nicht zu lesen (Meldung: {error}).",
                f"The stock {path} cannot be read ({error}).",
            ),
            hint,
        ) from None
    if root.tag != "openimmo" or root.find("uebertragung[@umfang='VOLL']") is None:
        raise StockRefused(
            Text(
                f"{path} ist nicht der ganze Bestand eines Portals in OpenImmo.",
                f"{path} is not the whole stock of a portal in OpenImmo.",
            ),
            hint,
        )
    return {number_of(one): one for one in root.iterfind("anbieter/immobilie")}


def document(objects: Sequence[Element], sender: Sender, now: datetime, *, is_part: bool) -> bytes:
    """Return the XML of a transfer of everything, or of a part: what has changed and what is to be deleted."""
    root = new_element("openimmo")
    deletes_only = is_part and all(one.find("verwaltung_techn/aktion").get("aktionart") == "DELETE" for one in objects)
    attributes: dict[str, str] = {
        "art": "ONLINE",
        "umfang": "TEIL" if is_part else "VOLL",
        "modus": "DELETE" if deletes_only else "CHANGE",
        "version": VERSION,
        "sendersoftware": "Flurwerk",
        "senderversion": version("flurwerk"),
        "timestamp": now.isoformat(timespec="seconds"),
    }
    if sender.email:
        attributes["techn_email"] = sender.email
    add(root, "uebertragung", **attributes)
    provider = add(root, "anbieter")
    add(provider, "firma", sender.firm)
    add(provider, "openimmo_anid", sender.provider_id)
    for one in objects:
        provider.append(deepcopy(one))
    return tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _content(one: Element) -> bytes:
    """Return an object in canonical form, without the day and what was to be done with it."""
    compared = deepcopy(one)
    for name in ("stand_vom", "aktion"):
        technical = compared.find("verwaltung_techn")
        technical.remove(technical.find(name))
    for each in compared.iter():
        if len(each) and not (each.text or "").strip():
            each.text = None
        each.tail = None
    return tostring(compared, method="c14n")


def _deletion(one: Element, day: date) -> Element:
    made = new_element("immobilie")
    for name in KEPT_TO_DELETE:
        made.append(deepcopy(one.find(name)))
    made.find("verwaltung_techn/aktion").set("aktionart", "DELETE")
    made.find("verwaltung_techn/stand_vom").text = day.isoformat()
    return made
