"""The rows of a layer of the plan, and why a record is not among them."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from psycopg import sql
from psycopg.rows import dict_row

from geo.exchange.account import Account, Remark
from geo.exchange.gis_nb.plan import PlanLayer
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text
from geo.store.database import Connection

Row = dict[str, Any]

LONGEST_BYTES = 254
"""Of a text in a Shapefile."""
NODE = "served_by"
"""The column that refers to a network node; the plan says -1 where there is none."""
NO_NODE = -1

DISCARDED = Text("verworfen", "discarded")
DUPLICATE = Text("Dublette eines anderen Datensatzes", "duplicate of another record")
DROPPED = Text("entfallen", "dropped")
REMOVED = Text("zurückgebaut", "removed")
UNCONNECTED = Text(
    "sein Netzknoten ist nicht in diesem Export", "the network node that serves it is not in this export"
)
EXCLUDED: Mapping[str, tuple[tuple[str, Text], ...]] = {
    "trenches": (("discarded_on is not null", DISCARDED), ("duplicate_of is not null", DUPLICATE)),
    "connections": (("status = 'dropped'", DROPPED),),
    "network_nodes": (("removed_on is not null", REMOVED),),
    "ducts": (("removed_on is not null", REMOVED),),
    "cables": (("removed_on is not null", REMOVED),),
}
"""The records that are not part of a plan: a condition over our columns, and the reason."""


def read(connection: Connection, plan: PlanLayer, programmes: Sequence[int] | None) -> list[Row]:
    """Return the records of a layer, with ``excluded``: the number of the first condition that excludes it, or null."""
    conditions = EXCLUDED[plan.layer]
    columns = dict.fromkeys(column for column in plan.columns.values() if column != "source_id")
    statement = sql.SQL(
        """
        select
            id,
            source,
            source_id,
            {columns},
            case {cases} end as excluded,
            st_asbinary(geom) as geometry
        from {table}
        where %(programmes)s::bigint[] is null
           or programme = any(%(programmes)s)
        order by id
        """
    ).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        cases=sql.SQL(" ").join(
            sql.SQL("when {} then {}").format(sql.SQL(condition), sql.Literal(number))  # pyright: ignore[reportArgumentType]
            for number, (condition, _) in enumerate(conditions)
        ),
        table=sql.Identifier(plan.layer),
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, {"programmes": None if programmes is None else list(programmes)}).fetchall()


def rows(
    plan: PlanLayer, records: Sequence[Row], nodes: Collection[int], account: Account, *, is_short: bool
) -> list[Row]:
    """Return the plan's rows, with their ``geometry``; note in the account what is left out or incomplete.

    ``nodes`` are the network nodes in the export. ``is_short``: texts must fit a Shapefile.
    """
    found: list[Row] = []
    for record in records:
        row, reason = _row(plan, record, nodes, is_short=is_short)
        if reason:
            account.left_out.append(_remark(plan, record, reason))
            continue
        found.append(row)
        for field in plan.fields:
            if field.wanted and row[field.name] is None:
                account.incomplete.append(_remark(plan, record, _not_recorded(plan, field.name)))
    account.written[plan.layer] = len(found)
    return found


def connected_nodes(plan: PlanLayer, records: Sequence[Row], *, is_short: bool) -> set[int]:
    """Return the ids of the nodes that can be written: whose values have codes, and that are served by such a node."""
    kept = {record["id"] for record in records}
    while True:
        remaining = {
            record["id"]
            for record in records
            if record["id"] in kept and _row(plan, record, kept, is_short=is_short)[1] is None
        }
        if remaining == kept:
            return kept
        kept = remaining


def table(plan: PlanLayer, found: Sequence[Row]) -> pa.Table:
    """Return the rows as an Arrow table with the column ``geometry`` (WKB)."""
    columns = {field.name: pa.array([row[field.name] for row in found], field.type) for field in plan.fields}
    return pa.table(columns | {"geometry": pa.array([row["geometry"] for row in found], pa.binary())})


def _row(plan: PlanLayer, record: Row, nodes: Collection[int], *, is_short: bool) -> tuple[Row, Text | None]:
    if record["excluded"] is not None:
        return {}, EXCLUDED[plan.layer][record["excluded"]][1]
    row: Row = {"geometry": record["geometry"]}
    for field in plan.fields:
        column = plan.columns[field.name]
        value = record["id"] if column == "source_id" else record[column]
        if column == NODE:
            if value is not None and value not in nodes:
                return {}, UNCONNECTED
            row[field.name] = NO_NODE if value is None else value
        elif value is not None and column in plan.codes:
            if value not in plan.codes[column]:
                return {}, _without_code(plan, column, value)
            row[field.name] = int(plan.codes[column][value])
        else:
            if is_short and isinstance(value, str) and len(value.encode()) > LONGEST_BYTES:
                return {}, _too_long(plan, column)
            row[field.name] = float(value) if isinstance(value, Decimal) else value
    return row, None


def _remark(plan: PlanLayer, record: Row, reason: Text) -> Remark:
    return Remark(plan.layer, record["source"], record["source_id"], reason)


def _without_code(plan: PlanLayer, column: str, value: str) -> Text:
    described = LAYERS[plan.layer].column(column)
    label = (described.codes or {})[value]
    return Text(
        f"„{described.label.de}“ ist „{label.de}“, wofür kein Schlüssel bekannt ist",
        f"“{described.label.en}” is “{label.en}”, for which no code is known",
    )


def _too_long(plan: PlanLayer, column: str) -> Text:
    label = LAYERS[plan.layer].label(column)
    return Text(
        f"„{label.de}“ ist länger, als ein Shapefile fasst (254 Bytes): bitte als GeoJSON exportieren",
        f"“{label.en}” is longer than a Shapefile can hold (254 bytes): please export as GeoJSON",
    )


def _not_recorded(plan: PlanLayer, field: str) -> Text:
    label = LAYERS[plan.layer].label(plan.columns[field])
    return Text(
        f"Feld {field} ist leer, „{label.de}“ ist nicht erfasst",
        f"field {field} is empty, “{label.en}” is not recorded",
    )
