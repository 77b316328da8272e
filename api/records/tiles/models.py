"""Response models of the metadata of tiles (OGC Two Dimensional Tile Matrix Set and Tile Set Metadata 2.0)."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.records.links import WebLink
from geo.records.tiles import matrices

TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
TILING_SCHEMES = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
GEODATA = "http://www.opengis.net/def/rel/ogc/1.0/geodata"

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)
"""The conformance classes of the tile standards that are met in full."""


class TemplateLink(WebLink):
    """A link whose URL is a template with variables."""

    templated: bool = True


class MatrixSetItem(BaseModel):
    """An entry in the list of tile matrix sets."""

    id: Annotated[str, Field(examples=[matrices.NAME])]
    title: str
    uri: str
    crs: str
    links: list[WebLink]


class MatrixSets(BaseModel):
    """The tile matrix sets for which there are tiles."""

    tile_matrix_sets: Annotated[list[MatrixSetItem], Field(serialization_alias="tileMatrixSets")]
    links: list[WebLink]


class MatrixLimits(BaseModel):
    """The range of tiles of a zoom level that may contain features."""

    tile_matrix: Annotated[str, Field(serialization_alias="tileMatrix", examples=["10"])]
    min_tile_row: Annotated[int, Field(serialization_alias="minTileRow")]
    max_tile_row: Annotated[int, Field(serialization_alias="maxTileRow")]
    min_tile_col: Annotated[int, Field(serialization_alias="minTileCol")]
    max_tile_col: Annotated[int, Field(serialization_alias="maxTileCol")]


class BoundingBox(BaseModel):
    """The extent of the features in degrees."""

    lower_left: Annotated[list[float], Field(serialization_alias="lowerLeft", min_length=2, max_length=2)]
    upper_right: Annotated[list[float], Field(serialization_alias="upperRight", min_length=2, max_length=2)]
    crs: str


class LayerMetadata(BaseModel):
    """A layer of the tiles, with its features' attributes as a JSON Schema."""

    id: Annotated[str, Field(examples=["plots"])]
    title: str
    description: str
    data_type: Annotated[Literal["vector"], Field(serialization_alias="dataType")] = "vector"
    geometry_dimension: Annotated[
        int | None, Field(serialization_alias="geometryDimension", description="0: points, 1: lines, 2: areas.")
    ] = None
    min_tile_matrix: Annotated[str, Field(serialization_alias="minTileMatrix")]
    max_tile_matrix: Annotated[str, Field(serialization_alias="maxTileMatrix")]
    properties_schema: Annotated[dict[str, Any], Field(serialization_alias="propertiesSchema")]


class TilesetItem(BaseModel):
    """An entry in a list of tilesets."""

    title: str
    data_type: Annotated[Literal["vector"], Field(serialization_alias="dataType")] = "vector"
    crs: str = matrices.CRS
    tile_matrix_set_uri: Annotated[str, Field(serialization_alias="tileMatrixSetURI")] = matrices.URI
    links: Sequence[WebLink]


class Tileset(TilesetItem):
    """The tiles of one or several layers."""

    links: Sequence[WebLink | TemplateLink]
    description: str
    tile_matrix_set_limits: Annotated[list[MatrixLimits], Field(serialization_alias="tileMatrixSetLimits")] = []
    bounding_box: Annotated[BoundingBox | None, Field(serialization_alias="boundingBox")] = None
    layers: list[LayerMetadata]


class VectorLayer(BaseModel):
    """A layer of the tiles in TileJSON, with its attributes and their descriptions."""

    id: Annotated[str, Field(examples=["plots"])]
    description: str
    minzoom: int
    maxzoom: int
    fields: dict[str, str]


class TileJson(BaseModel):
    """The tiles as TileJSON 3.0. Their URLs contain the tiles' version."""

    tilejson: Literal["3.0.0"] = "3.0.0"
    name: str
    description: str
    scheme: Literal["xyz"] = "xyz"
    tiles: list[str]
    minzoom: int
    maxzoom: int
    vector_layers: list[VectorLayer]
    bounds: Annotated[list[float] | None, Field(description="West, south, east, north.")] = None
    center: Annotated[list[float] | None, Field(description="Longitude, latitude, zoom level.")] = None


class Tilesets(BaseModel):
    """The tilesets of one layer or of all."""

    tilesets: list[TilesetItem]
    links: list[WebLink]
