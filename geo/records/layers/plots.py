"""Plots, and what restricts them."""

from geo.records.layers import codes
from geo.records.layers.columns import (
    ADDRESS,
    AREA_M2,
    CONTACT_PERSON,
    DISTRICT,
    DISTRICT_KEY,
    DISTRICT_NAME,
    DIVISIBLE,
    GROUND_VALUE,
    HORIZON,
    INDUSTRIAL_AREA,
    NAME,
    OWNERSHIP,
    PLOT,
    WITHDRAWN_ON,
    ZONING,
    public,
)
from geo.records.layers.distances import DISTANCES
from geo.records.layers.layer import (
    Audience,
    Column,
    Dependency,
    DerivedView,
    Layer,
    Search,
    Text,
)
from geo.records.layers.supply import RESERVED, SUPPLY
from geo.units import Unit

ATLAS_HINT = Text(
    "Anteil der Haushalte mit Angebot; Mittel der 100-m-Zellen, gewichtet mit ihrer Fläche im Grundstück.",
    "Share of households with an offer; mean of the 100 m cells, weighted by their area within the plot.",
)

CONTACTS = DerivedView(
    "plot_contacts",
    "contact",
    public(
        Column("contact_person_name", Text("Ansprechperson: Name", "Contact person: name")),
        Column("contact_person_function", Text("Ansprechperson: Funktion", "Contact person: function")),
        Column("contact_person_phone", Text("Ansprechperson: Telefon", "Contact person: telephone")),
        Column("contact_person_email", Text("Ansprechperson: E-Mail", "Contact person: e-mail")),
    ),
    of="contact_person",
    depends_on=(Dependency("contacts", "id", own="r.contact_person"),),
)
"""The contact person of a plot, if that person is made public."""

PLOTS = Layer(
    key="plots",
    title=Text("Gewerbegrundstücke", "Plots"),
    singular=Text("Grundstück", "Plot"),
    gender="n",
    description=Text(
        "Grundstücke für Gewerbe und Industrie mit Planungsrecht, Erschließung, Preis und Restfläche.",
        "Plots for commerce and industry with zoning, servicing, price and the area that remains.",
    ),
    geometry="MultiPolygon",
    geometry_required=True,
    expected_inside=True,
    audience=Audience.PUBLIC,
    public_rows="plot_supply.on_offer",
    date="offered_on",
    drawn_by=("status", "horizon", "zoning", "ownership", "remaining_m2"),
    drawn_label="name",
    searched=(Search(1, ("name", "address"), lists=("parcels",), details=("address", "district", "status")),),
    columns=(
        *public(
            NAME,
            Column("description", Text("Beschreibung", "Description")),
            ADDRESS,
            INDUSTRIAL_AREA,
            OWNERSHIP,
            ZONING,
            Column(
                "plan_name",
                Text("Bebauungsplan", "Development plan"),
                hint=Text("Bezeichnung des Bebauungsplans, etwa „Hö 252“.", "The local plan's designation."),
            ),
            Column(
                "site_coverage_ratio",
                Text("Grundflächenzahl (GRZ)", "Site coverage ratio (GRZ)"),
                hint=Text("Größer als 0, höchstens 1, etwa 0,8.", "More than 0, at most 1, such as 0.8."),
            ),
            Column("floor_area_ratio", Text("Geschossflächenzahl (GFZ)", "Floor area ratio (GFZ)")),
            HORIZON,
            Column("servicing", Text("Erschließung", "Servicing"), codes=codes.SERVICING),
            Column(
                "official_area_m2",
                Text("Amtliche Fläche", "Official area"),
                unit=Unit.SQUARE_METRES,
                hint=Text(
                    "Laut Liegenschaftskataster; ohne sie gilt die Fläche der Geometrie.",
                    "From the cadastre; without it the geometry's area holds.",
                ),
            ),
            AREA_M2,
            DIVISIBLE,
            Column("min_lot_m2", Text("Kleinste Teilfläche", "Smallest lot"), unit=Unit.SQUARE_METRES),
            Column("asking_price_eur_m2", Text("Angebotspreis", "Asking price"), unit=Unit.EUROS_PER_SQUARE_METRE),
            GROUND_VALUE,
            Column("ground_value_on", Text("Stichtag des Bodenrichtwerts", "Ground value as of")),
            Column(
                "ground_value_zone",
                Text("Bodenrichtwertzone", "Ground value zone"),
                hint=Text(
                    "Nummer des Gutachterausschusses und der Zone, aus der der Bodenrichtwert stammt.",
                    "The number of the committee and of the zone that the ground value is from.",
                ),
            ),
            Column(
                "atlas_fibre_percent",
                Text("Glasfaser laut Breitbandatlas", "Fibre according to the Breitbandatlas"),
                unit=Unit.PERCENT,
                hint=ATLAS_HINT,
            ),
            Column(
                "atlas_gigabit_percent",
                Text("Gigabit laut Breitbandatlas", "Gigabit according to the Breitbandatlas"),
                unit=Unit.PERCENT,
                hint=ATLAS_HINT,
            ),
            Column("atlas_on", Text("Stand des Breitbandatlas", "Breitbandatlas as of")),
            Column("brownfield", Text("Brachfläche", "Brownfield")),
            Column(
                "parcels",
                Text("Flurstücke", "Parcels"),
                hint=Text(
                    "Deutsche Flurstückskennzeichen, 20 Zeichen; mehrere mit | getrennt.",
                    "German cadastral parcel keys, 20 characters; several separated by |.",
                ),
            ),
            Column("available_from", Text("Verfügbar ab", "Available from")),
            Column("offered_on", Text("Angeboten seit", "Offered since")),
            DISTRICT_KEY,
        ),
        Column(
            "contact",
            Text("Ansprechstelle", "Contact"),
            hint=Text("Ein Team oder Funktionspostfach, keine Person.", "A team or shared mailbox, not a person."),
        ),
        CONTACT_PERSON,
        Column("checked_on", Text("Zuletzt geprüft am", "Last checked on")),
        WITHDRAWN_ON,
    ),
    derived_views=(
        *SUPPLY,
        DISTRICT_NAME._replace(columns=public(DISTRICT)),
        CONTACTS,
        *DISTANCES,
    ),
)

PLOT_RESTRICTIONS = Layer(
    key="plot_restrictions",
    title=Text("Restriktionen", "Restrictions"),
    singular=Text("Restriktion", "Restriction"),
    gender="f",
    description=Text(
        "Was die Nutzung eines Grundstücks erschwert, etwa Altlasten oder fehlende Erschließung.",
        "What hampers the use of a plot, such as contamination or missing servicing.",
    ),
    geometry="MultiPolygon",
    expected_inside=False,
    audience=Audience.PUBLIC,
    # Not `exists`: that is planned as a join, which adds up the deals of all plots for a single restriction, too.
    public_rows="(select supply.on_offer from {schema}.plot_supply as supply where supply.plot = r.plot)",
    public_depends_on=(
        Dependency("plots", "id", own="r.plot"),
        Dependency("transactions", "plot", own="r.plot"),
        RESERVED._replace(own="r.plot"),
    ),
    drawn_by=("severity", "kind", "plot"),
    searched=(),
    columns=(
        *public(
            PLOT,
            Column("kind", Text("Art der Restriktion", "Kind of restriction"), codes=codes.RESTRICTION),
            Column("severity", Text("Schwere", "Severity"), codes=codes.SEVERITY),
        ),
        DISTRICT_KEY,
    ),
    derived_views=(DISTRICT_NAME,),
)
