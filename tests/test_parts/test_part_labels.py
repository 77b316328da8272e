"""A part of the city may have words of its own for lines, which hold in its figures only."""

import json

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from geo.figures.kpis import BUILT_IN
from geo.figures.kpis.checking import unknown_parts
from geo.figures.kpis.declared import registry
from geo.figures.kpis.land import FAMILIES
from geo.profile import ProfileError, packaged_profile, profile, read_profile
from geo.store.database import conninfo
from tests.profiles import labelled
from tests.test_api.helpers import Api
from tests.test_parts.county import EAST, WEST

LABELS = {WEST: {"public_land_m2": "Gemeindeland in m²", "settlements:west-park": "Firmen im Park"}}


def run(county_url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"FLURWERK_DATABASE_URL": county_url})


def test_a_part_has_its_own_words_for_a_line_and_the_whole_keeps_its(county_url: str, internal: Api) -> None:
    def labels(part: str | None) -> dict[str, str]:
        found = internal.json("/api/kpis", period="2023-H2", **({"part": part} if part else {}))
        return {one["key"]: one["label"] for one in found}

    usual = labels(WEST)
    with labelled(LABELS):
        assert labels(WEST) == usual | LABELS[WEST]
        assert labels(EAST) == usual == labels(None)
        trend = internal.json("/api/kpis/trend", period="2023-H2", part=WEST)
        assert "Gemeindeland in m²" in [one["label"] for one in trend]
        printed = run(county_url, "kpi", "2023-H2", "--part", WEST, "--format", "json")
        assert "Gemeindeland in m²" in [one["label"] for one in json.loads(printed.output)]
        assert "Gemeindeland" in run(county_url, "kpi", "2023-H2", "--part", WEST).output


def test_labels_of_unknown_lines_are_mistakes_of_the_profile() -> None:
    def mistakes(labels: dict[str, dict[str, str]]) -> list[str]:
        with labelled(labels), pytest.raises(ProfileError) as caught:
            registry(profile(), BUILT_IN, FAMILIES)
        return caught.value.problems

    (problem,) = mistakes({WEST: {"public_land": "Land"}})
    assert problem.startswith(f"part_labels.{WEST}.public_land: There is no indicator “public_land”. Did you mean")
    (problem,) = mistakes({WEST: {"settlements": "Firmen"}})
    assert problem == f"part_labels.{WEST}.settlements: This is one line for each member. Name one: settlements:MEMBER."
    assert read_profile(packaged_profile()).part_labels == {}


def test_profile_check_tells_parts_that_there_are_not(county_url: str) -> None:
    unknown = "part_labels.05958005: there is no part “05958005”. Did you mean “05958008”?"
    lower = "part_labels.W1: “W1” is a part of the level “statistical”; labels are for those of “district”."
    with psycopg.connect(conninfo(county_url)) as connection:
        for part, told in ((WEST, []), ("05958005", [unknown]), ("W1", [lower])):
            with labelled({part: {"public_land_m2": "Land"}}):
                assert [text.en for text in unknown_parts(connection)] == told
        connection.execute("delete from flurwerk.districts")
        with labelled({"05958005": {"public_land_m2": "Land"}}):
            assert unknown_parts(connection) == []
        connection.rollback()
    with labelled({"05958005": {"public_land_m2": "Land"}}):
        found = run(county_url, "profile", "check")
    assert (found.exit_code, unknown in found.output) == (1, True)
