"""Addresses of the features behind a figure."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

from geo.records.provenance import Provenance, parameters


def addresses(base: str, figures: Mapping[str, Provenance], as_of: datetime | None) -> dict[str, str]:
    """The absolute address of the features behind each figure, of a service at ``base``; as recorded at ``as_of``."""
    return {name: _address(base, behind, as_of) for name, behind in figures.items()}


def _address(base: str, behind: Provenance, as_of: datetime | None) -> str:
    asked = parameters(behind) | ({"as_of": as_of.isoformat()} if as_of else {})
    query = f"?{urlencode(asked, quote_via=quote)}" if asked else ""
    return f"{base.rstrip('/')}/api/collections/{quote(behind.layer)}/items{query}"
