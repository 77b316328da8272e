"""Reporting: what people set for the report's indicators, and what other teams report for theirs."""

from geo.profile import profile
from geo.profile.wording import WORDS, worded
from geo.records.layers.layer import Column, Layer, Search, Text, by_key

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
    title=WORDS["targets"],
    singular=WORDS["target"],
    description=worded(
        Text(
            "{own:Target} einer Kennzahl für einen Zeitraum; nie aus anderen Zeiträumen abgeleitet.",
            "{own:Target} of an indicator for a period; never derived from other periods.",
        )
    ),
    searched=(),
    columns=(
        KPI,
        PERIOD,
        Column("value", WORDS["target"]),
        Column(
            "part",
            Text("Teil (Schlüssel)", "Part (key)"),
            hint=worded(
                Text(
                    "Der Schlüssel {own:of_district}, wenn es nur darum geht; leer heißt: für das Ganze.",
                    "The key {own:of_district} that it is for; empty means: for the whole.",
                )
            ),
        ),
    ),
)

REMARKS = Layer(
    key="remarks",
    title=WORDS["remarks"],
    singular=WORDS["remark"],
    description=Text(
        "Was der Bericht zu einer Kennzahl in einem Zeitraum anmerkt.",
        "What the report notes on an indicator in a period.",
    ),
    searched=(),
    columns=(KPI, PERIOD, Column("text", WORDS["remark"])),
)

GOALS = profile().goals
"""The agency's goals that the report prints under its table; none unless its profile names some."""

GOALS_HINT = Text(
    f"{'; '.join(f'{goal} {text.de}' for goal, text in GOALS.items())}. Mehrere mit | getrennt."
    if GOALS
    else "Bleibt leer: Das Profil nennt keine.",
    f"{'; '.join(f'{goal} {text.en}' for goal, text in GOALS.items())}. Several separated by |."
    if GOALS
    else "Leave it empty: the profile names none.",
)

MANUAL_INDICATORS = Layer(
    key="manual_indicators",
    title=Text("Gemeldete Kennzahlen", "Reported indicators"),
    singular=Text("Gemeldete Kennzahl", "Reported indicator"),
    description=Text(
        "Kennzahlen anderer Teams, die nicht aus Datensätzen entstehen: was sie im Bericht sind.",
        "Other teams' indicators, which no records produce: what they are in the report.",
    ),
    searched=(Search(19, ("label", "key"), details=("area", "product")),),
    columns=(
        Column(
            "key",
            Text("Schlüssel", "Key"),
            hint=worded(
                Text(
                    "Daran hängen {own:Targets} und {own:Remarks}, etwa „events“. Nicht der einer berechneten "
                    "Kennzahl.",
                    "{own:Targets} and {own:remarks} refer to it, such as “events”. Not that of a computed indicator.",
                )
            ),
        ),
        Column("position", Text("Zeile im Bericht", "Line in the report")),
        Column("area", Text("Bereich", "Area")),
        Column("product", Text("Produkt", "Product")),
        Column("label", Text("Bezeichnung", "Label")),
        Column("label_en", Text("Englische Bezeichnung", "English label")),
        Column(
            "unit",
            Text("Einheit", "Unit"),
            hint=Text("Leer lassen, wo statt einer Zahl ein Text steht.", "Leave empty where a text replaces numbers."),
        ),
        Column("decimals", Text("Nachkommastellen", "Decimals")),
        Column(
            "goals",
            worded(Text("{own:Goals}", "{own:Goals}")),
            hint=GOALS_HINT,
        ),
        Column(
            "annual",
            Text("Nur im Jahr", "Of the year only"),
            hint=worded(
                Text(
                    "{own:Target} und {own:Actual} gelten dem ganzen Jahr.",
                    "{own:Target} and {own:actual} are of the whole year.",
                )
            ),
        ),
    ),
)

MANUAL_ACTUALS = Layer(
    key="manual_actuals",
    title=Text("Gemeldete Werte", "Reported figures"),
    singular=Text("Gemeldeter Wert", "Reported figure"),
    description=Text(
        "Was ein Team für seine Kennzahl in einem Zeitraum gemeldet hat: eine Zahl oder ein Text.",
        "What a team reported for its indicator in a period: a number or a text.",
    ),
    searched=(),
    columns=(
        Column("indicator", Text("Gemeldete Kennzahl", "Reported indicator")),
        PERIOD,
        Column("value", WORDS["actual"]),
        Column(
            "text",
            Text("Text statt einer Zahl", "Text instead of a number"),
            hint=Text("Etwa „laufender Prozess“.", "Such as “in progress”."),
        ),
    ),
)

LAYERS = by_key((TARGETS, REMARKS, MANUAL_INDICATORS, MANUAL_ACTUALS))
