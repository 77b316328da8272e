"""Demand: who looks for space, which property is brokered or taken up, and who settles."""

from geo.profile.wording import PARTS
from geo.records.layers import codes
from geo.records.layers.columns import (
    ADDRESS,
    AGREED_ON,
    AREA_M2,
    CANCELLED_ON,
    CONTACT_PERSON,
    DISTRICT_KEY,
    DISTRICT_NAME,
    DIVISIBLE,
    DUPLICATE_OF,
    HEIGHT_M,
    INDUSTRIAL_AREA,
    INQUIRY,
    NAME,
    OWNERSHIP,
    PARTY,
    PROPERTY,
    WITHDRAWN_ON,
    ZONING,
)
from geo.records.layers.layer import Audience, Column, DerivedView, Layer, Search, Text, by_key, counted_date
from geo.units import Unit

PERSONAL = Audience.PERSONAL

INQUIRIES = Layer(
    key="inquiries",
    title=Text("Anfragen", "Inquiries"),
    singular=Text("Anfrage", "Inquiry"),
    gender="f",
    description=Text(
        "Anfragen von Unternehmen nach Gewerbegrundstücken und Gewerbeimmobilien.",
        "Companies' requests for commercial plots and properties.",
    ),
    geometry="Point",
    expected_inside=False,
    date="received_reached_on",
    drawn_by=("status", "kind", "outcome"),
    searched=(Search(6, ("number",), details=("use", "wanted_m2", "party", "status")),),
    columns=(
        Column("number", Text("Anfragenummer", "Inquiry number")),
        PARTY,
        Column("kind", Text("Gesucht wird", "Wanted"), codes=codes.WANTED),
        Column("tenure", Text("Erwerbsform", "Tenure"), codes=codes.TENURE),
        Column("use", Text("Geplante Nutzung", "Intended use")),
        Column("min_m2", Text("Mindestfläche", "Smallest area"), unit=Unit.SQUARE_METRES),
        Column("max_m2", Text("Höchstfläche", "Largest area"), unit=Unit.SQUARE_METRES),
        ZONING,
        Column(
            "districts",
            Text(f"Gewünschte {PARTS.plural.de}", f"{PARTS.plural.en} wanted"),
            hint=Text("Namen; mehrere mit | getrennt.", "Names; several separated by |."),
        ),
        Column("near_m", Text("Umkreis um den Wunschort", "Distance from the place wanted"), unit=Unit.METRES),
        DIVISIBLE,
        Column("fibre_required", Text("Glasfaser erforderlich", "Fibre required")),
        Column("access", Text("Verkehrsanbindung", "Access"), codes=codes.ACCESS),
        Column("budget_eur_m2", Text("Preisvorstellung", "Budget"), unit=Unit.EUROS_PER_SQUARE_METRE),
        Column("needed_by", Text("Benötigt bis", "Needed by")),
        DUPLICATE_OF,
        Column("outcome", Text("Ergebnis", "Outcome"), codes=codes.OUTCOME),
        Column("received_on", Text("Eingegangen am", "Received on")),
        Column("closed_on", Text("Abgeschlossen am", "Closed on")),
        CONTACT_PERSON,
        counted_date("received_reached_on", "Eingang", "Received"),
        Column("status", Text("Status", "Status"), codes=codes.INQUIRY_STATUS),
        DISTRICT_KEY,
    ),
    derived_views=(
        DISTRICT_NAME,
        DerivedView(
            "inquiry_sizes",
            "inquiry",
            (
                Column(
                    "wanted_m2",
                    Text("Gesuchte Fläche", "Area wanted"),
                    unit=Unit.SQUARE_METRES,
                    hint=Text("Die kleinste brauchbare, sonst die größte.", "The smallest of use, else the largest."),
                ),
            ),
        ),
    ),
)

PROPERTIES = Layer(
    key="properties",
    title=Text("Gewerbeimmobilien", "Properties"),
    singular=Text("Gewerbeimmobilie", "Property"),
    gender="f",
    description=Text(
        "Büros, Hallen und Läden, die vermittelt werden können.",
        "Offices, halls and shops that can be brokered.",
    ),
    geometry="Point",
    geometry_required=True,
    expected_inside=True,
    date="vacant_since",
    drawn_by=("use", "ownership"),
    drawn_label="name",
    searched=(Search(4, ("name", "address"), details=("address", "use")),),
    columns=(
        NAME,
        ADDRESS,
        Column("use", Text("Nutzung", "Use"), codes=codes.PROPERTY_USE),
        OWNERSHIP,
        AREA_M2,
        HEIGHT_M,
        Column("vacant_since", Text("Leerstand seit", "Vacant since")),
        WITHDRAWN_ON,
        CONTACT_PERSON,
        DISTRICT_KEY,
    ),
    derived_views=(DISTRICT_NAME,),
)

