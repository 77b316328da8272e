"""Map services that a profile names: backgrounds beneath the records, and overlays between both."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from geo.profile.section import OneLine, Section, Switch, Whole, Words, Wrong, shaped
from geo.text import Text

ORIGIN = r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
"""Scheme, host and port, without names and passwords; nothing else may come into the content security policy."""

Address = Annotated[
    str,
    Field(max_length=2_000),
    shaped(
        ORIGIN + r"(?:[/?][^\s<>\"']*)?",
        Text(
            "schreiben Sie eine Adresse, die mit https:// oder http:// beginnt, ohne Name oder Passwort vor dem Host",
            "write an address that begins with https:// or http://, without a name or password before the host",
        ),
    ),
]
Origin = Annotated[
    str,
    shaped(
        ORIGIN,
        Text(
            'schreiben Sie nur Schema und Host, etwa "https://fonts.example.org"',
            'write the scheme and the host alone, such as "https://fonts.example.org"',
        ),
    ),
]
ServiceKey = Annotated[
    str,
    shaped(
        "[a-z][a-z0-9_]{0,39}",
        Text(
            "ein Schlüssel besteht aus kleinen Buchstaben, Ziffern und _, höchstens 40",
            "a key consists of small letters, digits and _, 40 at most",
        ),
    ),
]

NONE = "none"
"""What the page and links call a map without a background."""

WEB_MERCATOR = re.compile(r"3857|900913|mercator|googlemapscompatible|^pm$", re.IGNORECASE)
"""What the names of matrix sets in web mercator have in common."""

OWN_OF_REQUESTS = ("service", "request", "layers", "layer", "bbox", "crs", "srs", "width", "height", "tilematrix")


class Service(Section):
    """A map service."""

    key: ServiceKey
    """By which links and other keys know it: small letters, digits and _."""

    title: Words
    """What the page calls it."""

    kind: Literal["style", "xyz", "wmts", "wms"]
    """What it is: "style" (a MapLibre style with vector tiles), "xyz" (tiles as pictures), "wmts" or "wms"."""

    url: Address
    """Its address. Of a style, that of its JSON. Of xyz, with {z}, {x} and {y}. Of a WMTS, either the template of its
    tiles, with {TileMatrix}, {TileRow} and {TileCol}, or that which GetTile is asked of. Of a WMS, that which GetMap is
    asked of, without its parameters."""

    layers: OneLine | None = None
    """Of a WMS, its layers separated by commas; of a WMTS without a template, its layer."""

    styles: OneLine | None = None
    """Of a WMS or a WMTS without a template: its styles, if it should not be the default."""

    version: Literal["1.3.0", "1.1.1"] = "1.3.0"
    """Of a WMS, its version: "1.3.0" or "1.1.1"."""

    format: Literal["image/png", "image/jpeg"] = "image/png"
    """Of a WMS or a WMTS without a template: "image/png", or "image/jpeg" for aerial images."""

    matrix_set: OneLine | None = None
    """Of a WMTS, the name of its matrix set in web mercator (EPSG:3857), in which the page draws."""

    attribution: OneLine
    """What its terms of use require to be shown; it stands on the page and on every printed map."""

    min_zoom: Annotated[Whole, Field(ge=0, le=22)] = 0
    """The lowest zoom level for which it is asked; each level doubles the scale, 0 is the world."""

    max_zoom: Annotated[Whole, Field(ge=0, le=22)] = 18
    """The highest zoom level of its tiles; beyond it they are enlarged."""

    @property
    def origins(self) -> tuple[str, ...]:
        """The hosts that a browser asks for it."""
        return (origin_of(self.url),)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if problem := next(self._missing(), None):
            raise Wrong(problem)
        if self.max_zoom < self.min_zoom:
            raise Wrong(Text("max_zoom ist kleiner als min_zoom", "max_zoom is less than min_zoom"))
        return self

    def _missing(self) -> Iterator[Text]:
        """Yield what the kind needs and is not there."""
        if self.kind == "xyz" and not has_all(self.url, "{z}", "{x}", "{y}"):
            yield Text(
                "url: Kacheln brauchen {z}, {x} und {y} in ihrer Adresse; schreiben Sie statt {s} einen Host",
                "url: tiles need {z}, {x} and {y} in their address; write one host in place of {s}",
            )
        if self.kind == "wms":
            yield from self._missing_of_wms()
        if self.kind == "wmts":
            yield from self._missing_of_wmts()
        if self.kind in ("xyz", "style") and self.layers:
            yield Text(
                f"layers: ein Dienst der Art „{self.kind}“ hat keine; sie gehören zu wms und wmts",
                f"layers: a service of the kind “{self.kind}” has none; they belong to wms and wmts",
            )

    def _missing_of_wms(self) -> Iterator[Text]:
        if not self.layers:
            yield Text("layers fehlt: nennen Sie die Layer des WMS", "layers is missing: name the layers of the WMS")
        for name in OWN_OF_REQUESTS:
            if re.search(rf"[?&]{name}=", self.url, re.IGNORECASE):
                yield Text(
                    f"url: lassen Sie {name.upper()} weg, das hat jede Anfrage selbst",
                    f"url: leave out {name.upper()}, which each request has of its own",
                )

    def _missing_of_wmts(self) -> Iterator[Text]:
        if not self.matrix_set:
            yield Text(
                "matrix_set fehlt: nennen Sie das Kachelschema des WMTS, wie es in seinen Capabilities heißt",
                "matrix_set is missing: name the matrix set of the WMTS, as its capabilities do",
            )
        elif not WEB_MERCATOR.search(self.matrix_set):
            yield Text(
                f"matrix_set: „{self.matrix_set}“ ist nicht Web-Mercator, worin die Seite zeichnet; nennen Sie das "
                'Schema für EPSG:3857 (oft "WEBMERCATOR" oder "GoogleMapsCompatible"), oder nehmen Sie den WMS',
                f"matrix_set: “{self.matrix_set}” is not web mercator, in which the page draws; name the service's set "
                'for EPSG:3857 (often "WEBMERCATOR" or "GoogleMapsCompatible"), or use its WMS',
            )
        if "{TileMatrix}" in self.url:
            if not has_all(self.url, "{TileRow}", "{TileCol}"):
                yield Text(
                    "url: ein Muster von Kacheln braucht {TileMatrix}, {TileRow} und {TileCol}",
                    "url: a template of tiles needs {TileMatrix}, {TileRow} and {TileCol}",
                )
        elif not self.layers:
            yield Text(
                "layers fehlt: nennen Sie den Layer des WMTS, oder schreiben Sie das Muster seiner Kacheln als url",
                "layers is missing: name the layer of the WMTS, or write the template of its tiles as url",
            )


class Background(Service):
    """A background for maps (``[[backgrounds]]``), which readers choose in the legend. Without any, maps show the
    city's streets, if they are loaded, and no other host is asked. The host of a background learns which parts of the
    city are looked at. It has to allow other sites (CORS), or browsers do not show it."""

    is_default: Switch = False
    """Whether it is shown until the reader chooses. One at most."""

    in_print: ServiceKey | None = None
    """Of a style, which cannot be drawn on paper: the key of the background that printed maps have instead."""

    hosts: tuple[Origin, ...] = ()
    """Of a style, the other hosts that its tiles and signs come from, such as ["https://tiles.example.org"]."""

    @property
    def origins(self) -> tuple[str, ...]:
        """The hosts that a browser asks for it."""
        return tuple(dict.fromkeys((origin_of(self.url), *self.hosts)))


class Overlay(Service):
    """A plan or a map of others (``[[overlays]]``) that readers lay over the background and under the records: binding
    plans, ground values, flood areas. The first in the file lies on top. Readers choose which are shown, how opaque
    they are, and their order."""

    opacity: Annotated[float, Field(gt=0, le=1)] = 0.7
    """How opaque it is until the reader decides, from 0 (not included) to 1."""

    is_shown: Switch = False
    """Whether it is shown until the reader decides."""

    legend: Address | None = None
    """The address of a picture that explains its signs; of a WMS, the one that the service makes if this is missing."""

    info_format: Literal["text/plain", "text/html", "application/json", "application/geo+json"] | None = None
    """Of a WMS: the format in which it is asked what lies at a place that the reader clicks on (GetFeatureInfo).
    Without it, it is not asked."""

    @property
    def origins(self) -> tuple[str, ...]:
        """The hosts that a browser asks for it."""
        return tuple(dict.fromkeys(map(origin_of, filter(None, (self.url, self.legend)))))

    def _missing(self) -> Iterator[Text]:
        yield from super()._missing()
        if self.kind == "style":
            yield Text(
                "kind: was darüberliegt, ist wms, wmts oder xyz; ein Stil ist ein Hintergrund",
                "kind: an overlay is wms, wmts or xyz; a style is a background",
            )
        if self.info_format and self.kind != "wms":
            yield Text(
                f"info_format: nur ein WMS sagt, was an einer Stelle liegt, kein Dienst der Art „{self.kind}“",
                f"info_format: only a WMS tells what lies at a place, not a service of the kind “{self.kind}”",
            )


def has_all(text: str, *parts: str) -> bool:
    """Return whether a text has all of these parts."""
    return all(part in text for part in parts)


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def checked(backgrounds: Sequence[Background]) -> Sequence[Background]:
    """Return the backgrounds. Raises ValueError if they contradict each other."""
    _refuse_twice(backgrounds)
    if any(one.key == NONE for one in backgrounds):
        raise Wrong(Text(f"der Schlüssel {NONE} ist vergeben", f"the key {NONE} is taken"))
    defaults = ", ".join(one.key for one in backgrounds if one.is_default)
    if "," in defaults:
        raise Wrong(
            Text(
                f"nur einer kann zuerst gezeigt werden; is_default haben {defaults}",
                f"only one can be the default; is_default is true of {defaults}",
            )
        )
    raster = [one.key for one in backgrounds if one.kind != "style"]
    for one in backgrounds:
        _refuse_unfitting(one, raster)
    return backgrounds


def checked_overlays(overlays: Sequence[Overlay]) -> Sequence[Overlay]:
    """Return the overlays. Raises ValueError if two have the same key."""
    _refuse_twice(overlays)
    return overlays


def _refuse_twice(services: Sequence[Service]) -> None:
    keys = [one.key for one in services]
    for key in keys:
        if keys.count(key) > 1:
            raise Wrong(Text(f"den Schlüssel {key} gibt es zweimal", f"the key {key} is given twice"))


def _refuse_unfitting(one: Background, raster: Sequence[str]) -> None:
    if one.kind != "style" and (one.in_print or one.hosts):
        name = "in_print" if one.in_print else "hosts"
        raise Wrong(
            Text(
                f"{name} von {one.key}: das hat nur ein Hintergrund der Art „style“",
                f"{name} of {one.key}: only a background of the kind “style” has it",
            )
        )
    if one.in_print and one.in_print not in raster:
        known = ", ".join(raster)
        raise Wrong(
            Text(
                f"in_print von {one.key} ist {one.in_print}; erlaubt ist {known or 'nichts, denn es gibt nur Stile'}",
                f"in_print of {one.key} is {one.in_print}; allowed are {known or 'none, as there are only styles'}",
            )
        )
