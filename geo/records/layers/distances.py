"""How far a plot is from what its users ask for: one entry a row of the table ``distance_definitions``.

The database measures (geo/store/schema/0026_distance_definitions.sql). Of the distance ``rail`` it keeps the table
``rail_distances`` and the view ``plot_rail`` with the column ``rail_m``.
"""

from geo.records.layers.layer import Audience, Column, Dependency, DerivedView, Text
from geo.units import Unit

STRAIGHT = Text(
    "Luftlinie vom Rand des Grundstücks; liegt es darin, 0. Nur im heutigen Stand, nicht zu einem früheren Tag.",
    "In a straight line from the plot's edge; 0 where it lies within. Of the present only, not of a past day.",
)


def distance(
    name: str,
    label: Text,
    layers: tuple[str, ...],
    measured_to: Text | None = None,
    audience: Audience = Audience.PUBLIC,
    discloses: tuple[str, ...] = (),
) -> DerivedView:
    """The view of the distance ``name`` to records of ``layers``, whose only column is labelled.

    ``measured_to`` begins the column's hint.
    """
    hint = Text(f"{measured_to.de} {STRAIGHT.de}", f"{measured_to.en} {STRAIGHT.en}") if measured_to else STRAIGHT
    return DerivedView(
        f"plot_{name}",
        "plot",
        (Column(f"{name}_m", label, audience, unit=Unit.METRES, hint=hint),),
        depends_on=(Dependency(f"{name}_distances", "plot", is_computed=True),),
        discloses=discloses,
        measures_to=layers,
    )


DISTANCES = (
    distance("motorway", Text("Entfernung zur Autobahn", "Distance to motorway"), ("access_points",)),
    distance("rail", Text("Entfernung zum Umschlagbahnhof", "Distance to rail terminal"), ("access_points",)),
    distance("port", Text("Entfernung zum Hafen", "Distance to port"), ("access_points",)),
    distance(
        "fibre",
        Text("Entfernung zur Glasfaser", "Distance to fibre"),
        ("trenches", "connections"),
        Text(
            "Zur nächsten verlegten Trasse oder angeschlossenen Adresse.",
            "To the nearest laid trench or connected address.",
        ),
        # It would give the network away.
        audience=Audience.INTERNAL,
        discloses=("trenches", "connections"),
    ),
)

DISTANCE_TABLES = tuple(dependency.table for view in DISTANCES for dependency in view.depends_on)
"""The tables of what is measured; no layers, and only the database writes them."""
