"""Indicators of the mobile network and of agreements with telecommunication companies."""

from geo.figures.kpis.indicator import AREAS, PRODUCTS, Indicator, Kind, Unit
from geo.records.layers.layer import Text

MOBILE_REQUESTS = Indicator(
    key="mobile_requests",
    position=104,
    area=AREAS["information"],
    product=PRODUCTS["trends"],
    label=Text("Anfragen zu Mobilfunkstandorten (Suchkreise)", "Requests for mobile-network sites (search rings)"),
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    rule=Text(
        "Anzahl der Suchkreisanfragen nach ihrem Eingangsdatum (fehlt es, nach dem frühesten späteren Schritt). "
        "Gezählt wird die Anfrage, nicht ihre Standortkandidaten.",
        "Number of search-ring requests by the day they were received (where it is missing, the earliest later step "
        "stands in). A request counts, not its candidate sites.",
    ),
    layer="mobile_requests",
    dates=("received_reached_on",),
    contributions="""
        select
            m.id,
            m.received_reached_on as date,
            1::numeric as amount,
            m.district_key as district,
            m.geom
        from mobile_requests as m
    """,
)

LETTERS_OF_INTENT = Indicator(
    key="letters_of_intent",
    position=105,
    area=AREAS["information"],
    product=PRODUCTS["trends"],
    label=Text(
        "Absichtserklärungen (LOI) mit Telekommunikationsunternehmen",
        "Letters of intent with telecommunication companies",
    ),
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    rule=Text(
        "Anzahl der Absichtserklärungen nach dem Tag der Unterzeichnung (fehlt er, nach dem frühesten späteren "
        "Schritt).",
        "Number of letters of intent by the day of signature (where it is missing, the earliest later step stands in).",
    ),
    layer="letters_of_intent",
    dates=("signed_reached_on",),
    contributions="""
        select
            l.id,
            l.signed_reached_on as date,
            1::numeric as amount,
            null::text as district,
            null::geometry as geom
        from letters_of_intent as l
    """,
)

INDICATORS = [MOBILE_REQUESTS, LETTERS_OF_INTENT]
