"""Plots and properties as `immobilie`. The functions add the elements in the schema's order, which portals demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from geo.exchange.openimmo.elements import Element, add, add_known, new_element
from geo.exchange.openimmo.offers import Place
from geo.exchange.openimmo.plots import PLOT_TYPES, SERVICING, Plot
from geo.exchange.openimmo.sender import Sender, address_parts
from geo.profile.wording import PARTS

Tenure = Literal["sale", "lease", "both"]
"""How properties are offered; no record says it."""

FIRM = "FLW"
"""Three letters of the firm in an id, as the association prescribes; not registered with it."""
LETTERS = {"plots": "P", "properties": "I"}
PROPERTY_KINDS: Mapping[str | None, tuple[str, Mapping[str, str]]] = {
    "office": ("buero_praxen", {"buero_typ": "BUEROFLAECHE"}),
    "hall": ("hallen_lager_prod", {"hallen_typ": "HALLE"}),
    "retail": ("einzelhandel", {}),
    "mixed": ("sonstige", {"sonstige_typ": "SONSTIGE"}),
    None: ("sonstige", {"sonstige_typ": "SONSTIGE"}),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the XML: its name there, its kind in OpenImmo, its media type and title."""

    path: str
    group: Literal["TITELBILD", "BILD", "KARTEN_LAGEPLAN", "DOKUMENTE"]
    media_type: str
    title: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Which record an object is: unique among all installations, and the same in every transfer."""

    layer: str
    record: int
    installed_at: datetime

    @property
    def number(self) -> str:
        """The number that people see and name in inquiries."""
        return f"{self.layer}-{self.record}"

    @property
    def openimmo(self) -> str:
        """The id of 31 characters: O, the firm, an instant of 17 digits (the installation's), 10 characters."""
        instant = f"{self.installed_at.astimezone(UTC):%Y%m%d%H%M%S%f}"[:17]
        return f"O{FIRM}{instant}{LETTERS[self.layer]}{self.record:09}"


def plot_object(
    plot: Plot,
    place: Place,
    identity: Identity,
    sender: Sender,
    day: date,
    notes: Sequence[str],
    attachments: Sequence[Attachment],
) -> Element:
    """Return a plot on offer."""
    made = new_element("immobilie")
    category = _category(made, sale=True, lease=False)
    kinds = add(category, "objektart")
    add(kinds, "grundstueck", grundst_typ=PLOT_TYPES.get(plot.facts["zoning"], "GEWERBE"))
    _place(made, place, plot.facts["address"], sender)
    add_known(add(made, "kontaktperson"), sender.contact(plot.person))
    _plot_prices(made, plot)
    _section(made, "flaechen", plot.areas())
    _plot_condition(made, plot)
    if plot.motorway_km is not None:
        add(add(made, "infrastruktur"), "distanzen", plot.motorway_km, distanz_zu="AUTOBAHN")
    _section(made, "freitexte", plot.texts(notes))
    _attach(made, attachments)
    _section(
        made,
        "verwaltung_objekt",
        {
            "objektadresse_freigeben": True,
            "verfuegbar_ab": plot.available,
            "abdatum": plot.facts["available_from"],
            "gewerbliche_nutzung": True,
        },
    )
    _technical(made, identity, day)
    return made


def property_object(facts: Mapping[str, Any], identity: Identity, sender: Sender, day: date, tenure: Tenure) -> Element:
    """Return a property on offer. Neither rents nor rooms nor energy certificates are recorded."""
    made = new_element("immobilie")
    category = _category(made, sale=tenure != "lease", lease=tenure != "sale")
    name, attributes = PROPERTY_KINDS[facts["use"]]
    add(add(category, "objektart"), name, **attributes)
    _place(made, Place(facts["longitude"], facts["latitude"]), facts["address"], sender)
    add_known(add(made, "kontaktperson"), sender.contact())
    _section(made, "flaechen", {"gesamtflaeche": facts["area_m2"]})
    _section(made, "ausstattung", {"hallenhoehe": facts["height_m"] if facts["use"] == "hall" else None})
    district = facts["district"]
    inside = None if district in (None, "outside") else f"{PARTS.singular.de} {district}"
    _section(made, "freitexte", {"objekttitel": facts["name"], "lage": inside})
    _section(made, "verwaltung_objekt", {"objektadresse_freigeben": True, "gewerbliche_nutzung": True})
    _technical(made, identity, day)
    return made


def _category(parent: Element, *, sale: bool, lease: bool) -> Element:
    made = add(parent, "objektkategorie")
    add(made, "nutzungsart", WOHNEN=False, GEWERBE=True)
    add(made, "vermarktungsart", KAUF=sale, MIETE_PACHT=lease)
    return made


def _place(parent: Element, place: Place, address: str | None, sender: Sender) -> None:
    made = add(parent, "geo")
    parts = address_parts(address)
    add_known(made, {"plz": parts.get("plz"), "ort": parts.get("ort")})
    add(made, "geokoordinaten", breitengrad=round(place.latitude, 7), laengengrad=round(place.longitude, 7))
    add_known(made, {"strasse": parts.get("strasse"), "hausnummer": parts.get("hausnummer")})
    add(made, "land", iso_land="DEU")
    add_known(made, {"gemeindecode": sender.municipality_key})


def _plot_prices(parent: Element, plot: Plot) -> None:
    made = add(parent, "preise")
    price = plot.facts["asking_price_eur_m2"]
    if price is None:
        add(made, "kaufpreis", 0, auf_anfrage=True)
    else:
        add(made, "kaufpreis_pro_qm", price)
        add(made, "waehrung", iso_waehrung="EUR")
    add_known(made, {"freitext_preis": plot.ground_value()})


def _plot_condition(parent: Element, plot: Plot) -> None:
    servicing = SERVICING.get(plot.facts["servicing"])
    if not (plot.built_by or servicing or plot.contamination):
        return
    made = add(parent, "zustand_angaben")
    if plot.built_by:
        add(made, "bebaubar_nach", bebaubar_attr=plot.built_by)
    if servicing:
        add(made, "erschliessung", erschl_attr=servicing)
    add_known(made, {"altlasten": plot.contamination})


def _section(parent: Element, name: str, values: Mapping[str, Any]) -> None:
    if any(value not in (None, "") for value in values.values()):
        add_known(add(parent, name), values)


def _attach(parent: Element, attachments: Sequence[Attachment]) -> None:
    if not attachments:
        return
    made = add(parent, "anhaenge")
    for each in attachments:
        one = add(made, "anhang", location="EXTERN", gruppe=each.group)
        add_known(one, {"anhangtitel": each.title, "format": each.media_type})
        add(add(one, "daten"), "pfad", each.path)


def _technical(parent: Element, identity: Identity, day: date) -> None:
    made = add(parent, "verwaltung_techn")
    add(made, "objektnr_extern", identity.number)
    add(made, "aktion", aktionart="CHANGE")
    add(made, "openimmo_obid", identity.openimmo)
    add(made, "kennung_ursprung", "Flurwerk")
    add(made, "stand_vom", day.isoformat())
