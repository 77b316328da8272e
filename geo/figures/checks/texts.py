"""Checks for targets and remarks that do not appear in any line of the report."""

from psycopg import sql

from geo.figures.checks.check import Check
from geo.figures.kpis import ALL_FAMILIES, ALL_INDICATORS
from geo.records.layers.layer import Text

UNKNOWN = Text("Keine Kennzahl mit diesem Schlüssel", "No indicator with this key")
UNKNOWN_ADVICE = Text(
    "Schlüssel berichtigen; sonst steht die Angabe in keiner Zeile des Berichts.",
    "Correct the key; otherwise it does not appear in the report.",
)


def unknown_indicator(layer: str) -> Check:
    """Return the check for targets or remarks of indicators that do not exist.

    Those of indicators that the agency's profile switches off are no mistakes: they wait to be switched on again.
    """
    query = sql.SQL(
        """
        select r.id, format('%s, %s', r.kpi, r.period) as detail
        from {layer} as r
        where r.kpi <> all ({known})
          and not exists (select from ({members}) as m where m.key = r.kpi)
          and not exists (select from manual_indicators as i where i.key = r.kpi)
        """
    ).format(
        layer=sql.Identifier(layer),
        known=sql.Literal([indicator.key for indicator in ALL_INDICATORS]),
        members=sql.SQL(" union all ").join(
            sql.SQL("select {} || ':' || member as key from ({}) as f").format(
                sql.Literal(family.indicator.key), sql.SQL(family.members)
            )
            for family in ALL_FAMILIES
        ),
    )
    return Check(
        "unknown_indicator",
        layer,
        UNKNOWN,
        UNKNOWN_ADVICE,
        query.as_string(),  # pyright: ignore[reportArgumentType]
    )


LAYERS = ("targets", "remarks")

CHECKS = tuple(map(unknown_indicator, LAYERS))
