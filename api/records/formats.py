"""The formats of responses, each defined once."""

from dataclasses import dataclass

from geo.records.exports import FILES, LISTS, FileFormat
from geo.records.layers.layer import Text

GEOJSON = "application/geo+json"
HTML = "text/html"
JSON = "application/json"
DCAT = "application/ld+json"
JSON_SCHEMA = "application/schema+json"
MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its key for ``f=``, its media type, and alternative names for both."""

    key: str
    media_type: str
    title: Text
    other_keys: tuple[str, ...] = ()
    other_types: tuple[str, ...] = ()
    file: FileFormat | None = None


AS_JSON = Format("json", JSON, Text("JSON", "JSON"))
AS_SCHEMA = Format("json", JSON_SCHEMA, Text("JSON Schema", "JSON Schema"), other_types=(JSON,))
AS_GEOJSON = Format("geojson", GEOJSON, Text("GeoJSON", "GeoJSON"), ("json",), (JSON,))
AS_HTML = Format("html", HTML, Text("Webseite", "Web page"), other_types=("application/xhtml+xml",))
AS_DCAT = Format("dcat", DCAT, Text("DCAT-AP.de", "DCAT-AP.de"))
AS_FILES = tuple(Format(known.key, known.media_type, known.title, file=known) for known in FILES.values())
AS_LISTS = tuple(Format(known.key, known.media_type, known.title, file=known) for known in LISTS.values())

PAGES = (AS_JSON, AS_HTML)
LIST = (*PAGES, AS_DCAT)
SCHEMAS = (AS_SCHEMA, AS_HTML)
FEATURES = (AS_GEOJSON, AS_HTML, *AS_FILES)
FEATURES_AND_LISTS = (*FEATURES, *AS_LISTS)
FEATURE = (AS_GEOJSON, AS_HTML)
"""The formats of each kind of resource; the first is the default.

Programs choose links by their media type: lists, which have those of files, are asked for by name only.
"""
