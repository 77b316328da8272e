"""Computes the demand for land, now or as recorded at an instant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, LiteralString

from geo.land.demand.rows import DIMENSIONS, SIZE_CLASSES, Demand, DemandRow, Offered, Waiting, size_class
from geo.land.supply import parse_dimensions
from geo.records.layers import codes
from geo.store.database import AsyncConnection, Connection, as_recorded, set_as_of

WAITING: LiteralString = """
    select
        w.inquiry,
        w.min_m2,
        w.max_m2,
        w.wanted_m2,
        w.zoning,
        w.districts,
        array_remove(array_agg(p.plot), null) as plots
    from wanted_land as w
    left join wanted_plots as p on p.inquiry = w.inquiry
    group by w.inquiry, w.min_m2, w.max_m2, w.wanted_m2, w.zoning, w.districts
"""
OFFERED: LiteralString = """
    select s.plot, s.remaining_m2, n.district
    from plot_supply as s
    join plots as p on p.id = s.plot
    left join district_names as n on n.district_key = p.district_key
    where s.on_offer
"""
DAY: LiteralString = "select flurwerk.day_shown()"

Line = tuple[Waiting, str | None]
"""An inquiry, and the district in which it is counted (None: any)."""


def demand(connection: Connection, by: str | Sequence[str] | None = None, as_of: datetime | None = None) -> Demand:
    """Return the demand for land, split by some of geo.land.demand.DIMENSIONS. Raises UnknownDimension."""
    dimensions = parse_dimensions(by, DIMENSIONS)
    with as_recorded(connection, as_of):
        waiting, offered, days = (connection.execute(query).fetchall() for query in (WAITING, OFFERED, DAY))
    return _assemble(dimensions, waiting, offered, days[0][0])


async def demand_for(connection: AsyncConnection, by: Sequence[str], as_of: datetime | None) -> Demand:
    """Like `demand`, for the web service. With ``as_of`` the connection shows the past until its transaction ends."""
    dimensions = parse_dimensions(by, DIMENSIONS)
    if as_of is not None:
        await set_as_of(connection, as_of)
    waiting, offered, days = [await (await connection.execute(query)).fetchall() for query in (WAITING, OFFERED, DAY)]
    return _assemble(dimensions, waiting, offered, days[0][0])


def _assemble(
    by: tuple[str, ...], waiting: Iterable[tuple[Any, ...]], offered: Iterable[tuple[Any, ...]], day: date
) -> Demand:
    plots = {plot: Offered(left_m2, district) for plot, left_m2, district in offered}
    inquiries = [
        Waiting(inquiry, least, most, wanted, zoning, tuple(districts) if districts else None, frozenset(fitting))
        for inquiry, least, most, wanted, zoning, districts, fitting in waiting
    ]
    lines: defaultdict[tuple[str | None, ...], list[Line]] = defaultdict(list)
    for inquiry in inquiries:
        for district in dict.fromkeys(inquiry.districts or (None,)) if "district" in by else (None,):
            values = {"size_class": size_class(inquiry.wanted_m2), "zoning": inquiry.zoning, "district": district}
            lines[tuple(values[name] for name in by)].append((inquiry, district))
    rows = [_row(dict(zip(by, part, strict=True)), lines[part], plots) for part in lines] if by else []
    return Demand(
        day=day,
        by=by,
        rows=tuple(sorted(rows, key=lambda row: [_position(name, row.part[name]) for name in by])),
        total=_row({}, [(inquiry, None) for inquiry in inquiries], plots),
    )


def _row(part: Mapping[str, str | None], lines: Sequence[Line], plots: Mapping[int, Offered]) -> DemandRow:
    fitting = {
        inquiry.inquiry: frozenset(
            plot for plot in inquiry.plots if district is None or plots[plot].district == district
        )
        for inquiry, district in lines
    }
    found = frozenset[int]().union(*fitting.values())
    return DemandRow(
        part=part,
        inquiries=frozenset(fitting),
        smallest_m2=sum((one.min_m2 or one.max_m2 or Decimal(0) for one, _ in lines), Decimal(0)),
        largest_m2=sum((one.max_m2 or one.min_m2 or Decimal(0) for one, _ in lines), Decimal(0)),
        plots=found,
        left_m2=sum((plots[plot].left_m2 for plot in found), Decimal(0)),
        unmet=frozenset(inquiry for inquiry, fits in fitting.items() if not fits),
    )


def _position(dimension: str, code: str | None) -> tuple[int, str]:
    """Return the sort key of a part: in the order of the code list, districts by name, unspecified last."""
    if code is None:
        return 1000, ""
    known: dict[str, Sequence[str]] = {"size_class": list(SIZE_CLASSES), "zoning": list(codes.ZONING)}
    return (known[dimension].index(code) if dimension in known else 0), code
