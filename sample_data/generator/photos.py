"""Draws what stands for photos: plots from above, land from the ground. The same plot always yields the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import shapely
from PIL import Image, ImageDraw
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from generator.common import Row, between, one_of, rng_for
from generator.industrial import STREET_WIDTH_M, Works
from generator.streets import bend

Scene = Literal["meadow", "brownfield", "trial_pit"]
Colour = tuple[int, int, int]
SIZE = (900, 600)
# Drawn larger and made smaller, so that edges are smooth.
_FINER = 3
_QUALITY = 84
_ROOFS: tuple[Colour, ...] = ((176, 178, 180), (150, 156, 162), (193, 186, 176), (166, 112, 92), (128, 134, 140))
_GRASS: tuple[Colour, ...] = ((139, 158, 96), (128, 150, 90), (150, 166, 106))
_EARTH: tuple[Colour, ...] = ((171, 157, 133), (158, 146, 124), (181, 169, 146))
_TREES: tuple[Colour, ...] = ((74, 103, 58), (86, 116, 66), (64, 92, 52))
_ASPHALT: Colour = (112, 114, 118)
_BORDER: Colour = (204, 32, 38)


def aerial_view(plot: Row, works: Works, neighbours: Sequence[Row]) -> bytes:
    """Return a JPEG of a plot as seen from above, outlined in red, with the area's blocks and streets around it."""
    rng = rng_for(f"aerial view of {plot['source_id']}")
    site: shapely.Polygon = plot["geometry"]
    width, height = (side * _FINER for side in SIZE)
    west, south, east, north = site.bounds
    metres = max((east - west) / width, (north - south) / height) * 1.9
    left, top = site.centroid.x - width / 2 * metres, site.centroid.y + height / 2 * metres
    seen = box(left, top - height * metres, left + width * metres, top)

    def to_pixels(shape: BaseGeometry) -> list[tuple[float, float]]:
        return [((x - left) / metres, (top - y) / metres) for x, y in shapely.get_coordinates(shape)]

    image = Image.new("RGB", (width, height), (122, 142, 88))
    draw = ImageDraw.Draw(image)
    _speckle(draw, (width, height), _GRASS, 260, 90, rng)
    for street in works.streets:
        if street.intersects(seen):
            draw.line(to_pixels(bend(street)), fill=_ASPHALT, width=round(STREET_WIDTH_M * 0.7 / metres), joint="curve")
    free = shapely.union_all([row["geometry"] for row in neighbours])
    for block in works.blocks:
        if block.intersects(seen):
            draw.polygon(to_pixels(block.exterior), fill=(156, 158, 150))
            _halls(draw, block.difference(free.buffer(4)), to_pixels, metres, rng)
    for row in neighbours:
        if row["geometry"].intersects(seen):
            _free_land(image, row, to_pixels, rng)
    outline = to_pixels(site.exterior)
    ImageDraw.Draw(image).line([*outline, outline[1]], fill=_BORDER, width=4 * _FINER, joint="curve")
    return _jpeg(image)


def ground_view(scene: Scene) -> bytes:
    """Return a JPEG of what such land looks like to somebody who stands before it."""
    rng = rng_for(f"ground view of {scene}")
    width, height = (side * _FINER for side in SIZE)
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    horizon = round(height * 0.46)
    for y in range(horizon):
        share = y / horizon
        draw.line([(0, y), (width, y)], fill=_mixed((120, 160, 205), (222, 230, 236), share))
    for _ in range(9):
        _cloud(draw, rng.uniform(0, width), rng.uniform(0, horizon * 0.5), rng.uniform(40, 120) * _FINER / 2, rng)
    _skyline(draw, width, horizon, rng)
    near, far = _SOILS[scene]
    for y in range(horizon, height):
        draw.line([(0, y), (width, y)], fill=_mixed(far, near, (y - horizon) / (height - horizon)))
    _SCENES[scene](draw, width, height, horizon, rng)
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _speckle(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    colours: Sequence[Colour],
    count: int,
    radius: float,
    rng: np.random.Generator,
) -> None:
    for _ in range(count):
        x, y, r = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(0.2, 1) * radius
        draw.ellipse((x - r, y - r * 0.7, x + r, y + r * 0.7), fill=one_of(rng, colours))


def _halls(
    draw: ImageDraw.ImageDraw,
    ground: BaseGeometry,
    to_pixels: Callable[[BaseGeometry], list[tuple[float, float]]],
    metres: float,
    rng: np.random.Generator,
) -> None:
    """Draw halls with their shadows on the part of a block that is not free."""
    if ground.is_empty:
        return
    west, south, east, north = ground.bounds
    built = shapely.Polygon()
    for _ in range(24):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        hall = box(x, y, x + rng.uniform(18, 62), y + rng.uniform(14, 40))
        if not ground.buffer(-5).contains(hall) or built.buffer(7).intersects(hall):
            continue
        built = built.union(hall)
        corners, roof = to_pixels(hall.exterior), one_of(rng, _ROOFS)
        shadow = 5 / metres
        draw.polygon([(px + shadow, py + shadow * 0.7) for px, py in corners], fill=(96, 98, 96))
        draw.polygon(corners, fill=roof)
        (right, bottom), _, (_, upper), *_ = corners[0], corners[1], corners[2]
        middle = (bottom + upper) / 2
        draw.line([(corners[2][0], middle), (right, middle)], fill=_mixed(roof, (40, 40, 40), 0.25), width=_FINER)


