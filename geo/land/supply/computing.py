"""Computes the supply of land, now or as recorded at an instant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg.rows import dict_row

from geo.figures.kpis.kpi_sql import OUTSIDE, UNLOCATED
from geo.land.supply import supply_sql
from geo.land.supply.rows import CODES, WINDOWS, MeasureCount, Row, Supply, Window, parse_dimensions
from geo.records.layers import codes
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience
from geo.store.database import AsyncConnection, Connection, as_recorded, set_as_of

PUBLIC_SPLIT = frozenset({"ownership"})
"""The dimensions by which the public may see transactions split: a transaction's sector is public, its plot is not."""


def supply(
    connection: Connection,
    by: str | Sequence[str] | None = None,
    as_of: datetime | None = None,
    audience: Audience = Audience.INTERNAL,
    on: date | None = None,
) -> Supply:
    """Return the supply of land, split by some of geo.land.supply.DIMENSIONS. Raises UnknownDimension.

    The windows end on the day ``on``, which defaults to the day of ``as_of`` or today.
    """
    dimensions = parse_dimensions(by)
    with as_recorded(connection, as_of), connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(*supply_sql.rows(dimensions, audience, on)).fetchall()
        names = dict(connection.execute(*supply_sql.districts()).fetchall())
        measures = connection.execute(*supply_sql.measures()).fetchall() if _sees_measures(audience) else None
    return _assemble(dimensions, audience, found, names, measures)


async def supply_for(
    connection: AsyncConnection,
    by: Sequence[str],
    as_of: datetime | None,
    audience: Audience,
    on: date | None = None,
) -> Supply:
    """Like `supply`, for the web service. With ``as_of`` the connection shows the past until its transaction ends."""
    dimensions = parse_dimensions(by)
    if as_of is not None:
        await set_as_of(connection, as_of)
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(*supply_sql.rows(dimensions, audience, on))
        found = await cursor.fetchall()
    names = dict(await (await connection.execute(*supply_sql.districts())).fetchall())
    measures = None
    if _sees_measures(audience):
        measures = await (await connection.execute(*supply_sql.measures())).fetchall()
    return _assemble(dimensions, audience, found, names, measures)


def _sees_measures(audience: Audience) -> bool:
    return audience is not Audience.PUBLIC and are_kept("measures")


def _assemble(
    by: tuple[str, ...],
    audience: Audience,
    found: Iterable[Mapping[str, Any]],
    districts: Mapping[str, str],
    measures: Sequence[tuple[str | None, str, int]] | None,
) -> Supply:
    is_public = audience is Audience.PUBLIC
    hides_windows = is_public and not set(by) <= PUBLIC_SPLIT
    (total,) = (values for values in found if values["is_total"])
    rows = [_row(values, by, hides_windows=hides_windows) for values in found if not values["is_total"]]
    if hides_windows:
        # A part with transactions but no plots would disclose that there are some.
        rows = [row for row in rows if row.plots]
    withheld = ("windows.bought_markup_percent",) if is_public else ()
    if is_public and are_kept("measures"):
        withheld = ("measures", *withheld)
    return Supply(
        day=total["day"],
        by=by,
        rows=tuple(sorted(rows, key=lambda row: [_position(name, row.part[name]) for name in by])),
        total=_row(total, (), hides_windows=False),
        measures=None if measures is None else _measures(measures),
        districts=districts,
        withheld=(*withheld, "rows.windows") if hides_windows else withheld,
    )


def _row(values: Mapping[str, Any], by: Sequence[str], *, hides_windows: bool) -> Row:
    windows = tuple(
        Window(
            years=years,
            taken_m2=values[f"taken_{years}"],
            bought_m2=values[f"bought_{years}"],
            paid_eur=values[f"paid_{years}"],
            worth_eur=values[f"worth_{years}"],
        )
        for years in WINDOWS
    )
    figures = {name: values[name] for name in Row.__dataclass_fields__ if name not in {"part", "windows"}}
    return Row(part={name: values[name] for name in by}, windows=None if hides_windows else windows, **figures)


def _position(dimension: str, code: str | None) -> tuple[int, str]:
    """Return the sort key of a part: in the order of the code list, districts by key, outside or unknown last."""
    if code is None:
        return 1000, ""
    if dimension == "district":
        return {OUTSIDE: 1, UNLOCATED: 2}.get(code, 0), code
    return list(CODES[dimension]).index(code), code


def _measures(found: Sequence[tuple[str | None, str, int]]) -> tuple[MeasureCount, ...]:
    """Return the counts by horizon and state, zeros included. Measures without a horizon only if there are any."""
    counts = {(horizon, status): number for horizon, status, number in found}
    horizons: list[str | None] = [*codes.HORIZON]
    if any(horizon is None for horizon, _ in counts):
        horizons.append(None)
    return tuple(
        MeasureCount(horizon, status, counts.get((horizon, status), 0))
        for horizon in horizons
        for status in codes.MEASURE_STATUS
    )
