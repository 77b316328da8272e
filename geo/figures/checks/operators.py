"""Checks for records that an operator or a cluster is responsible for although it has ended."""

from psycopg import sql

from geo.figures.checks.check import Check
from geo.records.layers.layer import Text

DATED = ("expansion_areas", "trenches", "connections", "network_nodes", "ducts", "cables", "mobile_requests")
OVER = {
    "trenches": "r.discarded_on is null",
    "connections": "r.dropped_on is null",
    "network_nodes": "r.removed_on is null",
    "ducts": "r.removed_on is null",
    "cables": "r.removed_on is null",
    "mobile_requests": "r.withdrawn_on is null",
}
"""The condition under which a record is in force; those of other layers always are."""


def ended(layer: str) -> Check:
    """Return the check for records in force of an operator that has ended, or in a cluster that has."""
    kinds = ("operator",) if layer == "mobile_requests" else ("operator", "cluster")
    found = sql.SQL(" union all ").join(
        sql.SQL(
            """
            select r.id, format('%s %s ended on %s', {kind}, o.{name}, o.ended_on) as detail
            from {layer} as r
            join {others} as o on o.id = r.{column}
            where o.ended_on < flurwerk.today()
              and {in_force}
            """
        ).format(
            kind=sql.Literal(kind),
            name=sql.Identifier("key" if kind == "cluster" else "name"),
            layer=sql.Identifier(layer),
            others=sql.Identifier(f"{kind}s"),
            column=sql.Identifier(kind),
            in_force=sql.SQL(OVER.get(layer, "true")),  # pyright: ignore[reportArgumentType]
        )
        for kind in kinds
    )
    return Check(
        "responsible_ended",
        layer,
        Text("Zuständig ist, wer beendet ist", "Who is responsible has ended"),
        Text(
            "Den Nachfolger mit dem Tag eintragen, ab dem er zuständig ist; alle auf einmal: flurwerk handover.",
            "Enter the successor with the day from which on it is responsible; all at once: flurwerk handover.",
        ),
        found.as_string(),  # pyright: ignore[reportArgumentType]
        affects_figures=False,
    )


CHECKS = tuple(map(ended, DATED))
