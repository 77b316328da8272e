"""What a hand-out says of a plot, in words and numbers as people read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.formatting import day, number
from geo.records.layers import LAYERS
from geo.records.layers.layer import Column
from geo.units import Unit
from maps.land.handouts.job import Job
from maps.land.handouts.words import HORIZONS, say

PLOTS = LAYERS["plots"]
RESTRICTIONS = LAYERS["plot_restrictions"]
SPACE = "\N{NO-BREAK SPACE}"
GROUPS: dict[str, tuple[str, ...]] = {
    "group_area": ("area_m2", "official_area_m2", "remaining_m2", "divisible", "min_lot_m2"),
    "group_law": ("zoning", "plan_name", "site_coverage_ratio", "floor_area_ratio"),
    "group_state": ("status", "horizon", "available_from", "servicing", "brownfield", "ownership"),
    "group_price": ("asking_price_eur_m2", "ground_value_eur_m2", "ground_value_on"),
}
"""The facts of an exposé, by what they are about; parcels stand apart."""
IN_SHORT = ("zoning", "plan_name", "servicing", "ownership", "ground_value_eur_m2", "restriction")
"""The facts of a shortlist's card, beside the key figures."""
PARCEL = re.compile(r"(\d{2})(\d{4})(\d{3}|_{3})(\d{5})(\d{4}|_{4})(\w{2}|_{2})")
"""Of a German parcel key: state, cadastral district, field, numerator, denominator, sequence."""
LAW = re.compile(r"\(.*§.*\)")
"""Of a code's label: the law, which is not to be broken."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of a dossier, with its facts in a language."""

    facts: dict[str, Any]
    area: str | None
    restrictions: list[dict[str, Any]]
    language: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.facts["name"]

    @property
    def place(self) -> str:
        """Its address, industrial area and district, as far as they are known."""
        address, district = self.facts["address"], self.facts["district"]
        named = f"{say('district', self.language)} {district}" if district and district != "outside" else None
        return " · ".join(part for part in (address, self.area, named) if part)

    @property
    def is_public(self) -> bool:
        """Whether it is on offer, so that everybody may know of it."""
        return bool(self.facts["on_offer"])

    def said(self, name: str) -> str | None:
        """A fact as people read it; None where it is not known."""
        raw = self.facts[name]
        return None if raw is None else _said(PLOTS.column(name), raw, self.language)

    def label(self, name: str) -> str:
        """What a fact is called."""
        return PLOTS.label(name).in_language(self.language)

    def rows(self, names: tuple[str, ...]) -> list[dict[str, str]]:
        """Those of the facts that are known, with their labels."""
        found = [(self.label(name), self.said(name)) for name in names if not self._is_told_by_area(name)]
        return [{"label": label, "value": value} for label, value in found if value]

    def key_figures(self) -> list[dict[str, str]]:
        """The four answers that everybody asks for first: a label, the answer, and a note to it."""
        language = self.language
        zoning = self.facts["zoning"]
        answers = (
            ("area_remaining", self.said("remaining_m2") or "–", self._of_the_area()),
            ("price", self.said("asking_price_eur_m2") or say("price_none", language), self._ground_value()),
            ("zoning", _short_zoning(zoning) or say("zoning_none", language), self.said("zoning") or ""),
            ("available", self.availability, self.said("servicing") or ""),
        )
        return [{"label": say(key, language), "value": value, "note": note} for key, value, note in answers]

    @property
    def availability(self) -> str:
        """From when it can be had."""
        if self.facts["available_from"]:
            return say("available_from", self.language, day=self.said("available_from"))
        horizon = self.facts["horizon"]
        return HORIZONS[horizon].in_language(self.language) if horizon else say("on_request", self.language)

    def parcels(self) -> list[str]:
        """Its parcels, together where they lie in the same field of the same cadastral district."""
        fields: dict[tuple[str, str], list[str]] = {}
        others: list[str] = []
        for key in self.facts["parcels"] or ():
            parts = PARCEL.fullmatch(key)
            if parts is None:
                others.append(key)
                continue
            _, district, field, numerator, denominator, _ = parts.groups()
            named = str(int(numerator)) + (f"/{int(denominator)}" if denominator.isdigit() and int(denominator) else "")
            fields.setdefault((district, field.strip("_").lstrip("0")), []).append(named)
        said = [_field(district, field, parcels, self.language) for (district, field), parcels in fields.items()]
        return [*said, *others]

    def restriction_rows(self) -> Iterator[dict[str, Any]]:
        """Each restriction: its kind and severity in words, and whether a map shows it."""
        for found in self.restrictions:
            kind, severity = (
                _said(RESTRICTIONS.column(name), found[name], self.language) for name in ("kind", "severity")
            )
            yield {
                "kind": kind,
                "severity": severity,
                "serious": found["severity"] == "serious",
                "note": "" if found["geometry"] else say("restriction_unmapped", self.language),
            }

    def _is_told_by_area(self, name: str) -> bool:
        return name in ("official_area_m2", "remaining_m2") and self.facts[name] == self.facts["area_m2"]

    def _of_the_area(self) -> str:
        parts: list[str] = []
        if self.facts["remaining_m2"] != self.facts["area_m2"]:
            parts.append(say("area_of", self.language, area=self.said("area_m2")))
        if self.facts["divisible"] and self.facts["min_lot_m2"]:
            parts.append(say("parts_from", self.language, area=self.said("min_lot_m2")))
        elif self.facts["divisible"] is not None:
            parts.append(say("divisible" if self.facts["divisible"] else "not_divisible", self.language))
        return ", ".join(parts)

    def _ground_value(self) -> str:
        value = self.said("ground_value_eur_m2")
        return say("ground_value", self.language, value=value) if value else ""


