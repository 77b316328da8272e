"""Metadata of the collections: in their descriptions, and as DCAT-AP.de for open-data portals."""

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

from geo.errors import ConfigurationError
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.metadata import LICENCES
from geo.settings import Settings, load_settings
from geo.store.database import conninfo
from tests.profiles import published_by
from tests.records import plot, update
from tests.test_api.helpers import Api, api
from tests.test_ogc.helpers import link

DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
LD_JSON = "application/ld+json"
SET: dict[str, Any] = {
    "contact_email": "daten@stadt.example",
    "contact_url": "https://stadt.example/kontakt",
}
PUBLISHER, SITE = "Wirtschaftsförderung der Stadt", "https://stadt.example/"


@pytest.fixture(scope="module")
def of_an_agency(city_url: str) -> Iterator[Api]:
    """The service as the public sees it, with all settings of an agency."""
    with api(load_settings(database_url=city_url, **SET)) as client:
        yield client


@pytest.fixture
def published(of_an_agency: Api) -> Iterator[Api]:
    """The same, of an agency with a name."""
    with published_by(PUBLISHER, SITE):
        yield of_an_agency


def graph(client: Api, url: str = "/api/dcat", **headers: str) -> Graph:
    """The catalogue as RDF."""
    response = client.request("GET", url, headers=headers)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == LD_JSON
    with warnings.catch_warnings():
        # The parser uses functions that rdflib itself has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=response.text, format="json-ld")


def test_a_collection_has_its_temporal_extent(public: Api, internal: Api) -> None:
    def interval(client: Api, layer: str) -> list[str | None]:
        return client.json(f"/api/collections/{layer}")["extent"]["temporal"]["interval"][0]

    assert interval(public, "plots") == ["2021-12-31T23:00:00Z", "2024-01-31T22:59:59Z"]
    assert interval(public, "transactions") == ["2023-06-29T22:00:00Z", "2024-01-01T22:59:59Z"]
    assert "extent" not in public.json("/api/collections/expansion_areas"), "there are no expansion areas"
    assert interval(internal, "inquiries") == ["2023-07-31T22:00:00Z", "2023-08-01T21:59:59Z"]


def test_the_public_extent_reveals_no_hidden_records(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        plot(city, offered_on="1999-01-01", withdrawn_on="2000-01-01")
        plot(city, x=396000, offered_on="2020-01-01")
    with api(load_settings(database_url=database_url)) as public:
        (interval,) = public.json("/api/collections/plots")["extent"]["temporal"]["interval"]
    assert interval[0] == "2019-12-31T23:00:00Z"


def test_a_collection_has_the_time_of_its_last_change(database_url: str) -> None:
    with (
        psycopg.connect(conninfo(database_url), autocommit=True) as city,
        api(load_settings(database_url=database_url)) as public,
    ):
        land = plot(city, offered_on="2020-01-01")
        first = datetime.fromisoformat(public.json("/api/collections/plots")["updated"])
        update(city, "plots", land, name="anders")
        second = datetime.fromisoformat(public.json("/api/collections/plots")["updated"])
    assert first < second <= datetime.now(UTC)


def test_a_collection_names_publisher_contact_and_licence(published: Api) -> None:
    found = published.json("/api/collections/plots")
    assert found["publisher"] == {
        "name": PUBLISHER,
        "url": SITE,
        "email": SET["contact_email"],
        "contact_url": SET["contact_url"],
    }
    assert found["attribution"] == PUBLISHER
    assert found["license"] == LICENCES["dl-de/by-2-0"].uri
    assert link(found, "license") == "https://www.govdata.de/dl-de/by-2-0"
    listed = published.json("/api/collections")["collections"]
    assert next(one for one in listed if one["id"] == "plots")["publisher"] == found["publisher"]


def test_internal_layers_have_no_licence(internal: Api) -> None:
    found = internal.json("/api/collections/inquiries")
    assert "license" not in found
    assert link(found, "license") is None


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_collection_is_a_dataset_with_what_dcat_ap_de_requires(
    audience: str, request: pytest.FixtureRequest
) -> None:
    client: Api = request.getfixturevalue(audience)
    found = graph(client)
    (catalogue,) = found.subjects(RDF.type, DCAT.Catalog)
    for property_ in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset):
        assert (catalogue, property_, None) in found, property_
    datasets = list(found.objects(catalogue, DCAT.dataset))
    listed = {one["id"]: one for one in client.json("/api/collections")["collections"]}
    assert {str(found.value(one, DCTERMS.identifier)) for one in datasets} == set(listed)
    for dataset in datasets:
        layer = LAYERS[str(found.value(dataset, DCTERMS.identifier))]
        assert (dataset, RDF.type, DCAT.Dataset) in found
        for property_, text in ((DCTERMS.title, layer.title), (DCTERMS.description, layer.description)):
            assert set(found.objects(dataset, property_)) == {Literal(text.de, lang="de"), Literal(text.en, lang="en")}
        agent = found.value(dataset, DCTERMS.publisher)
        assert found.value(agent, FOAF.name) == Literal("Flurwerk")
        assert str(found.value(dataset, DCAT.theme)) == f"{EU}data-theme/{layer.theme}"
        modified = found.value(dataset, DCTERMS.modified)
        assert isinstance(modified, Literal)
        assert modified.datatype == XSD.dateTime
        is_public = layer.audience is Audience.PUBLIC
        rights = found.value(dataset, DCTERMS.accessRights)
        assert rights == URIRef(f"{EU}access-right/{'PUBLIC' if is_public else 'NON_PUBLIC'}")
        distributions = list(found.objects(dataset, DCAT.distribution))
        assert distributions
        for distribution in distributions:
            assert (distribution, RDF.type, DCAT.Distribution) in found
            address = str(found.value(distribution, DCAT.accessURL))
            # For a file, the headers are enough.
            assert client.request("HEAD" if "f=" in address else "GET", address).status_code == 200, address
            licence = found.value(distribution, DCTERMS.license)
            assert licence == URIRef(
                f"http://dcat-ap.de/def/licenses/{'dl-by-de/2.0' if is_public else 'other-closed'}"
            )


