"""The plots that belong to a watch, as its owner sees them."""

import json
from typing import Any, NamedTuple

from psycopg import sql

from geo.access import Caller
from geo.land import plot_filters
from geo.land.matching import Choices, InquiryUnknown, match_for, wish_for
from geo.land.reservations import today
from geo.land.saved import NotKept, searches
from geo.land.watching.watches import UnusableArea, Watch
from geo.records import filters as cql2
from geo.records.features import Crs, answers, reading
from geo.records.features.selecting import conditions
from geo.records.features.selection import Filter, Selection
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names, view_of
from geo.store.database import AsyncConnection
from geo.text import Text

PLOTS = "plots"
AREAS = "industrial_areas"


class Sight(NamedTuple):
    """How a caller sees the plots: the layer as they see it, and as whom."""

    layer: Layer
    audience: Audience

    @property
    def properties(self) -> tuple[str, ...]:
        """The properties of plots that the caller sees."""
        return property_names(self.layer, self.audience)


class Broken(Exception):
    """What is watched is gone or cannot be evaluated."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


NO_SEARCH = Text(
    "Diese Suche gibt es nicht mehr, oder sie ist nicht mehr freigegeben.",
    "This search no longer exists, or is no longer shared.",
)
NO_AREA = Text("Dieses Gebiet gibt es nicht mehr.", "This area no longer exists.")
NO_INQUIRY = Text(
    "Diese Anfrage gibt es nicht, oder Sie sehen sie nicht.", "This inquiry does not exist, or is not shown to you."
)


def sight_of(caller: Caller, key: str = PLOTS) -> Sight | None:
    """Return how a caller sees a layer; None if they do not, or the agency does not keep it."""
    layer = {one.key: one for one in caller.visible_layers()}.get(key)
    return layer and Sight(layer, caller.audience_of(key).impersonal)


async def members(connection: AsyncConnection, watch: Watch, caller: Caller, sight: Sight) -> set[int]:
    """Return the ids of the plots that belong to a watch now. Raises Broken."""
    match watch.kind:
        case "plot":
            return await _select(connection, sight, Selection(filters=(Filter("id", watch.plot, is_array=False),)))
        case "area":
            area = watch.area or await _recorded_area(connection, watch.industrial_area, caller)
            return await _selected(connection, sight, within(area))
        case "search":
            return await _found(connection, watch.search, sight)
        case "inquiry":
            if caller.audience_of("inquiries") is Audience.PUBLIC or watch.inquiry is None:
                raise Broken(NO_INQUIRY)
            try:
                wish = await wish_for(connection, watch.inquiry)
            except InquiryUnknown:
                raise Broken(NO_INQUIRY) from None
            return {one.plot.id for one in (await match_for(connection, wish, Choices(), caller)).ranked}


def within(area: Any) -> dict[str, Any]:
    """Return the condition that a plot touches an area (GeoJSON, CRS84), as CQL2 JSON."""
    return {"op": "s_intersects", "args": [{"property": "geometry"}, area]}


async def refuse_unusable(connection: AsyncConnection, area: Any, sight: Sight) -> None:
    """Raise UnusableArea unless plots can be compared with the area."""
    try:
        await _selected(connection, sight, within(area))
    except cql2.FilterError as error:
        raise UnusableArea(error.message) from None


async def _found(connection: AsyncConnection, kept: int | None, sight: Sight) -> set[int]:
    if kept is None:
        raise Broken(NO_SEARCH)
    try:
        search = await searches.search(connection, kept, sight.properties)
    except NotKept:
        raise Broken(NO_SEARCH) from None
    if search.faults:
        first = search.faults[0]
        label = sight.layer.column(first.property).label if sight.layer.has_column(first.property) else None
        named = label or Text(first.property, first.property)
        raise Broken(Text(f"{named.de}: {first.reason.de}", f"{named.en}: {first.reason.en}"))
    return await _selected(connection, sight, plot_filters.conditions(search.filters, today(), sight.properties))


async def _recorded_area(connection: AsyncConnection, area: int | None, caller: Caller) -> Any:
    sight = sight_of(caller, AREAS)
    feature = None
    if sight and area is not None:
        feature = await answers.feature(connection, sight.layer, sight.audience, area, Crs.CRS84)
    geometry = json.loads(feature.text)["geometry"] if feature else None
    if geometry is None:
        raise Broken(NO_AREA)
    return geometry


async def _selected(connection: AsyncConnection, sight: Sight, condition: Any) -> set[int]:
    """Return the plots that fulfil a condition in CQL2 JSON, all for None. Raises FilterError."""
    if condition is None:
        return await _select(connection, sight, Selection())
    known = await reading.queryables(connection, sight.layer, sight.audience)
    tree = cql2.parse(json.dumps(condition), "cql2-json")
    return await _select(connection, sight, Selection(condition=cql2.compile(tree, known, Crs.CRS84)))


async def _select(connection: AsyncConnection, sight: Sight, selection: Selection) -> set[int]:
    parameters: dict[str, Any] = {}
    statement = sql.SQL("select r.id from {view} as r where {selected}").format(
        view=view_of(sight.audience, sight.layer), selected=conditions(sight.layer, selection, parameters)
    )
    rows = await connection.execute(statement, parameters, prepare=False)
    return {record for (record,) in await rows.fetchall()}
