"""The supply of land as flat records: exact areas in hectares; means, ranges and percentages rounded once."""

from decimal import ROUND_HALF_UP, Decimal

from geo.land.supply.rows import M2_PER_HA, NO_TAKE_UP, WINDOWS, Row, Supply, Window

Value = str | int | Decimal | None

AREAS = (
    "offered_m2",
    "left_m2",
    "unrestricted_m2",
    "minor_m2",
    "serious_m2",
    "divisible_m2",
    "brownfield_m2",
)
"""The areas of a row. Records have them in hectares, for example as ``offered_ha``."""


def hectares(area_m2: Decimal) -> Decimal:
    """Return the exact area in hectares."""
    return area_m2 / M2_PER_HA


def rounded(value: Decimal | None, decimals: int) -> Decimal | None:
    """Round half away from zero; None stays None."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def row_record(row: Row) -> dict[str, int | Decimal | None]:
    """Return a row without its part and windows: plots, areas in hectares, asking price in €/m² and its markup in %."""
    return {
        "plots": row.plots,
        **{f"{name.removesuffix('_m2')}_ha": hectares(getattr(row, name)) for name in AREAS},
        "asking_price_eur_m2": rounded(row.asking_price_eur_m2, 2),
        "asking_markup_percent": rounded(row.asking_markup_percent, 1),
    }


def window_record(row: Row, window: Window, language: str = "de") -> dict[str, Value]:
    """Return a window: areas in hectares (the mean to a square metre), the range in years or why there is none."""
    years = row.range_years(window)
    return {
        "takeup_ha": hectares(window.taken_m2),
        "takeup_ha_per_year": rounded(hectares(window.taken_m2_per_year), 4),
        "range_years": rounded(years, 2),
        "range_note": NO_TAKE_UP.in_language(language) if years is None else None,
        "bought_ha": hectares(window.bought_m2),
        "bought_markup_percent": rounded(window.bought_markup_percent, 1),
    }


def records(supply: Supply, language: str = "de") -> list[dict[str, Value]]:
    """Return one flat record per part, then the total, all with the same columns. ``row`` is ``part`` or ``total``.

    Parts are codes, except districts, which have their names. A window's columns end in its years: ``range_years_5y``.
    """
    return [_flat(supply, row, language) for row in (*supply.rows, supply.total)]


def fields(supply: Supply) -> list[str]:
    """Return the columns of the records."""
    return list(_flat(supply, supply.total, "de"))


def _flat(supply: Supply, row: Row, language: str) -> dict[str, Value]:
    record: dict[str, Value] = {"row": "part" if row.part else "total"}
    for dimension in supply.by:
        code = row.part.get(dimension)
        record[dimension] = supply.districts.get(code, code) if code and dimension == "district" else code
    record |= row_record(row)
    windows = {window.years: window for window in row.windows or ()}
    blank = dict.fromkeys(window_record(supply.total, Window(1, Decimal(0), Decimal(0), None, None)))
    for years in WINDOWS:
        of_window = window_record(row, windows[years], language) if years in windows else blank
        record |= {f"{name}_{years}y": value for name, value in of_window.items()}
    return record
