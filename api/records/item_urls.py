"""URLs of the features behind a figure."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from geo.records.provenance import Provenance, parameters


def item_urls(base: str, figures: Mapping[str, Provenance], as_of: datetime | None) -> dict[str, str]:
    """Return the absolute URL of the features behind each figure at the service ``base``, as recorded at ``as_of``."""
    return {name: _item_url(base, provenance, as_of) for name, provenance in figures.items()}


def _item_url(base: str, provenance: Provenance, as_of: datetime | None) -> str:
    wanted = parameters(provenance) | ({"as_of": as_of.isoformat()} if as_of else {})
    query = f"?{urlencode(wanted, quote_via=quote)}" if wanted else ""
    return f"{base.rstrip('/')}/api/collections/{quote(provenance.layer)}/items{query}"
