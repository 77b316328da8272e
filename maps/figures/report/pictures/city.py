"""The four maps of a report: land sold and let, trenches, connections by district, and search rings."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import shapely
from shapely.geometry.base import BaseGeometry

from geo.formatting import day, number
from geo.ground.backgrounds import in_print
from geo.profile.levels import UPPER
from maps import style
from maps.figures.report.pictures.captions import borders, by_district, capital, figure, quantity, subject
from maps.figures.report.pictures.deals import PRIVATE, PUBLIC, mark_deals
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.pictures.places import Counted, Place, Places
from maps.figures.report.pictures.shades import shades
from maps.figures.report.words import say
from maps.printed import Drawn, Ground, Picture, Sheet, city
from maps.printed.legends import Key
from maps.style import Style
from maps.texts import in_period

WIDTH = 170
LAND = Style(style.LAND, 0, fill=style.LAND)
BORDER = Style(style.BORDER, 1.1, dash="7 3 2 3")
OUTLINE = Style(style.BORDER, 1.8)
AREA = Style(style.INDUSTRY_EDGE, 0.6, fill="#dcd3be")
LAID = Style("#0f3f78", 2.6)
PLANNED = Style("#4f8fd0", 1.5, dash="3.2 1.8")
RING = Style(style.PERIOD, 1.4, fill=style.PERIOD, fill_opacity=0.16)
CENTRE = Style(style.PAPER, 0.6, fill=style.PERIOD, symbol="circle", radius=2.2)


def maps(places: Places, language: str) -> list[Illustration]:
    """Draw every map whose indicators are all defined in the report."""
    ground = Ground(in_print(None))
    return [
        _noted(draw(places, language, ground), ground if draw is not connection_map else None, language)
        for keys, draw in MAPS.items()
        if all(key in places.counted for key in keys)
    ]


def _noted(drawn: Illustration, ground: Ground | None, language: str) -> Illustration:
    """Return the map with a note that its background is missing, if it is."""
    if not ground or not ground.service or not ground.has_failed:
        return drawn
    missing = say("ground_missing", language, name=ground.service.title.in_language(language))
    return replace(drawn, note=f"{drawn.note} {missing}")


def land_map(places: Places, language: str, ground: Ground) -> Illustration:
    """Draw the land sold or let in the period: each deal as a sign of proportional size."""
    public, private = places.counted["public_land_m2"], places.counted["private_land_m2"]
    captions = [
        say(key, language, amount=figure(of, language), deals=quantity("in_deal", of.records, language))
        for key, of in (("public_land", public), ("private_land", private))
    ]
    deals = [
        Drawn([spot.geometry for spot in of.spots if spot.geometry.area], drawn)
        for of, drawn in ((private, PRIVATE), (public, PUBLIC))
    ]
    keys = [
        Key(capital(captions[0]), PUBLIC, "point"),
        Key(capital(captions[1]), PRIVATE, "point"),
        Key(say("industrial_areas", language), AREA),
        _border_key(places, language),
        Key(say("by_size", language), LAND, "note"),
    ]
    picture = city(
        [*_ground(places), Drawn(_shapes(places.areas), AREA, over_ground=0.5), *_borders(places), *deals],
        keys,
        WIDTH,
        language,
        mark_deals(public.spots, private.spots, language),
        ground,
    )
    title = say("map_land", language, in_period=in_period(places.period, language))
    return _illustration(
        "land", title, _sentences(captions, (public, private), places, language), picture, places, language
    )


def trench_map(places: Places, language: str, ground: Ground) -> Illustration:
    """Draw planned and laid trenches at the end of the period."""
    laid, planned = places.counted["trench_laid_km"], places.counted["trench_planned_km"]
    captions = [say(key, language, amount=figure(of, language)) for key, of in (("laid", laid), ("planned", planned))]
    layers = [
        *_ground(places),
        *_borders(places),
        Drawn(_merged(planned), PLANNED),
        Drawn(_merged(laid), LAID),
    ]
    keys = [
        Key(capital(captions[0]), LAID, "line"),
        Key(capital(captions[1]), PLANNED, "line"),
        _border_key(places, language),
    ]
    lines = shapely.union_all([line for layer in layers[-2:] for line in layer.geometries])

    def mark(sheet: Sheet) -> None:
        # Keep names off the trenches. Rounder corners would take as long as the rest of the map, and all lines buffered
        # as one geometry five times as long, and 140 MB.
        parts = shapely.get_parts(lines.simplify(sheet.metres(0.5)))
        sheet.taken |= shapely.union_all(shapely.buffer(parts, sheet.metres(0.7), quad_segs=1))

    picture = city(layers, keys, WIDTH, language, mark, ground)
    title = say("map_trenches", language, day=day(places.period.last, language))
    return _illustration(
        "trenches", title, _sentences(captions, (laid, planned), places, language), picture, places, language
    )


def connection_map(places: Places, language: str, _: Ground) -> Illustration:
    """Draw the connections made in each district: the more, the darker, with their number; on no background."""
    counted = places.counted["funded_connections"]
    amounts = [counted.parts.get(district.name, Decimal(0)) for district in places.districts]
    classes = shades(amounts, language)
    layers = [
        *_ground(places),
        *(
            Drawn(
                [place.geometry for place, amount in zip(places.districts, amounts, strict=True) if amount in shade],
                Style(style.BORDER, 0.9, fill=shade.fill),
            )
            for shade in classes
        ),
    ]
    names = [_named_count(place, counted, language) for place in places.districts]
    layers.append(Drawn(_shapes(places.districts), Style(style.BORDER, 0.9), names, style.INK, are_keyed=True))
    keys = [Key(shade.label, Style(style.BORDER, 0.9, fill=shade.fill)) for shade in classes]
    picture = city(layers, keys, WIDTH, language)
    words = "map_connections" if places.level == UPPER and places.is_divided else "map_connections_plain"
    title = say(words, language, in_period=in_period(places.period, language))
    total = quantity("connection", counted.indicator.rounded(counted.total), language)
    return _illustration(
        "connections", title, [f"{total}.", by_district(counted, places, language)], picture, places, language
    )


def mobile_map(places: Places, language: str, ground: Ground) -> Illustration:
    """Draw the search rings requested in the period, at their true size."""
    counted = places.counted["mobile_requests"]
    rings = [spot.geometry.buffer(spot.radius_m) for spot in counted.spots if spot.radius_m]
    dots = [spot.geometry.coords[0][:2] for spot in counted.spots]
    names = [_named_count(place, counted, language) for place in places.districts]
    layers = [
        *_ground(places),
        Drawn(_shapes(places.areas), AREA, over_ground=0.5),
        Drawn(_shapes(places.districts), BORDER, names, style.INK, are_keyed=True),
        Drawn(rings, RING),
    ]
    total = quantity("request", counted.indicator.rounded(counted.total), language)
    keys = [Key(total, RING, "point"), Key(say("industrial_areas", language), AREA), _border_key(places, language)]

    def mark(sheet: Sheet) -> None:
        if dots:
            sheet.axes.plot(*zip(*dots, strict=True), "o", color=style.PERIOD, markersize=2, zorder=8)
        sheet.taken |= shapely.union_all([*rings, *(shapely.Point(dot).buffer(sheet.metres(0.5)) for dot in dots)])

    picture = city(layers, keys, WIDTH, language, mark, ground)
    title = say("map_mobile", language, in_period=in_period(places.period, language))
    return _illustration(
        "mobile", title, [f"{total}.", by_district(counted, places, language)], picture, places, language
    )


MAPS: dict[tuple[str, ...], Callable[[Places, str, Ground], Illustration]] = {
    ("public_land_m2", "private_land_m2"): land_map,
    ("trench_planned_km", "trench_laid_km"): trench_map,
    ("funded_connections",): connection_map,
    ("mobile_requests",): mobile_map,
}
"""The drawing functions by the indicators that their maps show."""


def _illustration(
    key: str, title: str, sentences: Sequence[str], picture: Picture, places: Places, language: str
) -> Illustration:
    note = " ".join(filter(None, sentences))
    title = f"{places.part.name}: {title}" if places.part else title
    alt = f"{title}. {subject(places, language)} {note}"
    return Illustration(key, title, alt, picture.svg, picture.png, *picture.size, note)


def _ground(places: Places) -> list[Drawn]:
    """Return the land, whose extent is the map's: of a part of the city, also what none of its own parts covers."""
    if places.part:
        return [Drawn([places.part.geometry], LAND, over_ground=0), Drawn([places.part.geometry], OUTLINE)]
    return [Drawn(_shapes(places.districts), LAND, over_ground=0)]


def _borders(places: Places) -> list[Drawn]:
    names = [place.name for place in places.districts]
    return [Drawn(_shapes(places.districts), BORDER, names, style.GONE, are_keyed=True)]


def _border_key(places: Places, language: str) -> Key:
    return Key(borders(places, language), BORDER, "line")


def _shapes(places: Sequence[Place]) -> list[BaseGeometry]:
    return [place.geometry for place in places]


def _merged(counted: Counted) -> list[BaseGeometry]:
    """Return the lines merged where they meet, so that dashes continue across segments."""
    return [shapely.line_merge(shapely.union_all([spot.geometry for spot in counted.spots]))]


def _named_count(place: Place, counted: Counted, language: str) -> str:
    return f"{place.name}\n{number(counted.parts.get(place.name, Decimal(0)), language)}"


def _sentences(captions: Sequence[str], counted: Sequence[Counted], places: Places, language: str) -> list[str]:
    """Return each figure's legend text as a sentence, followed by its split by district."""
    pairs = zip(captions, counted, strict=True)
    return [sentence for text, of in pairs for sentence in (f"{capital(text)}.", by_district(of, places, language))]
