"""Who is responsible for the broadband rollout: programmes, operators, their letters of intent, and clusters."""

from geo.records.layers import rollout_codes
from geo.records.layers.columns import (
    DISTRICT_KEY,
    DUE_ON,
    ENDED_ON,
    NAME,
    OPERATOR,
    PROGRAMME,
    STARTED_ON,
    public,
)
from geo.records.layers.layer import Audience, Column, Dependency, Layer, Search, Text, by_key, counted_date

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

LAYERS = by_key((PROGRAMMES, OPERATORS, LETTERS_OF_INTENT, CLUSTERS))
