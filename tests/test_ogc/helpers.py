"""Helpers to read the service's responses."""

from typing import Any

from tests.test_api.helpers import Api

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/api/collections/{}/items"


def items(client: Api, layer: str, **parameters: object) -> dict[str, Any]:
    """A page of features."""
    return client.json(ITEMS.format(layer), **{name.replace("_crs", "-crs"): v for name, v in parameters.items()})


def names(page: dict[str, Any]) -> list[str]:
    """The names of a page's features."""
    return [feature["properties"]["name"] for feature in page["features"]]


def link(document: dict[str, Any], rel: str, **members: str) -> str | None:
    """The address of the link with this relation and these other members, if there is one."""
    wanted = {"rel": rel, **members}
    found = [one["href"] for one in document["links"] if wanted.items() <= one.items()]
    assert len(found) < 2, found
    return found[0] if found else None


MOST_PAGES = 500


def pages(client: Api, url: str) -> list[dict[str, Any]]:
    """Return the page at an address and all that follow. Fails if an address repeats or the pages do not end."""
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    following: str | None = url
    while following:
        assert following not in seen, f"{following} leads back to itself"
        assert len(found) < MOST_PAGES, f"after {MOST_PAGES} pages there is still a next one: {following}"
        seen.add(following)
        found.append(client.json(following))
        following = link(found[-1], "next")
    return found


def first_position(feature: dict[str, Any]) -> tuple[float, float]:
    """The first coordinates of a polygon."""
    x, y = feature["geometry"]["coordinates"][0][0][0]
    return x, y
