"""Indicators of commercial land: inquiries, sales and leases, brokered properties, offices, settlements."""

from decimal import Decimal
from typing import LiteralString

from geo.figures.kpis.indicator import AREAS, PRODUCTS, Family, Indicator, Kind, Unit
from geo.profile.wording import WHOLE
from geo.records.layers.layer import Text

# A transaction's place is that of its own geometry, or else of its plot. The public may know the place as soon as it
# sees the geometry.
PLACED_TRANSACTIONS: LiteralString = """
            coalesce(t.district_key, p.district_key) as district,
            case when coalesce(t.notarised_on, t.handed_over_on) is not null then t.district_key end as public_district,
            coalesce(t.geom, p.geom) as geom
        from transactions as t
        left join plots as p on p.id = t.plot
"""
# The public sees when a deal was agreed, but no later date that stands in for a missing one.
DATED: LiteralString = "r.agreed_on is not null"
PUBLIC_SALES: LiteralString = (
    PLACED_TRANSACTIONS
    + """
        where t.sector = 'public'
          and t.role in ('seller', 'supporter')
          and t.kind in ('sale', 'ground_lease')
          and t.cancelled_on is null
    """
)

INQUIRIES = Indicator(
    key="inquiries",
    position=1,
    area=AREAS["customers"],
    product=PRODUCTS["services"],
    label=Text(
        "Anfragen nach Gewerbeimmobilien und Gewerbeflächen",
        "Inquiries for commercial properties and land",
    ),
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    rule=Text(
        "Gezählt werden Anfragen nach ihrem Eingangsdatum; als Dublette gekennzeichnete Anfragen zählen nicht. "
        "Fehlt das Eingangsdatum, gilt das Datum des Abschlusses.",
        "Counts inquiries by the day they were received; inquiries marked as a duplicate do not count. "
        "Where that day is missing, the day they were closed stands in.",
    ),
    layer="inquiries",
    dates=("received_reached_on",),
    contributions="""
        select
            i.id,
            i.received_reached_on as date,
            1::numeric as amount,
            i.district_key as district,
            i.geom
        from inquiries as i
        where i.duplicate_of is null
    """,
)

PUBLIC_LAND_M2 = Indicator(
    key="public_land_m2",
    position=2,
    area=AREAS["customers"],
    product=PRODUCTS["services"],
    label=Text(
        "davon: Grundstücksgröße Verkauf / Erbpacht öffentlicher Grundstücke in m²",
        "of these: size of public land sold or let on ground lease in m²",
    ),
    unit=Unit.SQUARE_METRES,
    kind=Kind.FLOW,
    rule=Text(
        "Summe der vereinbarten Flächen öffentlicher Verkäufe und Erbbaurechte, die die Wirtschaftsförderung als "
        f"Verkäuferin oder unterstützend begleitet hat, nach dem Tag der Zustimmung (bei {WHOLE.own_land.de}: "
        "Beschluss "
        "des Ausschusses; fehlt er, das früheste spätere Datum). Stornierte Vorgänge zählen nicht, gleich wann "
        "storniert wurde. Es zählt die vereinbarte Fläche, nie die des ganzen Grundstücks.",
        "Sum of the agreed areas of public sales and ground leases in which the agency sold or supported, by the day "
        f"of consent (for {WHOLE.own_land.en} the committee's decision; where it is missing, the earliest later "
        "date). Cancelled "
        "transactions do not count, whenever they were cancelled. It is the agreed area, never that of the whole plot.",
    ),
    layer="transactions",
    published=DATED,
    public_district="public_district",
    dates=("agreed_reached_on",),
    contributions="""
        select
            t.id,
            t.agreed_reached_on as date,
            t.area_m2 as amount,
    """
    + PUBLIC_SALES,
    rounding=Decimal(100),
)

PRIVATE_LAND_M2 = Indicator(
    key="private_land_m2",
    position=3,
    area=AREAS["customers"],
    product=PRODUCTS["services"],
    label=Text(
        "davon: Grundstücksgröße Unterstützung bei Verkauf / Vermietung privater Grundstücke in m²",
        "of these: size of private land sold or let with the agency's support in m²",
    ),
    unit=Unit.SQUARE_METRES,
    kind=Kind.FLOW,
    rule=Text(
        "Summe der vereinbarten Flächen privater Verkäufe, Erbbaurechte und Vermietungen, die die Wirtschaftsförderung "
        "unterstützt hat, nach dem Tag der Einigung. Stornierte Vorgänge zählen nicht.",
        "Sum of the agreed areas of private sales, ground leases and leases that the agency supported, by the day of "
        "agreement. Cancelled transactions do not count.",
    ),
    layer="transactions",
    published=DATED,
    public_district="public_district",
    dates=("agreed_reached_on",),
    contributions="""
        select
            t.id,
            t.agreed_reached_on as date,
            t.area_m2 as amount,
    """
    + PLACED_TRANSACTIONS
    + """
        where t.sector = 'private'
          and t.role = 'supporter'
          and t.kind in ('sale', 'ground_lease', 'lease')
          and t.cancelled_on is null
    """,
    rounding=Decimal(100),
)

