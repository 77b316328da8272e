"""Reads an XPlanGML document: plans, and the areas in which they say how land may be built on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from geo.exchange.enriching.proposals import Shapes
from geo.exchange.enriching.reading import BadRow, refuse_bad
from geo.exchange.errors import ExchangeRefused
from geo.exchange.gml_files import GML_ID, HREF, copied, shapes_of
from geo.records.layers.layer import Text

NAMESPACE = "http://www.xplanung.de/xplangml/"
VERSIONS = ("4/1", "5/0", "5/1", "5/2", "5/3", "5/4", "6/0", "6/1")
SECTION, PLAN = "BP_Bereich", "BP_Plan"
BUILDING_AREA, LAND_USE_AREA = "BP_BaugebietsTeilFlaeche", "FP_BebauungsFlaeche"
VALUES = (
    "allgArtDerBaulNutzung",
    "besondereArtDerBaulNutzung",
    "abweichungBauNVO",
    "GRZ",
    "GFZ",
    "GFZmax",
    "rechtsstand",
    "name",
)


@dataclass(slots=True)
class Feature:
    """A feature: its type, identifier, the first value of each element that concerns us, and what it refers to."""

    kind: str
    id: str
    values: dict[str, str] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """The features of a document by identifier, and the shapes of plans and areas in the stored CRS.

    ``notes`` tell how exactly their coordinates were transformed.
    """

    features: dict[str, Feature]
    shapes: dict[str, Any]
    notes: list[Text] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Feature]:
        """Return the features of a type in the document's order."""
        return [feature for feature in self.features.values() if feature.kind == kind]

    def plans(self) -> dict[str, Feature]:
        """Return for each area, by identifier, the development plan that it belongs to, as far as that can be told."""
        sections = {section.id: section for section in self.of_kind(SECTION)}
        plans = {plan.id: plan for plan in self.of_kind(PLAN)}
        plan_of: dict[str, Feature] = {}
        for plan in plans.values():
            plan_of |= {section: plan for section in plan.references if section in sections}
        for section in sections.values():
            plan_of.update((section.id, plans[each]) for each in section.references if each in plans)
        found: dict[str, Feature] = {}
        for section in sections.values():
            if section.id in plan_of:
                found |= dict.fromkeys(section.references, plan_of[section.id])
        for area in self.of_kind(BUILDING_AREA):
            own = [plan_of[each] for each in area.references if each in plan_of]
            if own:
                found[area.id] = own[0]
        return found


def read_document(path: Path, crs: str | None) -> Document:
    """Read an XPlanGML file, or a ZIP archive that contains one. Raises ExchangeRefused if it is none, or damaged."""
    with copied(path) as copy:
        features = {feature.id: feature for feature in _features(copy, path.name)}
        if not features:
            raise ExchangeRefused(
                Text(f"{path.name} hat keine Objekte von XPlanung.", f"{path.name} has no features of XPlanung."),
                Text("Beziehen Sie den Plan als XPlanGML.", "Get the plan as XPlanGML."),
            )
        shapes: dict[str, Any] = {}
        bad: list[BadRow] = []
        notes: list[Text] = []
        for kind in (PLAN, BUILDING_AREA, LAND_USE_AREA):
            identifiers = [feature.id for feature in features.values() if feature.kind == kind]
            if identifiers:
                shapes |= shapes_of(copy, path, kind, identifiers, crs, bad, notes)
        refuse_bad(path, bad)
    return Document(features, shapes, notes)


def _features(copy: Path, name: str) -> Iterator[Feature]:
    """Yield the features. Raises ExchangeRefused if the document is not XML, not XPlanung, or of another version."""
    depth = 0
    try:
        for event, element in ElementTree.iterparse(copy, ("start", "end")):
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                continue
            namespace, _, kind = element.tag.removeprefix("{").partition("}")
            if event == "start" and depth == 3 and namespace.startswith(NAMESPACE):
                _refuse_version(namespace.removeprefix(NAMESPACE), name)
            # A feature is the child of a member, which is a child of the root.
            if event == "end" and depth == 2 and namespace.startswith(NAMESPACE):
                yield _feature(element, kind)
            if event == "end" and depth <= 1:
                element.clear()
    except ElementTree.ParseError as error:
        raise ExchangeRefused(
            Text(
                f"{name} ist kein XML oder beschädigt (Meldung: {error}).",
                f"{name} is no XML, or is damaged ({error}).",
            ),
            Text("Beziehen oder exportieren Sie es noch einmal.", "Get it or export it again."),
        ) from error


def _refuse_version(version: str, name: str) -> None:
    if version not in VERSIONS:
        readable = ", ".join(each.replace("/", ".") for each in VERSIONS)
        raise ExchangeRefused(
            Text(
                f"{name} ist XPlanung {version.replace('/', '.')}.", f"{name} is XPlanung {version.replace('/', '.')}."
            ),
            Text(f"Lesbar sind die Versionen {readable}.", f"Versions that can be read are {readable}."),
        )


def _feature(element: ElementTree.Element, kind: str) -> Feature:
    feature = Feature(kind, element.get(GML_ID, ""))
    for child in element:
        name = child.tag.partition("}")[2]
        if reference := child.get(HREF):
            feature.references.append(reference.removeprefix("#"))
        elif name in VALUES and child.text and child.text.strip():
            feature.values.setdefault(name, child.text.strip())
    return feature


def stacked(document: Document, areas: list[Feature]) -> Shapes:
    """Return the areas' shapes in order."""
    shapes = np.empty(len(areas), object)
    shapes[:] = [document.shapes[area.id] for area in areas]
    return shapes
