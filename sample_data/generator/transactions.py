"""Sales, ground leases, leases and purchases of land."""

from __future__ import annotations

import datetime as dt

import numpy as np

from generator.common import CUTOFF, Row, between, chance, days, one_of, pick, random_day, rng_for, until, working_day
from generator.inquiries import match
from generator.land_book import LandBook, area_of, part_of
from generator.transaction_cases import Deal, deals_of_2023

# Years without a report: the number of deals of each kind.
_YEARS = {
    (dt.date(2021, 1, 11), dt.date(2021, 12, 17)): {"public": 11, "private": 8, "lease": 5, "purchase": 3},
    (dt.date(2022, 1, 10), dt.date(2022, 12, 16)): {"public": 12, "private": 9, "lease": 5, "purchase": 4},
    (dt.date(2024, 1, 8), dt.date(2024, 6, 21)): {"public": 6, "private": 6, "lease": 3, "purchase": 3},
}


def make_transactions(plots: list[Row], inquiries: list[Row], parties: list[Row]) -> list[Row]:
    """Return all deals; those of 2023 are chosen first, since they need certain plots."""
    rng = rng_for("transactions")
    book = LandBook(plots)
    deals = deals_of_2023(book)
    for (first, last), wanted in _YEARS.items():
        for what, count in wanted.items():
            deals += [_deal(book, what, random_day(rng, first, last), rng) for _ in range(count)]
    _old_cases(deals)
    deals.sort(key=lambda deal: (deal.day, deal.plot["source_id"] if deal.plot else ""))
    rows = []
    for number, deal in enumerate(deals, start=1):
        rows.append({"source_id": f"vk-{number:03d}", **_row(deal, inquiries, parties, rng)})
    return rows


def _deal(book: LandBook, what: str, day: dt.date, rng: np.random.Generator) -> Deal:
    """Return a deal of a year without a report."""
    if what == "purchase":
        if chance(rng, 0.6):
            plot = one_of(rng, book.not_offered("public"))
            return Deal(day, "purchase", "public", "buyer", plot, area_of(plot))
        return Deal(day, "purchase", "public", "buyer", None, between(rng, 1_800, 16_000))
    sector = "private" if what == "private" or (what == "lease" and chance(rng, 0.5)) else "public"
    plot = book.take(one_of(rng, book.whole(1_200, 30_000, sector)))
    area = area_of(plot)
    role = "supporter" if sector == "private" else "seller"
    kind = "lease" if what == "lease" else pick(rng, {"sale": 7, "ground_lease": 3 if sector == "public" else 1})
    if plot.get("divisible") and chance(rng, 0.4):
        area = int(area * rng.uniform(0.3, 0.7))
    deal = Deal(day, kind, sector, role, plot, area)
    if chance(rng, 0.06):
        deal.cancelled_on = until(working_day(day + days(between(rng, 40, 200))))
    return deal


def _old_cases(deals: list[Deal]) -> None:
    """Add a sale with only its day of notarisation, one with the area in its contract, and an ended lease."""
    old = [d for d in deals if d.day.year == 2022 and d.day.month >= 7 and d.kind == "sale" and not d.cancelled_on]
    old[0].agreed_missing = True
    old[0].note = "Beurkundung aus dem Altbestand übernommen, Beschlussdatum nicht erfasst"
    deed = next(d for d in old[1:] if d.plot and d.area_m2 == area_of(d.plot))
    if deed.plot:
        # Sold before the survey: the contract's area may differ from the drawn one by up to 2 %.
        deed.plot["official_area_m2"] = None
        deed.area_m2 = int(deed.plot["geometry"].area * 1.012)
        deed.note = "Fläche laut Kaufvertrag, Schlussvermessung steht aus"
    lease = next(d for d in deals if d.day.year == 2021 and d.kind == "lease" and d.sector == "public")
    lease.ended_on = dt.date(2023, 3, 31)
    lease.note = "Mietvertrag beendet, Fläche geräumt"


def _row(deal: Deal, inquiries: list[Row], parties: list[Row], rng: np.random.Generator) -> Row:
    inquiry = match(inquiries, deal.day, ("plot", "either"), rng) if deal.kind != "purchase" else None
    party = inquiry["party"] if inquiry and inquiry.get("party") else one_of(rng, parties)["source_id"]
    value = float(deal.plot["ground_value_eur_m2"]) if deal.plot else float(between(rng, 8, 26) * 5)
    row: Row = {
        "plot": deal.plot["source_id"] if deal.plot else None,
        "inquiry": inquiry["source_id"] if inquiry else None,
        "party": party,
        "kind": deal.kind,
        "sector": deal.sector,
        "role": deal.role,
        "area_m2": deal.area_m2,
        "ground_value_eur_m2": value,
        "agreed_on": None if deal.agreed_missing else deal.day,
        "cancelled_on": deal.cancelled_on,
        "ended_on": deal.ended_on,
        "note": deal.note,
    }
    if deal.kind in ("sale", "purchase"):
        row["price_eur"] = int(round(deal.area_m2 * value * rng.uniform(0.85, 1.15), -2))
    elif deal.kind == "lease":
        row["ends_on"] = deal.day.replace(year=deal.day.year + between(rng, 3, 10))
    else:
        row["ends_on"] = deal.day.replace(year=deal.day.year + one_of(rng, (50, 60, 75, 99)))
    if deal.plot and deal.area_m2 < area_of(deal.plot):
        row["geometry"] = part_of(deal.plot["geometry"], deal.area_m2)
    return row | _closing(deal, rng)


def _closing(deal: Deal, rng: np.random.Generator) -> Row:
    """Return the days of notarisation and hand-over; a lease has no notarisation, a cancelled deal has neither."""
    if deal.cancelled_on:
        return {}
    notarised = None
    if deal.kind != "lease":
        notarised = working_day(deal.day + days(between(rng, 25, 190)))
        if deal.agreed_missing:
            notarised = working_day(deal.day)
    handed = working_day((notarised or deal.day) + days(between(rng, 10, 150)))
    if deal.ended_on:
        handed = min(handed, deal.ended_on)
    return {"notarised_on": until(notarised, CUTOFF), "handed_over_on": until(handed, CUTOFF)}
