"""The texts of hand-outs that do not come from the records."""

from geo.profile.wording import PARTS, termed_all
from geo.records.layers.layer import Text

OWN = {
    "expose": Text("Exposé", "Exposé"),
    "expose_of": Text("Exposé Gewerbegrundstück", "Exposé: commercial plot"),
    "shortlist": Text("Auswahl", "Shortlist"),
    "shortlist_of": Text("Auswahl von Gewerbegrundstücken", "Shortlist of commercial plots"),
    "plots": Text("Gewerbegrundstücke", "Commercial plots"),
    "plots_count": Text("{count} Gewerbegrundstücke", "{count} commercial plots"),
    "plot_count": Text("1 Gewerbegrundstück", "1 commercial plot"),
    "district": PARTS.singular,
    "area_remaining": Text("Verfügbare Fläche", "Available area"),
    "area_of": Text("von insgesamt {area}", "of {area} in total"),
    "parts_from": Text("teilbar ab {area}", "divisible from {area}"),
    "divisible": Text("teilbar", "divisible"),
    "not_divisible": Text("nur im Ganzen", "as a whole only"),
    "price": Text("Angebotspreis", "Asking price"),
    "price_none": Text("auf Anfrage", "on request"),
    "ground_value": Text("Bodenrichtwert {value}", "Ground value {value}"),
    "zoning": Text("Bauliche Nutzung", "Zoning"),
    "zoning_none": Text("offen", "open"),
    "available": Text("Verfügbar", "Available"),
    "available_from": Text("ab {day}", "from {day}"),
    "available_now": Text("sofort", "now"),
    "on_request": Text("auf Anfrage", "on request"),
    "group_area": Text("Fläche", "Area"),
    "group_law": Text("Planungsrecht", "Planning law"),
    "group_state": Text("Zustand und Erschließung", "Condition and servicing"),
    "group_price": Text("Preis", "Price"),
    "group_place": Text("Anbindung (Entfernungen in Luftlinie)", "Connections (distances as the crow flies)"),
    "group_cadastre": Text("Liegenschaftskataster", "Cadastre"),
    "description": Text("Beschreibung", "Description"),
    "facts": Text("Daten zum Grundstück", "Facts"),
    "site": Text("Das Grundstück und seine Umgebung", "The plot and its surroundings"),
    "site_alt": Text(
        "Karte: {name} und die Grundstücke in der Umgebung, Maßstab {scale}",
        "Map: {name} and the plots around it, scale {scale}",
    ),
    "location": Text("Lage {own:in_whole}", "Location {own:in_whole}"),
    "location_alt": Text(
        f"Karte der {PARTS.plural.de}, {{name}} ist markiert",
        f"Map of {{own:of_whole}}’s {PARTS.all_en} on which {{name}} is marked",
    ),
    "overview": Text("Lage der Grundstücke", "Locations of the plots"),
    "overview_alt": Text(
        f"Karte der {PARTS.plural.de} mit den Nummern der Grundstücke",
        f"Map of {{own:of_whole}}’s {PARTS.all_en} with the plots’ numbers",
    ),
    "restrictions": Text("Restriktionen", "Restrictions"),
    "restrictions_none": Text("Es sind keine Restriktionen erfasst.", "No restrictions are on record."),
    "restriction_unmapped": Text("ohne Lageangabe", "location not recorded"),
    "kind": Text("Art", "Kind"),
    "severity": Text("Schwere", "Severity"),
    "scale": Text("Maßstab {scale}", "Scale {scale}"),
    "legend_plot": Text("dieses Grundstück", "this plot"),
    "legend_area": Text("Gewerbegebiet", "industrial area"),
    "legend_neighbour": Text("weitere angebotene Grundstücke", "other plots on offer"),
    "legend_border": Text(PARTS.singular.de, PARTS.one_en),
    "legend_serious": Text("schwerwiegende Restriktion", "serious restriction"),
    "legend_minor": Text("geringe Restriktion", "minor restriction"),
    "contact": Text("Ihr Kontakt", "Contact"),
    "photo_alt": Text("Foto: {name}", "Photo: {name}"),
    "contact_none": Text(
        "Die Wirtschaftsförderung berät Sie gern.", "The economic development agency will be glad to advise you."
    ),
    "phone": Text("Telefon", "Phone"),
    "email": Text("E-Mail", "Email"),
    "web": Text("Internet", "Web"),
    "notes": Text("Hinweise und Quellen", "Notes and sources"),
    "as_of": Text("Stand {day}", "As of {day}"),
    "note_source": Text(
        "Daten: {agency}, Stand {day}. Lizenz: {licence}.", "Data: {agency}, as of {day}. Licence: {licence}."
    ),
    "note_not_public": Text(
        "Dieses Grundstück ist nicht öffentlich im Angebot. Die Angaben sind vorläufig.",
        "This plot is not on public offer. The information is preliminary.",
    ),
    "note_some_not_public": Text(
        "Nicht alle diese Grundstücke sind öffentlich im Angebot; die Angaben zu den übrigen sind vorläufig.",
        "Not all of these plots are on public offer; the information on the others is preliminary.",
    ),
    "note_maps": Text(
        "Karten: {agency}, {crs}, Norden ist oben.",
        "Maps: {agency}, {crs}, north is up.",
    ),
    "note_ground_missing": Text(
        "Der Kartenhintergrund „{name}“ fehlt: Der Kartendienst hat nicht geantwortet.",
        "The map background “{name}” is missing: the map service did not respond.",
    ),
    "note_binding": Text(
        "Alle Angaben ohne Gewähr. Verbindlich sind Bebauungsplan, Liegenschaftskataster und Vertrag.",
        "All information is provided without liability. Only the development plan, cadastre and contract are binding.",
    ),
    "page_of": Text("Seite {page} von {pages}", "Page {page} of {pages}"),
    "number": Text("Nr.", "No."),
    "name": Text("Grundstück", "Plot"),
    "yes": Text("ja", "yes"),
    "no": Text("nein", "no"),
    "parcels_of_field": Text(
        "Gemarkung {district}, Flur {field}, Flurstück {parcels}",
        "Cadastral district {district}, field {field}, parcel {parcels}",
    ),
    "parcels_of_district": Text(
        "Gemarkung {district}, Flurstück {parcels}", "Cadastral district {district}, parcel {parcels}"
    ),
}

HORIZONS = {
    "immediate": Text("sofort", "now"),
    "short": Text("kurzfristig", "short term"),
    "medium": Text("mittelfristig", "medium term"),
    "long": Text("langfristig", "long term"),
}
"""Short labels; the registry's code list explains them."""


WORDS = termed_all("handout", OWN)
"""The texts in the agency's own words."""


def say(key: str, language: str, **values: object) -> str:
    """Return the text in the language, with its placeholders filled in."""
    return WORDS[key].in_language(language).format(**values)
