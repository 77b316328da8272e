"""Response models of the descriptive resources of OGC API – Features."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.records.links import WebLink
from geo.records.features import Crs

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
"""The conformance classes of the standards that are met in full, and no others."""


class LandingPage(BaseModel):
    """The entry point with links to all resources."""

    title: str
    description: str
    links: list[WebLink]


class Conformance(BaseModel):
    """The conformance classes that this service meets."""

    conforms_to: Annotated[list[str], Field(serialization_alias="conformsTo", examples=[[CONFORMANCE[0]]])]


class SpatialExtent(BaseModel):
    """The bounding box of a collection's features in degrees: west, south, east, north."""

    bbox: list[Annotated[list[float], Field(min_length=4, max_length=4)]]
    crs: str = Crs.CRS84.uri


class TemporalExtent(BaseModel):
    """From the start of the first day to the end of the last day of the features that the caller sees."""

    interval: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    trs: str = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


class Extent(BaseModel):
    """The spatial and temporal extent."""

    spatial: SpatialExtent | None = None
    temporal: TemporalExtent | None = None


class Publisher(BaseModel):
    """The publisher of the data, with contact details."""

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
    crs: Annotated[list[str], Field(description="The CRSs in which features can be requested by `crs`.")]
    storage_crs: Annotated[str | None, Field(serialization_alias="storageCrs")] = None
    updated: Annotated[datetime | None, Field(description="When a record was last changed.")] = None
    license: Annotated[str | None, Field(description="Licence of public layers; others are for internal use.")] = None
    attribution: Annotated[str | None, Field(description="The source to be credited.")] = None
    publisher: Publisher
    links: list[WebLink]


class Collections(BaseModel):
    """The layers that the caller may see."""

    links: list[WebLink]
    crs: Annotated[list[str], Field(description="The CRSs that all collections support.")]
    collections: list[Collection]
