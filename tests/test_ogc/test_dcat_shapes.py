"""The catalogue conforms to GovData's SHACL shapes for DCAT-AP.de 3.0 and the conventions for delivery to GovData."""

import os
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDFS, Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, SH, SKOS

from geo.settings import load_settings
from tests.test_api.helpers import Api, api
from tests.test_ogc.test_metadata import DCATDE, SET, VCARD, graph

SHAPES = Path(__file__).parents[1] / "data" / "shapes"
LISTS = Namespace("http://dcat-ap.de/def/")
COMPLETE = SET | {"dcat_contributor": f"{LISTS}contributors/openNRW", "dcat_issued": "2025-03-01"}
"""All settings of an agency that delivers to GovData."""

LISTED: dict[str, tuple[str, ...]] = {
    f"{LISTS}contributors": (f"{LISTS}contributors/openNRW",),
    f"{LISTS}licenses": (f"{LISTS}licenses/dl-by-de/2.0", f"{LISTS}licenses/other-closed"),
    "http://publications.europa.eu/resource/authority/file-type": tuple(
        f"http://publications.europa.eu/resource/authority/file-type/{name}"
        for name in ("CSV", "GEOJSON", "GPKG", "XLSX")
    ),
}
"""What the official lists contain, by list, as far as the catalogue uses it; read in them in October 2025."""


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """The base shapes, GovData's German ones with their deprecations, and the conventions."""
    found = Graph()
    for path in sorted(SHAPES.glob("*.ttl")):
        found.parse(path, format="turtle")
    return found


@pytest.fixture(scope="module")
def delivering(city_url: str) -> Iterator[Api]:
    """The service as the public, and so a harvester, sees it, with all settings."""
    with api(load_settings(database_url=city_url, **COMPLETE)) as client:
        yield client


def results(catalogue: Graph, shapes: Graph, lists: Graph | None = None) -> Counter[tuple[str, str]]:
    """How often each property has been found fault with, by severity; informative results count too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        _, report, _ = validate(catalogue + (lists or _used()), shacl_graph=shapes, inference="rdfs")
    assert isinstance(report, Graph)
    return Counter(
        (
            str(report.value(each, SH.resultSeverity)).rpartition("#")[2],
            str(report.value(each, SH.resultPath) or report.value(each, SH.resultMessage)),
        )
        for each in report.subjects(RDF.type, SH.ValidationResult)
    )


def _used() -> Graph:
    """The entries of the official lists that the catalogue uses, and what a vcard:Organization is."""
    found = Graph()
    found.add((VCARD.Organization, RDFS.subClassOf, VCARD.Kind))
    for name, members in LISTED.items():
        for member in members:
            found.add((URIRef(member), SKOS.inScheme, URIRef(name)))
    return found


def test_the_shapes_are_read_and_find_fault(shapes: Graph) -> None:
    """An empty dataset violates rules of each of the three files that have rules of their own."""
    empty = Graph()
    empty.add((URIRef("http://test/empty"), RDF.type, DCAT.Dataset))
    empty.add((URIRef("http://test/empty"), DCATDE.politicalGeocodingURI, URIRef("http://test/place")))
    found = results(empty, shapes)
    assert found["Violation", str(DCTERMS.title)], "the base"
    assert found["Violation", str(DCTERMS.publisher)], "the German additions, and the conventions"
    assert found["Violation", str(DCATDE.contributorID)], "the conventions"
    assert found["Warning", str(DCATDE.politicalGeocodingURI)], "the deprecations"


def test_the_public_catalogue_of_an_agency_conforms(delivering: Api, shapes: Graph) -> None:
    """With all settings there is no violation, no warning and no hint."""
    assert results(graph(delivering), shapes) == Counter()


def test_the_internal_catalogue_conforms_too(city_url: str, shapes: Graph) -> None:
    with api(load_settings(database_url=city_url, anonymous_audience="internal", **COMPLETE)) as client:
        assert results(graph(client), shapes) == Counter()


def test_without_settings_only_what_the_agency_alone_can_say_is_missing(public: Api, shapes: Graph) -> None:
    """No contact without a way to reach anybody, no invented contributor, no invented day of publication."""
    layers = len(public.json("/api/collections")["collections"])
    assert results(graph(public), shapes) == Counter(
        {
            ("Violation", str(DCATDE.contributorID)): layers,
            ("Warning", str(DCTERMS.issued)): layers,
        }
    )


@pytest.mark.long
def test_govdatas_dashboard_and_whole_lists_find_no_fault(delivering: Api) -> None:
    """GovData's repository at FLURWERK_TEST_GOVDATA has its full lists, which may not be copied."""
    resources = Path(os.environ["FLURWERK_TEST_GOVDATA"]) / "validator" / "resources" / "dashboard-live" / "shapes"
    lists = Graph()
    for name in ("dcat-ap-de-contributors.rdf", "dcat-ap-de-licenses-open.rdf"):
        lists.parse(resources / name, format="xml")
    found = results(graph(delivering), Graph().parse(resources / "db-shapes.ttl"), lists)
    # Rules that answer for each distribution and licence, so that the dashboard can count them.
    counted = {"count_Distributions", "count_Distributions_Licenses"}
    assert {severity for severity, _ in found} == counted
