"""Which layers and indicators the agency keeps. What is off appears nowhere; its records stay in the database."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BeforeValidator, model_validator

from geo.profile.indicators import KEY
from geo.profile.section import Section, Switch, Wrong
from geo.text import Text, joined

GROUPS: Mapping[str, tuple[str, ...]] = {
    "demand": ("inquiries", "properties", "brokerages", "office_takeups", "settlements", "parties"),
    "broadband": (
        "programmes",
        "operators",
        "letters_of_intent",
        "clusters",
        "expansion_areas",
        "trenches",
        "connections",
        "obstructions",
    ),
    "network": ("network_nodes", "ducts", "cables", "programmes", "operators", "clusters"),
    "mobile": ("mobile_requests", "mobile_candidates", "operators"),
}
"""The layers of each group. One that several groups share is off once all of them are."""

SINGLE = ("access_points", "sensitive_sites", "measures", "streets")
"""The layers that belong to no group and can be switched off one by one."""

ALWAYS_KEPT = (
    *("districts", "former_districts", "industrial_areas"),
    *("plots", "plot_restrictions", "reservations", "transactions"),
    *("contacts", "memos", "attachments"),
    *("targets", "remarks", "manual_indicators", "manual_actuals"),
)
"""The layers of which the maps, the supply of land and the report's table consist, and what belongs to any record."""


class Reference(NamedTuple):
    """A layer's column with a record of another layer; ``required``: a record cannot be without it."""

    layer: str
    column: str
    target: str
    required: bool = False


REFERENCES = tuple(
    Reference(layer, column, target, required)
    for layer, column, target, required in (
        ("inquiries", "party", "parties", False),
        ("reservations", "inquiry", "inquiries", False),
        ("transactions", "inquiry", "inquiries", False),
        ("transactions", "party", "parties", False),
        ("brokerages", "inquiry", "inquiries", False),
        ("brokerages", "party", "parties", False),
        ("brokerages", "property", "properties", True),
        ("settlements", "party", "parties", False),
        ("letters_of_intent", "operator", "operators", True),
        ("letters_of_intent", "programme", "programmes", False),
        ("clusters", "operator", "operators", False),
        ("clusters", "programme", "programmes", False),
        ("expansion_areas", "cluster", "clusters", False),
        ("expansion_areas", "letter", "letters_of_intent", False),
        ("expansion_areas", "operator", "operators", False),
        ("expansion_areas", "programme", "programmes", False),
        ("trenches", "cluster", "clusters", False),
        ("trenches", "operator", "operators", False),
        ("trenches", "programme", "programmes", True),
        ("connections", "cluster", "clusters", False),
        ("connections", "operator", "operators", False),
        ("connections", "programme", "programmes", False),
        ("connections", "served_by", "network_nodes", False),
        ("obstructions", "cluster", "clusters", False),
        ("obstructions", "connection", "connections", False),
        ("obstructions", "trench", "trenches", False),
        ("mobile_requests", "operator", "operators", False),
        ("mobile_candidates", "property", "properties", False),
        ("mobile_candidates", "request", "mobile_requests", True),
        ("network_nodes", "cluster", "clusters", False),
        ("network_nodes", "operator", "operators", False),
        ("network_nodes", "programme", "programmes", False),
        ("ducts", "cluster", "clusters", False),
        ("ducts", "operator", "operators", False),
        ("ducts", "programme", "programmes", False),
        ("cables", "cluster", "clusters", False),
        ("cables", "operator", "operators", False),
        ("cables", "programme", "programmes", False),
        ("memos", "property", "properties", False),
        ("memos", "inquiry", "inquiries", False),
        ("memos", "mobile_request", "mobile_requests", False),
        ("attachments", "property", "properties", False),
        ("attachments", "inquiry", "inquiries", False),
        ("attachments", "mobile_request", "mobile_requests", False),
    )
)
"""Every reference between layers to one that can be switched off, as the database has them."""

EITHER = {"obstructions": ("trenches", "connections")}
"""The layers whose records need a record of at least one of the others."""

SWITCHABLE = tuple(dict.fromkeys((*SINGLE, *(layer for group in GROUPS.values() for layer in group))))
"""All layers that can be switched off."""


