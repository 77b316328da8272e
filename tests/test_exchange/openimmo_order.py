"""The order of elements in OpenImmo 1.2.7b, as portals demand it, as far as Flurwerk writes it.

Written down from the association's sample file and documentation, not from the code that writes.
"""

from collections.abc import Iterator
from typing import Any

ORDER: dict[str, str] = {
    "openimmo": "uebertragung anbieter",
    "anbieter": "anbieternr firma openimmo_anid lizenzkennung anhang immobilie impressum",
    "immobilie": (
        "objektkategorie geo kontaktperson weitere_adresse preise bieterverfahren versteigerung flaechen ausstattung "
        "zustand_angaben bewertung infrastruktur freitexte anhaenge verwaltung_objekt verwaltung_techn"
    ),
    "objektkategorie": "nutzungsart vermarktungsart objektart",
    "objektart": "grundstueck buero_praxen einzelhandel hallen_lager_prod sonstige objektart_zusatz",
    "geo": "plz ort geokoordinaten strasse hausnummer bundesland land gemeindecode flur flurstueck gemarkung",
    "kontaktperson": (
        "email_zentrale email_direkt tel_zentrale tel_durchw tel_fax tel_handy name vorname titel anrede position "
        "anrede_brief firma zusatzfeld strasse hausnummer plz ort postfach postf_plz postf_ort land email_privat "
        "email_sonstige email_feedback tel_privat tel_sonstige url adressfreigabe personennummer"
    ),
    "preise": "kaufpreis pacht erbpacht kaufpreis_pro_qm provisionspflichtig waehrung mwst_satz freitext_preis",
    "flaechen": "nutzflaeche gesamtflaeche ladenflaeche lagerflaeche bueroflaeche grz gfz bmz bgf grundstuecksflaeche "
    "teilbar_ab",
    "ausstattung": "rampe hebebuehne kran stromanschlusswert hallenhoehe breitband_zugang",
    "zustand_angaben": "bebaubar_nach erschliessung erschliessung_umfang bauzone altlasten",
    "infrastruktur": "zulieferung ausblick distanzen",
    "freitexte": "objekttitel dreizeiler lage ausstatt_beschr objektbeschreibung sonstige_angaben",
    "anhaenge": "anhang",
    "anhang": "anhangtitel format check daten",
    "daten": "pfad anhanginhalt",
    "verwaltung_objekt": "objektadresse_freigeben verfuegbar_ab abdatum bisdatum gewerbliche_nutzung",
    "verwaltung_techn": (
        "objektnr_intern objektnr_extern aktion aktiv_von aktiv_bis openimmo_obid kennung_ursprung stand_vom"
    ),
}
"""The children of each element that has some."""

REQUIRED: dict[str, str] = {
    "openimmo": "uebertragung anbieter",
    "anbieter": "firma openimmo_anid",
    "immobilie": "objektkategorie geo kontaktperson verwaltung_techn",
    "objektkategorie": "nutzungsart vermarktungsart objektart",
    "kontaktperson": "name",
    "anhang": "format daten",
    "verwaltung_techn": "objektnr_extern aktion openimmo_obid stand_vom",
}
ATTRIBUTES: dict[str, str] = {
    "uebertragung": "art umfang version sendersoftware senderversion",
    "nutzungsart": "WOHNEN GEWERBE",
    "vermarktungsart": "KAUF MIETE_PACHT",
    "geokoordinaten": "breitengrad laengengrad",
    "anhang": "location",
    "distanzen": "distanz_zu",
}


def faults(root: Any) -> Iterator[str]:
    """Yield what is out of order, unknown or missing."""
    for one in root.iter():
        children = [child.tag for child in one]
        known = ORDER.get(one.tag, "").split()
        if unknown := set(children) - set(known):
            yield f"{one.tag}: {unknown} not known"
        elif children != sorted(children, key=known.index):
            yield f"{one.tag}: {children} out of order"
        if missing := set(REQUIRED.get(one.tag, "").split()) - set(children):
            yield f"{one.tag}: {missing} missing"
        if missing := set(ATTRIBUTES.get(one.tag, "").split()) - set(one.attrib):
            yield f"{one.tag}: attributes {missing} missing"
    for contact in root.iter("kontaktperson"):
        if contact[0].tag not in ("email_zentrale", "tel_zentrale"):
            yield "kontaktperson: nobody can be reached"
