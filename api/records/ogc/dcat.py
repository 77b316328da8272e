"""The collections as DCAT-AP.de in JSON-LD, for open-data portals that harvest the service.

All texts are in German and English. Titles, themes and dates come from the layer registry and the records; publisher,
contact, licence, municipality, contributor and day of publication come from the settings. What is not set is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.records.formats import DCAT, GEOJSON
from api.records.links import absolute_url, items
from api.service.dependencies import CurrentCaller, CurrentService, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.access import Caller
from geo.profile import profile
from geo.profile.wording import worded
from geo.records.exports import FILES
from geo.records.features import answers
from geo.records.features.selection import Bounds
from geo.records.layers.layer import Audience, Layer, Text
from geo.records.metadata import Facts, facts, licence_of
from geo.settings import Settings
from geo.store.database import AsyncConnection

PATH = "/api/dcat"
TITLE = Text("Flurwerk: Gewerbeflächen und Breitbandausbau", "Flurwerk: commercial land and broadband rollout")
DESCRIPTION = worded(
    Text(
        "Die Datensätze zu Gewerbeflächen und Breitbandausbau {own:of_whole}.",
        "The records of {own:of_whole}'s commercial land and broadband rollout.",
    )
)
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EU = "http://publications.europa.eu/resource/authority/"
MUNICIPALITY = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/"
LEVEL = "http://dcat-ap.de/def/politicalGeocoding/Level/municipality"
CLOSED = "http://dcat-ap.de/def/licenses/other-closed"
"""For layers that are for the agency's own use: DCAT-AP.de 3.0 requires that each distribution names a licence."""

Node = dict[str, Any]


class Offered(NamedTuple):
    """A format of items: its key for ``f`` (None: the default), its media type, and its name in the EU's file types."""

    key: str | None
    media_type: str
    file_type: str


FORMATS = (
    Offered(None, GEOJSON, "GEOJSON"),
    *(Offered(key, FILES[key].media_type, key.upper()) for key in ("csv", "xlsx", "gpkg")),
)

router = APIRouter(tags=["Features"])


@router.get(
    PATH,
    response_class=JSONResponse,
    responses={
        200: {
            "description": "A dcat:Catalog with a dcat:Dataset for each collection.",
            "content": {DCAT: {"schema": {"type": "object"}}},
        },
        **problem_responses(503),
    },
)
async def dcat(
    request: Request, service: CurrentService, caller: CurrentCaller, connection: SnapshotConnection
) -> JSONResponse:
    """Return the collections that the caller sees as DCAT-AP.de in JSON-LD."""
    return await catalogue(request, service.settings, caller, connection)


async def catalogue(request: Request, settings: Settings, caller: Caller, connection: AsyncConnection) -> JSONResponse:
    """Return the catalogue as a response; used by all routes that offer it."""
    seen = [(layer, caller.audience_of(layer.key)) for layer in caller.visible_layers()]
    known = await facts(connection, seen)
    datasets = [
        _dataset(request, settings, layer, known[layer.key], await answers.extent(connection, layer, audience))
        for layer, audience in seen
    ]
    changed = [found.updated for found in known.values() if found.updated]
    document: Node = {
        "@context": CONTEXT,
        "@id": absolute_url(request, PATH),
        "@type": "dcat:Catalog",
        "dct:title": _texts(TITLE),
        "dct:description": _texts(DESCRIPTION),
        "dct:publisher": _publisher(request),
        "dct:language": [_link(f"{EU}language/DEU"), _link(f"{EU}language/ENG")],
        "foaf:homepage": _link(absolute_url(request, "/api")),
        "dcat:dataset": datasets,
    }
    if changed:
        document["dct:modified"] = _typed(max(changed).isoformat(), "dateTime")
    return JSONResponse(document, headers=freshness(caller.audience) | {"Vary": "Accept"}, media_type=DCAT)


