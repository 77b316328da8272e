"""The code lists that columns draw on: each code with its German and English label."""

from geo.profile import profile
from geo.profile.wording import PARTS
from geo.records.layers.layer import Codes, codes

OWNERSHIP = codes(
    public=("öffentlich", "public"),
    private=("privat", "private"),
)

MEDIA_TYPE = codes(
    **{
        "image/jpeg": ("Foto (JPEG)", "photo (JPEG)"),
        "image/png": ("Bild (PNG)", "picture (PNG)"),
        "image/webp": ("Bild (WebP)", "picture (WebP)"),
        "application/pdf": ("Dokument (PDF)", "document (PDF)"),
    }
)

ZONING = codes(
    GE=("Gewerbegebiet (§ 8 BauNVO)", "Commercial area (BauNVO § 8)"),
    GEe=("Eingeschränktes Gewerbegebiet (§ 8 BauNVO)", "Restricted commercial area (BauNVO § 8)"),
    GI=("Industriegebiet (§ 9 BauNVO)", "Industrial area (BauNVO § 9)"),
    G=("Gewerbliche Baufläche (Flächennutzungsplan)", "Commercial land (preparatory land-use plan)"),
    SO=("Sonstiges Sondergebiet (§ 11 BauNVO)", "Special area (BauNVO § 11)"),
    MI=("Mischgebiet (§ 6 BauNVO)", "Mixed area (BauNVO § 6)"),
    MU=("Urbanes Gebiet (§ 6a BauNVO)", "Urban area (BauNVO § 6a)"),
    MK=("Kerngebiet (§ 7 BauNVO)", "Core area (BauNVO § 7)"),
    par34=("Unbeplanter Innenbereich (§ 34 BauGB)", "Built-up area without a plan (BauGB § 34)"),
)

HORIZON = codes(
    immediate=("sofort", "at once"),
    short=("kurzfristig (bis 2 Jahre)", "short term (within 2 years)"),
    medium=("mittelfristig (bis 5 Jahre)", "medium term (within 5 years)"),
    long=("langfristig (über 5 Jahre)", "long term (over 5 years)"),
)

SERVICING = codes(
    serviced=("erschlossen", "serviced"),
    partial=("teilerschlossen", "partly serviced"),
    none=("nicht erschlossen", "not serviced"),
)

PLOT_STATUS = codes(
    withdrawn=("vom Markt genommen", "withdrawn"),
    taken=("vergeben", "taken"),
    reserved=("reserviert", "reserved"),
    partly_taken=("teilweise vergeben", "partly taken"),
    partly_reserved=("teilweise reserviert", "partly reserved"),
    available=("verfügbar", "available"),
    planned=("geplant", "planned"),
)

RESTRICTION = codes(
    contamination=("Altlast", "Contamination"),
    ordnance=("Kampfmittel", "Unexploded ordnance"),
    mining=("Bergbau", "Mining"),
    servicing=("Erschließung", "Servicing"),
    ownership=("Eigentumsverhältnisse", "Ownership"),
    planning=("Planungsrecht", "Planning law"),
    flood=("Hochwasser", "Flooding"),
    nature=("Natur- und Artenschutz", "Nature conservation"),
    emission=("Immissionsschutz", "Emission control"),
    utility_line=("Leitungstrasse", "Utility line"),
    monument=("Denkmalschutz", "Listed monument"),
)

SEVERITY = codes(
    minor=("gering", "minor"),
    serious=("schwerwiegend", "serious"),
)

PLOT_RESTRICTION = codes(
    serious=("schwerwiegend", "serious"),
    minor=("gering", "minor"),
    none=("keine", "none"),
)

DEAL = codes(
    sale=("Verkauf", "Sale"),
    ground_lease=("Erbbaurecht", "Ground lease"),
    lease=("Vermietung oder Verpachtung", "Lease"),
    purchase=("Ankauf", "Purchase"),
)

ROLE = codes(
    seller=("Verkäuferin", "Seller"),
    supporter=("Unterstützerin", "Supporter"),
    buyer=("Käuferin", "Buyer"),
)

DEAL_STATUS = codes(
    cancelled=("storniert", "cancelled"),
    ended=("beendet", "ended"),
    handed_over=("übergeben", "handed over"),
    notarised=("beurkundet", "notarised"),
    agreed=("vereinbart", "agreed"),
)

PROPERTY_USE = codes(
    office=("Büro", "Office"),
    hall=("Halle", "Hall"),
    retail=("Einzelhandel", "Retail"),
    mixed=("gemischt", "Mixed"),
)

BROKERAGE = codes(
    sale=("Verkauf", "Sale"),
    lease=("Vermietung", "Lease"),
)

TAKEUP = codes(
    lease=("Neuvermietung", "Lease"),
    sublease=("Untervermietung", "Sublease"),
    owner_purchase=("Kauf zur Eigennutzung", "Purchase by the user"),
    owner_construction=("Eigennutzer-Neubau", "Construction by the user"),
    renewal=("Vertragsverlängerung", "Renewal"),
)

MEASURE = codes(
    develop=("Entwicklung", "Development"),
    revitalise=("Revitalisierung", "Revitalisation"),
    densify=("Nachverdichtung", "Densification"),
    purchase=("Ankauf", "Purchase"),
    secure=("Flächensicherung", "Securing land"),
)

MEASURE_STATUS = codes(
    done=("abgeschlossen", "done"),
    started=("begonnen", "started"),
    planned=("geplant", "planned"),
)

PARTY = codes(
    company=("Unternehmen", "Company"),
    person=("Privatperson", "Person"),
    public_body=("Öffentliche Stelle", "Public body"),
)

WANTED = codes(
    plot=("Grundstück", "Plot"),
    property=("Immobilie", "Property"),
    either=("Grundstück oder Immobilie", "Either"),
)

TENURE = codes(
    buy=("Kauf", "Purchase"),
    ground_lease=("Erbbaurecht", "Ground lease"),
    rent=("Miete oder Pacht", "Rent"),
    any=("beliebig", "Any"),
)

ACCESS = codes(
    motorway=("Autobahn", "Motorway"),
    rail=("Schiene", "Rail"),
    port=("Hafen", "Port"),
    none=("keine Vorgabe", "No requirement"),
)

OUTCOME = codes(
    matched=("vermittelt", "Matched"),
    no_site=("keine passende Fläche", "No suitable site"),
    elsewhere=("andernorts fündig", "Found elsewhere"),
    withdrawn=("zurückgezogen", "Withdrawn"),
)

INQUIRY_STATUS = codes(
    open=("offen", "open"),
    closed=("abgeschlossen", "closed"),
)

DISTRICT: Codes = {
    **codes(district=(PARTS.singular.de, PARTS.singular.en)),
    **{level.key: level.singular for level in profile().levels},
}
"""The levels of the city's parts, the upper one first."""

ACCESS_POINT = codes(
    motorway_junction=("Autobahnanschlussstelle", "Motorway junction"),
    rail_terminal=("Umschlagbahnhof", "Rail terminal"),
    port=("Hafen", "Port"),
)

STREET = codes(
    motorway=("Autobahn", "Motorway"),
    main=("Hauptstraße", "Main street"),
    local=("Straße", "Street"),
    path=("Weg", "Path"),
)

SENSITIVE_SITE = codes(
    school=("Schule", "School"),
    day_care=("Kindertageseinrichtung", "Day-care centre"),
    hospital=("Krankenhaus", "Hospital"),
    elderly_home=("Pflegeeinrichtung", "Home for the elderly"),
)
