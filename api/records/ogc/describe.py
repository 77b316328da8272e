"""What a collection says of itself besides its records: licence, publisher, update."""

from typing import Any

from api.records.ogc.models import Publisher, WebLink
from geo.records.layers.layer import Layer
from geo.records.metadata import Facts, licence_of
from geo.settings import Settings


def published(layer: Layer, settings: Settings, known: Facts) -> dict[str, Any]:
    """The members of api.records.ogc.models.Collection that the settings and the last change make up."""
    licence = licence_of(layer, settings.licence)
    return {
        "updated": known.updated,
        "license": licence.uri if licence else None,
        "attribution": settings.publisher_name,
        "publisher": Publisher(
            name=settings.publisher_name,
            url=settings.publisher_url,
            email=settings.contact_email,
            contact_url=settings.contact_url,
        ),
    }


def licence_links(layer: Layer, settings: Settings) -> list[WebLink]:
    """The link to the text of the licence, where there is one."""
    licence = licence_of(layer, settings.licence)
    return [WebLink(href=licence.text, rel="license", type="text/html", title=licence.name)] if licence else []
