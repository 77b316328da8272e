"""Drafts of mappings, made from a delivery."""

import pytest

from geo.loading import FileMapping, draft_mapping, read_mapping

DELIVERY = (
    "Trassen-Nr.;Bauverfahren;Oberfläche;Fertiggestellt;Bauleiter;Länge [m];Verlauf\r\n"
    "T1;Kabelpflug;Gehweg;31.12.2022;Müller;100;LINESTRING (390000 5710000, 390100 5710000)\r\n"
    "T2;offener Graben;Radweg;;Meier;100;LINESTRING (390000 5711000, 390100 5711000)\r\n"
    "T3;händisch;Gehweg;1.2.2023;Meier;100;LINESTRING (390000 5712000, 390100 5712000)\r\n"
)


@pytest.fixture
def draft(city):
    return draft_mapping(city.connection, "trenches", city.write("lieferung.csv", DELIVERY))


def test_a_draft_maps_what_resembles_and_ignores_the_rest_by_name(city, draft):
    mapping = read_mapping(city.write("m.toml", draft))
    assert mapping.targets["Trassen-Nr."] == ("source_id",)
    assert mapping.targets["Verlauf"] == ("geometry",)
    assert mapping.targets["Oberfläche"] == ("surface",)
    assert mapping.targets["Bauverfahren"] == ("method",)
    assert "Bauleiter" in mapping.ignore


def test_a_draft_translates_the_codes_it_knows_and_lists_those_it_does_not(city, draft):
    assert read_mapping(city.write("m.toml", draft)).codes["method"] == {
        "Kabelpflug": "plough",
        "offener Graben": "open_trench",
    }
    assert '# "händisch" = "…"  # DECIDE: 1 row; one of open_trench, ' in draft
    assert '# "…" = "programme"  # DECIDE: required' in draft


def test_what_a_draft_leaves_open_is_refused_until_it_is_decided(city, draft):
    path = city.folder / "lieferung.csv"
    decided = draft.replace("# [constants]  # for every row", "[constants]").replace(
        '# programme = "…"', 'programme = "funded"'
    )
    decided = decided.replace('# crs = "EPSG:25832"', 'crs = "EPSG:25832"')
    [(row, column, _)] = city.problems("trenches", path, mapping=city.write("m.toml", decided))
    assert (row, column) == (4, "method")
    decided = decided.replace('# "händisch" = "…"', '"händisch" = "open_trench"')
    assert city.load("trenches", path, mapping=city.write("m.toml", decided)).inserted == 3


def test_a_draft_of_a_hostile_header_is_valid_toml(city):
    header = 'source_id;"a""b";c\\d;"e\nf";=1+1;#g;\U0001f600\n'
    path = city.write("h.csv", header + "1;2;3;4;5;6;7\n")
    draft = draft_mapping(city.connection, "operators", path)
    assert set(read_mapping(city.write("m.toml", draft)).ignore) == {'a"b', "c\\d", "e\nf", "=1+1", "#g", "\U0001f600"}


def test_a_draft_says_how_its_delivery_was_read(city):
    path = city.write("h.csv", "source_id;name\n1;a\n2;b\n")
    given = FileMapping(where=("name=a",), accuracy=2, hidden_rows="skip", layer="x", constants={"kind": "carrier"})
    read = read_mapping(city.write("m.toml", draft_mapping(city.connection, "operators", path, given)))
    assert (read.where, read.accuracy, read.hidden_rows, read.layer) == (("name=a",), 2, "skip", "x")
    assert read.constants == {"kind": "carrier"}
    assert (
        city.load(
            "operators",
            path,
            mapping=city.write(
                "m.toml", draft_mapping(city.connection, "operators", path, FileMapping(constants={"kind": "carrier"}))
            ),
        ).inserted
        == 2
    )
