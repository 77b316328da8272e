"""Places: the city's districts and industrial areas, ways to reach them, and sites that need protection."""

from geo.profile import profile
from geo.profile.levels import STATISTICAL
from geo.profile.wording import PART, worded
from geo.records.layers import codes
from geo.records.layers.columns import (
    CONTACT_PERSON,
    DISTRICT,
    DISTRICT_KEY,
    DISTRICT_NAME,
    NAME,
    PLACES_OF_LINE,
    public,
)
from geo.records.layers.layer import Audience, Column, Layer, Search, Text, by_key

PUBLIC = Audience.PUBLIC


def _description() -> Text:
    """Return what the layer of the parts holds, the levels of the profile among it."""
    levels = profile().levels
    if not levels:
        return worded(
            Text(
                "Die {own:Parts}, die zusammen das {own:area} ergeben.",
                "{own:Of_whole}'s {own:parts}, which together make it up.",
            )
        )
    # Behind an article the adjective of the usual level has another ending.
    usual = tuple(levels) == (STATISTICAL,)
    within_de = (
        "und die statistischen Bezirke darin" if usual else f"und darin: {', '.join(one.plural.de for one in levels)}"
    )
    within_en = " and ".join(one.plural.en[:1].lower() + one.plural.en[1:] for one in levels)
    return worded(
        Text(
            f"Die {{own:Parts}}, die zusammen das {{own:area}} ergeben, {within_de}.",
            f"{{own:Of_whole}}'s {{own:parts}}, which together make it up, and the {within_en} within them.",
        )
    )


VALID_FROM = Column(
    "valid_from",
    Text("Gültig ab", "Valid from"),
    hint=worded(
        Text(
            "Der erste Tag, an dem {own:the_district} so bestand; leer heißt: seit jeher.",
            "The first day on which {own:the_district} was like this; empty means: always.",
        )
    ),
)
KEY = Column("key", PART.district_key)
KIND = Column("kind", PART.district_kind, codes=codes.DISTRICT)
PARENT_KEY = Column("parent_key", worded(Text("{own:Parent_district} (Schlüssel)", "{own:Parent_district} (key)")))

DISTRICTS = Layer(
    key="districts",
    theme="REGI",
    title=PART.districts,
    singular=PART.district,
    description=_description(),
    geometry="MultiPolygon",
    geometry_required=True,
    expected_inside=False,
    audience=PUBLIC,
    drawn_by=("kind", "key"),
    drawn_label="name",
    searched=(Search(3, ("name",), details=("kind",)),),
    columns=public(
        KEY,
        NAME,
        KIND,
        PARENT_KEY,
        VALID_FROM,
    ),
)

FORMER_DISTRICTS = Layer(
    key="former_districts",
    theme="REGI",
    title=worded(Text("Frühere {own:districts}", "Former {own:districts}")),
    singular=worded(Text("{own:Former_district}", "{own:Former_district}")),
    description=worded(
        Text(
            "Die {own:districts}, wie sie vor einer Neugliederung waren; nach ihnen werden Zahlen früherer Zeiträume "
            "aufgeteilt.",
            "The {own:districts} as they were before a reform, by which figures of earlier periods are split.",
        )
    ),
    geometry="MultiPolygon",
    geometry_required=True,
    expected_inside=False,
    drawn_by=("kind", "key"),
    drawn_label="name",
    searched=(),
    columns=(
        KEY,
        NAME,
        KIND,
        PARENT_KEY,
        VALID_FROM,
        Column(
            "valid_until",
            Text("Gültig bis vor dem", "Valid until before"),
            hint=worded(
                Text(
                    "Der erste Tag, an dem {own:the_district} nicht mehr bestand.",
                    "The first day on which it was gone.",
                )
            ),
        ),
        DISTRICT_KEY,
    ),
    derived_views=(DISTRICT_NAME,),
)

INDUSTRIAL_AREAS = Layer(
    key="industrial_areas",
    title=Text("Gewerbegebiete", "Industrial areas"),
    singular=Text("Gewerbegebiet", "Industrial area"),
    gender="n",
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
    columns=(
        *public(
            NAME,
            Column("major_project", Text("Großprojekt", "Major project")),
            DISTRICT_KEY,
        ),
        CONTACT_PERSON,
    ),
    derived_views=(DISTRICT_NAME._replace(columns=public(DISTRICT)),),
)

ACCESS_POINTS = Layer(
    key="access_points",
    theme="TRAN",
    title=Text("Verkehrsanbindungen", "Access points"),
    singular=Text("Verkehrsanbindung", "Access point"),
    gender="f",
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

STREETS = Layer(
    key="streets",
    theme="TRAN",
    title=Text("Straßen", "Streets"),
    singular=Text("Straße", "Street"),
    gender="f",
    description=Text(
        "Straßen und Wege, auf denen die Karten liegen, wenn kein Hintergrund eines Kartendienstes gezeigt wird.",
        "Streets and paths, the ground of maps that have no background of a map service.",
    ),
    geometry="MultiLineString",
    geometry_required=True,
    expected_inside=False,
    audience=PUBLIC,
    drawn_by=("kind",),
    drawn_label="name",
    searched=(Search(6, ("name",), is_grouped=True),),
    columns=public(
        NAME,
        Column("kind", Text("Art der Straße", "Kind of street"), codes=codes.STREET),
        *PLACES_OF_LINE,
    ),
)

LAYERS = by_key((DISTRICTS, FORMER_DISTRICTS, INDUSTRIAL_AREAS, ACCESS_POINTS, SENSITIVE_SITES, STREETS))
