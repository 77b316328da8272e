"""The overview: the city's land and rollout in a period, as one self-contained file."""

from collections.abc import Mapping
from typing import Any

from geo.periods import Period
from geo.profile import profile
from geo.records.layers.layer import Audience
from geo.store.database import Connection
from maps import design
from maps.folium_map import elements
from maps.folium_map.content import read

CITY_ZOOM = 11
LOGO_HEIGHT_PX, LOGO_WIDTH_PX = 32, 200


def overview(connection: Connection, period: Period, *, audience: Audience, language: str = "de") -> str:
    """Return the map of a period for an audience (public or internal) as one complete HTML document.

    It needs no network and no other files. Raises ValueError for the audience personal, which has no maps.
    """
    return document(read(connection, period, audience=audience, language=language))


def document(content: Mapping[str, Any]) -> str:
    """Return the document that shows what has been read (maps.folium_map.content)."""
    title = f"{content['words']['title']} · {content['period']}"
    page = elements.Page(title, content["language"], content["audience"], content["words"])
    city = elements.CityMap(content["centre"], CITY_ZOOM)
    embedded = {"config": elements.as_json(content["config"])} | {
        f"data-{key}": elements.script_safe(text) for key, text in content["collections"].items()
    }
    page.add_child(city)
    page.header.add_child(elements.style_sheets())
    page.html.add_child(elements.body(**content, embedded=embedded, map_id=city.get_name(), logo=_logo()))
    page.html.add_child(elements.scripts())
    groups = elements.groups_of(
        (entry["key"], entry["label"], entry["starts_visible"])
        for group in content["legend"]
        for entry in group["entries"]
    )
    for group in groups.values():
        city.add_child(group)
    city.add_child(elements.Start(groups))
    return page.render()


def _logo() -> dict[str, Any] | None:
    found = design.logo()
    if found is None:
        return None
    width, height = found.fitting(LOGO_HEIGHT_PX, LOGO_WIDTH_PX)
    return {"url": found.url, "width": round(width), "height": round(height), "alt": profile().publisher.name}
