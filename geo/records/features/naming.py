"""Filters by what people call the record that a column refers to: ``cluster=HG-01`` beside ``cluster=12``."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from psycopg import sql

from geo.records.features.selection import BadParameter
from geo.records.layers import LAYERS
from geo.records.layers.column_types import column_types
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import view_of
from geo.store.database import AsyncConnection

COMPARED = ("=", "<>", "in")


def naming_columns(layer: Layer, audience: Audience) -> dict[str, str]:
    """Return the columns that refer to records which another column of the layer names, each with that column."""
    return {column.names: column.name for column in layer.visible_columns(audience) if column.names}


def compared_by_name(node: Any, naming: dict[str, str]) -> Any:
    """Return a filter's tree in which a reference that is compared with texts is the column of names instead."""
    if isinstance(node, list):
        return [compared_by_name(one, naming) for one in node]
    if not isinstance(node, dict):
        return node
    arguments = node.get("args")
    if not isinstance(arguments, list):
        return node
    arguments = [compared_by_name(one, naming) for one in arguments]
    if any(map(_is_text, arguments)):
        arguments = [_named(one, naming) for one in arguments]
    return node | {"args": arguments}


def names_in(node: Any, naming: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the reference and the text of every name with which it is compared exactly."""
    if isinstance(node, list):
        for one in node:
            yield from names_in(one, naming)
    elif isinstance(node, dict) and isinstance(node.get("args"), list):
        arguments = node["args"]
        references = {name: reference for reference, name in naming.items()}
        compared = [references[one["property"]] for one in arguments if _property(one) in references]
        if str(node.get("op")).lower() in COMPARED:
            for one in arguments:
                texts = one if isinstance(one, list) else [one]
                yield from ((reference, text) for reference in compared for text in texts if isinstance(text, str))
        yield from names_in(arguments, naming)


async def is_known(connection: AsyncConnection, layer: Layer, audience: Audience, reference: str, name: str) -> bool:
    """Return whether a record that the column may refer to has the name."""
    query, column = _known(layer, audience, reference)
    found = await connection.execute(sql.SQL("select exists ({} where {} = %s)").format(query, column), [name])
    return await found.fetchone() == (True,)


async def unknown_name(
    connection: AsyncConnection, layer: Layer, audience: Audience, reference: str, parameter: str, name: str
) -> BadParameter:
    """Return the error for a name that no record has, with the nearest one."""
    query, _ = _known(layer, audience, reference)
    known = [one for (one,) in await (await connection.execute(query)).fetchall() if one]
    same = [one for one in known if one.casefold() == name.casefold()]
    near = same or get_close_matches(name, known, 1)
    label = layer.column(reference).label.en.lower()
    hint = f"Did you mean “{near[0]}”?" if near else f"Write the key of a {label}, or its id."
    return BadParameter(parameter, f"There is no {label} “{name}”.", hint)


def _known(layer: Layer, audience: Audience, reference: str) -> tuple[sql.Composed, sql.Identifier]:
    """Return the query for all names, and their column.

    Whoever sees a name that is not public sees the records which have it; of a public one only those that the layer's
    records refer to are sure to be.
    """
    naming = layer.column(naming_columns(layer, audience)[reference])
    target = column_types()[layer.key][reference].references
    if naming.audience is Audience.PUBLIC or target is None:
        view, column = view_of(audience, layer), sql.Identifier(naming.name)
    else:
        view, column = view_of(audience, LAYERS[target]), sql.Identifier(LAYERS[target].known_by[0])
    return sql.SQL("select distinct {} from {}").format(column, view), column


def _named(node: Any, naming: dict[str, str]) -> Any:
    if _is_casei(node):
        return node | {"args": [_named(one, naming) for one in node["args"]]}
    name = _property(node)
    return {"property": naming[name]} if name in naming else node


def _property(node: Any) -> Any:
    return node["property"] if isinstance(node, dict) and isinstance(node.get("property"), str) else None


def _is_text(node: Any) -> bool:
    if isinstance(node, list):
        return any(isinstance(one, str) for one in node)
    return isinstance(node, str) or (_is_casei(node) and any(isinstance(one, str) for one in node["args"]))


def _is_casei(node: Any) -> bool:
    return isinstance(node, dict) and str(node.get("op")).lower() == "casei" and isinstance(node.get("args"), list)
