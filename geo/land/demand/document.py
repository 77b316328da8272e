"""The demand for land as flat records: numbers of inquiries and plots, exact areas in hectares."""

from decimal import Decimal

from geo.land.demand.rows import Demand, DemandRow
from geo.land.supply.document import hectares

Value = str | int | Decimal | None


def row_record(row: DemandRow) -> dict[str, int | Decimal]:
    """Return the figures of a row, without its part."""
    return {
        "inquiries": len(row.inquiries),
        "smallest_ha": hectares(row.smallest_m2),
        "largest_ha": hectares(row.largest_m2),
        "plots": len(row.plots),
        "plots_ha": hectares(row.left_m2),
        "unmet": len(row.unmet),
    }


def records(found: Demand) -> list[dict[str, Value]]:
    """Return one flat record per part, then the total, all with the same columns. ``row`` is ``part`` or ``total``."""
    return [
        {"row": "part" if row.part else "total", **{name: row.part.get(name) for name in found.by}, **row_record(row)}
        for row in (*found.rows, found.total)
    ]
