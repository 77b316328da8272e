"""Elements of XTrasse 2.0 in GML 3.2: names, identifiers, geometries."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import shapely
from shapely.geometry.polygon import orient

from geo.exchange.errors import ExchangeRefused
from geo.store.database import SRID
from geo.text import Text

NAMESPACE = "http://www.xtrasse.de/2.0"
NAMESPACES = {
    "xmlns": NAMESPACE,
    "xmlns:gml": "http://www.opengis.net/gml/3.2",
    "xmlns:sf": "http://www.opengis.net/ogcapi-features-1/1.0/sf",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": (
        f"{NAMESPACE} https://repository.gdi-de.org/schemas/de.xleitstelle.xtrasse/2.0/XML/XTrasse.xsd "
        "http://www.opengis.net/ogcapi-features-1/1.0/sf "
        "http://schemas.opengis.net/ogcapi/features/part1/1.0/xml/core-sf.xsd"
    ),
}
SRS = f"EPSG:{SRID}"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may contain."""

Element = ElementTree.Element
Value = str | int | date | None


def stable_uuid(*names: str) -> str:
    """Return a UUID that follows from the names, so that the same records give the same file.

    In the form of version 4, since xplan-tools replaces identifiers of any other.
    """
    return str(UUID(bytes=sha256("\0".join(names).encode()).digest()[:16], version=4))


def collection(identifier: str) -> Element:
    """Return an empty collection of features."""
    return Element("sf:FeatureCollection", {**NAMESPACES, "gml:id": f"GML_{identifier}"})


def add_feature(root: Element, name: str, identifier: str) -> Element:
    """Add a feature of that name to a collection and return it."""
    member = ElementTree.SubElement(root, "sf:featureMember")
    return ElementTree.SubElement(member, name, {"gml:id": f"GML_{identifier}"})


def add(parent: Element, values: Mapping[str, Value]) -> None:
    """Add an element for each value that there is, in order. Raises ExchangeRefused for a control character."""
    for name, value in values.items():
        if value is None:
            continue
        text = str(value)
        if found := NOT_XML.search(text):
            raise ExchangeRefused(
                Text(
                    f"„{text[:60]}“ ({name}) enthält das Steuerzeichen U+{ord(found[0]):04X}, das in XML "
                    "nicht stehen kann.",
                    f"“{text[:60]}” ({name}) contains the control character U+{ord(found[0]):04X}, which XML "
                    "cannot hold.",
                ),
                Text("Entfernen Sie es aus dem Datensatz.", "Remove it from the record."),
            )
        ElementTree.SubElement(parent, name).text = text


def add_reference(parent: Element, name: str, identifier: str) -> None:
    """Add a reference to another feature of the file."""
    ElementTree.SubElement(parent, name, {"xlink:href": f"#GML_{identifier}"})


def add_line(parent: Element, name: str, line: shapely.LineString, identifier: str) -> None:
    """Add a line, its coordinates in metres with three decimals."""
    place = _geometry(parent, name, "gml:LineString", identifier)
    ElementTree.SubElement(place, "gml:posList").text = _positions(line)


def add_polygon(parent: Element, name: str, polygon: shapely.Polygon, identifier: str) -> None:
    """Add a polygon without holes, its ring counter-clockwise."""
    place = _geometry(parent, name, "gml:Polygon", identifier)
    ring = ElementTree.SubElement(ElementTree.SubElement(place, "gml:exterior"), "gml:LinearRing")
    ElementTree.SubElement(ring, "gml:posList").text = _positions(orient(polygon).exterior)


def write(root: Element, path: Path) -> None:
    """Write the document. Raises ExchangeRefused if the file cannot be written."""
    ElementTree.indent(root)
    try:
        ElementTree.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)
    except OSError as error:
        raise ExchangeRefused(
            Text(
                f"{path} lässt sich nicht schreiben (Meldung: {error.strerror}).",
                f"{path} cannot be written ({error.strerror}).",
            ),
            Text("Wählen Sie einen anderen Ort.", "Choose another place."),
        ) from error


def _geometry(parent: Element, name: str, kind: str, identifier: str) -> Element:
    attributes = {"gml:id": f"GML_{stable_uuid(identifier, name)}", "srsName": SRS}
    return ElementTree.SubElement(ElementTree.SubElement(parent, name), kind, attributes)


def _positions(line: shapely.LineString | shapely.LinearRing) -> str:
    return " ".join(f"{x:.3f} {y:.3f}" for x, y in shapely.get_coordinates(line))
