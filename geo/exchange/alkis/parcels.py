"""Reads parcels: key, official area and shape."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from geo.exchange.enriching import Areas, Field, HowToRead, open_areas
from geo.exchange.enriching.reading import INEXACT, BadRow, Bounds, refuse_bad
from geo.exchange.errors import ExchangeRefused
from geo.exchange.gml_files import GML_ID, copied, is_gml, shapes_of
from geo.loading.converting.values import Decimals, Unreadable, converter
from geo.records.layers.layer import Text

KEY = re.compile(r"\d{6}[\d_]{3}\d{5}[\d_]{4}\w{2}")
"""State, cadastral district, sheet, numerator, denominator and suffix: 20 characters, padded with underscores."""

FIELDS = (
    Field("parcels", ("flstkennz", "flurstueckskennzeichen", "flstkz")),
    Field("official_area_m2", ("flaeche", "amtlicheflaeche", "amtlflaeche"), "numeric(12,2)", required=False),
)
ELEMENTS = {
    "AX_Flurstueck": ("flurstueckskennzeichen", "amtlicheFlaeche"),
    "Flurstueck": ("flstkennz", "flaeche"),
}
"""The feature types of parcels in NAS and in the simplified schema, with their elements for key and area."""

MEMBERS = ("member", "featureMember")

NO_KEY = Text(
    "Ein Flurstückskennzeichen hat 20 Zeichen, mit Unterstrichen als Füllzeichen.",
    "A parcel key has 20 characters, padded with underscores.",
)


class Parcel(NamedTuple):
    """A parcel of a GML document, as it is written there."""

    kind: str
    id: str
    key: str
    area: str | None


def read_parcels(path: Path, bounds: Bounds | None, how: HowToRead) -> Areas:
    """Return the parcels that reach into the bounds, of a GML document all. Raises ExchangeRefused for a bad one."""
    if is_gml(path):
        return _of_gml(path, how.crs)
    sheet = open_areas(path, FIELDS, bounds, how)
    bad = [
        BadRow(f"row {row}", "parcels", key or "", NO_KEY)
        for row, key in zip(sheet.rows, sheet.values["parcels"], strict=True)
        if not KEY.fullmatch(key or "")
    ]
    refuse_bad(path, bad)
    return Areas(sheet.shapes, [key or "" for key in sheet.values["parcels"]], sheet.values, list(sheet.notes))


def _of_gml(path: Path, crs: str | None) -> Areas:
    bad: list[BadRow] = []
    notes: list[Text] = []
    with copied(path) as copy:
        parcels = list(_parcels(copy, path.name))
        if not parcels:
            raise ExchangeRefused(
                Text(
                    f"{path.name} hat keine Flurstücke (AX_Flurstueck).", f"{path.name} has no parcels (AX_Flurstueck)."
                ),
                Text("Bestellen Sie auch die Flurstücke.", "Order the parcels as well."),
            )
        found = {}
        for kind in ELEMENTS:
            identifiers = [parcel.id for parcel in parcels if parcel.kind == kind]
            if identifiers:
                found |= shapes_of(copy, path, kind, identifiers, crs, bad, notes)
    areas = [_area(parcel, bad) for parcel in parcels]
    bad += [
        BadRow(f"{parcel.kind} {parcel.id}", "parcels", parcel.key, NO_KEY)
        for parcel in parcels
        if not KEY.fullmatch(parcel.key)
    ]
    refuse_bad(path, bad)
    shapes = np.empty(len(parcels), object)
    shapes[:] = [found[parcel.id] for parcel in parcels]
    keys = [parcel.key for parcel in parcels]
    return Areas(shapes, keys, {"parcels": list(keys), "official_area_m2": areas}, notes)


def _parcels(copy: Path, name: str) -> Iterator[Parcel]:
    """Yield the present parcels. Raises ExchangeRefused for a document that is damaged or contains only changes."""
    try:
        for _, element in ElementTree.iterparse(copy):
            kind = element.tag.partition("}")[2]
            if kind == "Transaction":
                raise ExchangeRefused(
                    Text(
                        f"{name} enthält Änderungen von Flurstücken (NBA), nicht die Flurstücke.",
                        f"{name} contains changes of parcels (NBA), not the parcels.",
                    ),
                    Text(
                        "Bestellen Sie einen ganzen Bestandsdatenauszug.",
                        "Order a whole delivery (Bestandsdatenauszug).",
                    ),
                )
            if kind in ELEMENTS and element.get(GML_ID):
                texts = {child.tag.partition("}")[2]: (child.text or "").strip() for child in element.iter()}
                key, area = ELEMENTS[kind]
                # Former parcels stay in a delivery with the day on which they ended.
                if not texts.get("endet"):
                    yield Parcel(kind, element.get(GML_ID, ""), texts.get(key, ""), texts.get(area) or None)
            if kind in ELEMENTS or kind in MEMBERS:
                element.clear()
    except ElementTree.ParseError as error:
        raise ExchangeRefused(
            Text(
                f"{name} ist kein XML oder beschädigt (Meldung: {error}).",
                f"{name} is no XML, or is damaged ({error}).",
            ),
            Text(
                "Laden Sie sie noch einmal herunter, oder bestellen Sie sie noch einmal.", "Get it or order it again."
            ),
        ) from error


def _area(parcel: Parcel, bad: list[BadRow]) -> str | None:
    try:
        value = converter("numeric(12,2)", Decimals(".", certain=True))(parcel.area)
        if value is not None and Decimal(value) != round(Decimal(value), 2):
            raise Unreadable(INEXACT)
    except Unreadable as error:
        bad.append(BadRow(f"{parcel.kind} {parcel.id}", "official_area_m2", parcel.area or "", error.reason))
        return None
    return value
