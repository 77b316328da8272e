"""Checks for promises that contradict one another: records from before the database kept them, and the waiting list."""

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
    Check(
        "sliver_left",
        "plots",
        Text("Bis auf weniger als 1 m² vergeben oder reserviert", "Sold or reserved but for less than 1 m²"),
        Text(
            "Die Fläche im Geschäft oder in der Reservierung auf die genaue Restfläche setzen: sonst bleibt das "
            "Grundstück im Angebot.",
            "Set the area of the deal or reservation to exactly what was left: otherwise the plot stays on offer.",
        ),
        """
        select plot as id, format('%s m² left', round(remaining_m2 - reserved_m2, 2)) as detail
        from plot_supply
        where status in ('partly_taken', 'partly_reserved')
          and remaining_m2 - reserved_m2 < 1
        """,
        affects_figures=False,
    ),
    Check(
        "queue_in_turn",
        "reservations",
        Text("Auf der Warteliste an der Reihe", "Next on the waiting list"),
        Text(
            "Die Fläche ist frei: die Anfrage fragen, dann für sie reservieren oder sie von der Liste nehmen.",
            "The land is free: ask the inquiry, then reserve for it or take it off the list.",
        ),
        """
        select reservation as id, 'land is free' as detail
        from reservation_states
        where is_next
        """,
        affects_figures=False,
    ),
    Check(
        "queue_passed_over",
        "reservations",
        Text("Auf der Warteliste übergangen", "Passed over on the waiting list"),
        Text(
            "Die Fläche hat bekommen, wer später kam: prüfen, ob das gewollt war, und der Anfrage Bescheid geben.",
            "Somebody who came later got the land: check whether that was meant, and tell the inquiry.",
        ),
        """
        select q.reservation as id, format('reservation %s came later', min(r.id)) as detail
        from land_queue as q
        join holding_reservations as h on h.plot = q.plot
        join reservations as r on r.id = h.reservation
        -- With the same day of entry, nobody can tell who came first.
        where coalesce(r.queued_on, r.reserved_on) > q.queued_on
          and (h.is_whole or q.area_m2 <= h.promised_m2)
        group by q.reservation
        """,
        affects_figures=False,
    ),
    Check(
        "queued_twice",
        "reservations",
        Text("Anfrage wartet auf ein Grundstück, das sie schon hat", "Inquiry waits for a plot that it has already"),
        Text(
            "Doppelten Eintrag von der Warteliste nehmen, sonst steht die Anfrage anderen im Weg.",
            "Take the duplicate off the waiting list: it stands in the way of others.",
        ),
        """
        select q.reservation as id, format('also reservation %s', min(o.reservation)) as detail
        from land_queue as q
        join (
            select reservation, plot, inquiry
            from land_queue
            union all
            select reservation, plot, inquiry
            from holding_reservations
        ) as o on o.plot = q.plot and o.inquiry = q.inquiry and o.reservation <> q.reservation
        group by q.reservation
        """,
        affects_figures=False,
    ),
    Check(
        "queued_for_nothing",
        "reservations",
        Text("Wartet auf ein Grundstück, das es nicht mehr gibt", "Waits for a plot that is gone"),
        Text(
            "Vergeben oder vom Markt genommen: der Anfrage Bescheid geben und sie von der Warteliste nehmen.",
            "Sold, leased or withdrawn: tell the inquiry, and take it off the waiting list.",
        ),
        """
        select q.reservation as id, format('plot is %s', s.status) as detail
        from land_queue as q
        join plot_supply as s using (plot)
        where s.status in ('taken', 'withdrawn')
        """,
        affects_figures=False,
    ),
)
