"""The style document of the advisors' map (MapLibre Style Specification, version 8) and its legend."""

from collections.abc import Mapping, Sequence
from math import cos, radians
from typing import Any

from geo.records.tiles.tile import DEEPEST
from maps.interactive.groups import HELD_IN_BROWSER, AudienceOf, MapLayer, map_layers
from maps.interactive.labels import FONT, IS_COUNT, NO_COUNT, along_lines, district_names, of_districts, of_places
from maps.interactive.places import District
from maps.style import INK, LAND, OUTSIDE, PAPER, Entry, Style
from maps.texts import WORDS

Expression = list[Any]
IS_LINE: Expression = ["match", ["geometry-type"], ["LineString", "MultiLineString"], True, False]
IS_POINT: Expression = ["==", ["geometry-type"], "Point"]
FEATURES: dict[str, Expression] = {"line": IS_LINE, "mark": IS_COUNT, "sign": ["literal", True]}
"""The filter on tiled features by the suffix of the map layer's id; other suffixes draw single records only. A feature
with a count stands for several records: a point for areas and points, a line for lines."""
METRES_PER_PIXEL = 40_075_016.686 / 512
"""At the equator and zoom level 0, with 512-pixel tiles."""
DIMMED: Expression = ["boolean", ["feature-state", "out"], False]
STREETS = "streets"
"""The layer that is the ground where there is no background."""
STREETS_FROM = {"local": 12, "path": 13}
"""The zoom levels below which streets of a kind would only darken the city."""
GROUND = {"districts": 0, "industrial_areas": 0.35, STREETS: 1}
"""The layers that are ground themselves, with how opaque their areas are on a background. Overlays lie above them."""


def style(
    audience_of: AudienceOf,
    language: str,
    districts: Sequence[District],
    surroundings: Sequence[float],
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """Return the style: background, sources by layer, and map layers for each class. Tiles come from this host.

    ``districts`` are the city's, for their names and for the initial extent, which without any is that of the
    ``surroundings``; ``versions`` are those of the layers' tiles, which make them cacheable.
    """
    everything = map_layers(audience_of)
    bounds = _around(districts) if districts else list(surroundings)
    latitude = (bounds[1] + bounds[3]) / 2
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": OUTSIDE if districts else LAND}}
    ]
    for one in reversed(everything):
        for entry in reversed(one.entries):
            layers += _drawn(one, entry, latitude)
        if one.counted:
            layers.append(_counts(one, one.counted))
    return {
        "version": 8,
        "name": WORDS["title"].in_language(language),
        "bounds": bounds,
        "sources": {one.layer: _source(one, versions) for one in everything}
        | {f"{layer}-points": _empty() for layer in HELD_IN_BROWSER}
        | {"district-names": {"type": "geojson", "data": district_names(districts)}},
        "layers": [*layers, of_places("industrial_areas", "industrial_areas", 13), of_districts()],
    }


def legend(audience_of: AudienceOf, language: str) -> list[dict[str, Any]]:
    """Return the legend's groups with their entries; ``layers`` are the map layers that an entry shows or hides.

    The page fetches a group with an ``address`` from there when it is first shown; what ``is_ground`` is shown where
    there is no background.
    """
    return [
        {
            "key": one.layer,
            "title": one.title.in_language(language),
            "entries": [
                {
                    "key": entry.key,
                    "label": entry.label.in_language(language),
                    "shape": entry.shape,
                    "starts_visible": entry.starts_visible,
                    "style": entry.style.as_json(),
                    "layers": [layer["id"] for layer in _drawn(one, entry, 0)],
                }
                for entry in one.entries
            ],
            "counts": f"{one.layer}:counts" if one.counted else None,
            "is_ground": one.layer == STREETS,
            "address": f"{one.address}?lang={language}" if one.is_fetched_later else None,
        }
        for one in map_layers(audience_of)
    ]