def test_time_and_place_are_those_of_the_collection(public: Api) -> None:
    found = graph(public)
    (plots,) = found.subjects(DCTERMS.identifier, Literal("plots"))
    period = found.value(plots, DCTERMS.temporal)
    assert found.value(period, DCAT.startDate) == Literal("2022-01-01", datatype=XSD.date)
    assert found.value(period, DCAT.endDate) == Literal("2024-01-31", datatype=XSD.date)
    west, south, *_ = public.json("/api/collections/plots")["extent"]["spatial"]["bbox"][0]
    assert str(found.value(found.value(plots, DCTERMS.spatial), DCAT.bbox)).startswith(f"POLYGON(({west} {south},")


def test_publisher_contact_and_municipality_come_from_the_settings(published: Api) -> None:
    found = graph(published)
    (plots,) = found.subjects(DCTERMS.identifier, Literal("plots"))
    assert found.value(found.value(plots, DCTERMS.publisher), FOAF.homepage) == URIRef(SITE)
    contact = found.value(plots, DCAT.contactPoint)
    assert found.value(contact, VCARD.hasEmail) == URIRef("mailto:daten@stadt.example")
    assert found.value(contact, VCARD.hasURL) == URIRef(SET["contact_url"])
    places = set(found.objects(plots, DCTERMS.spatial))
    assert URIRef("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/05913000") in places
    assert len(places) == 2, "and the box of the records"
    assert found.value(plots, DCATDE.politicalGeocodingURI) is None, "deprecated in DCAT-AP.de 3.0"


def test_the_catalogue_is_also_a_format_of_the_collections(public: Api) -> None:
    expected = len(graph(public))
    for url, headers in (("/api/collections?f=dcat", {}), ("/api/collections", {"accept": LD_JSON})):
        assert len(graph(public, url, **headers)) == expected
    listed = public.get("/api/collections")
    assert listed.headers["content-type"] == "application/json"
    assert listed.headers["vary"].startswith("Accept")
    assert public.get(next(one["href"] for one in listed.json()["links"] if one["type"] == LD_JSON)).status_code == 200
    assert link(public.json("/api"), "http://www.w3.org/ns/dcat#catalog") == "http://test/api/dcat"


def test_an_unknown_format_is_refused(public: Api) -> None:
    assert public.problem(400, "/api/collections", f="rdf")["errors"][0]["parameter"] == "f"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("licence", "free"),
        ("contact_email", "nobody"),
        ("contact_url", "javascript:alert(1)"),
        ("dcat_contributor", "openNRW"),
        ("dcat_contributor", "https://stadt.example/"),
        ("dcat_issued", "01.03.2025"),
    ],
)
def test_a_setting_that_is_invalid_in_metadata_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"FLURWERK_{name.upper()}"):
        load_settings(**{name: value})


def test_every_licence_of_the_settings_is_known() -> None:
    choices = Settings.model_json_schema()["properties"]["licence"]["enum"]
    assert set(choices) == set(LICENCES)
