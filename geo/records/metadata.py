"""Metadata of collections: temporal extent, time of the last change, licence."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from psycopg import sql

from geo.periods import CITY_TIME
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.seen import changes_counted
from geo.records.layers.views import view_of
from geo.store.database import AsyncConnection

LAST_SECOND = time(23, 59, 59)


class Facts(NamedTuple):
    """When what the audience sees of a layer last changed, and the first and last day among these records, if any."""

    updated: datetime | None
    first: date | None
    last: date | None

    @property
    def span(self) -> tuple[str, str] | None:
        """From the start of the first day to the last second of the last day in the city's time, in UTC (RFC 3339)."""
        if not self.first or not self.last:
            return None
        ends = datetime.combine(self.first, time(), CITY_TIME), datetime.combine(self.last, LAST_SECOND, CITY_TIME)
        first, last = (f"{end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for end in ends)
        return first, last


class Licence(NamedTuple):
    """A licence: its name, the URL of its text, and its URI in the vocabulary of DCAT-AP.de."""

    name: str
    text: str
    uri: str


LICENCES: Mapping[str, Licence] = {
    "dl-de/by-2-0": Licence(
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    ),
    "dl-de/zero-2-0": Licence(
        "Datenlizenz Deutschland – Zero – Version 2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
        "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
    ),
    "cc-by-4.0": Licence(
        "Creative Commons Namensnennung 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        "http://dcat-ap.de/def/licenses/cc-by/4.0",
    ),
    "cc-zero": Licence(
        "Creative Commons CC Zero",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "http://dcat-ap.de/def/licenses/cc-zero",
    ),
}


def licence_of(layer: Layer, key: str) -> Licence | None:
    """Return the licence of a public layer; None for other layers, which are for the agency's own use."""
    return LICENCES[key] if layer.audience is Audience.PUBLIC else None


async def facts(connection: AsyncConnection, seen: Sequence[tuple[Layer, Audience]]) -> dict[str, Facts]:
    """Return the facts of layers by key, each as its audience sees it, with one statement."""
    parts = [_facts(layer, audience) for layer, audience in seen]
    if not parts:
        return {}
    rows = await (await connection.execute(sql.SQL(" union all ").join(parts))).fetchall()
    return {layer: Facts(*found) for layer, *found in rows}


def _facts(layer: Layer, audience: Audience) -> sql.Composed:
    days = sql.SQL("null::date as first, null::date as last")
    if layer.date:
        days = sql.SQL("(select min({date}) from {view}) as first, (select max({date}) from {view}) as last").format(
            date=sql.Identifier(layer.date), view=view_of(audience, layer)
        )
    return sql.SQL(
        """
        select
            {key} as layer,
            (select changed_at from flurwerk.layer_versions where layer = {counted}) as updated,
            {days}
        """
    ).format(key=sql.Literal(layer.key), counted=sql.Literal(changes_counted(layer, audience)), days=days)
