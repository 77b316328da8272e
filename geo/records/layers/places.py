"""Places: the city's districts and industrial areas, ways to reach them, and sites that need protection."""

from geo.profile.wording import worded
from geo.records.layers import codes
from geo.records.layers.columns import DISTRICT, DISTRICT_KEY, DISTRICT_NAME, NAME, public
from geo.records.layers.layer import Audience, Column, Layer, Search, Text, by_key

PUBLIC = Audience.PUBLIC
VALID_FROM = Column(
    "valid_from",
    Text("Gültig ab", "Valid from"),
    hint=Text(
        "Der erste Tag, an dem der Bezirk so bestand; leer heißt: seit jeher.",
        "The first day on which the district was like this; empty means: always.",
    ),
)

DISTRICTS = Layer(
    key="districts",
    theme="REGI",
    title=Text("Bezirke", "Districts"),
    singular=Text("Bezirk", "District"),
    description=worded(
        Text(
            "Die {own:Parts}, die zusammen das {own:area} ergeben, und die statistischen Bezirke darin.",
            "{own:Of_whole}'s {own:parts}, which together make it up, and the statistical districts within them.",
        )
    ),
    geometry="MultiPolygon",
    geometry_required=True,
    expected_inside=False,
    audience=PUBLIC,
    drawn_by=("kind", "key"),
    drawn_label="name",
    searched=(Search(3, ("name",), details=("kind",)),),
    columns=public(
        Column("key", Text("Bezirksschlüssel", "District key")),
        NAME,
        Column("kind", Text("Art des Bezirks", "Kind of district"), codes=codes.DISTRICT),
        Column("parent_key", Text("Übergeordneter Bezirk (Schlüssel)", "Parent district (key)")),
        VALID_FROM,
    ),
)

FORMER_DISTRICTS = Layer(
    key="former_districts",
    theme="REGI",
    title=Text("Frühere Bezirke", "Former districts"),
    singular=Text("Früherer Bezirk", "Former district"),
    description=Text(
        "Die Bezirke, wie sie vor einer Neugliederung waren; nach ihnen werden Zahlen früherer Zeiträume aufgeteilt.",
        "The districts as they were before a reform, by which figures of earlier periods are split.",
    ),
    geometry="MultiPolygon",
    geometry_required=True,
    expected_inside=False,
    drawn_by=("kind", "key"),
    drawn_label="name",
    searched=(),
    columns=(
        Column("key", Text("Bezirksschlüssel", "District key")),
        NAME,
        Column("kind", Text("Art des Bezirks", "Kind of district"), codes=codes.DISTRICT),
        Column("parent_key", Text("Übergeordneter Bezirk (Schlüssel)", "Parent district (key)")),
        VALID_FROM,
        Column(
            "valid_until",
            Text("Gültig bis vor dem", "Valid until before"),
            hint=Text("Der erste Tag, an dem der Bezirk nicht mehr bestand.", "The first day on which it was gone."),
        ),
        DISTRICT_KEY,
    ),
    derived_views=(DISTRICT_NAME,),
)

INDUSTRIAL_AREAS = Layer(
    key="industrial_areas",
    title=Text("Gewerbegebiete", "Industrial areas"),
    singular=Text("Gewerbegebiet", "Industrial area"),
    description=worded(
        Text(
            "Die Gewerbe- und Industriegebiete {own:of_whole}; Großprojekte haben eine eigene Zeile im Bericht.",
            "{own:Of_whole}'s commercial and industrial areas; major projects have a line of their own in the report.",
        )
    ),
    geometry="MultiPolygon",
    geometry_required=True,
    expected_inside=True,
    audience=PUBLIC,
    drawn_by=("major_project",),
    drawn_label="name",
    searched=(Search(2, ("name",), details=("district",)),),
    columns=public(
        NAME,
        Column("major_project", Text("Großprojekt", "Major project")),
        DISTRICT_KEY,
    ),
    derived_views=(DISTRICT_NAME._replace(columns=public(DISTRICT)),),
)

ACCESS_POINTS = Layer(
    key="access_points",
    theme="TRAN",
    title=Text("Verkehrsanbindungen", "Access points"),
    singular=Text("Verkehrsanbindung", "Access point"),
    description=Text(
        "Autobahnanschlussstellen, Umschlagbahnhöfe und Häfen, zu denen Entfernungen gemessen werden.",
        "Motorway junctions, rail terminals and ports to which distances are measured.",
    ),
    geometry="Point",
    geometry_required=True,
    expected_inside=False,
    drawn_by=("kind",),
    drawn_label="name",
    searched=(Search(5, ("name",), details=("kind",)),),
    columns=(
        NAME,
        Column("kind", Text("Art der Anbindung", "Kind of access point"), codes=codes.ACCESS_POINT),
        DISTRICT_KEY,
    ),
)

SENSITIVE_SITES = Layer(
    key="sensitive_sites",
    theme="SOCI",
    title=Text("Schutzbedürftige Einrichtungen", "Sensitive sites"),
    singular=Text("Schutzbedürftige Einrichtung", "Sensitive site"),
    description=Text(
        "Schulen, Kindertages- und Pflegeeinrichtungen und Krankenhäuser, auf die Gewerbe und Mobilfunk "
        "Rücksicht nehmen.",
        "Schools, day-care centres, hospitals and homes for the elderly that commerce and mobile sites must respect.",
    ),
    geometry="Point",
    geometry_required=True,
    expected_inside=False,
    drawn_by=("kind",),
    drawn_label="name",
    searched=(Search(12, ("name",), details=("kind",)),),
    columns=(
        NAME,
        Column("kind", Text("Art der Einrichtung", "Kind of site"), codes=codes.SENSITIVE_SITE),
        DISTRICT_KEY,
    ),
)

LAYERS = by_key((DISTRICTS, FORMER_DISTRICTS, INDUSTRIAL_AREAS, ACCESS_POINTS, SENSITIVE_SITES))
