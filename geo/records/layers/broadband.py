"""Broadband: programmes, operators, expansion areas, trenches, connections and what obstructs them."""

from geo.profile.wording import PARTS
from geo.records.layers import rollout_codes
from geo.records.layers.columns import (
    ADDRESS,
    CITY_LENGTH,
    CLUSTER,
    CLUSTER_KEY,
    CLUSTER_NAME,
    CLUSTER_NAMES,
    DISTRICT_KEY,
    DUE_ON,
    DUPLICATE_OF,
    ENDED_ON,
    NAME,
    OPERATOR,
    PROGRAMME,
    RESPONSIBLE,
    RESPONSIBLE_SINCE,
    SERVED_BY,
    STARTED_ON,
    public,
)
from geo.records.layers.layer import Audience, Column, Dependency, Layer, Search, Text, by_key, counted_date
from geo.units import Unit

PROGRAMMES = Layer(
    key="programmes",
    theme="TECH",
    title=Text("Ausbauprogramme", "Programmes"),
    singular=Text("Ausbauprogramm", "Programme"),
    gender="n",
    description=Text(
        "Geförderte und eigenwirtschaftliche Programme, in denen Breitband ausgebaut wird.",
        "Funded and self-financed programmes under which broadband is rolled out.",
    ),
    date="started_on",
    searched=(Search(16, ("name",), details=("funding",)),),
    columns=(
        NAME,
        Column("funding", Text("Finanzierung", "Funding"), codes=rollout_codes.FUNDING),
        Column("gap", Text("Fleckenkategorie", "Gap category"), codes=rollout_codes.GAP),
        Column(
            "counts",
            Text("Zählweise", "Counts"),
            codes=rollout_codes.COUNTING,
            hint=Text(
                "Ob eine Adresse als ein Anschluss zählt oder mit ihren Wohneinheiten.",
                "Whether an address counts as one connection, or its dwellings do.",
            ),
        ),
        STARTED_ON,
        ENDED_ON,
    ),
)

OPERATORS = Layer(
    key="operators",
    theme="TECH",
    title=Text("Betreiber", "Operators"),
    singular=Text("Betreiber", "Operator"),
    gender="m",
    description=Text(
        "Festnetz- und Mobilfunknetzbetreiber und Betreiber von Funkmasten.",
        "Fixed-network carriers, mobile network operators and tower companies.",
    ),
    searched=(Search(15, ("name",), details=("kind",)),),
    columns=(
        NAME,
        Column("kind", Text("Art des Betreibers", "Kind of operator"), codes=rollout_codes.OPERATOR),
        ENDED_ON,
        Column(
            "successor",
            Text("Nachfolger", "Successor"),
            hint=Text("Der Betreiber, der ihn weiterführt.", "The operator that continues it."),
        ),
    ),
)

LETTERS_OF_INTENT = Layer(
    key="letters_of_intent",
    theme="TECH",
    title=Text("Absichtserklärungen", "Letters of intent"),
    singular=Text("Absichtserklärung", "Letter of intent"),
    gender="f",
    description=Text(
        "Absichtserklärungen (LoI) von Telekommunikationsunternehmen zum eigenwirtschaftlichen Ausbau.",
        "Telecommunication companies' letters of intent to roll out at their own expense.",
    ),
    date="signed_reached_on",
    searched=(Search(17, ("source_id",), details=("operator", "signed_on")),),
    columns=(
        OPERATOR,
        Column("promised_connections", Text("Zugesagte Anschlüsse", "Connections promised")),
        Column(
            "promises",
            Text("Zugesagt ist", "Promised is"),
            codes=rollout_codes.PROMISE,
            hint=Text("Welche Anschlüsse auf die Zusage zählen.", "Which connections count towards the promise."),
        ),
        PROGRAMME,
        Column(
            "counts",
            Text("Zählweise", "Counts"),
            codes=rollout_codes.COUNTING,
            hint=Text(
                "Was die zugesagte Zahl zählt; leer: wie das Ausbauprogramm der Zusage oder das ihrer Gebiete.",
                "What the promised number counts; empty: as its programme, or that of its areas.",
            ),
        ),
        Column("signed_on", Text("Unterzeichnet am", "Signed on")),
        STARTED_ON,
        Column(
            "ended_on",
            Text("Endet am", "Ends on"),
            hint=Text(
                "Letzter Tag, bis zu dem Anschlüsse auf die Zusage zählen; in der Zukunft ihre Frist.",
                "The last day on which connections count towards the promise; in the future, its deadline.",
            ),
        ),
        Column("terminated_on", Text("Gekündigt am", "Terminated on")),
        counted_date("signed_reached_on", "Unterzeichnung", "Signed"),
    ),
)

