"""The facts about a plot in a hand-out, as formatted texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.formatting import day, number
from geo.profile.reference_system import name_of
from geo.records.layers import LAYERS
from geo.records.layers.layer import Column
from geo.store.database import SRID
from geo.text import Text
from geo.units import Unit
from maps.land.handouts.job import Job
from maps.land.handouts.words import HORIZONS, say

PLOTS = LAYERS["plots"]
RESTRICTIONS = LAYERS["plot_restrictions"]
SPACE = "\N{NO-BREAK SPACE}"
KILOMETRE = 1000
GROUPS: dict[str, tuple[str, ...]] = {
    "group_area": ("area_m2", "official_area_m2", "remaining_m2", "divisible", "min_lot_m2"),
    "group_law": ("zoning", "plan_name", "site_coverage_ratio", "floor_area_ratio"),
    "group_state": ("status", "horizon", "available_from", "servicing", "brownfield", "ownership"),
    "group_price": ("asking_price_eur_m2", "ground_value_eur_m2", "ground_value_on"),
    "group_place": ("motorway_m", "rail_m", "port_m", "atlas_fibre_percent", "atlas_gigabit_percent"),
}
"""The facts of an exposé by topic, as far as the public sees them; parcels are listed separately."""
IN_SHORT = ("zoning", "plan_name", "servicing", "ownership", "ground_value_eur_m2", "restriction")
"""The facts on a shortlist's card, in addition to the key figures."""
PARCEL = re.compile(r"(\d{2})(\d{4})(\d{3}|_{3})(\d{5})(\d{4}|_{4})(\w{2}|_{2})")
"""A German parcel key: state, cadastral district, field, numerator, denominator, sequence."""
LAW = re.compile(r"\(.*§.*\)")
"""The reference to a law in a code's label, which must not be broken across lines."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of a dossier with its facts, to be formatted in a language."""

    facts: dict[str, Any]
    area: str | None
    restrictions: list[dict[str, Any]]
    language: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.facts["name"]

    @property
    def place(self) -> str:
        """Its address, industrial area and district, as far as they are known."""
        address, district = self.facts["address"], self.facts["district"]
        named = f"{say('district', self.language)} {district}" if district and district != "outside" else None
        return " · ".join(part for part in (address, self.area, named) if part)

    @property
    def is_public(self) -> bool:
        """Whether it is on public offer."""
        return bool(self.facts["on_offer"])

    def text(self, name: str) -> str | None:
        """Return a fact as formatted text, or None if it is unknown."""
        raw = self.facts[name]
        return None if raw is None else _formatted(PLOTS.column(name), raw, self.language)

    def label(self, name: str) -> str:
        """Return a fact's label."""
        return PLOTS.label(name).in_language(self.language)

    def rows(self, names: tuple[str, ...]) -> list[dict[str, str]]:
        """Return the known facts with their labels, without areas that repeat the plot's whole area."""
        # An agency may keep no records that distances are measured to.
        known = [name for name in names if name in self.facts and not self._repeats_the_area(name)]
        found = [(self.label(name), self.text(name)) for name in known]
        return [{"label": label, "value": value} for label, value in found if value]

    def key_figures(self) -> list[dict[str, str]]:
        """Return the four key figures (area, price, zoning, availability), each with a label and a note."""
        language = self.language
        zoning = self.facts["zoning"]
        answers = (
            ("area_remaining", self.text("remaining_m2") or "–", self._area_note()),
            ("price", self.text("asking_price_eur_m2") or say("price_none", language), self._ground_value()),
            ("zoning", _short_zoning(zoning) or say("zoning_none", language), self.text("zoning") or ""),
            ("available", self.availability, self.text("servicing") or ""),
        )
        return [{"label": say(key, language), "value": value, "note": note} for key, value, note in answers]

    @property
    def availability(self) -> str:
        """When it becomes available."""
        if self.facts["available_from"]:
            return say("available_from", self.language, day=self.text("available_from"))
        horizon = self.facts["horizon"]
        return HORIZONS[horizon].in_language(self.language) if horizon else say("on_request", self.language)

    def parcels(self) -> list[str]:
        """Return its parcels as texts, grouped by field and cadastral district."""
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
        grouped = [_field(district, field, parcels, self.language) for (district, field), parcels in fields.items()]
        return [*grouped, *others]

    def restriction_rows(self) -> Iterator[dict[str, Any]]:
        """Yield each restriction with its kind, its severity, and a note if it is not on the map."""
        for found in self.restrictions:
            kind, severity = (
                _formatted(RESTRICTIONS.column(name), found[name], self.language) for name in ("kind", "severity")
            )
            yield {
                "kind": kind,
                "severity": severity,
                "serious": found["severity"] == "serious",
                "note": "" if found["geometry"] else say("restriction_unmapped", self.language),
            }

    def _repeats_the_area(self, name: str) -> bool:
        return name in ("official_area_m2", "remaining_m2") and self.facts[name] == self.facts["area_m2"]

    def _area_note(self) -> str:
        parts: list[str] = []
        if self.facts["remaining_m2"] != self.facts["area_m2"]:
            parts.append(say("area_of", self.language, area=self.text("area_m2")))
        if self.facts["divisible"] and self.facts["min_lot_m2"]:
            parts.append(say("parts_from", self.language, area=self.text("min_lot_m2")))
        elif self.facts["divisible"] is not None:
            parts.append(say("divisible" if self.facts["divisible"] else "not_divisible", self.language))
        return ", ".join(parts)

    def _ground_value(self) -> str:
        value = self.text("ground_value_eur_m2")
        return say("ground_value", self.language, value=value) if value else ""


def plots(job: Job) -> list[Plot]:
    """Return the dossier's plots in order."""
    return [Plot(found["facts"], found["area"], found["restrictions"], job.language) for found in job.dossier["plots"]]


def notes(job: Job, missing: Text | None = None) -> list[str]:
    """Return the notes on sources, licence and reliability; ``missing``: a background's title."""
    known = {"agency": job.contact.agency, "day": printed_on(job), "licence": job.source.licence}
    known["crs"] = name_of(SRID)
    found = plots(job)
    lines = [say("note_source", job.language, **known)]
    if not all(plot.is_public for plot in found):
        lines.append(say("note_not_public" if len(found) == 1 else "note_some_not_public", job.language))
    if missing:
        lines.append(say("note_ground_missing", job.language, name=missing.in_language(job.language)))
    return [*lines, say("note_maps", job.language, **known), say("note_binding", job.language)]


def printed_on(job: Job) -> str:
    """Return the day of the hand-out as formatted text."""
    return day(date.fromisoformat(job.day), job.language).replace(" ", SPACE)


def _formatted(column: Column, raw: Any, language: str) -> str:
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
    if unit is Unit.METRES and raw >= KILOMETRE:
        return f"{number(raw / KILOMETRE, language, 1)}{SPACE}km"
    # A price in whole euros is shown without cents.
    text = number(raw, language, 0 if float(raw).is_integer() else unit.value.decimals)
    return f"{text}{SPACE}{unit.symbol(language)}"


def _short_zoning(code: str | None) -> str | None:
    return f"§{SPACE}34" if code == "par34" else code


def _field(district: str, field: str, parcels: list[str], language: str) -> str:
    listed = ", ".join(parcels)
    if field:
        return say("parcels_of_field", language, district=district, field=field, parcels=listed)
    return say("parcels_of_district", language, district=district, parcels=listed)
