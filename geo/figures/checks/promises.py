"""A check for reservations of more than there is, which older records may have, or a deal despite a reservation."""

from geo.figures.checks.check import Check
from geo.records.layers.layer import Text

CHECKS = (
    Check(
        "overpromised",
        "reservations",
        Text("Reserviert ist mehr, als frei ist", "More is reserved than is free"),
        Text(
            "Die Reservierung verkleinern oder freigeben, und der Anfrage sagen, was noch gilt.",
            "Reduce or release the reservation, and tell the inquiry what still holds.",
        ),
        """
        select reservation as id, format('holds %s m² of %s m²', round(held_m2), round(promised_m2)) as detail
        from holding_reservations
        where held_m2 < promised_m2
           or promised_m2 = 0
        """,
        affects_figures=False,
    ),
)