def _source(one: MapLayer, versions: Mapping[str, str]) -> dict[str, Any]:
    if one.is_fetched_later:
        return _empty()
    if one.address:
        return {"type": "geojson", "data": one.address}
    if not one.is_tiled:
        return _empty()
    address = f"/api/collections/{one.layer}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?v={versions[one.layer]}"
    return {"type": "vector", "tiles": [address], "minzoom": 0, "maxzoom": DEEPEST}


def tiled(audience_of: AudienceOf) -> tuple[str, ...]:
    """Return the layers whose tiles the caller's map requests."""
    return tuple(one.layer for one in map_layers(audience_of) if one.is_tiled)


def _drawn(one: MapLayer, entry: Entry, latitude: float) -> list[dict[str, Any]]:
    if one.radius_column:
        return _rings(one, entry, latitude)
    if one.lines:
        return _marks_on_lines(one, entry, one.lines)
    if entry.shape == "area":
        return _areas(one, entry)
    if one.layer == STREETS:
        line = _lines(one, entry) | {"minzoom": STREETS_FROM.get(one.value(entry), 0)}
        return [line, _layer(one, entry, "symbol", "name", minzoom=14, **along_lines())]
    return [_lines(one, entry) if entry.shape == "line" else _marks(one, entry)]


def _layer(one: MapLayer, entry: Entry, kind: str, suffix: str, **members: Any) -> dict[str, Any]:
    selected: Expression = ["all", *([["==", ["get", one.column], one.value(entry)]] if one.column else [])]
    if one.is_tiled:
        selected.append(FEATURES.get(suffix, NO_COUNT))
    found = {"id": f"{entry.key}:{suffix}", "type": kind, "source": one.layer, "filter": selected, **members}
    if one.is_tiled:
        found["source-layer"] = one.layer
    if one.layer in GROUND:
        found["metadata"] = {"over_background": GROUND[one.layer]}
    found.setdefault("layout", {})["visibility"] = "visible" if entry.starts_visible else "none"
    return found


def _areas(one: MapLayer, entry: Entry) -> list[dict[str, Any]]:
    look = entry.style
    found: list[dict[str, Any]] = []
    if look.fill:
        opacity: Any = look.fill_opacity * look.opacity
        paint = {"fill-color": look.fill, "fill-opacity": _unless_dimmed(one, opacity, 0.06)}
        found.append(_layer(one, entry, "fill", "fill", paint=paint))
    if look.hatch:
        paint = {"fill-pattern": f"hatch|{look.hatch}|{look.color}", "fill-opacity": _unless_dimmed(one, 1, 0)}
        found.append(_layer(one, entry, "fill", "hatch", paint=paint))
    line: dict[str, Any] = {"line-color": look.color, "line-width": look.weight}
    line["line-opacity"] = _unless_dimmed(one, look.opacity, 0.25)
    if look.dash:
        line["line-dasharray"] = _dashes(look)
    found.append(_layer(one, entry, "line", "edge", paint=line))
    if look.symbol and not one.address:
        found.append(_mark_of_area(one, entry))
    return found


def _mark_of_area(one: MapLayer, entry: Entry) -> dict[str, Any]:
    """Return the symbol that replaces areas too small to see."""
    paint = {"icon-opacity": _unless_dimmed(one, 1, 0.15)}
    is_held = one.layer in HELD_IN_BROWSER
    found = _layer(one, entry, "symbol", "mark", layout=_icon(entry), paint=paint)
    if is_held:
        # The page provides a point inside each plot.
        found["source"] = f"{one.layer}-points"
        found["maxzoom"] = 14
    return found


def _lines(one: MapLayer, entry: Entry) -> dict[str, Any]:
    look = entry.style
    width: Expression = [
        "interpolate",
        ["linear"],
        ["zoom"],
        10,
        look.weight * 0.5,
        14,
        look.weight,
        18,
        look.weight * 2,
    ]
    paint: dict[str, Any] = {"line-color": look.color, "line-width": width, "line-opacity": look.opacity}
    if look.dash:
        paint["line-dasharray"] = _dashes(look)
    return _layer(one, entry, "line", "line", paint=paint, layout={"line-cap": "butt", "line-join": "round"})


