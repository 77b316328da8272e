"""Writes an application for consent under § 127 TKG as XTrasse 2.0: a plan and the sections of its trenches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import shapely

from geo.exchange.errors import ExchangeRefused
from geo.exchange.xtrasse import gml
from geo.exchange.xtrasse.codes import section
from geo.exchange.xtrasse.trenches import Choice, Trench, chosen_trenches
from geo.periods import CITY_TIME
from geo.records.layers.layer import Text
from geo.store.database import Connection

PLAN_MARGIN_M = 5
"""How far the plan's area reaches beyond its trenches. The area is their convex hull."""

APPLICANT, CONTRACTOR = "1000", "5000"
"""Roles of XP_Rolle."""


class Kind(StrEnum):
    """What is applied for or notified (BRA_PlanStatus)."""

    LAYING = "laying"
    ALTERATION = "alteration"
    NOTICE = "notice"
    FRAMEWORK_NOTICE = "framework-notice"

    @property
    def code(self) -> str:
        """The code of BRA_PlanStatus."""
        return {"laying": "1000", "alteration": "2000", "notice": "3000", "framework-notice": "4000"}[self]

    @property
    def paragraph(self) -> str | None:
        """The legal basis within the TKG; None for a notice that a framework contract asks for."""
        return {"laying": "§ 127 Abs. 1", "alteration": "§ 127 Abs. 1", "notice": "§ 127 Abs. 4"}.get(self)


@dataclass(frozen=True, slots=True)
class Application:
    """What an application says beside its trenches. Without an applicant it is the trenches' operator."""

    name: str
    number: str | None = None
    kind: Kind = Kind.LAYING
    applicant: str | None = None
    contractor: str | None = None
    begins_on: date | None = None
    ends_on: date | None = None