def _dataset(request: Request, settings: Settings, layer: Layer, found: Facts, bounds: Bounds | None) -> Node:
    page = absolute_url(request, f"/api/collections/{layer.key}")
    access = "PUBLIC" if layer.audience is Audience.PUBLIC else "NON_PUBLIC"
    node: Node = {
        "@id": f"{page}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": layer.key,
        "dct:title": _texts(layer.title),
        "dct:description": _texts(layer.description),
        "dcat:keyword": _texts(layer.title),
        "dcat:theme": _link(f"{EU}data-theme/{layer.theme}"),
        "dct:publisher": _publisher(request),
        "dct:accessRights": _link(f"{EU}access-right/{access}"),
        "dct:language": _link(f"{EU}language/DEU"),
        "dcat:landingPage": _link(page),
        "dct:accrualPeriodicity": _link(f"{EU}frequency/CONT"),
        "dcat:distribution": [_distribution(request, settings, layer, known) for known in FORMATS],
    }
    if found.updated:
        node["dct:modified"] = _typed(found.updated.isoformat(), "dateTime")
    if found.first and found.last:
        node["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(str(found.first), "date"),
            "dcat:endDate": _typed(str(found.last), "date"),
        }
    return node | _place(bounds) | _from_the_agency(settings)


def _place(bounds: Bounds | None) -> Node:
    """Return where the records lie: their box, and the municipality, whose own property is deprecated since 3.0."""
    places: list[Node] = []
    if bounds:
        places.append({"@type": "dct:Location", "dcat:bbox": _box(bounds)})
    places.append({"@id": f"{MUNICIPALITY}{profile().place.ags}", "@type": "dct:Location"})
    return {"dct:spatial": places, "dcatde:politicalGeocodingLevelURI": _link(LEVEL)}


def _from_the_agency(settings: Settings) -> Node:
    """Return what only the agency can say: whom to ask, through whom it delivers to GovData, when it published."""
    node: Node = {}
    if settings.contact_email or settings.contact_url:
        node["dcat:contactPoint"] = _contact(settings)
    if settings.dcat_contributor:
        node["dcatde:contributorID"] = _link(settings.dcat_contributor)
    if settings.dcat_issued:
        node["dct:issued"] = _typed(settings.dcat_issued.isoformat(), "date")
    return node


def _distribution(request: Request, settings: Settings, layer: Layer, known: Offered) -> Node:
    parameters = {"f": known.key} if known.key else {}
    href = absolute_url(request, items(layer.key), **parameters)
    node: Node = {
        "@id": f"{href}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": f"{layer.title.de} ({known.file_type})",
        "dcat:accessURL": _link(href),
        "dct:format": _link(f"{EU}file-type/{known.file_type}"),
        "dcat:mediaType": _link(f"https://www.iana.org/assignments/media-types/{known.media_type}"),
    }
    if licence := licence_of(layer, settings.licence):
        node["dct:license"] = _link(licence.uri)
        node["dcatde:licenseAttributionByText"] = {"@value": profile().publisher.name, "@language": "de"}
    else:
        node["dct:license"] = _link(CLOSED)
    return node


def _publisher(request: Request) -> Node:
    url = profile().publisher.url
    homepage = {"foaf:homepage": _link(url)} if url else {}
    agent = {
        "@id": absolute_url(request, f"{PATH}#publisher"),
        "@type": "foaf:Agent",
        "foaf:name": profile().publisher.name,
    }
    return agent | homepage


def _contact(settings: Settings) -> Node:
    node: Node = {"@type": "vcard:Organization", "vcard:fn": profile().publisher.name}
    if settings.contact_email:
        node["vcard:hasEmail"] = _link(f"mailto:{settings.contact_email}")
    if settings.contact_url:
        node["vcard:hasURL"] = _link(settings.contact_url)
    return node


def _box(bounds: Bounds) -> Mapping[str, str]:
    west, south, east, north = bounds
    ring: Sequence[tuple[float, float]] = ((west, south), (east, south), (east, north), (west, north), (west, south))
    text = ", ".join(f"{x} {y}" for x, y in ring)
    return {"@value": f"POLYGON(({text}))", "@type": "gsp:wktLiteral"}


def _texts(text: Text) -> list[Mapping[str, str]]:
    return [{"@value": text.de, "@language": "de"}, {"@value": text.en, "@language": "en"}]


def _link(uri: str) -> Mapping[str, str]:
    return {"@id": uri}


def _typed(text: str, kind: str) -> Mapping[str, str]:
    return {"@value": text, "@type": f"xsd:{kind}"}
