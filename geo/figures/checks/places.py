"""Checks for records outside the city, and for records without a place that should have one."""

from typing import LiteralString

from psycopg import sql

from geo.figures.checks.check import Check
from geo.profile.wording import PARTS, worded
from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer, Text

OUTSIDE = worded(Text("Außerhalb {own:of_whole}", "Outside {own:of_whole}"))
OUTSIDE_ADVICE = worded(
    Text(
        "Lage prüfen. Breitbandzahlen zählen nur, was im {own:area} liegt; alles andere steht in der Zeile „outside“.",
        "Check the place. Broadband figures count only what lies inside {own:of_whole}; the row “outside” has the "
        "rest.",
    )
)
INSIDE: LiteralString = "jsonb_build_object('district_key', 'inside')"
LINE_INSIDE: LiteralString = """
    jsonb_build_object(
        'district_keys', array['inside'],
        'district_lengths_m', array[round(public.st_length(r.geom)::numeric, 3)]
    )
"""
"""Any key other than ``outside`` will do, since only the amount matters and not the district."""


def outside_condition(layer: Layer) -> LiteralString:
    """Return the SQL condition for records of which nothing lies in a district: lines may lie in several."""
    return "city_length_m = 0" if layer.geometry == "MultiLineString" else "district_key = 'outside'"


def outside(layer: Layer) -> Check:
    """Return the check for records outside the city."""
    is_line = layer.geometry == "MultiLineString"
    query = sql.SQL("select id, '' as detail from {} where {}").format(
        sql.Identifier(layer.key), sql.SQL(outside_condition(layer))
    )
    return Check(
        "outside",
        layer.key,
        OUTSIDE,
        OUTSIDE_ADVICE,
        query.as_string(),  # pyright: ignore[reportArgumentType]
        as_if=LINE_INSIDE if is_line else INSIDE,
    )


UNLOCATED_TRANSACTIONS = Check(
    "transaction_without_plot",
    "transactions",
    Text("Vorgang ohne Grundstück", "Transaction without a plot"),
    Text(
        "Grundstück oder eigene Fläche eintragen; sonst steht der Vorgang in der Zeile „unlocated“.",
        "Enter the plot or a separate area; otherwise the transaction is in the row “unlocated”.",
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
        f"Lage oder {PARTS.singular.de} eintragen; sonst steht der Umsatz in der Zeile „unlocated“.",
        f"Enter the point or the {PARTS.one_en}; otherwise the take-up is in the row “unlocated”.",
    ),
    "select id, '' as detail from office_takeups where district_key is null",
)

CHECKS = (
    UNLOCATED_TRANSACTIONS,
    UNLOCATED_OFFICES,
    *(outside(layer) for layer in LAYERS.values() if layer.expected_inside),
)
