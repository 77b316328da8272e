"""The deals of 2023, chosen to yield the report's areas, with cases that mislead a naive sum."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from generator.common import Row
from generator.land_book import LandBook, area_of

# Square metres behind the report's rounded figures.
PUBLIC_H1_M2 = 21_787
PUBLIC_H2_M2 = 54_913
PRIVATE_H2_M2 = 13_681


@dataclass
class Deal:
    """A deal before it becomes a row; without a plot it concerns land that is not (yet) tracked."""

    day: dt.date
    kind: str
    sector: str
    role: str
    plot: Row | None
    area_m2: int
    note: str | None = None
    cancelled_on: dt.date | None = None
    ended_on: dt.date | None = None
    agreed_missing: bool = False


def deals_of_2023(book: LandBook) -> list[Deal]:
    """Return all deals agreed in 2023."""
    return [
        *_public_second_half(book),
        *_public_first_half(book),
        *_private(book),
        *_uncounted(book),
    ]


def _public_second_half(book: LandBook) -> list[Deal]:
    """Return exactly two sales: a whole plot and a part of another."""
    whole = book.take(max(book.whole(24_000, 38_000, "public"), key=area_of))
    rest = PUBLIC_H2_M2 - area_of(whole)
    other = book.take(min(book.whole(rest * 1.12, 90_000, "public"), key=area_of))
    return [
        Deal(dt.date(2023, 9, 21), "sale", "public", "seller", whole, area_of(whole)),
        Deal(
            dt.date(2023, 12, 14),
            "sale",
            "public",
            "seller",
            other,
            rest,
            "Teilfläche verkauft, die Restfläche bleibt im Angebot",
        ),
    ]


def _public_first_half(book: LandBook) -> list[Deal]:
    """Return deals of two whole plots, one of them a ground lease, and of a part."""
    sale = book.take(max(book.whole(7_000, 9_800, "public"), key=area_of))
    ground_lease = book.take(max(book.whole(4_000, 6_500, "public"), key=area_of))
    rest = PUBLIC_H1_M2 - area_of(sale) - area_of(ground_lease)
    other = book.take(min(book.whole(rest * 1.2, 40_000, "public"), key=area_of))
    return [
        Deal(dt.date(2023, 2, 16), "sale", "public", "seller", sale, area_of(sale)),
        Deal(dt.date(2023, 4, 27), "ground_lease", "public", "supporter", ground_lease, area_of(ground_lease)),
        Deal(
            dt.date(2023, 6, 30),
            "sale",
            "public",
            "seller",
            other,
            rest,
            "Teilfläche, Beschluss am letzten Tag des Halbjahres",
        ),
    ]


def _private(book: LandBook) -> list[Deal]:
    """Return only a cancelled deal in the first half, and a resale and two leases in the second."""
    resold = _resale(book)
    hall_yard = book.take(max(book.whole(2_400, 3_600, "private"), key=area_of))
    rest = PRIVATE_H2_M2 - resold[0].area_m2 - area_of(hall_yard)
    part = book.take(min(book.whole(rest * 1.3, 40_000, "private"), key=area_of))
    cancelled = book.take(max(book.whole(6_000, 9_000, "private"), key=area_of))
    return [
        *resold,
        Deal(
            dt.date(2023, 7, 1),
            "lease",
            "private",
            "supporter",
            hall_yard,
            area_of(hall_yard),
            "Mietbeginn am ersten Tag des Halbjahres",
        ),
        Deal(dt.date(2023, 10, 5), "lease", "private", "supporter", part, rest),
        Deal(
            dt.date(2023, 5, 11),
            "sale",
            "private",
            "supporter",
            cancelled,
            area_of(cancelled),
            "Verhandlung gescheitert, Einigung aufgehoben",
            cancelled_on=dt.date(2023, 8, 3),
        ),
    ]


def _resale(book: LandBook) -> list[Deal]:
    """Return two sales of one plot; the first ends before the second, otherwise the plot would be oversold."""
    plot = book.take(max(book.whole(5_000, 8_200, "private"), key=area_of))
    area = area_of(plot)
    first = Deal(dt.date(2021, 5, 20), "sale", "private", "supporter", plot, area)
    first.ended_on = dt.date(2023, 10, 31)
    first.note = "Erstverkauf, mit dem Weiterverkauf 2023 abgelöst"
    second = Deal(dt.date(2023, 11, 9), "sale", "private", "supporter", plot, area)
    second.note = "Weiterverkauf durch den Ersterwerber"
    return [first, second]


def _uncounted(book: LandBook) -> list[Deal]:
    """Return deals of 2023 that do not count by the rules."""
    cancelled = book.take(max(book.whole(9_000, 14_000, "public"), key=area_of))
    deals = [
        Deal(
            dt.date(2023, 9, 21),
            "sale",
            "public",
            "seller",
            cancelled,
            area_of(cancelled),
            "Beschluss gefasst, Käufer vor der Beurkundung abgesprungen",
            cancelled_on=dt.date(2024, 2, 8),
        ),
        Deal(dt.date(2023, 3, 2), "purchase", "public", "buyer", None, 8_420, "Ankauf zur Arrondierung"),
        Deal(dt.date(2023, 5, 25), "purchase", "public", "buyer", None, 3_165, "Ankauf einer Straßenfläche"),
        Deal(dt.date(2023, 10, 19), "purchase", "public", "buyer", None, 17_930, "Ankauf einer Brachfläche"),
        Deal(dt.date(2023, 12, 14), "purchase", "public", "buyer", None, 2_240, "Ankauf per Vorkaufsrecht"),
    ]
    for day, note in (
        (dt.date(2023, 3, 23), "Mietvertrag über städtische Lagerfläche"),
        (dt.date(2023, 8, 24), "Mietvertrag über städtische Lagerfläche"),
        (dt.date(2023, 11, 30), "Zwischenmiete städtischer Stellfläche"),
    ):
        plot = book.take(max(book.whole(1_500, 4_500, "public"), key=area_of))
        deals.append(Deal(day, "lease", "public", "seller", plot, area_of(plot), note))
    return deals