CLUSTERS = Layer(
    key="clusters",
    theme="TECH",
    title=Text("Ausbaucluster", "Clusters"),
    singular=Text("Ausbaucluster", "Cluster"),
    gender="n",
    description=Text(
        "Teile des Breitbandausbaus, die als eines geplant und gebaut werden, mit Betreiber, Programm und Herkunft.",
        "Parts of the broadband rollout that are planned and built as one, with operator, programme and lineage.",
    ),
    geometry="MultiPolygon",
    geometry_required=False,
    expected_inside=False,
    audience=Audience.PUBLIC,
    # A cluster without an expansion area would tell of trenches, which are internal.
    public_rows="exists (select from {schema}.expansion_areas as e where e.cluster = r.id)",
    public_depends_on=(Dependency("expansion_areas", "cluster"),),
    date="due_on",
    drawn_by=("programme", "operator"),
    drawn_label="key",
    searched=(Search(8, ("key", "name"), details=("name", "due_on"), placed_by=("trenches", "cluster")),),
    known_by=("key", "name"),
    columns=(
        *public(
            Column(
                "key",
                Text("Kürzel", "Key"),
                hint=Text("Wie alle es nennen, etwa „HG-01“.", "What everybody calls it, such as “HG-01”."),
            ),
            NAME,
            DUE_ON,
            Column("created_on", Text("Gebildet am", "Created on")),
            ENDED_ON,
            DISTRICT_KEY,
        ),
        PROGRAMME,
        OPERATOR,
        Column(
            "predecessor",
            Text("Abgeteilt von", "Split from"),
            hint=Text("Das Cluster, aus dem dieses entstanden ist.", "The cluster from which this one was made."),
        ),
        Column(
            "successor",
            Text("Aufgegangen in", "Merged into"),
            hint=Text("Das Cluster, das es weiterführt.", "The cluster that continues it."),
        ),
    ),
)

EXPANSION_AREAS = Layer(
    key="expansion_areas",
    theme="TECH",
    title=Text("Ausbaugebiete", "Expansion areas"),
    singular=Text("Ausbaugebiet", "Expansion area"),
    gender="n",
    description=Text(
        "Gebiete, in denen Breitband ausgebaut wird oder werden soll.",
        "Areas in which broadband is or will be rolled out.",
    ),
    geometry="MultiPolygon",
    geometry_required=True,
    expected_inside=False,
    audience=Audience.PUBLIC,
    date="due_on",
    drawn_by=("cluster", "programme", "operator"),
    drawn_label="name",
    searched=(Search(9, ("name",), details=("cluster",)),),
    derived_views=(CLUSTER_NAMES._replace(columns=public(CLUSTER_KEY, CLUSTER_NAME)),),
    columns=(
        *public(
            NAME,
            CLUSTER,
            Column("planned_connections", Text("Geplante Anschlüsse", "Connections planned")),
            Column(
                "planned_counts",
                Text("Geplant in", "Planned in"),
                codes=rollout_codes.COUNTING,
                hint=Text(
                    "Was die geplante Zahl zählt; leer: was das Ausbauprogramm zählt.",
                    "What the planned number counts; empty: what the programme counts.",
                ),
            ),
            DUE_ON,
            DISTRICT_KEY,
        ),
        PROGRAMME,
        OPERATOR,
        RESPONSIBLE_SINCE,
        Column("letter", Text("Absichtserklärung", "Letter of intent")),
    ),
)

