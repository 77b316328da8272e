"""Makes XML elements, and texts that XML can hold."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml.etree import Element as _Element
from lxml.etree import SubElement

from geo.formatting import plain

Element = Any
"""An element of lxml, which has no types."""

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""

Content = str | bool | int | float | Decimal


def new_element(name: str) -> Element:
    """Return an element without a parent."""
    return _Element(name)


def add(parent: Element, name: str, content: Content | None = None, **attributes: Content) -> Element:
    """Append an element with text and attributes to ``parent``, and return it."""
    made = SubElement(parent, name, {key: written(value) for key, value in attributes.items()})
    if content is not None:
        made.text = written(content)
    return made


def add_known(parent: Element, values: Mapping[str, Content | None]) -> None:
    """Append an element for each value that is known, in this order."""
    for name, value in values.items():
        if value is not None and value != "":
            add(parent, name, value)


def written(value: Content) -> str:
    """Return a value as XML Schema writes it. Characters that XML cannot hold become spaces."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return NOT_IN_XML.sub(" ", value)
    return plain(Decimal(str(value)))