def _marks(one: MapLayer, entry: Entry) -> dict[str, Any]:
    size: Expression = ["interpolate", ["linear"], ["zoom"], 12, 0.8, 16, 1.3, 19, 2]
    suffix = "single" if one.counted else "sign"
    return _layer(one, entry, "symbol", suffix, layout=_icon(entry) | {"icon-size": size})


def _marks_on_lines(one: MapLayer, entry: Entry, look: Style) -> list[dict[str, Any]]:
    width: Expression = ["interpolate", ["linear"], ["zoom"], 10, look.weight * 0.5, 16, look.weight * 2]
    paint = {"line-color": look.color, "line-width": width, "line-opacity": look.opacity}
    layout = {"line-cap": "round", "line-join": "round"}
    line = _layer(one, entry, "line", "held", paint=paint, layout=layout) | {"filter": IS_LINE}
    text = {
        "text-field": ["step", ["zoom"], "", 13, ["get", "label"]],
        "text-font": FONT,
        "text-size": 12,
        "text-anchor": "top",
        "text-offset": [0, 0.7],
        "text-optional": True,
    }
    halo = {"text-color": INK, "text-halo-color": PAPER, "text-halo-width": 1.5}
    mark = _layer(one, entry, "symbol", "sign", paint=halo, layout={**_icon(entry), **text}) | {"filter": IS_POINT}
    return [line, mark]


def _icon(entry: Entry) -> dict[str, Any]:
    return {"icon-image": _symbol(entry.style), "icon-allow-overlap": True, "icon-ignore-placement": True}


def _rings(one: MapLayer, entry: Entry, latitude: float) -> list[dict[str, Any]]:
    """Return circles with a radius in metres: it doubles with each zoom level, as the map's scale does."""
    at_zero: Expression = ["/", ["get", one.radius_column], METRES_PER_PIXEL * cos(radians(latitude))]
    radius: Expression = ["interpolate", ["exponential", 2], ["zoom"], 0, at_zero, 22, ["*", at_zero, 2**22]]
    look = entry.style
    paint = {
        "circle-radius": radius,
        "circle-color": look.fill,
        "circle-opacity": look.fill_opacity,
        "circle-stroke-color": look.color,
        "circle-stroke-width": look.weight,
    }
    return [
        _layer(one, entry, "circle", "ring", paint=paint),
        _layer(one, entry, "symbol", "mark", layout=_icon(entry)),
    ]


def _counts(one: MapLayer, look: Style) -> dict[str, Any]:
    paint = {
        "circle-color": look.fill,
        "circle-opacity": look.fill_opacity,
        "circle-stroke-color": PAPER,
        "circle-stroke-width": 0.5,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, look.radius * 0.7, 15, 12, 60, 22],
    }
    return {
        "id": f"{one.layer}:counts",
        "type": "circle",
        "source": one.layer,
        "source-layer": one.layer,
        "filter": IS_COUNT,
        "paint": paint,
        "layout": {"visibility": "visible" if any(entry.starts_visible for entry in one.entries) else "none"},
    }


def _empty() -> dict[str, Any]:
    return {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}


def _around(districts: Sequence[District]) -> list[float]:
    west, south, east, north = zip(*(one.bounds for one in districts), strict=True)
    return [min(west), min(south), max(east), max(north)]


def _unless_dimmed(one: MapLayer, value: Any, dimmed: float) -> Any:
    """Return the opacity; plots that the filter excludes are dimmed but remain visible."""
    return ["case", DIMMED, dimmed, value] if one.layer in HELD_IN_BROWSER else value


def _dashes(look: Style) -> list[float]:
    """Return a dash pattern in MapLibre's unit, the line's width."""
    return [round(float(length) / look.weight, 2) for length in (look.dash or "").split()]


def _symbol(look: Style) -> str:
    return f"symbol|{look.symbol}|{look.color}|{look.fill or look.color}|{look.radius}|{look.weight}"
