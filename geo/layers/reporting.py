"""Reporting: what people set for the report's indicators."""

from geo.layers.base import Column, Layer, Text, by_key

KPI = Column(
    "kpi",
    Text("Kennzahl", "Indicator"),
    hint=Text(
        "Schlüssel der Kennzahl, etwa „public_land_m2“ oder „settlements:phoenix-west“.",
        "The indicator's key, such as “public_land_m2” or “settlements:phoenix-west”.",
    ),
)
PERIOD = Column(
    "period",
    Text("Zeitraum", "Period"),
    hint=Text(
        "Jahr, Halbjahr, Quartal oder Monat: 2023, 2023-H2, 2023-Q3, 2023-07.",
        "Year, half-year, quarter or month: 2023, 2023-H2, 2023-Q3, 2023-07.",
    ),
)

TARGETS = Layer(
    key="targets",
    title=Text("Zielwerte", "Targets"),
    description=Text(
        "Das Ziel für eine Kennzahl in einem Zeitraum; nie aus anderen Zeiträumen abgeleitet.",
        "What is aimed at for an indicator in a period; never derived from other periods.",
    ),
    columns=(KPI, PERIOD, Column("value", Text("Zielwert", "Target"))),
)

REMARKS = Layer(
    key="remarks",
    title=Text("Bemerkungen", "Remarks"),
    description=Text(
        "Was der Bericht zu einer Kennzahl in einem Zeitraum anmerkt.",
        "What the report remarks on an indicator in a period.",
    ),
    columns=(KPI, PERIOD, Column("text", Text("Bemerkung", "Remark"))),
)

LAYERS = by_key((TARGETS, REMARKS))