class Note(NamedTuple):
    """What somebody should know about a trench (None: about the whole file) before handing the file over."""

    trench: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the trenches, the sections that they make, and what there is to say about it."""

    trenches: int
    sections: int
    notes: list[Note] = field(default_factory=list)


LEFT_OUT = {
    "duplicate": Text("nicht übernommen, da Dublette", "left out, being a duplicate"),
    "discarded": Text("nicht übernommen, da verworfen", "left out, being discarded"),
}
ALREADY = {
    "laid": Text(
        "ist bereits verlegt; bitte prüfen, ob der Antrag sie braucht", "is laid already: does it belong here?"
    ),
    "permitted": Text(
        "hat bereits eine Zustimmung; bitte prüfen, ob der Antrag sie braucht",
        "has its consent already: does it belong here?",
    ),
}


def write_application(connection: Connection, path: Path, choice: Choice, application: Application) -> Written:
    """Write the chosen trenches as an application and return what was written.

    Duplicates and discarded trenches are left out. Raises ExchangeRefused if nothing is left, if the trenches have
    several operators and no applicant is named, or if the file cannot be written.
    """
    if application.begins_on and application.ends_on and application.ends_on < application.begins_on:
        raise ExchangeRefused(
            Text("Die Arbeiten enden, bevor sie beginnen.", "The works end before they begin."),
            Text("Prüfen Sie die beiden Tage.", "Check the two days."),
        )
    found = chosen_trenches(connection, choice)
    notes = [*_notes_on_choice(found)]
    trenches = [trench for trench in found if trench.duplicate_of is None and trench.discarded_on is None]
    if not trenches:
        raise ExchangeRefused(
            Text(
                "Alle gewählten Trassen sind Dubletten oder verworfen.",
                "All chosen trenches are duplicates or discarded.",
            ),
            Text("Wählen Sie andere.", "Choose others."),
        )
    plan = gml.stable_uuid("plan", application.name, *(f"{t.source}/{t.source_id}" for t in trenches))
    root = gml.collection(gml.stable_uuid("collection", plan))
    _add_plan(root, plan, trenches, application, notes)
    sections = 0
    for trench in trenches:
        for number in range(len(trench.parts)):
            _add_section(root, plan, trench, number)
            sections += 1
        notes += [Note(trench.source_id, text) for text in _words(trench)]
    gml.write(root, path)
    return Written(len(trenches), sections, notes)


def _notes_on_choice(found: Sequence[Trench]) -> list[Note]:
    notes: list[Note] = []
    for trench in found:
        if trench.duplicate_of is not None:
            notes.append(Note(trench.source_id, LEFT_OUT["duplicate"]))
        elif trench.discarded_on is not None:
            notes.append(Note(trench.source_id, LEFT_OUT["discarded"]))
        elif trench.laid_reached_on is not None:
            notes.append(Note(trench.source_id, ALREADY["laid"]))
        elif trench.permitted_on is not None:
            notes.append(Note(trench.source_id, ALREADY["permitted"]))
    return notes


def _add_plan(
    root: gml.Element, identifier: str, trenches: Sequence[Trench], application: Application, notes: list[Note]
) -> None:
    plan = gml.add_feature(root, "BRA_AusbauPlan", identifier)
    gml.add(plan, {"uuid": identifier, "name": application.name, "nummer": application.number})
    if application.kind.paragraph:
        law = gml.ElementTree.SubElement(
            gml.ElementTree.SubElement(plan, "gesetzlicheGrundlage"), "XP_GesetzlicheGrundlage"
        )
        gml.add(law, {"name": "Telekommunikationsgesetz (TKG)", "detail": application.kind.paragraph})
    gml.add(plan, {"technHerstellDatum": datetime.now(CITY_TIME).date()})
    gml.add_polygon(plan, "position", _area(trenches), identifier)
    for trench in trenches:
        for number in range(len(trench.parts)):
            gml.add_reference(plan, "hatBRAObjekt", _section_id(trench, number))
    _add_parties(plan, trenches, application, notes)
    ends_on = application.ends_on or _due(trenches, notes)
    gml.add(plan, {"bauBeginn": application.begins_on, "bauEnde": ends_on, "status": application.kind.code})


def _area(trenches: Sequence[Trench]) -> shapely.Polygon:
    lines = [part for trench in trenches for part in trench.parts]
    area = shapely.MultiLineString(lines).convex_hull.buffer(PLAN_MARGIN_M, quad_segs=2)
    assert isinstance(area, shapely.Polygon)
    return area


def _add_parties(plan: gml.Element, trenches: Sequence[Trench], application: Application, notes: list[Note]) -> None:
    operators = sorted({trench.operator for trench in trenches if trench.operator})
    if len(operators) > 1 and not application.applicant:
        raise ExchangeRefused(
            Text(
                f"Die Trassen haben mehrere Betreiber ({', '.join(operators)}), und ein Antrag hat "
                "einen Antragsteller.",
                f"The trenches have several operators ({', '.join(operators)}), and an application has one applicant.",
            ),
            Text(
                "Wählen Sie die Trassen eines Betreibers, oder nennen Sie den Antragsteller: --applicant NAME.",
                "Choose one operator's trenches, or name the applicant: --applicant NAME.",
            ),
        )
    applicant = application.applicant or (operators[0] if operators else None)
    if applicant is None:
        notes.append(
            Note(
                None,
                Text(
                    "Der Antrag nennt keine Antragstellerin, da die Trassen keinen Betreiber haben (--applicant NAME).",
                    "The application names no applicant, as the trenches have no operator (--applicant NAME).",
                ),
            )
        )
    for name, role in ((applicant, APPLICANT), (application.contractor, CONTRACTOR)):
        if name:
            party = gml.ElementTree.SubElement(gml.ElementTree.SubElement(plan, "beteiligte"), "XP_Akteur")
            gml.add(party, {"nameOrganisation": name, "rolle": role})


def _due(trenches: Sequence[Trench], notes: list[Note]) -> date | None:
    """Return the last day by which the trenches are due; None, with a note, if some have no such day."""
    days = [trench.due_on for trench in trenches if trench.due_on]
    if len(days) == len(trenches):
        return max(days)
    missing = len(trenches) - len(days)
    notes.append(
        Note(
            None,
            Text(
                f"Das Bauende fehlt, da {missing} Trassen kein Fertigstellungsdatum haben (--ends-on TAG).",
                f"The end of the works is missing, as {missing} trenches have no due date (--ends-on DAY).",
            ),
        )
    )
    return None


def _add_section(root: gml.Element, plan: str, trench: Trench, number: int) -> None:
    identifier = _section_id(trench, number)
    feature = gml.add_feature(root, "BRA_BreitbandtrasseAbschnitt", identifier)
    several = len(trench.parts) > 1
    codes = section(trench.construction, trench.method, trench.surface, trench.origin)
    gml.add(
        feature,
        {
            "uuid": identifier,
            "title": f"{trench.source_id} ({number + 1}/{len(trench.parts)})" if several else trench.source_id,
            "beschreibung": "; ".join(words.de for words in codes.words) or None,
            "netzbetreiber": trench.operator,
        },
    )
    gml.add_reference(feature, "gehoertZuBRA", plan)
    gml.add_line(feature, "position", trench.parts[number], identifier)
    gml.add(feature, {"bauweise": codes.bauweise, "legeverfahren": codes.legeverfahren, "baugrund": codes.baugrund})


def _words(trench: Trench) -> list[Text]:
    """Return for people what the codes cannot say of a trench."""
    codes = section(trench.construction, trench.method, trench.surface, trench.origin)
    return [
        Text(f"steht als Text in der Beschreibung – {words.de}", f"stands as text in the description: {words.en}")
        for words in codes.words
    ]


def _section_id(trench: Trench, number: int) -> str:
    return gml.stable_uuid("section", trench.source, trench.source_id, str(number))
