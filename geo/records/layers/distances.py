"""How far a plot is from what its users ask for. The database measures it (geo/store/schema/0016_distances.sql)."""

from geo.records.layers.columns import public
from geo.records.layers.layer import Column, Dependency, DerivedView, Text
from geo.records.layers.units import Unit

STRAIGHT = Text(
    "Luftlinie vom Rand des Grundstücks; liegt es darin, 0. Nur im heutigen Stand, nicht zu einem früheren Tag.",
    "In a straight line from the plot's edge; 0 where it lies within. Of the present only, not of a past day.",
)


def _distance(name: str, de: str, en: str) -> Column:
    return Column(name, Text(de, en), unit=Unit.METRES, hint=STRAIGHT)


FIBRE_M = Column(
    "fibre_m",
    Text("Entfernung zur Glasfaser", "Distance to fibre"),
    unit=Unit.METRES,
    hint=Text(
        "Zur nächsten verlegten Trasse oder angeschlossenen Adresse. " + STRAIGHT.de,
        "To the nearest laid trench or connected address. " + STRAIGHT.en,
    ),
)
"""Internal: it would give the network away."""

DISTANCES = (
    DerivedView(
        "plot_access",
        "plot",
        public(
            _distance("motorway_m", "Entfernung zur Autobahn", "Distance to motorway"),
            _distance("rail_m", "Entfernung zum Umschlagbahnhof", "Distance to rail terminal"),
            _distance("port_m", "Entfernung zum Hafen", "Distance to port"),
        ),
        depends_on=(Dependency("access_distances", "plot", is_computed=True),),
    ),
    DerivedView(
        "plot_fibre",
        "plot",
        (FIBRE_M,),
        depends_on=(Dependency("fibre_distances", "plot", is_computed=True),),
    ),
)