TRENCHES = Layer(
    key="trenches",
    theme="TECH",
    title=Text("Trassen", "Trenches"),
    singular=Text("Trasse", "Trench"),
    gender="f",
    description=Text(
        "Geplante und gebaute Trassenabschnitte des Breitbandausbaus von Zustimmung bis Abnahme.",
        "Planned and built trench segments of the rollout, from consent to acceptance.",
    ),
    geometry="MultiLineString",
    geometry_required=True,
    expected_inside=True,
    date="laid_reached_on",
    drawn_by=("status", "origin", "method", "surface", "programme", "operator"),
    drawn_steps=(
        ("planned", "planned_reached_on"),
        ("permitted", "permitted_on"),
        ("cleared", "cleared_on"),
        ("started", "started_on"),
        ("laid", "laid_reached_on"),
        ("discarded", "discarded_on"),
        ("due", "due_on"),
    ),
    overdue_after="due_on",
    searched=(Search(21, ("source_id",), details=("cluster", "status", "length_m")),),
    derived_views=(CLUSTER_NAMES,),
    columns=(
        PROGRAMME,
        CLUSTER,
        OPERATOR,
        RESPONSIBLE_SINCE,
        Column("origin", Text("Herkunft der Trasse", "Origin"), codes=rollout_codes.ORIGIN),
        Column("construction", Text("Bauweise", "Construction"), codes=rollout_codes.CONSTRUCTION),
        Column("method", Text("Verlegeverfahren", "Laying method"), codes=rollout_codes.METHOD),
        Column("surface", Text("Oberfläche", "Surface"), codes=rollout_codes.SURFACE),
        DUE_ON,
        DUPLICATE_OF,
        Column("planned_on", Text("Geplant am", "Planned on")),
        Column(
            "applied_on",
            Text("Zustimmung beantragt am", "Consent applied for on"),
            hint=Text("Antrag auf Zustimmung nach § 127 TKG.", "Application for consent under § 127 TKG."),
        ),
        Column(
            "complete_on",
            Text("Antrag vollständig am", "Application complete on"),
            hint=Text("Ab hier läuft die Frist des § 127 TKG.", "The period of § 127 TKG runs from here."),
        ),
        Column("permitted_on", Text("Zustimmung erteilt am", "Consent given on")),
        Column("extended_until", Text("Frist verlängert bis", "Period extended until")),
        Column("refused_on", Text("Zustimmung versagt am", "Consent refused on")),
        Column(
            "sounding_requested_on",
            Text("Kampfmittelsondierung beantragt am", "Ordnance sounding requested on"),
        ),
        Column("cleared_on", Text("Kampfmittelfreigabe am", "Cleared of ordnance on")),
        Column("started_on", Text("Baubeginn am", "Works started on")),
        Column("laid_on", Text("Verlegt am", "Laid on")),
        Column("accepted_on", Text("Abgenommen am", "Accepted on")),
        Column("documented_on", Text("Dokumentiert am", "Documented on")),
        Column("discarded_on", Text("Verworfen am", "Discarded on")),
        counted_date("laid_reached_on", "Verlegung", "Laid"),
        counted_date("planned_reached_on", "Planung", "Planned"),
        Column("status", Text("Status", "Status"), codes=rollout_codes.TRENCH_STATUS),
        Column("length_m", Text("Länge", "Length"), unit=Unit.METRES),
        Column("district_keys", Text(f"{PARTS.plural.de} (Schlüssel)", f"{PARTS.plural.en} (keys)")),
        Column(
            "district_lengths_m",
            Text(f"Länge je {PARTS.singular.de}", f"Length in each {PARTS.one_en}"),
            unit=Unit.METRES,
        ),
        CITY_LENGTH,
    ),
)

