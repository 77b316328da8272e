"""The report of one municipality by command and API, in its own words, and split by another level."""

import csv
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from geo.settings import load_settings
from geo.store.database import conninfo
from maps.figures.report import process
from tests.profiles import labelled
from tests.test_api.helpers import Api, api
from tests.test_parts.county import EAST, WEST

LABELS = {WEST: {"public_land_m2": "Gemeindeland in m²", "settlements:west-park": "Firmen im Park"}}


def run(county_url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"FLURWERK_DATABASE_URL": county_url})


def test_the_command_writes_a_parts_report_beside_the_wholes(
    county_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "DRAWN", ())
    found = run(county_url, "report", "2023-H2", "--part", WEST, "--out", str(tmp_path), "--format", "csv")
    assert found.exit_code == 0, found.output
    run(county_url, "report", "2023-H2", "--by", "statistical", "--out", str(tmp_path), "--format", "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"flurwerk-2023-H2-{WEST}-entwurf.csv",
        "flurwerk-2023-H2-statistical-entwurf.csv",
    ]
    with (tmp_path / f"flurwerk-2023-H2-{WEST}-entwurf.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    assert {row["part"] for row in rows.values()} == {WEST}
    assert rows["trench_laid_km"]["actual"] == "7"


def test_a_part_cannot_be_published(county_url: str) -> None:
    for limited in (("--part", WEST), ("--by", "statistical")):
        found = run(county_url, "report", "2023-H2", "--publish", *limited)
        assert found.exit_code == 2
        assert "What is published is the report of the whole. Remove --part and --by." in found.output
    with psycopg.connect(conninfo(county_url)) as connection:
        assert connection.execute("select from flurwerk.releases").fetchone() is None


def test_bad_parts_and_levels_are_refused_before_anything_is_written(county_url: str, tmp_path: Path) -> None:
    def refused(*arguments: str) -> tuple[int, str]:
        found = run(county_url, "report", "2023-H2", "--out", str(tmp_path / "none"), *arguments)
        return found.exit_code, str(found.exception) + found.output

    assert refused("--part", "09")[0] == 1
    for without in (("report", "2023-H2", "--out", str(tmp_path / "none")), ("kpi", "2023-H2")):
        assert "There is no part “”. Known:" in run(county_url, *without, "--part", "").output
    assert f"Known: {WEST} (West), {EAST} (Ost)." in refused("--part", "09")[1]
    assert refused("--by", "quarter")[0] == 2
    assert refused("--by", "month")[0] == 2
    assert not (tmp_path / "none").exists()


def test_the_api_gives_a_parts_report_and_the_parts_to_insiders_only(county_url: str, internal: Api) -> None:
    west = internal.json("/api/reports/2023-H2", part=WEST)
    assert (west["part"], west["level"]) == ({"key": WEST, "name": "West"}, "statistical")
    by_level = internal.json("/api/reports/2023-H2", by="statistical")
    assert [one["part"] for one in by_level["splits"]["trench_laid_km"]] == ["Hof", "Weiler", "Dorf", "outside"]
    assert "part" not in by_level
    assert internal.json("/api/reports/2023-H2/parts", lang="de") == {
        "period": "2023-H2",
        "parts": [{"key": WEST, "name": "West"}, {"key": EAST, "name": "Ost"}],
        "levels": [
            {"key": "district", "label": "Stadtbezirke"},
            {"key": "statistical", "label": "Statistische Bezirke"},
        ],
    }
    made = internal.get("/api/reports/2023-H2/file", part=WEST, f="csv")
    assert f"flurwerk-2023-H2-{WEST}-entwurf.csv" in made.headers["content-disposition"]
    with api(load_settings(database_url=county_url)) as public:
        for path in ("", "/parts", "/maps"):
            assert public.get(f"/api/reports/2023-H2{path}").status_code == 403


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"part": "09"}, 404),
        ({"part": ""}, 404),
        ({"part": "\N{NULL}"}, 400),
        ({"part": "x" * 501}, 400),
        ({"part": "W1"}, 404),
        ({"part": WEST, "by": "district"}, 404),
        ({"by": "quarter"}, 400),
        ({"by": "month"}, 400),
    ],
)
def test_the_api_refuses_bad_parts_and_levels(internal: Api, given: dict[str, str], status: int) -> None:
    assert internal.get("/api/reports/2023-H2", **given).status_code == status
    if "part" in given and "by" not in given:
        assert internal.get("/api/kpis", period="2023-H2", **given).status_code == status


def test_the_report_of_a_part_has_its_words_and_the_wholes_has_not(internal: Api) -> None:
    with labelled({WEST: {"settlements:west-park": "Firmen im Park"}}):
        report, whole = (internal.json("/api/reports/2023-H2", **given) for given in ({"part": WEST}, {}))
    assert "Firmen im Park" in [line["label"]["de"] for line in report["lines"]]
    assert "Firmen im Park" not in [line["label"]["de"] for line in whole["lines"]]
