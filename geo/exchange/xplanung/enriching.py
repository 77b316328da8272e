"""Plan name, zoning, GRZ and GFZ of development plans, entered into the plots that their areas cover."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from geo.exchange.enriching import Areas, Enrichment, Options, Plot, decide, enrich
from geo.exchange.enriching.proposals import Decisions, Proposal, Undecided
from geo.exchange.enriching.reading import INEXACT, BadRow, refuse_bad
from geo.exchange.errors import ExchangeRefused
from geo.exchange.xplanung import codes
from geo.exchange.xplanung.document import (
    BUILDING_AREA,
    LAND_USE_AREA,
    PLAN,
    Document,
    Feature,
    read_document,
    stacked,
)
from geo.loading.converting.values import Decimals, Unreadable, converter
from geo.records.layers import codes as our_codes
from geo.records.layers.layer import Text
from geo.store.database import Connection

KIND = "XPlanung"
COLUMNS = ("plan_name", "zoning", "site_coverage_ratio", "floor_area_ratio")
RATIOS = {"site_coverage_ratio": ("numeric(3,2)", ("GRZ",)), "floor_area_ratio": ("numeric(4,2)", ("GFZ", "GFZmax"))}
"""The type of a ratio, and the elements that may say it, the first one first."""


def enrich_by_plans(connection: Connection, path: Path, options: Options, crs: str | None = None) -> Enrichment:
    """Enter what the development plans of a file say of each plot; each field by itself, if it is clear.

    Of a file that has only a land-use plan, the zoning. Raises like `enrich`, and ExchangeRefused if the file is not
    XPlanung or one of its values cannot be read.
    """
    document = read_document(path, crs)
    if not document.of_kind(BUILDING_AREA) and not document.of_kind(LAND_USE_AREA):
        raise ExchangeRefused(
            Text(
                f"{path.name} hat kein {BUILDING_AREA} und kein {LAND_USE_AREA}: Über die Art der "
                "Nutzung sagt der Plan nichts.",
                f"{path.name} has no {BUILDING_AREA} and no {LAND_USE_AREA}: it says nothing about zoning.",
            ),
            Text(
                "Beziehen Sie den Plan mit seinen Inhalten, nicht nur mit dem Umriss.",
                "Get the plan with its contents, not only its outline.",
            ),
        )

    def decided(plots: list[Plot]) -> Decisions:
        if not document.of_kind(BUILDING_AREA):
            found = decide(plots, _of_land_use_plan(document), [("zoning",)])
            return _without_other_zonings(replace(found, notes=document.notes + found.notes))
        named = decide(plots, _plans(document), [("plan_name",)])
        ruled = decide(plots, _building_areas(document, path), [(column,) for column in COLUMNS[1:]])
        return _without_other_zonings(
            Decisions(
                named.proposals + ruled.proposals,
                named.undecided + ruled.undecided,
                document.notes + named.notes + ruled.notes,
            )
        )

    return enrich(connection, KIND, path, COLUMNS, decided, options)


def _plans(document: Document) -> Areas:
    """Return the areas of the plans in force, with a note on the others."""
    plans = [plan for plan in document.of_kind(PLAN) if _is_in_force(plan)]
    names: list[str | None] = [_plan_name(plan) for plan in plans]
    shown = [name or plan.id for name, plan in zip(names, plans, strict=True)]
    return Areas(stacked(document, plans), shown, {"plan_name": names}, _not_in_force(document))


def _building_areas(document: Document, path: Path) -> Areas:
    """Return the areas with zoning and ratios of plans that are in force, as far as that is known."""
    plans = document.plans()
    areas = [area for area in document.of_kind(BUILDING_AREA) if _is_in_force(plans.get(area.id))]
    bad: list[BadRow] = []
    values: dict[str, list[str | None]] = {
        "zoning": [_zoning(area) for area in areas],
        **{column: [_ratio(area, column, bad) for area in areas] for column in RATIOS},
    }
    refuse_bad(path, bad)
    names = [_plan_name(plans.get(area.id)) or area.id for area in areas]
    return Areas(stacked(document, areas), names, values, _passed_over(document, areas, plans))


def _passed_over(document: Document, areas: Sequence[Feature], plans: Mapping[str, Feature]) -> list[Text]:
    notes: list[Text] = []
    if land_use := len(document.of_kind(LAND_USE_AREA)):
        notes.append(
            Text(
                f"{land_use} Flächen eines Flächennutzungsplans wurden übergangen: der Bebauungsplan gilt.",
                f"{land_use} areas of a land-use plan were passed over: the development plan holds.",
            )
        )
    if unknown := sum(area.id not in plans for area in areas):
        notes.append(
            Text(
                f"{unknown} Flächen verweisen auf keinen Plan: ob sie gelten, ist nicht bekannt.",
                f"{unknown} areas refer to no plan: whether they are in force is unknown.",
            )
        )
    return notes


def _of_land_use_plan(document: Document) -> Areas:
    areas = document.of_kind(LAND_USE_AREA)
    values = {"zoning": [_zoning(area) or _general_zoning(area) for area in areas]}
    return Areas(stacked(document, areas), ["Flächennutzungsplan"] * len(areas), values)


def _is_in_force(plan: Feature | None) -> bool:
    """Return whether a plan is in force, as far as it is known."""
    state = plan.values.get("rechtsstand") if plan else None
    return state is None or state in codes.IN_FORCE


def _not_in_force(document: Document) -> list[Text]:
    names = [_plan_name(plan) or plan.id for plan in document.of_kind(PLAN) if not _is_in_force(plan)]
    if not names:
        return []
    listed = ", ".join(names)
    return [Text(f"Nicht in Kraft und übergangen: {listed}.", f"Not in force, and passed over: {listed}.")]


def _plan_name(plan: Feature | None) -> str | None:
    return plan.values.get("name") if plan else None


def _zoning(area: Feature) -> str | None:
    """Return our code, or XPlanung's with a sign before it if we have none, so that it counts against the others."""
    code = area.values.get("besondereArtDerBaulNutzung")
    if code is None:
        return None
    ours = codes.COMMERCIAL.get(code)
    if ours is None:
        return f"{FOREIGN}{code}"
    return codes.RESTRICTED.get((ours, area.values.get("abweichungBauNVO", "")), ours)


