"""BORIS: the ground values of the committees of valuation experts, by zone.

The columns are those of the file that North Rhine-Westphalia publishes, as public programs read it (``brw``, ``stag``,
``genu``, ``brwznr``, ``nuta``); other states have other names. The list of uses was not read from the official
description of VBORIS: **it is unverified**, and can be replaced.
"""

from collections.abc import Sequence
from pathlib import Path

from geo.exchange.enriching import (
    Areas,
    Enrichment,
    Field,
    HowToRead,
    Options,
    Plot,
    Sheet,
    decide,
    enrich,
    open_areas,
)
from geo.exchange.enriching.plots import bounds_of
from geo.exchange.enriching.proposals import Decisions
from geo.records.layers.layer import Text
from geo.store.database import Connection

KIND = "BORIS"
COMMERCIAL = ("G", "GE", "GI")
"""Values of ``nuta`` for commercial land; unverified."""

FIELDS = (
    Field("value", ("brw", "bodenrichtwert", "bodenrichtw"), "numeric(10,2)"),
    Field("day", ("stag", "stichtag"), "date"),
    Field("zone", ("brwznr", "wnum", "bodenrichtwertnummer")),
    Field("committee", ("genu", "gutachterausschuss"), required=False),
    Field("use", ("nuta", "nutzung", "art_der_nutzung")),
)
COLUMNS = ("ground_value_eur_m2", "ground_value_on", "ground_value_zone")


def enrich_by_zones(
    connection: Connection,
    path: Path,
    options: Options,
    how: HowToRead,
    uses: Sequence[str] = COMMERCIAL,
) -> Enrichment:
    """Enter value, day and zone of the zone for one of these uses that each plot lies in. Raises like `enrich`."""

    def decided(plots: list[Plot]) -> Decisions:
        sheet = open_areas(path, FIELDS, bounds_of(plots), how)
        return decide(plots, _zones(sheet, uses), [COLUMNS])

    return enrich(connection, KIND, path, COLUMNS, decided, options)


def _zones(sheet: Sheet, uses: Sequence[str]) -> Areas:
    wanted = {use.casefold() for use in uses}
    values = sheet.values
    commercial = [index for index, use in enumerate(values["use"]) if use is not None and use.casefold() in wanted]
    chosen = [index for index in commercial if values["value"][index] is not None and values["day"][index] is not None]
    keys = [_key(values["committee"][index], values["zone"][index]) for index in chosen]
    notes = [*sheet.notes, _others(values["use"], commercial)]
    if without := len(commercial) - len(chosen):
        notes.append(
            Text(
                f"{without} Zonen ohne Bodenrichtwert oder Stichtag wurden nicht berücksichtigt.",
                f"{without} zones without a value or a day were not considered.",
            )
        )
    return Areas(
        sheet.shapes[chosen],
        [f"Zone {key or '?'}" for key in keys],
        {
            "ground_value_eur_m2": [values["value"][index] for index in chosen],
            "ground_value_on": [values["day"][index] for index in chosen],
            "ground_value_zone": keys,
        },
        notes,
    )


def _key(committee: str | None, zone: str | None) -> str | None:
    """Return the zone's key as delivered: the committee's number, a hyphen, the zone's number."""
    return "-".join(part for part in (committee, zone) if part) or None


def _others(uses: Sequence[str | None], commercial: Sequence[int]) -> Text:
    """Return which uses were left out, so that nobody misses a code that the list of commercial ones lacks."""
    taken = set(commercial)
    others = sorted({use or "–" for index, use in enumerate(uses) if index not in taken})
    listed = (", ".join(others[:20]) + (", …" if len(others) > 20 else "")) or "–"
    count = len(commercial)
    return Text(
        f"{count} Zonen mit gewerblicher Nutzung im Bereich der Grundstücke; übergangene Nutzungsarten: {listed}.",
        f"{count} zones of commercial use around the plots; uses passed over: {listed}.",
    )
