"""What somebody should decide on about reservations, by the API and the command: what ends, has expired, or is next."""

import csv
import io
import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from api.cli import main
from geo.access import Caller, Role
from geo.periods import CITY_TIME
from tests.records import Connection, insert, plot
from tests.test_api.helpers import Api, answer_as

URL = "/api/reservations/due"
TODAY = datetime.now(CITY_TIME).date()


@pytest.fixture
def land(city: Connection) -> int:
    """A plot with a reservation that ends in three days, and others before and after; two wait."""
    record = plot(city, name="Am Kanal", offered_on="2023-01-01", official_area_m2=10_000)
    company = insert(city, "parties", kind="company", name="Werk GmbH")
    person = insert(city, "parties", kind="person", name="Petra Privat")
    numbers = {
        number: insert(city, "inquiries", number=number, kind="plot", received_on="2023-08-01", party=party)
        for number, party in (("A 1", company), ("A 2", person))
    }
    for days, number in ((3, "A 1"), (14, "A 2"), (15, None), (-14, None), (-15, None)):
        given = {"inquiry": numbers.get(number or ""), "expires_on": TODAY + timedelta(days), "note": f"{days}"}
        insert(city, "reservations", plot=record, area_m2=2000, reserved_on="2023-08-02", **given)
    insert(city, "reservations", plot=record, area_m2=4000, queued_on="2023-08-03", inquiry=numbers["A 2"])
    insert(city, "reservations", plot=record, area_m2=9000, queued_on="2023-08-04", expires_on=TODAY - timedelta(1))
    insert(city, "reservations", plot=record, queued_on="2023-08-05")
    return record


def test_the_most_pressing_come_first_each_with_its_reason(internal: Api, land: int) -> None:
    """Neither what ends or ended longer away than the days of notice, nor who no longer waits."""
    found = internal.json(URL, lang="de")
    assert (found["on"], found["within_days"]) == (str(TODAY), 14)
    assert [(row["due"], row["note"], row["days_left"], row["place"]) for row in found["rows"]] == [
        ("next", None, None, 1),
        ("week", "3", 3, None),
        ("soon", "14", 14, None),
        ("expired", "-14", -14, None),
        ("waiting", None, None, 2),
    ]
    first, week, soon = found["rows"][:3]
    assert first["due_label"] == "An der Reihe"
    assert (week["plot"], week["plot_name"], week["state_label"]) == (land, "Am Kanal", "gilt")
    assert (week["inquiry_number"], week["company"], week["entered_by"]) == ("A 1", "Werk GmbH", "anna")
    assert (week["promised_m2"], week["held_m2"], week["ends_soon"]) == (2000, 2000, True)
    assert (soon["inquiry_number"], soon["company"]) == ("A 2", None), "people's names are for editors"
    assert [row["due"] for row in internal.json(URL, within_days=2)["rows"]] == ["next", "waiting"]
    assert internal.json(URL, within_days=15, lang="en")["rows"][3]["due_label"] == "Ends after that"


def test_a_plot_without_promises_has_none_due(internal: Api, city: Connection) -> None:
    plot(city, offered_on="2023-01-01")
    assert internal.json(URL)["rows"] == []


def test_outsiders_are_refused_and_told_what_they_lack(public: Api, land: int) -> None:
    """Also a token that sees the reservations but not for whom they are; one without parties sees no companies."""
    assert "inquiries" in public.problem(403, URL)["detail"]
    layers = frozenset({"plots", "reservations"})
    answer_as(public.app, lambda _: Caller(Role.READER, "Rita", layers))
    assert "token for inquiries." in public.problem(403, URL)["detail"]
    answer_as(public.app, lambda _: Caller(Role.READER, "Rita", layers | {"inquiries"}))
    week = public.json(URL)["rows"][1]
    assert (week["inquiry_number"], week["company"], week["party"]) == ("A 1", None, None)


@pytest.mark.parametrize("given", ["0", "-1", "366", "x", ""])
def test_days_that_are_none_are_refused(internal: Api, city: Connection, given: str) -> None:
    assert internal.problem(400, f"{URL}?within_days={given}")["errors"]


def test_the_command_prints_the_same(city: Connection, database_url: str, land: int) -> None:
    def told(*arguments: str, status: int = 0) -> str:
        result = CliRunner(env={"FLURWERK_DATABASE_URL": database_url, "COLUMNS": "200"}).invoke(
            main, ["reservations", *arguments]
        )
        assert result.exit_code == status, result.output
        return result.stdout if status == 0 else result.output

    rows = list(csv.DictReader(io.StringIO(told("--format", "csv"))))
    assert [row["due"] for row in rows] == ["next", "week", "soon", "expired", "waiting"]
    assert [row["due"] for row in json.loads(told("--format", "json", "--within", "2"))] == ["next", "waiting"]
    assert "Am Kanal" in told("--lang", "de")
    assert "366" in told("--within", "366", status=2)
    city.execute("delete from flurwerk.reservations")
    assert "niemand wartet" in told()
    assert "nobody waits" in told("--lang", "en")
