"""Records outside the city, and records without a place where one is expected."""

from typing import LiteralString

from psycopg import sql

from geo.figures.checks.check import Check
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text

OUTSIDE = Text("Außerhalb der Stadt", "Outside the city")
OUTSIDE_ADVICE = Text(
    "Lage prüfen. Breitbandzahlen zählen nur, was im Stadtgebiet liegt; alles andere steht in der Zeile „outside“.",
    "Check the place. Broadband figures count only what lies inside the city; the rest stands in the line “outside”.",
)
SOMEWHERE_INSIDE: LiteralString = "jsonb_build_object('district_key', 'inside')"
"""Any key but ``outside`` will do: it is asked how much would count, not where."""


def outside(layer: str) -> Check:
    """Records with a place that lies in no district."""
    query = sql.SQL("select id, '' as detail from {} where district_key = 'outside'").format(sql.Identifier(layer))
    return Check(
        "outside",
        layer,
        OUTSIDE,
        OUTSIDE_ADVICE,
        query.as_string(),  # pyright: ignore[reportArgumentType]
        as_if=SOMEWHERE_INSIDE,
    )


OUTSIDE_TRENCHES = Check(
    "outside",
    "trenches",
    OUTSIDE,
    OUTSIDE_ADVICE,
    "select id, '' as detail from trenches where city_length_m = 0",
    as_if="jsonb_build_object('district_keys', array['inside'], 'district_lengths_m', array[r.length_m])",
)

UNLOCATED_TRANSACTIONS = Check(
    "transaction_without_plot",
    "transactions",
    Text("Vorgang ohne Grundstück", "Transaction without a plot"),
    Text(
        "Grundstück oder eigene Fläche eintragen; sonst steht der Vorgang in der Zeile „unlocated“.",
        "Enter the plot or an area of its own; else the transaction stands in the line “unlocated”.",
    ),
    """
    select id, case when geom is null then 'no place at all' else 'has an area of its own' end as detail
    from transactions
    where plot is null
    """,
)

UNLOCATED_OFFICES = Check(
    "unlocated",
    "office_takeups",
    Text("Ohne Ort", "Without a place"),
    Text(
        "Lage oder Stadtbezirk eintragen; sonst steht der Umsatz in der Zeile „unlocated“.",
        "Enter the point or the district; else the take-up stands in the line “unlocated”.",
    ),
    "select id, '' as detail from office_takeups where district_key is null",
)

CHECKS = (
    UNLOCATED_TRANSACTIONS,
    UNLOCATED_OFFICES,
    *(
        OUTSIDE_TRENCHES if layer.geometry == "MultiLineString" else outside(layer.key)
        for layer in LAYERS.values()
        if layer.expected_inside
    ),
)
