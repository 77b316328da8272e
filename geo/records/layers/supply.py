"""What follows for a plot from the deals with it and from what restricts it: what is left, and in which state."""

from geo.records.layers import codes
from geo.records.layers.columns import public
from geo.records.layers.layer import Column, Dependency, DerivedView, Text
from geo.units import Unit

RESERVED = Dependency("reservations", "plot", last_day="expires_on")
"""Whether a reservation holds on a plot (geo/store/schema/views/holding_reservations.sql)."""

SUPPLY = (
    DerivedView(
        "plot_supply",
        "plot",
        (
            *public(
                Column("remaining_m2", Text("Restfläche", "Remaining area"), unit=Unit.SQUARE_METRES),
                Column("status", Text("Status", "Status"), codes=codes.PLOT_STATUS),
                Column(
                    "on_offer",
                    Text("Im Angebot", "On offer"),
                    hint=Text(
                        "Angeboten, nicht vom Markt genommen und nicht ganz vergeben.",
                        "Offered, not withdrawn and not entirely taken.",
                    ),
                ),
            ),
            Column("taken_m2", Text("Vergebene Fläche", "Taken area"), unit=Unit.SQUARE_METRES),
            Column(
                "reserved_m2",
                Text("Reservierte Fläche", "Reserved area"),
                hint=Text(
                    "Was von der Restfläche in geltenden Reservierungen zugesagt ist.",
                    "What reservations in force promise of the remaining area.",
                ),
                unit=Unit.SQUARE_METRES,
            ),
            Column(
                "reserved_until",
                Text("Reservierung endet", "Reservation ends"),
                hint=Text(
                    "Der früheste letzte Tag der geltenden Reservierungen.",
                    "The earliest last day of the reservations in force.",
                ),
            ),
            Column(
                "queued",
                Text("Warteliste", "Waiting list"),
                hint=Text(
                    "Wie viele auf reservierte Fläche warten, ohne dass ihnen etwas zugesagt ist.",
                    "How many wait for reserved land, with nothing promised to them.",
                ),
            ),
        ),
        depends_on=(
            Dependency("transactions", "plot"),
            RESERVED,
        ),
        discloses=("transactions", "reservations"),
    ),
    DerivedView(
        "plot_severity",
        "plot",
        public(
            Column(
                "restriction",
                Text("Schwerste Restriktion", "Most severe restriction"),
                codes=codes.PLOT_RESTRICTION,
            ),
        ),
        depends_on=(Dependency("plot_restrictions", "plot"),),
    ),
)