def plots(job: Job) -> list[Plot]:
    """The plots, in their order."""
    return [Plot(found["facts"], found["area"], found["restrictions"], job.language) for found in job.dossier["plots"]]


def notes(job: Job) -> list[str]:
    """Where it all comes from, and how far it can be relied on."""
    known = {"agency": job.contact.agency, "day": printed_on(job), "licence": job.source.licence}
    found = plots(job)
    lines = [say("note_source", job.language, **known)]
    if not all(plot.is_public for plot in found):
        lines.append(say("note_not_public" if len(found) == 1 else "note_some_not_public", job.language))
    return [*lines, say("note_maps", job.language, **known), say("note_binding", job.language)]


def printed_on(job: Job) -> str:
    """The day of the hand-out."""
    return day(date.fromisoformat(job.day), job.language).replace(" ", SPACE)


def _said(column: Column, raw: Any, language: str) -> str:
    if isinstance(raw, bool):
        return say("yes" if raw else "no", language)
    if column.codes:
        return LAW.sub(lambda law: law[0].replace(" ", SPACE), column.codes[raw].in_language(language))
    if isinstance(raw, int | float):
        return _number(raw, column.unit, language)
    if column.name.endswith("_on") or column.name == "available_from":
        return day(date.fromisoformat(raw), language).replace(" ", SPACE)
    return str(raw)


def _number(raw: float, unit: Unit | None, language: str) -> str:
    if unit is None:
        return number(raw, language)
    # A price of whole euros has no cents.
    text = number(raw, language, 0 if float(raw).is_integer() else unit.value.decimals)
    return f"{text}{SPACE}{unit.symbol(language)}"


def _short_zoning(code: str | None) -> str | None:
    return f"§{SPACE}34" if code == "par34" else code


def _field(district: str, field: str, parcels: list[str], language: str) -> str:
    listed = ", ".join(parcels)
    if field:
        return say("parcels_of_field", language, district=district, field=field, parcels=listed)
    return say("parcels_of_district", language, district=district, parcels=listed)