BROKERAGES = Layer(
    key="brokerages",
    title=Text("Vermittlungen", "Brokerages"),
    singular=Text("Vermittlung", "Brokerage"),
    gender="f",
    description=Text(
        "Gewerbeimmobilien, die mit Hilfe der Wirtschaftsförderung verkauft oder vermietet wurden.",
        "Properties sold or let with the agency's help.",
    ),
    date="agreed_on",
    searched=(),
    columns=(
        PROPERTY,
        INQUIRY,
        PARTY,
        Column("kind", Text("Art der Vermittlung", "Kind of brokerage"), codes=codes.BROKERAGE),
        AREA_M2,
        AGREED_ON,
        CANCELLED_ON,
    ),
)

OFFICE_TAKEUPS = Layer(
    key="office_takeups",
    title=Text("Büroflächenumsätze", "Office take-ups"),
    singular=Text("Büroflächenumsatz", "Office take-up"),
    gender="m",
    description=Text(
        "Vermietungen, Eigennutzerkäufe und Eigennutzer-Neubauten von Büroflächen nach den Regeln der gif.",
        "Leases of office space, purchases and construction by its users, by the rules of the gif.",
    ),
    geometry="Point",
    expected_inside=True,
    date="agreed_on",
    drawn_by=("kind", "area_m2"),
    searched=(),
    columns=(
        Column("kind", Text("Art des Umsatzes", "Kind of take-up"), codes=codes.TAKEUP),
        AREA_M2,
        Column(
            "added_m2",
            Text("Zusätzliche Fläche", "Added area"),
            unit=Unit.SQUARE_METRES,
            hint=Text(
                "Nur bei einer Vertragsverlängerung: was zur bisherigen Fläche hinzukommt.",
                "Of a renewal only: what is added to the space already leased.",
            ),
        ),
        Column(
            "district",
            PARTS.singular,
            hint=Text("Der Name, wo kein Punkt vorliegt.", "The name, where there is no point."),
        ),
        Column(
            "agreed_on",
            AGREED_ON.label,
            hint=Text("Beim Eigennutzer-Neubau der Baubeginn.", "For construction: start of works."),
        ),
        CANCELLED_ON,
        DISTRICT_KEY,
    ),
)

SETTLEMENTS = Layer(
    key="settlements",
    title=Text("Ansiedlungen", "Settlements"),
    singular=Text("Ansiedlung", "Settlement"),
    gender="f",
    description=Text(
        "Unternehmen, die sich in einem Gewerbegebiet angesiedelt haben.",
        "Companies that settled in an industrial area.",
    ),
    date="settled_reached_on",
    searched=(),
    columns=(
        INDUSTRIAL_AREA,
        PARTY,
        Column("jobs", Text("Arbeitsplätze", "Jobs")),
        Column("settled_on", Text("Angesiedelt am", "Settled on")),
        Column("left_on", Text("Weggezogen am", "Left on")),
        counted_date("settled_reached_on", "Ansiedlung", "Settled"),
    ),
)

PARTIES = Layer(
    key="parties",
    title=Text("Beteiligte", "Parties"),
    singular=Text("Beteiligte", "Party"),
    description=Text(
        "Unternehmen, Personen und öffentliche Stellen; nur hier stehen Namen und Kontaktdaten von Menschen.",
        "Companies, persons and public bodies; the only place for names and contacts of people.",
    ),
    searched=(
        Search(10, ("name", "contact_name"), details=("kind", "contact_name"), audience=PERSONAL),
        Search(10, ("company_name",), details=("kind",), audience=Audience.INTERNAL),
    ),
    columns=(
        Column("kind", Text("Art der Beteiligten", "Kind of party"), codes=codes.PARTY),
        Column("name", Text("Name", "Name"), PERSONAL),
        Column("contact_name", Text("Ansprechperson", "Contact person"), PERSONAL),
        Column("email", Text("E-Mail", "E-mail"), PERSONAL),
        Column("phone", Text("Telefon", "Telephone"), PERSONAL),
        Column("note", Text("Notiz", "Note"), PERSONAL),
    ),
    derived_views=(DerivedView("party_names", "party", (Column("company_name", Text("Unternehmen", "Company")),)),),
)

LAYERS = by_key((INQUIRIES, PROPERTIES, BROKERAGES, OFFICE_TAKEUPS, SETTLEMENTS, PARTIES))
