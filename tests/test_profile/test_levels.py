"""Levels of parts are the profile's: each is a kind of district, and figures are split by it."""

import json

import pytest

from geo.profile import ProfileError, read_profile
from tests.test_profile.conftest import SECOND, Run, Write

LEVELS = """
[[levels]]
key = "quarter"
singular = { de = "Quartier", en = "Quarter" }
plural = { de = "Quartiere", en = "Quarters" }

[[levels]]
key = "block"
singular = "Block"
plural = "Blöcke"
parent = "quarter"
"""
PARTS = """\
source_id;key;name;kind;parent_key;geometry
d;1;Mitte;district;;POLYGON ((390000 5700000, 400000 5700000, 400000 5710000, 390000 5710000, 390000 5700000))
q1;11;Hafen;quarter;1;POLYGON ((390000 5700000, 395000 5700000, 395000 5710000, 390000 5710000, 390000 5700000))
q2;12;Markt;quarter;1;POLYGON ((395000 5700000, 400000 5700000, 400000 5710000, 395000 5710000, 395000 5700000))
"""
ASKED = "source_id;kind;received_on;x;y\na;plot;2023-08-01;391000;5705000\nb;plot;2023-08-01;399000;5705000\n"


def test_a_profile_without_levels_has_the_statistical_districts(write: Write) -> None:
    assert [level.key for level in read_profile(write()).levels] == ["statistical"]
    assert read_profile(write(text=f"levels = []\n{SECOND}")).levels == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('key = "quarter"', 'key = "Quartier 1"', "levels.Quartier 1.key: a level's key consists of small letters"),
        ('key = "quarter"', 'key = "month"', "levels: month is not free as a key; taken are"),
        ('key = "quarter"', 'key = "recorded"', "levels: recorded is not free as a key"),
        ('key = "block"', 'key = "quarter"', "levels: two levels have the key quarter"),
        (
            'parent = "quarter"',
            'parent = "cell"',
            "levels: the parent of block is cell; allowed here: district, quarter",
        ),
        ('plural = "Blöcke"\n', "", "levels.block.plural is missing"),
    ],
)
def test_every_mistake_is_told_with_its_key(write: Write, old: str, new: str, problem: str) -> None:
    with pytest.raises(ProfileError) as refused:
        read_profile(write((old, new), text=SECOND + LEVELS))
    assert any(problem in each for each in refused.value.problems), refused.value.problems


def test_figures_are_split_by_a_level_of_the_profile(write: Write, run: Run, database_url: str) -> None:
    """Its parts are loaded as districts of that kind; kinds that the profile does not name are refused."""
    profile = write(("EPSG:25833", "EPSG:25832"), text=SECOND + LEVELS)
    (profile / "parts.csv").write_text(PARTS, encoding="utf-8")
    (profile / "asked.csv").write_text(ASKED, encoding="utf-8")
    given = {"profile": profile, "FLURWERK_DATABASE_URL": database_url}
    assert run("migrate", **given).returncode == 0
    for layer, file in (("districts", "parts.csv"), ("inquiries", "asked.csv")):
        loaded = run("load", layer, str(profile / file), "--source", "s", "--crs", "EPSG:25832", **given)
        assert loaded.returncode == 0, loaded.stderr
    found = run("kpi", "2023-H2", "--key", "inquiries", "--by", "quarter", "--format", "json", **given)
    assert {row["quarter"]: row["actual"] for row in json.loads(found.stdout)} == {"Hafen": 1, "Markt": 1}
    assert run("kpi", "2023-H2", "--by", "statistical", **given).returncode == 2
    (profile / "parts.csv").write_text(PARTS.replace(";quarter;", ";statistical;"), encoding="utf-8")
    refused = run("load", "districts", str(profile / "parts.csv"), "--source", "s", "--crs", "EPSG:25832", **given)
    assert refused.returncode == 1
    assert "quarter" in refused.stderr
    write(("EPSG:25833", "EPSG:25832"))
    refused = run("migrate", **given)
    assert refused.returncode == 1
    assert "The database has parts of a level that the profile does not name: quarter." in refused.stderr