FOREIGN, FOREIGN_GENERAL = "besondereArtDerBaulNutzung=", "allgArtDerBaulNutzung="


def _general_zoning(area: Feature) -> str | None:
    code = area.values.get("allgArtDerBaulNutzung")
    return None if code is None else codes.GENERAL.get(code, f"{FOREIGN_GENERAL}{code}")


def _ratio(area: Feature, column: str, bad: list[BadRow]) -> str | None:
    type_name, elements = RATIOS[column]
    element = next((element for element in elements if element in area.values), None)
    if element is None:
        return None
    text = area.values[element]
    try:
        value = converter(type_name, Decimals(".", certain=True))(text)
        if value is not None and Decimal(value) != round(Decimal(value), 2):
            raise Unreadable(INEXACT)
    except Unreadable as error:
        bad.append(BadRow(f"{area.kind} {area.id}", element, text, error.reason))
        return None
    return value


def _without_other_zonings(decisions: Decisions) -> Decisions:
    """Return the decisions without zonings that plots do not have; those are listed in words."""
    proposals: list[Proposal] = []
    undecided = [replace(each, reason=_in_words(each.reason)) for each in decisions.undecided]
    for proposal in decisions.proposals:
        zoning = proposal.values.get("zoning")
        if zoning is None or zoning in our_codes.ZONING:
            proposals.append(proposal)
        else:
            reason = _in_words(Text(f"{proposal.proof.de}, {zoning}", f"{proposal.proof.en}, {zoning}"))
            undecided.append(Undecided(proposal.plot, ("zoning",), False, reason))
    return Decisions(proposals, undecided, decisions.notes)


def _in_words(reason: Text) -> Text:
    return Text(_replaced(reason.de, lambda text: text.de), _replaced(reason.en, lambda text: text.en))


def _replaced(sentence: str, chosen: Callable[[Text], str]) -> str:
    for sign, labels in ((FOREIGN, codes.OTHER), (FOREIGN_GENERAL, codes.GENERAL_OTHER)):
        for code, label in labels.items():
            sentence = sentence.replace(f"{sign}{code}", chosen(label))
    return sentence
