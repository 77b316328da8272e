"""Reads a request's parameters, and checks them against what the layer shows to the audience."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from geo.periods import parse_instant
from geo.records import filters as cql2
from geo.records.features import cursors, values
from geo.records.features.naming import compared_by_name, is_known, names_in, naming_columns, unknown_name
from geo.records.features.selection import (
    ID,
    BadParameter,
    Crs,
    Filter,
    Paging,
    RawParameters,
    Selection,
    SortKey,
    find_property,
)
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import LOCATED, property_names
from geo.store.database import AsyncConnection, Query
from geo.text import key_text

LANGUAGES: dict[str, cql2.Language] = {name: name for name in get_args(cql2.Language)}


@dataclass(frozen=True, slots=True)
class FeatureQuery:
    """A request for a page of features: selection, page, CRS, properties, and instant (``as_of``; None: now)."""

    selection: Selection
    paging: Paging
    crs: Crs
    properties: tuple[str, ...]
    as_of: datetime | None = None
    counts_all: bool = False
    selected_as: Audience | None = None
    """The audience as which the records are selected, if it differs from the one to which they are shown."""


async def read(
    connection: AsyncConnection,
    layer: Layer,
    audience: Audience,
    limit: int,
    given: RawParameters,
    filters: RawParameters,
    *,
    shown: Audience | None = None,
) -> FeatureQuery:
    """Return the request; ``filters`` are the parameters that name a property.

    Raises BadParameter, or UnknownInstant for ``as_of``. ``shown`` is the audience to which the records are shown, if
    it differs from ``audience``, which selects them: it gets those of the selected records that it may see, as it sees
    them.
    """
    shown = shown or audience
    sort = _sort(layer, shown, given["sortby"]) if "sortby" in given else _natural_order(layer)
    as_of = parse_instant(given["as_of"]) if "as_of" in given else None
    after = cursors.read(given["cursor"], sort, as_of) if "cursor" in given else None
    if "bbox-crs" in given and "bbox" not in given:
        raise BadParameter("bbox-crs", "“bbox-crs” requires the parameter “bbox”.")
    box_crs = values.crs("bbox-crs", given["bbox-crs"]) if "bbox-crs" in given else Crs.CRS84
    selection = Selection(
        box=values.box(given["bbox"], box_crs) if "bbox" in given else None,
        days=values.days(given["datetime"]) if "datetime" in given else None,
        filters=await _filters(connection, layer, audience, filters, is_past=as_of is not None) if filters else (),
        condition=await _condition(connection, layer, audience, given),
    )
    names = property_names(layer, shown)
    if "properties" in given:
        chosen = {find_property(layer, shown, "properties", name) for name in listed(given["properties"])}
        names = tuple(name for name in names if name in chosen)
    crs = values.crs("crs", given["crs"]) if "crs" in given else Crs.CRS84
    selected_as = audience if shown is not audience and selection != Selection() else None
    return FeatureQuery(selection, Paging(limit, sort, after), crs, names, as_of, "count" in given, selected_as)


async def queryables(connection: AsyncConnection, layer: Layer, audience: Audience) -> dict[str, cql2.Queryable]:
    """Return the properties by which a layer's features can be filtered, including ``geometry``, by name."""
    return cql2.queryables(layer, audience, await column_types(connection, layer, audience))


async def _condition(
    connection: AsyncConnection, layer: Layer, audience: Audience, given: RawParameters
) -> Query | None:
    if "filter" not in given:
        alone = next((name for name in ("filter-lang", "filter-crs") if name in given), None)
        if alone:
            raise BadParameter(alone, f"“{alone}” requires the parameter “filter”.")
        return None
    crs = values.crs("filter-crs", given["filter-crs"]) if "filter-crs" in given else Crs.CRS84
    language = LANGUAGES.get(given.get("filter-lang", "cql2-text"))
    if language is None:
        raise BadParameter(
            "filter-lang", "This filter language is not supported.", f"Write one of {', '.join(LANGUAGES)}."
        )
    try:
        tree = await _by_names(connection, layer, audience, cql2.parse(given["filter"], language), given)
        return cql2.compile(tree, await queryables(connection, layer, audience), crs)
    except cql2.FilterError as error:
        raise BadParameter("filter", error.message, error.hint) from None


async def _by_name(
    connection: AsyncConnection, layer: Layer, audience: Audience, name: str, text: str, *, is_past: bool
) -> tuple[str, str]:
    """Return the column and the value that a filter means: of a reference, a name that is known comes before an id.

    Raises BadParameter for a text that is neither; of the past, names are not known here, and any may have been one.
    """
    naming = naming_columns(layer, audience)
    if name not in naming:
        return name, text
    is_number = values.INTEGER.fullmatch(text) is not None
    if (is_past and not is_number) or await is_known(connection, layer, audience, name, key_text(text)):
        return naming[name], key_text(text)
    if not is_number:
        raise await unknown_name(connection, layer, audience, name, name, text)
    return name, text


async def _by_names(
    connection: AsyncConnection, layer: Layer, audience: Audience, tree: Any, given: RawParameters
) -> Any:
    """Return the tree in which references that are compared with names are compared by these."""
    naming = naming_columns(layer, audience)
    if not naming:
        return tree
    named = compared_by_name(tree, naming)
    for reference, name in () if "as_of" in given else names_in(named, naming):
        if not await is_known(connection, layer, audience, reference, name):
            raise await unknown_name(connection, layer, audience, reference, "filter", name)
    return named


async def column_types(connection: AsyncConnection, layer: Layer, audience: Audience) -> list[tuple[str, str]]:
    """Return name and type of every column of a layer that an audience sees."""
    return await (await connection.execute(*cql2.column_types(layer, audience))).fetchall()


def listed(text: str) -> list[str]:
    """Return the names in a parameter."""
    return [part.strip() for part in text.split(",")]


def _natural_order(layer: Layer) -> tuple[SortKey, ...]:
    # QGIS treats a layer as a table without geometry if the first features that it gets have none.
    return (SortKey(LOCATED, descending=True),) if layer.geometry and not layer.geometry_required else ()


def _sort(layer: Layer, audience: Audience, text: str) -> tuple[SortKey, ...]:
    # In a URL a plus means a space, and arrives here as such, unless the client has encoded it.
    keys = [
        SortKey(find_property(layer, audience, "sortby", part.lstrip("+-"), ID), part.startswith("-"))
        for part in listed(text)
        if part[:2] not in ("--", "-+", "+-", "++")
    ]
    if len(keys) < len(listed(text)) or len({key.name for key in keys}) < len(keys):
        raise BadParameter(
            "sortby", f"“{text}” is not a sort order.", "Write each property once, such as -area_m2,name."
        )
    return tuple(keys)


async def _filters(
    connection: AsyncConnection, layer: Layer, audience: Audience, given: RawParameters, *, is_past: bool
) -> tuple[Filter, ...]:
    for name in given:
        find_property(layer, audience, name, name)
    types: dict[str, str] = dict(await column_types(connection, layer, audience))
    found: list[Filter] = []
    for asked, asked_text in given.items():
        name, text = await _by_name(connection, layer, audience, asked, asked_text, is_past=is_past)
        column = layer.column(name) if layer.has_column(name) else None
        value = values.value(types[name].removesuffix("[]"), column, name, text)
        found.append(Filter(name, value, types[name].endswith("[]")))
    return tuple(found)
