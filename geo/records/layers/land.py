"""Land: plots (plots.py), who reserves and buys them, and what is done to win new ones."""

from geo.profile.wording import PARTS, worded
from geo.records.layers import codes
from geo.records.layers.columns import (
    AREA_M2,
    CANCELLED_ON,
    DISTRICT_KEY,
    DISTRICT_NAME,
    ENDED_ON,
    GROUND_VALUE,
    HORIZON,
    INQUIRY,
    NAME,
    PARTY,
    PLOT,
    RESPONSIBLE,
    STARTED_ON,
    public,
)
from geo.records.layers.layer import (
    Audience,
    Column,
    Dependency,
    DerivedView,
    Layer,
    Search,
    Text,
    by_key,
    counted_date,
)
from geo.records.layers.plots import PLOT_RESTRICTIONS, PLOTS
from geo.units import Unit

RESERVATIONS = Layer(
    key="reservations",
    title=Text("Reservierungen", "Reservations"),
    singular=Text("Reservierung", "Reservation"),
    gender="f",
    description=Text(
        "Grundstücke oder Teilflächen, die für eine Anfrage zurückgehalten werden, und wer darauf wartet.",
        "Plots or parts of plots that are held for an inquiry, and who waits for them.",
    ),
    geometry="MultiPolygon",
    expected_inside=False,
    date="reserved_on",
    drawn_by=("plot", "reserved_on", "expires_on", "released_on"),
    told_as={
        "reserved_on": Text(
            "[{area_m2} von ]{plot}[ bis {expires_on}] reserviert",
            "reserved [{area_m2} of ]{plot}[ until {expires_on}]",
        ),
        "queued_on": Text(
            "[{inquiry} ]auf die Warteliste von {plot} gesetzt", "put [{inquiry} ]on the waiting list of {plot}"
        ),
        "released_on": Text(
            "die Reservierung von {plot} zum {released_on} freigegeben",
            "released the reservation of {plot} as of {released_on}",
        ),
    },
    searched=(),
    columns=(
        PLOT,
        INQUIRY,
        AREA_M2,
        Column(
            "queued_on",
            Text("Auf der Warteliste seit", "On the waiting list since"),
            hint=Text(
                "Wer wartet, dem ist noch nichts zugesagt: erst ab „Reserviert am“.",
                "Whoever waits is promised nothing yet: only from “Reserved on”.",
            ),
        ),
        Column("reserved_on", Text("Reserviert am", "Reserved on")),
        Column("expires_on", Text("Reserviert bis", "Expires on")),
        Column("released_on", Text("Freigegeben am", "Released on")),
        DISTRICT_KEY,
    ),
    derived_views=(DISTRICT_NAME,),
)