def _free_land(
    image: Image.Image,
    plot: Row,
    to_pixels: Callable[[BaseGeometry], list[tuple[float, float]]],
    rng: np.random.Generator,
) -> None:
    """Draw a plot's surface: grass, or bare earth where something stood before, with trees at its edge."""
    mask = Image.new("1", image.size)
    ImageDraw.Draw(mask).polygon(to_pixels(plot["geometry"].exterior), fill=1)
    colours = _EARTH if plot["brownfield"] else _GRASS
    surface = Image.new("RGB", image.size, colours[0])
    draw = ImageDraw.Draw(surface)
    _speckle(draw, image.size, colours, 700, 46, rng)
    if plot["brownfield"]:
        _speckle(draw, image.size, _GRASS, 120, 26, rng)
    image.paste(surface, mask=mask)
    over = ImageDraw.Draw(image)
    edge = plot["geometry"].exterior
    for _ in range(between(rng, 5, 14)):
        (x, y), *_ = to_pixels(edge.interpolate(rng.uniform(0, 1), normalized=True))
        r = rng.uniform(7, 17) * _FINER / 2
        over.ellipse((x - r + 4, y - r + 4, x + r + 4, y + r + 4), fill=(70, 80, 56))
        over.ellipse((x - r, y - r, x + r, y + r), fill=one_of(rng, _TREES))


def _cloud(draw: ImageDraw.ImageDraw, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    for _ in range(6):
        dx, dy, size = rng.uniform(-2, 2) * r, rng.uniform(-0.3, 0.3) * r, rng.uniform(0.4, 0.9) * r
        draw.ellipse((x + dx - size, y + dy - size * 0.5, x + dx + size, y + dy + size * 0.5), fill=(238, 242, 245))


def _skyline(draw: ImageDraw.ImageDraw, width: int, horizon: int, rng: np.random.Generator) -> None:
    """Draw trees and halls far away."""
    for x in range(0, width, 14 * _FINER):
        r = rng.uniform(10, 24) * _FINER
        draw.ellipse((x - r, horizon - r, x + r, horizon + r), fill=one_of(rng, _TREES))
    for _ in range(5):
        x, wide, high = rng.uniform(0, width), rng.uniform(70, 190) * _FINER, rng.uniform(18, 44) * _FINER
        wall = one_of(rng, _ROOFS)
        draw.rectangle((x, horizon - high, x + wide, horizon), fill=wall)
        draw.rectangle((x, horizon - high, x + wide, horizon - high + 5 * _FINER), fill=_mixed(wall, (30, 30, 30), 0.4))
        for door in range(between(rng, 1, 4)):
            at = x + (door + 0.5) * wide / 5
            draw.rectangle((at, horizon - high * 0.45, at + wide / 9, horizon), fill=_mixed(wall, (30, 30, 30), 0.55))


def _meadow(draw: ImageDraw.ImageDraw, width: int, height: int, horizon: int, rng: np.random.Generator) -> None:
    for _ in range(5_200):
        share = rng.uniform(0.02, 1) ** 1.4
        x, y, long = rng.uniform(0, width), horizon + share * (height - horizon), share * 26 * _FINER
        colour = _mixed(one_of(rng, _GRASS), one_of(rng, _TREES), rng.uniform(0, 0.7))
        draw.line([(x, y), (x + rng.uniform(-0.4, 0.4) * long, y - long)], fill=colour, width=max(1, round(share * 4)))


def _brownfield(draw: ImageDraw.ImageDraw, width: int, height: int, horizon: int, rng: np.random.Generator) -> None:
    for _ in range(1_500):
        share = rng.uniform(0.02, 1) ** 1.5
        x, y, r = rng.uniform(0, width), horizon + share * (height - horizon), share * rng.uniform(3, 15) * _FINER
        draw.ellipse(
            (x - r, y - r * 0.35, x + r, y + r * 0.35),
            fill=_mixed(one_of(rng, _EARTH), (90, 84, 74), rng.uniform(0, 0.8)),
        )
    for _ in range(34):
        share = rng.uniform(0.1, 0.9)
        x, y, r = rng.uniform(0, width), horizon + share * (height - horizon), share * rng.uniform(16, 44) * _FINER
        draw.ellipse((x - r, y - r * 0.8, x + r, y + r * 0.2), fill=one_of(rng, _TREES))


def _trial_pit(draw: ImageDraw.ImageDraw, width: int, height: int, horizon: int, rng: np.random.Generator) -> None:
    _brownfield(draw, width, height, horizon, rng)
    left, right, top, bottom = width * 0.27, width * 0.73, height * 0.62, height * 0.93
    draw.polygon([(left, top), (right, top), (right + 80, bottom), (left - 80, bottom)], fill=(74, 60, 46))
    layers: tuple[Colour, ...] = ((92, 76, 56), (128, 106, 76), (150, 130, 98), (112, 104, 96))
    for index, colour in enumerate(layers):
        y = top + index * (bottom - top) * 0.16
        draw.polygon(
            [(left, y), (right, y), (right - 24, y + (bottom - top) * 0.16), (left + 24, y + (bottom - top) * 0.16)],
            fill=colour,
        )
    staff, third = width * 0.5, (bottom - top) * 0.16
    for index in range(5):
        y = top - third + index * third
        draw.rectangle((staff - 9, y, staff + 9, y + third), fill=((236, 236, 232), (196, 40, 40))[index % 2])


_SOILS: dict[Scene, tuple[Colour, Colour]] = {
    "meadow": ((104, 128, 66), (150, 168, 110)),
    "brownfield": ((150, 136, 112), (188, 178, 158)),
    "trial_pit": ((146, 132, 108), (184, 174, 152)),
}
_SCENES: dict[Scene, Callable[[ImageDraw.ImageDraw, int, int, int, np.random.Generator], None]] = {
    "meadow": _meadow,
    "brownfield": _brownfield,
    "trial_pit": _trial_pit,
}
