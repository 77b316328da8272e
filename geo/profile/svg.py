"""What an SVG must not have that is shown by itself, wherever it stands: what runs, links, fetches, or never ends."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from geo.text import Text

SVG = "{http://www.w3.org/2000/svg}"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
BASE = "{http://www.w3.org/XML/1998/namespace}base"
ACTIVE = {"script", "foreignObject", "iframe", "audio", "video", "a", "handler", "object", "embed", "img", "link"}
"""Names of elements, of whatever vocabulary: a browser knows those of HTML inside an SVG as well."""
WITHIN = ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
"""What links may begin with. A picture within may not be an SVG, which would need to be looked through as well."""
OTHER_FILES = re.compile(rf"url\((?!\s*['\"]?(?:{'|'.join(WITHIN)}))|image-set\(|@import|javascript:|\\", re.IGNORECASE)
"""A backslash could write any of the others in another way."""
MOST_DRAWN = 20_000
"""The most elements, counting those that are used several times as often as they are used."""


def harmful(root: Element, text: str) -> Iterator[Text]:
    """Yield what runs, links, fetches something, or would take for ever to draw; ``text`` is the file's."""
    if "<?xml-stylesheet" in text:
        yield Text("eine Formatierung, die andere Dateien nennt", "a style that names other files")
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in ACTIVE:
            yield Text(f"das Element „{name}“", f"the element “{name}”")
        if name == "style" and OTHER_FILES.search("".join(element.itertext())):
            yield Text("eine Formatierung, die andere Dateien nennt", "a style that names other files")
        if (element.get("attributeName") or "").rpartition(":")[2] == "href":
            yield Text("einen Verweis, der sich ändert", "a link that changes")
        yield from _harmful_attributes(element)
    if _drawn(root) > MOST_DRAWN:
        yield Text(f"mehr als {MOST_DRAWN} Elemente zu zeichnen", f"more than {MOST_DRAWN:,} elements to draw")


def _harmful_attributes(element: Element) -> Iterator[Text]:
    for name, value in element.attrib.items():
        if name.lower().startswith("on"):
            yield Text(f"das Attribut „{name}“", f"the attribute “{name}”")
        elif name == BASE or (name in HREFS and not value.startswith(WITHIN)):
            yield Text("einen Verweis auf eine andere Datei", "a link to another file")
        # What drawing programs note for themselves, such as where a file was saved, nobody else reads.
        elif not name.startswith("{") and OTHER_FILES.search(value):
            yield Text(f"eine andere Datei in „{name}“", f"another file in “{name}”")


def _drawn(root: Element) -> int:
    """Return how many elements are drawn, at most one more than allowed. What uses itself is drawn without end."""
    by_id = {element.get("id"): element for element in root.iter()}
    pending, drawn = [root], 0
    while pending and drawn <= MOST_DRAWN:
        element = pending.pop()
        drawn += 1
        pending += element
        if element.tag == f"{SVG}use":
            target = next((value for name in HREFS if (value := element.get(name))), "")
            if (used := by_id.get(target.removeprefix("#"))) is not None:
                pending.append(used)
    return drawn
