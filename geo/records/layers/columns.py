"""Columns that several layers share."""

from dataclasses import replace

from geo.profile.wording import PARTS, worded
from geo.records.layers import codes
from geo.records.layers.layer import Audience, Column, Dependency, DerivedView, Text
from geo.units import Unit

NAME = Column("name", Text("Bezeichnung", "Name"))
ADDRESS = Column("address", Text("Adresse", "Address"))
RESPONSIBLE = Column(
    "responsible",
    Text("Zuständige Stelle", "Responsible office"),
    hint=Text("Eine Stelle oder Firma, keine Person.", "An office or a company, not a person."),
)
OWNERSHIP = Column("ownership", Text("Eigentum", "Ownership"), codes=codes.OWNERSHIP)
ZONING = Column("zoning", Text("Art der baulichen Nutzung", "Zoning"), codes=codes.ZONING)
HORIZON = Column("horizon", Text("Zeithorizont der Verfügbarkeit", "Horizon"), codes=codes.HORIZON)
DIVISIBLE = Column("divisible", Text("Teilbar", "Divisible"))
AREA_M2 = Column("area_m2", Text("Fläche", "Area"), unit=Unit.SQUARE_METRES)
HEIGHT_M = Column("height_m", Text("Höhe", "Height"), unit=Unit.METRES)
GROUND_VALUE = Column("ground_value_eur_m2", Text("Bodenrichtwert", "Ground value"), unit=Unit.EUROS_PER_SQUARE_METRE)

CONTACT_PERSON = Column(
    "contact_person",
    Text("Ansprechperson", "Contact person"),
    hint=Text("Wer in der Wirtschaftsförderung zuständig ist.", "Who answers for it in the agency."),
)
PLOT = Column("plot", Text("Grundstück", "Plot"))
PROPERTY = Column("property", Text("Immobilie", "Property"))
INQUIRY = Column("inquiry", Text("Anfrage", "Inquiry"))
PARTY = Column("party", Text("Beteiligte", "Party"))
INDUSTRIAL_AREA = Column("industrial_area", Text("Gewerbegebiet", "Industrial area"))
PROGRAMME = Column("programme", Text("Ausbauprogramm", "Programme"))
OPERATOR = Column("operator", Text("Betreiber", "Operator"))
SERVED_BY = Column("served_by", Text("Versorgt durch (Netzknoten)", "Served by (network node)"))
DUPLICATE_OF = Column(
    "duplicate_of",
    Text("Dublette von", "Duplicate of"),
    hint=Text("Der Datensatz, der an Stelle von diesem zählt.", "The record that counts in the place of this one."),
)

CLUSTER = Column("cluster", Text("Ausbaucluster", "Cluster"))
CLUSTER_KEY = Column(
    "cluster_key",
    Text("Ausbaucluster (Kürzel)", "Cluster (key)"),
    hint=Text("Das Kürzel zum Ausbaucluster.", "The key of the cluster."),
    names="cluster",
)
CLUSTER_NAME = Column("cluster_name", Text("Ausbaucluster (Bezeichnung)", "Cluster (name)"))
RESPONSIBLE_SINCE = Column(
    "responsible_since",
    Text("Zuständigkeit gilt ab", "Responsible since"),
    hint=Text(
        "Wechselt Betreiber, Programm oder Cluster: der erste Tag danach. Ohne neuen Tag berichtigt die Änderung auch "
        "die Zeit davor.",
        "Where operator, programme or cluster change: the first day after. Without a new day the change corrects the "
        "time before as well.",
    ),
)
DUE_ON = Column("due_on", Text("Fertigstellung geplant bis", "Due on"))
STARTED_ON = Column("started_on", Text("Begonnen am", "Started on"))
ENDED_ON = Column("ended_on", Text("Beendet am", "Ended on"))
AGREED_ON = Column("agreed_on", Text("Vereinbart am", "Agreed on"))
CANCELLED_ON = Column("cancelled_on", Text("Storniert am", "Cancelled on"))
WITHDRAWN_ON = Column("withdrawn_on", Text("Vom Markt genommen am", "Withdrawn on"))

CITY_LENGTH = Column(
    "city_length_m", worded(Text("Länge im {own:area}", "Length within {own:of_whole}")), unit=Unit.METRES
)

PLACES_OF_LINE = (
    Column("district_keys", Text(f"{PARTS.plural.de} (Schlüssel)", f"{PARTS.plural.en} (keys)")),
    Column(
        "district_lengths_m", Text(f"Länge je {PARTS.singular.de}", f"Length in each {PARTS.one_en}"), unit=Unit.METRES
    ),
    CITY_LENGTH,
)
"""Where a line runs: its parts of the city, and how far in each."""

DISTRICT_KEY = Column(
    "district_key",
    Text(f"{PARTS.singular.de} (Schlüssel)", f"{PARTS.singular.en} (key)"),
    hint=worded(
        Text(
            "Folgt aus der Lage; „outside“ heißt außerhalb {own:of_whole}.",
            "Follows from the place; “outside” means outside {own:of_whole}.",
        )
    ),
)

DISTRICT = Column(
    "district",
    PARTS.singular,
    hint=worded(
        Text(
            "Der Name zum Schlüssel; „outside“ heißt außerhalb {own:of_whole}.",
            "The name of the key; “outside” means outside {own:of_whole}.",
        )
    ),
)
DISTRICT_NAME = DerivedView(
    "district_names",
    "district_key",
    (DISTRICT,),
    of="district_key",
    depends_on=(Dependency("districts", "key", own="r.district_key"),),
)
CLUSTER_NAMES = DerivedView(
    "cluster_names",
    "cluster",
    (CLUSTER_KEY, CLUSTER_NAME),
    of="cluster",
    depends_on=(Dependency("clusters", "id", own="r.cluster"),),
    discloses=("clusters",),
)


def public(*columns: Column) -> tuple[Column, ...]:
    """Return the same columns with the audience PUBLIC."""
    return tuple(replace(column, audience=Audience.PUBLIC) for column in columns)