TRANSACTIONS = Layer(
    key="transactions",
    title=Text("Grundstücksgeschäfte", "Transactions"),
    singular=Text("Grundstücksgeschäft", "Transaction"),
    gender="n",
    is_named_by_kind=True,
    description=Text(
        "Verkauf, Erbbaurecht, Verpachtung und Ankauf von Gewerbeflächen, mit der vereinbarten Fläche.",
        "Sales, ground leases, leases and purchases of commercial land, each with the area agreed upon.",
    ),
    geometry="MultiPolygon",
    expected_inside=True,
    audience=Audience.PUBLIC,
    public_rows="r.cancelled_on is null",
    public_geometry="r.notarised_on is not null or r.handed_over_on is not null",
    date="agreed_on",
    drawn_by=("kind", "sector", "status"),
    told_as={
        "agreed_on": Text("{kind}[ von {plot}] eingetragen[: {area_m2}]", "recorded: {kind}[ of {plot}][, {area_m2}]"),
        "cancelled_on": Text("{kind}[ von {plot}] storniert", "cancelled: {kind}[ of {plot}]"),
    },
    searched=(),
    columns=(
        *public(
            Column("kind", Text("Art des Geschäfts", "Kind of deal"), codes=codes.DEAL),
            Column("sector", Text("Sektor", "Sector"), codes=codes.OWNERSHIP),
            AREA_M2,
            Column(
                "agreed_on",
                Text("Vereinbart am", "Agreed on"),
                hint=worded(
                    Text(
                        "Die Einigung über das Geschäft; bei {own:own_land} der Beschluss des Gremiums.",
                        "Consent to the deal; for {own:own_land} the committee's decision.",
                    )
                ),
            ),
        ),
        PLOT,
        INQUIRY,
        PARTY,
        Column("role", Text("Rolle der Wirtschaftsförderung", "The agency's role"), codes=codes.ROLE),
        Column("price_eur", Text("Kaufpreis", "Price"), unit=Unit.EUROS),
        GROUND_VALUE,
        Column(
            "ends_on",
            Text("Befristet bis", "Ends on"),
            hint=Text("Vertragsende von Erbbaurecht oder Pacht.", "End of the term of a lease."),
        ),
        Column("notarised_on", Text("Beurkundet am", "Notarised on")),
        Column("handed_over_on", Text("Besitzübergang am", "Handed over on")),
        CANCELLED_ON,
        ENDED_ON,
        Column(
            "despite_reservation",
            Text("Trotz Reservierung", "Despite a reservation"),
            hint=Text(
                "Ja, wenn anderen zugesagte Fläche bewusst vergeben wird. Die Reservierung gilt dann für den Rest.",
                "Yes if land promised to others is given away on purpose. The reservation then holds the rest.",
            ),
        ),
        counted_date("agreed_reached_on", "Vereinbarung", "Agreed"),
        Column("status", Text("Status", "Status"), codes=codes.DEAL_STATUS),
        Column(
            "takes_land",
            Text("Beansprucht Fläche", "Takes land"),
            hint=Text(
                "Ankäufe, stornierte und beendete Geschäfte beanspruchen nichts.",
                "Purchases, cancelled and ended transactions take nothing.",
            ),
        ),
        DISTRICT_KEY,
    ),
    derived_views=(
        DerivedView(
            "transaction_places",
            "transaction",
            (
                Column(
                    "district",
                    PARTS.singular,
                    hint=Text(
                        f"{PARTS.singular.de} der eigenen Fläche, sonst des Grundstücks, wie in den Kennzahlen.",
                        f"The name of the {PARTS.one_en} of its own area, else of the plot's, as in the indicators.",
                    ),
                ),
                Column("plot_horizon", Text("Zeithorizont des Grundstücks", "Plot's horizon"), codes=codes.HORIZON),
                Column("plot_zoning", Text("Nutzungsart des Grundstücks", "Plot's zoning"), codes=codes.ZONING),
            ),
            depends_on=(
                Dependency("plots", "id", own="r.plot"),
                Dependency(
                    "districts",
                    "key",
                    own="coalesce(r.district_key, (select district_key from flurwerk.plots where id = r.plot))",
                ),
            ),
            discloses=("plots",),
        ),
    ),
)

MEASURES = Layer(
    key="measures",
    title=Text("Maßnahmen", "Measures"),
    singular=Text("Maßnahme", "Measure"),
    gender="f",
    description=Text(
        "Was geschieht, um Gewerbeflächen zu entwickeln, wiederzunutzen, zu verdichten oder zu sichern.",
        "What is done to develop, revitalise, densify or secure commercial land.",
    ),
    geometry="MultiPolygon",
    expected_inside=False,
    date="started_on",
    drawn_by=("status", "kind", "horizon"),
    drawn_label="name",
    searched=(Search(18, ("name",), details=("kind", "status")),),
    columns=(
        NAME,
        Column("kind", Text("Art der Maßnahme", "Kind of measure"), codes=codes.MEASURE),
        HORIZON,
        RESPONSIBLE,
        PLOT,
        STARTED_ON,
        Column("done_on", Text("Abgeschlossen am", "Done on")),
        Column("status", Text("Status", "Status"), codes=codes.MEASURE_STATUS),
        DISTRICT_KEY,
    ),
    derived_views=(DISTRICT_NAME,),
)

LAYERS = by_key((PLOTS, PLOT_RESTRICTIONS, RESERVATIONS, TRANSACTIONS, MEASURES))
