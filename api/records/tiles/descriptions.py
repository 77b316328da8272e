"""Descriptions of tilesets: as OGC tileset metadata, and as TileJSON for map libraries."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from api.records.formats import JSON
from api.records.links import WebLink, absolute_url
from api.records.tiles.models import (
    GEODATA,
    TILING_SCHEME,
    BoundingBox,
    LayerMetadata,
    MatrixLimits,
    TemplateLink,
    TileJson,
    Tileset,
    TilesetItem,
    VectorLayer,
)
from api.records.tiles.tiles import MVT
from geo.records.features.selection import Bounds
from geo.records.layers.layer import Column, Text
from geo.records.tiles import View, fields, matrices
from geo.records.tiles.tile import DEEPEST

TITLE = Text("Alle Sammlungen", "All collections")
DIMENSIONS = {"Point": 0, "MultiLineString": 1, "MultiPolygon": 2}
COUNTED = Text(
    "Nichts wird weggelassen: Was zu klein oder zu viel ist, vertreten Zeichen mit einer Anzahl (count).",
    "Nothing is omitted: features that are too small or too many are represented by symbols with a count.",
)


class TilesetDescription:
    """Describes a tileset of one or several layers as a caller sees it. ``path`` is that of the list of tilesets."""

    def __init__(self, request: Request, path: str, views: Sequence[View], language: str, collections: str | None):
        self.request = request
        self.path = path
        self.views = views
        self.language = language
        self.chosen = {} if collections is None else {"collections": collections}
        if any(view.with_steps for view in views):
            self.chosen |= {"steps": "true"}

    @property
    def title(self) -> str:
        """The layer's title, or that of all collections."""
        return self._text(self.views[0].layer.title if self._is_single else TITLE)

    @property
    def description(self) -> str:
        """The layer's description, and an explanation of its symbols."""
        if not self._is_single:
            return self._text(COUNTED)
        return f"{self._text(self.views[0].layer.description)} {self._text(COUNTED)}"

    def item(self) -> TilesetItem:
        """Return the entry in a list of tilesets. It links to documents only; the metadata has the tiles' URL."""
        return TilesetItem(title=self.title, links=self._links())

    def metadata(self, bounds: Bounds | None) -> Tileset:
        """Return the OGC metadata: layers, attributes, and the extent of the data."""
        return Tileset(
            title=self.title,
            description=self.description,
            links=[*self._links(), self._tile_link()],
            tile_matrix_set_limits=[] if bounds is None else _limits(bounds),
            bounding_box=bounds and _box(bounds),
            layers=[self._layer(view) for view in self.views],
        )

    def tilejson(self, bounds: Bounds | None, version: str) -> TileJson:
        """Return the tileset as TileJSON 3.0. The tiles' URLs contain their version."""
        return TileJson(
            name=self.title,
            description=self.description,
            tiles=[self._template("{z}/{y}/{x}", v=version)],
            minzoom=0,
            maxzoom=DEEPEST,
            vector_layers=[
                VectorLayer(
                    id=view.layer.key,
                    description=self._text(view.layer.title),
                    minzoom=0,
                    maxzoom=DEEPEST,
                    fields={name: self._text(column.label) for name, column in fields.described(view)},
                )
                for view in self.views
            ],
            bounds=bounds and list(bounds),
            center=bounds and [*_middle(bounds), 10],
        )

    @property
    def _is_single(self) -> bool:
        return "collectionId" in self.request.path_params

    def _text(self, text: Text) -> str:
        return text.in_language(self.language)

    def _template(self, places: str, **parameters: str) -> str:
        base, _, query = absolute_url(
            self.request, f"{self.path}/{matrices.NAME}", **self.chosen, **parameters
        ).partition("?")
        return f"{base}/{places}{f'?{query}' if query else ''}"

    def _links(self) -> list[WebLink]:
        itself = f"{self.path}/{matrices.NAME}"
        parent = self.path.removesuffix("/tiles")
        return [
            WebLink(href=absolute_url(self.request, itself, **self.chosen), rel="self", type=JSON),
            WebLink(
                href=absolute_url(self.request, itself, **self.chosen, f="tilejson"),
                rel="alternate",
                type=JSON,
                title="TileJSON",
            ),
            WebLink(
                href=absolute_url(self.request, f"/api/tileMatrixSets/{matrices.NAME}"), rel=TILING_SCHEME, type=JSON
            ),
            WebLink(href=absolute_url(self.request, parent), rel=GEODATA, type=JSON),
        ]

    def _tile_link(self) -> TemplateLink:
        return TemplateLink(
            href=self._template("{tileMatrix}/{tileRow}/{tileCol}"), rel="item", type=MVT, title=self.title
        )

    def _layer(self, view: View) -> LayerMetadata:
        return LayerMetadata(
            id=view.layer.key,
            title=self._text(view.layer.title),
            description=self._text(view.layer.description),
            geometry_dimension=DIMENSIONS[view.layer.geometry or "Point"],
            min_tile_matrix="0",
            max_tile_matrix=str(DEEPEST),
            properties_schema={
                "type": "object",
                "properties": {name: self._attribute(name, column) for name, column in fields.described(view)},
            },
        )

    def _attribute(self, name: str, column: Column) -> dict[str, Any]:
        described: dict[str, Any] = {"title": self._text(column.label)}
        if column.hint and (name == fields.COUNT.name or column.hint is fields.MONTHS):
            described["description"] = self._text(column.hint)
        if column.hint is fields.MONTHS:
            return described | {"type": "integer"}
        if column.codes:
            described["enum"] = list(column.codes)
        if name == fields.DATE:
            return described | {"type": "string", "format": "date"}
        if name == fields.COUNT.name:
            return described | {"type": "integer"}
        return described | ({"type": "number"} if column.unit else {"type": "string"} if column.codes else {})


def union(all_bounds: Sequence[Bounds | None]) -> Bounds | None:
    """Return the bounds around all given bounds; None if there are none."""
    known = [bounds for bounds in all_bounds if bounds is not None]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return Bounds(min(west), min(south), max(east), max(north))


def _limits(bounds: Bounds) -> list[MatrixLimits]:
    return [
        MatrixLimits(
            tile_matrix=str(limits.z),
            min_tile_row=limits.first_row,
            max_tile_row=limits.last_row,
            min_tile_col=limits.first_column,
            max_tile_col=limits.last_column,
        )
        for limits in matrices.limits(bounds)
    ]


def _box(bounds: Bounds) -> BoundingBox:
    return BoundingBox(
        lower_left=[bounds.west, bounds.south],
        upper_right=[bounds.east, bounds.north],
        crs="http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    )


def _middle(bounds: Bounds) -> tuple[float, float]:
    return (bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2
