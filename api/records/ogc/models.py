"""What the descriptive pages of OGC API – Features answer."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from geo.records.features import Crs

GEOJSON = "application/geo+json"
HTML = "text/html"
JSON = "application/json"
DCAT = "application/ld+json"
JSON_SCHEMA = "application/schema+json"
MERGE_PATCH = "application/merge-patch+json"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "http://www.opengis.net/def/rel/ogc/1.0/schema"

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/feature-references",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
)
"""The classes of the standard that hold fully, and no others."""


class WebLink(BaseModel):
    """A link (RFC 8288), absolute."""

    href: Annotated[str, Field(examples=["https://example.org/api/collections/plots/items"])]
    rel: Annotated[str, Field(examples=["items"])]
    type: Annotated[str, Field(examples=[GEOJSON])]
    title: str | None = None
    hreflang: str | None = None


class LandingPage(BaseModel):
    """Where everything begins."""

    title: str
    description: str
    links: list[WebLink]


class Conformance(BaseModel):
    """The parts of the standards that hold here."""

    conforms_to: Annotated[list[str], Field(serialization_alias="conformsTo", examples=[[CONFORMANCE[0]]])]


class SpatialExtent(BaseModel):
    """Where a collection's features lie, in degrees: west, south, east, north."""

    bbox: list[Annotated[list[float], Field(min_length=4, max_length=4)]]
    crs: str = Crs.CRS84.uri


class TemporalExtent(BaseModel):
    """From the beginning of the first day until the end of the last one of the features that the caller sees."""

    interval: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    trs: str = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


class Extent(BaseModel):
    """Where and when."""

    spatial: SpatialExtent | None = None
    temporal: TemporalExtent | None = None


class Publisher(BaseModel):
    """Who publishes the data, and where to ask about them."""

    name: str
    url: str | None = None
    email: str | None = None
    contact_url: str | None = None


class Collection(BaseModel):
    """A layer of records."""

    id: Annotated[str, Field(examples=["plots"])]
    title: Annotated[str, Field(examples=["Gewerbegrundstücke"])]
    description: str
    extent: Extent | None = None
    item_type: Annotated[Literal["feature"], Field(serialization_alias="itemType")] = "feature"
    crs: Annotated[list[str], Field(description="The CRSs in which `crs` may ask for the features.")]
    storage_crs: Annotated[str | None, Field(serialization_alias="storageCrs")] = None
    updated: Annotated[datetime | None, Field(description="When a record was last changed.")] = None
    license: Annotated[str | None, Field(description="Of public layers; the others are for internal use.")] = None
    attribution: Annotated[str | None, Field(description="Whom to name as the source.")] = None
    publisher: Publisher
    links: list[WebLink]


class Collections(BaseModel):
    """The layers that the caller may see."""

    links: list[WebLink]
    crs: Annotated[list[str], Field(description="The CRSs that every collection has.")]
    collections: list[Collection]
