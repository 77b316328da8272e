"""A plot on offer as an `immobilie`: what the public sees of it, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from geo.exchange.openimmo.elements import Content
from geo.exchange.openimmo.sender import Person
from geo.formatting import day, number
from geo.profile.wording import PARTS
from geo.records.layers import LAYERS

PLOT_TYPES = {"GI": "INDUSTRIE", "SO": "SONDERNUTZUNG", "MI": "GEMISCHT", "MU": "GEMISCHT", "MK": "GEMISCHT"}
"""The kind of plot by zoning. All others are commercial, as the layer's records are."""
SERVICING = {"serviced": "VOLLERSCHLOSSEN", "partial": "TEILERSCHLOSSEN", "none": "UNERSCHLOSSEN"}
METRES_PER_KM = 1000
PLOTS = LAYERS["plots"]
RESTRICTIONS = LAYERS["plot_restrictions"]

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot's public facts (geo.land.dossiers), the name of its industrial area, its restrictions and parcels."""

    facts: Facts
    area: str | None
    restrictions: Sequence[Facts]
    parcels: Sequence[str]

    def areas(self) -> Mapping[str, Content | None]:
        """Return the content of `flaechen`: the area that is still to be had, not the plot's whole one."""
        facts = self.facts
        return {
            "grz": facts["site_coverage_ratio"],
            "gfz": facts["floor_area_ratio"],
            "grundstuecksflaeche": facts["remaining_m2"],
            "teilbar_ab": None if facts["divisible"] is False else facts["min_lot_m2"],
        }

    @property
    def person(self) -> Person | None:
        """Who answers for the plot, if that person is made public."""
        name, position, phone, email = (
            self.facts.get(f"contact_person_{each}") for each in ("name", "function", "phone", "email")
        )
        return Person(name, position, phone, email) if name else None

    @property
    def built_by(self) -> str | None:
        """By what law it may be built upon, if that is recorded."""
        if self.facts["zoning"] == "par34":
            return "34_NACHBARSCHAFT"
        return "B_PLAN" if self.facts["plan_name"] else None

    @property
    def contamination(self) -> str | None:
        """What is recorded of contamination. Nothing recorded says nothing."""
        found = [each["severity"] for each in self.restrictions if each["kind"] == "contamination"]
        return f"Altlast: {', '.join(_label(RESTRICTIONS, 'severity', each) for each in found)}" if found else None

    @property
    def motorway_km(self) -> Decimal | None:
        """The distance to the motorway."""
        metres = self.facts["motorway_m"]
        return None if metres is None else (Decimal(str(metres)) / METRES_PER_KM).quantize(Decimal("0.1"))

    @property
    def available(self) -> str | None:
        """When it is available, in words."""
        if self.facts["available_from"]:
            return f"ab {day(date.fromisoformat(self.facts['available_from']))}"
        return _label(PLOTS, "horizon", self.facts["horizon"]) if self.facts["horizon"] else None

    def texts(self, notes: Sequence[str]) -> Mapping[str, Content | None]:
        """Return the content of `freitexte`; `notes` are those on sources, licence and reliability."""
        district = self.facts["district"]
        inside = None if district in (None, "outside") else f"{PARTS.singular.de} {district}"
        return {
            "objekttitel": self.facts["name"],
            "lage": ", ".join(part for part in (self.area, inside) if part),
            "objektbeschreibung": self.facts["description"],
            "sonstige_angaben": "\n".join([*self._remarks(), *notes]),
        }

    def ground_value(self) -> str | None:
        """Return the ground value in words; it is no asking price."""
        value, as_of = self.facts["ground_value_eur_m2"], self.facts["ground_value_on"]
        if value is None:
            return None
        stated = f" (Stichtag {day(date.fromisoformat(as_of))})" if as_of else ""
        return f"Bodenrichtwert: {number(value)} €/m²{stated}"

    def _remarks(self) -> Iterator[str]:
        facts = self.facts
        for name in ("zoning", "ownership"):
            if facts[name]:
                yield f"{PLOTS.label(name).de}: {_label(PLOTS, name, facts[name])}"
        if facts["plan_name"]:
            yield f"{PLOTS.label('plan_name').de}: {facts['plan_name']}"
        if facts["remaining_m2"] != facts["area_m2"]:
            yield f"Das Grundstück hat insgesamt {number(facts['area_m2'], decimals=0)} m²."
        if facts["status"] == "reserved":
            yield "Das Grundstück ist zurzeit reserviert."
        if facts["status"] == "partly_reserved":
            yield "Das Grundstück ist zurzeit teilweise reserviert."
        for each in self.restrictions:
            kind, severity = (_label(RESTRICTIONS, name, each[name]) for name in ("kind", "severity"))
            yield f"Restriktion: {kind} ({severity})"
        yield from self.parcels


def _label(layer: Any, column: str, code: str) -> str:
    return layer.column(column).codes[code].de
