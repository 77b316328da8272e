"""What map services are asked for: tiles by the page, and pictures or tiles for maps on paper."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from geo.profile.services import Overlay, Service

PAGE_BBOX = "{bbox-epsg-3857}"
"""MapLibre's placeholder for the extent of a tile."""
WMS_TILE, TILE = 512, 256
"""The size in pixels of the pictures that a WMS is asked for by the page, and of all others' tiles."""
Box = tuple[float, float, float, float]


def tile_template(service: Service, *, transparent: bool = False) -> str:
    """Return the address of a service's tiles for MapLibre, with its placeholders. The service is no style."""
    if service.kind == "wms":
        return _get_map(service, "EPSG:3857", PAGE_BBOX, (WMS_TILE, WMS_TILE), transparent=transparent)
    if service.kind == "xyz":
        return service.url
    places = {"{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}"}
    if "{TileMatrix}" in service.url:
        named = {
            "{TileMatrixSet}": quote(service.matrix_set or ""),
            "{Layer}": quote(service.layers or ""),
            "{Style}": quote(service.styles or "default"),
            "{style}": quote(service.styles or "default"),
        }
        return _filled(service.url, named | places)
    asked = {
        "SERVICE": "WMTS",
        "REQUEST": "GetTile",
        "VERSION": "1.0.0",
        "LAYER": service.layers or "",
        "STYLE": service.styles or "default",
        "FORMAT": service.format,
        "TILEMATRIXSET": service.matrix_set or "",
    }
    return _with(service.url, asked) + "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"


def tile_size(service: Service) -> int:
    """Return the size of a service's tiles in pixels."""
    return WMS_TILE if service.kind == "wms" else TILE


def tile_url(service: Service, z: int, x: int, y: int) -> str:
    """Return the address of one tile of a service that has tiles."""
    return _filled(tile_template(service), {"{z}": str(z), "{x}": str(x), "{y}": str(y)})


def picture_url(service: Service, crs: str, box: Box, size: tuple[int, int]) -> str:
    """Return the address of a WMS's picture of this extent (west, south, east, north in ``crs``) and size in pixels.

    The reference system has the easting first, as all do in which a profile stores places.
    """
    return _get_map(service, crs, ",".join(f"{one:.3f}" for one in box), size)


def feature_info_url(service: Overlay, box: Box, side: int, most: int) -> str:
    """Return the address by which a WMS tells what lies in the middle of an extent in web mercator.

    ``side`` is that of its picture in pixels, an odd number; ``most`` how many features it tells of each layer.
    """
    is_new = service.version == "1.3.0"
    asked = {
        "SERVICE": "WMS",
        "REQUEST": "GetFeatureInfo",
        "VERSION": service.version,
        "LAYERS": service.layers or "",
        "QUERY_LAYERS": service.layers or "",
        "STYLES": service.styles or "",
        "FORMAT": service.format,
        "INFO_FORMAT": service.info_format or "text/plain",
        "FEATURE_COUNT": str(most),
        "CRS" if is_new else "SRS": "EPSG:3857",
        "WIDTH": str(side),
        "HEIGHT": str(side),
        "I" if is_new else "X": str(side // 2),
        "J" if is_new else "Y": str(side // 2),
    }
    return f"{_with(service.url, asked)}&BBOX={','.join(f'{one:.3f}' for one in box)}"


def legend_urls(overlay: Overlay) -> list[str]:
    """Return the addresses of the pictures that explain an overlay's signs, one for each layer of a WMS."""
    if overlay.legend:
        return [overlay.legend]
    asked = {"SERVICE": "WMS", "REQUEST": "GetLegendGraphic", "VERSION": overlay.version, "FORMAT": "image/png"}
    if overlay.version == "1.3.0":
        asked["SLD_VERSION"] = "1.1.0"
    layers = (overlay.layers or "").split(",") if overlay.kind == "wms" else []
    return [_with(overlay.url, {**asked, "LAYER": layer.strip()}) for layer in layers]


def _get_map(service: Service, crs: str, bbox: str, size: tuple[int, int], *, transparent: bool = False) -> str:
    asked = {
        "SERVICE": "WMS",
        "REQUEST": "GetMap",
        "VERSION": service.version,
        "LAYERS": service.layers or "",
        "STYLES": service.styles or "",
        "FORMAT": service.format,
        "TRANSPARENT": "TRUE" if transparent else "FALSE",
        "CRS" if service.version == "1.3.0" else "SRS": crs,
        "WIDTH": str(size[0]),
        "HEIGHT": str(size[1]),
    }
    return f"{_with(service.url, asked)}&BBOX={bbox}"


def _with(address: str, asked: Mapping[str, str]) -> str:
    """Return the address with these parameters after its own."""
    joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode(asked, safe=',/:')}"


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(name, value)
    return template