def _layers(given: Any) -> Any:
    for layer in given if isinstance(given, list) else ():
        if layer in ALWAYS_KEPT:
            raise Wrong(
                Text(
                    f"„{layer}“ lässt sich nicht abschalten: Karten, Angebot und Berichtstabelle bestehen daraus",
                    f"“{layer}” cannot be switched off: maps, supply and the report's table are made of it",
                )
            )
        if layer not in SWITCHABLE:
            near = get_close_matches(str(layer), SWITCHABLE, 1)
            suggestion = Text(f" Meinten Sie „{near[0]}“?", f" Did you mean “{near[0]}”?") if near else ""
            allowed = ", ".join(SWITCHABLE)
            raise Wrong(
                joined(
                    Text(f"den Layer „{layer}“ gibt es nicht.", f"there is no layer “{layer}”."),
                    suggestion,
                    Text(f" Erlaubt: {allowed}", f" Allowed: {allowed}"),
                )
            )
    return given


class Modules(Section):
    """What the agency keeps. Everything is on unless it is switched off here.

    What is off appears nowhere: on no map, in no panel, file, table or report, and nobody can load or edit it. Records
    that are there already stay in the database, where they count nowhere; switched on again, they are back. After a
    change: ``flurwerk migrate``, then start the service anew.
    """

    demand: Switch = True
    """Demand and settling: inquiries, parties, properties, brokerages, office take-up and settlements."""

    broadband: Switch = True
    """The broadband rollout: programmes, operators, letters of intent, clusters, expansion areas, trenches,
    connections, obstructions. Programmes, operators and clusters stay while `network` needs them, operators also while
    `mobile` does."""

    network: Switch = True
    """The passive network: nodes, ducts and cables."""

    mobile: Switch = True
    """The mobile network: operators' requests for sites, and the candidates for them."""

    layers_off: Annotated[tuple[str, ...], BeforeValidator(_layers)] = ()
    """Further layers to switch off one by one, such as ["office_takeups", "parties"]. A layer whose records need those
    of another cannot stay without it."""

    indicators_off: tuple[Annotated[str, KEY], ...] = ()
    """Indicators that the report does not have, such as ["private_land_m2"]. An indicator whose layer is off is off
    too. A line that is off can be reported by hand: a reported indicator may have its key."""

    @property
    def off(self) -> frozenset[str]:
        """The layers that are switched off."""
        groups = {group for group in GROUPS if not getattr(self, group)}
        shared = {layer: {group for group, layers in GROUPS.items() if layer in layers} for layer in SWITCHABLE}
        of_groups = {layer for layer, its in shared.items() if its and its <= groups}
        return frozenset(of_groups | set(self.layers_off))

    def keys_of(self, layer: str) -> str:
        """Return the profile's keys by which a layer is off, such as ``modules.mobile``."""
        if layer in self.layers_off:
            return "modules.layers_off"
        return " and ".join(f"modules.{group}" for group, layers in GROUPS.items() if layer in layers)

    @model_validator(mode="after")
    def _references_are_sound(self) -> Self:
        if problems := list(self._broken(self.off)):
            raise Wrong(Text("; ".join(each.de for each in problems), "; ".join(each.en for each in problems)))
        return self

    def _broken(self, off: frozenset[str]) -> Iterator[Text]:
        for layer, _, target, required in REFERENCES:
            if required and target in off and layer not in off:
                yield Text(
                    f"„{target}“ ist abgeschaltet ({self.keys_of(target)}), aber „{layer}“ bleibt, und jeder Datensatz "
                    f"davon braucht einen von „{target}“: Schalten Sie beide ab, oder behalten Sie beide",
                    f"“{target}” is switched off ({self.keys_of(target)}), but “{layer}” is kept and every record of "
                    f"it needs one of “{target}”: switch both off, or keep both",
                )
        for layer, targets in EITHER.items():
            if layer not in off and off.issuperset(targets):
                de, en = " und ".join(f"„{each}“" for each in targets), " and ".join(f"“{each}”" for each in targets)
                yield Text(
                    f"{de} sind abgeschaltet, aber „{layer}“ bleibt, und jeder Datensatz davon braucht einen von "
                    f"beiden: Schalten Sie auch „{layer}“ ab",
                    f"{en} are switched off, but “{layer}” is kept and every record of it needs one of them: "
                    f"switch “{layer}” off too",
                )