PUBLIC_LAND_PLOTS = Indicator(
    key="public_land_plots",
    position=101,
    area=AREAS["customers"],
    product=PRODUCTS["services"],
    label=Text(
        "Anzahl der verkauften / in Erbpacht vergebenen öffentlichen Grundstücke",
        "Number of public plots sold or let on ground lease",
    ),
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    rule=Text(
        "Anzahl der Vorgänge hinter der Grundstücksgröße öffentlicher Verkäufe und Erbbaurechte.",
        "Number of transactions behind the size of public land sold or let on ground lease.",
    ),
    layer="transactions",
    published=DATED,
    public_district="public_district",
    dates=("agreed_reached_on",),
    contributions="""
        select
            t.id,
            t.agreed_reached_on as date,
            1::numeric as amount,
    """
    + PUBLIC_SALES,
)

PROPERTIES_BROKERED = Indicator(
    key="properties_brokered",
    position=4,
    area=AREAS["customers"],
    product=PRODUCTS["services"],
    label=Text("davon: Vermittlung von Gewerbeimmobilien", "of these: commercial properties brokered"),
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    rule=Text(
        "Anzahl der Vermittlungen nach dem Tag der Einigung; stornierte zählen nicht. Ort ist die Immobilie.",
        "Number of brokerages by the day of agreement; cancelled ones do not count. The property is the place.",
    ),
    layer="brokerages",
    dates=("agreed_on",),
    contributions="""
        select
            b.id,
            b.agreed_on as date,
            1::numeric as amount,
            p.district_key as district,
            p.geom
        from brokerages as b
        join properties as p on p.id = b.property
        where b.cancelled_on is null
    """,
)

OFFICE_TAKEUP_M2 = Indicator(
    key="office_takeup_m2",
    position=44,
    area=AREAS["information"],
    product=PRODUCTS["knowledge"],
    label=Text("Büroflächenumsatz in qm", "Office take-up in m²"),
    unit=Unit.SQUARE_METRES,
    kind=Kind.FLOW,
    rule=Text(
        "Summe der Büroflächen, die vermietet, untervermietet, zur Eigennutzung gekauft oder zu bauen begonnen wurden, "
        "nach dem Tag des Abschlusses (Neubau: Baubeginn); stornierte zählen nicht. Von einer Vertragsverlängerung "
        "zählt nur die zusätzliche Fläche (Regel der gif).",
        "Sum of office space let, sublet, bought or begun to be built for own use, by the day of the contract "
        "(construction: start of works); cancelled ones do not count. Of a renewal only the added space counts "
        "(rule of the gif).",
    ),
    layer="office_takeups",
    dates=("agreed_on",),
    amounts=("added_m2",),
    contributions="""
        select
            o.id,
            o.agreed_on as date,
            case o.kind when 'renewal' then coalesce(o.added_m2, 0) else o.area_m2 end as amount,
            o.district_key as district,
            o.geom
        from office_takeups as o
        where o.cancelled_on is null
    """,
    rounding=Decimal(100),
)

SETTLEMENTS = Family(
    Indicator(
        key="settlements",
        position=48,
        area=AREAS["information"],
        product=PRODUCTS["projects"],
        label=Text("{name}; Anzahl angesiedelter Unternehmen", "{name}; number of companies settled"),
        unit=Unit.COUNT,
        kind=Kind.FLOW,
        rule=Text(
            "Anzahl der Ansiedlungen im Gebiet {name} nach dem Tag der Ansiedlung. Eine Zeile je Gewerbegebiet, das "
            "als Großprojekt gekennzeichnet ist.",
            "Number of settlements in {name} by the day of settling. One line for each industrial area flagged as a "
            "major project.",
        ),
        layer="settlements",
        dates=("settled_reached_on",),
        contributions="""
            select
                s.id,
                s.settled_reached_on as date,
                1::numeric as amount,
                a.district_key as district,
                a.geom
            from settlements as s
            join industrial_areas as a on a.id = s.industrial_area
            where a.major_project
              and a.source_id = %(member)s
        """,
    ),
    members="""
        select distinct on (source_id) source_id as member, name, geom
        from industrial_areas
        where major_project
        order by source_id, source
    """,
)

INDICATORS = [
    INQUIRIES,
    PUBLIC_LAND_M2,
    PRIVATE_LAND_M2,
    PROPERTIES_BROKERED,
    OFFICE_TAKEUP_M2,
    PUBLIC_LAND_PLOTS,
]
FAMILIES = [SETTLEMENTS]