CONNECTIONS = Layer(
    key="connections",
    theme="TECH",
    title=Text("Anschlüsse", "Connections"),
    singular=Text("Anschluss", "Connection"),
    gender="m",
    description=Text(
        "Adressen mit dem Stand ihres Breitbandanschlusses, von der Förderfähigkeit bis zur Aktivierung.",
        "Addresses with the state of their broadband connection, from eligibility to activation.",
    ),
    geometry="Point",
    geometry_required=True,
    expected_inside=True,
    date="connected_reached_on",
    drawn_by=("status", "customer", "technology", "programme", "operator"),
    drawn_steps=(
        ("passed", "passed_on"),
        ("prepared", "prepared_on"),
        ("connected", "connected_reached_on"),
        ("activated", "activated_on"),
        ("dropped", "dropped_on"),
        ("ordered", "ordered_on"),
        ("due", "due_on"),
    ),
    overdue_after="due_on",
    searched=(Search(20, ("address", "source_id"), details=("status", "cluster")),),
    derived_views=(CLUSTER_NAMES,),
    columns=(
        ADDRESS,
        Column(
            "dwellings",
            Text("Wohneinheiten", "Dwellings"),
            hint=Text(
                "Erforderlich, wenn das Ausbauprogramm Wohneinheiten zählt.",
                "Required where the programme counts dwellings.",
            ),
        ),
        Column("customer", Text("Kundengruppe", "Customer group"), codes=rollout_codes.CUSTOMER),
        PROGRAMME,
        CLUSTER,
        OPERATOR,
        RESPONSIBLE_SINCE,
        SERVED_BY,
        Column("technology", Text("Anschlusstechnik", "Technology"), codes=rollout_codes.TECHNOLOGY),
        Column("down_mbit", Text("Downloadrate", "Download rate"), unit=Unit.MEGABITS_PER_SECOND),
        DUE_ON,
        Column("eligible_on", Text("Förderfähig seit", "Eligible since")),
        Column("ordered_on", Text("Beauftragt am", "Ordered on")),
        Column(
            "passed_on",
            Text("Anschließbar seit", "Passed on"),
            hint=Text("Homes passed: die Trasse liegt vor dem Gebäude.", "Homes passed: the trench lies in front."),
        ),
        Column(
            "prepared_on",
            Text("Vorbereitet am", "Prepared on"),
            hint=Text("Homes prepared: das Leerrohr endet im Gebäude.", "Homes prepared: the duct ends inside."),
        ),
        Column(
            "connected_on",
            Text("Angeschlossen am", "Connected on"),
            hint=Text("Homes connected: die Glasfaser liegt im Gebäude.", "Homes connected: the fibre is in place."),
        ),
        Column(
            "activated_on",
            Text("Aktiviert am", "Activated on"),
            hint=Text("Homes activated: der Dienst läuft.", "Homes activated: the service runs."),
        ),
        Column(
            "dropped_on",
            Text("Entfallen am", "Dropped on"),
            hint=Text(
                "Wird er danach beauftragt, zählt er von da an wieder.",
                "If it is ordered afterwards, it counts again from then on.",
            ),
        ),
        counted_date("connected_reached_on", "Anschluss", "Connected"),
        Column("status", Text("Status", "Status"), codes=rollout_codes.CONNECTION_STATUS),
        DISTRICT_KEY,
    ),
)

OBSTRUCTIONS = Layer(
    key="obstructions",
    theme="TECH",
    title=Text("Behinderungen", "Obstructions"),
    singular=Text("Behinderung", "Obstruction"),
    gender="f",
    description=Text(
        "Was eine Trasse, ein Ausbaucluster oder einen Anschluss verzögert, und von wann bis wann.",
        "What delays a trench, a cluster or a connection, and from when until when.",
    ),
    date="from_on",
    searched=(),
    derived_views=(CLUSTER_NAMES,),
    columns=(
        Column("trench", Text("Trasse", "Trench")),
        CLUSTER,
        Column("connection", Text("Anschluss", "Connection")),
        Column("kind", Text("Art der Behinderung", "Kind of obstruction"), codes=rollout_codes.OBSTRUCTION),
        RESPONSIBLE,
        Column("from_on", Text("Behindert von", "From")),
        Column("until_on", Text("Behindert bis", "Until")),
    ),
)

LAYERS = by_key(
    (PROGRAMMES, OPERATORS, LETTERS_OF_INTENT, CLUSTERS, EXPANSION_AREAS, TRENCHES, CONNECTIONS, OBSTRUCTIONS)
)
