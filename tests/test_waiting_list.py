"""The waiting list: who comes second is promised nothing, and gets the land only when somebody says so."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from geo.figures.checks import CHECKS, run
from geo.loading import load
from geo.periods import CITY_TIME
from tests.records import Connection, insert, one, plot, sale, update, violated_constraint
from tests.test_promises import BROKEN, FULL, held, inquiry, reserve, supply

TODAY = datetime.now(CITY_TIME).date()


def wait(connection: Connection, where: int, queued_on: str = "2023-05-03", **values: object) -> int:
    return insert(connection, "reservations", plot=where, queued_on=queued_on, **values)


def states(connection: Connection) -> list[tuple[str, int | None, bool]]:
    found = connection.execute("select state, place, is_next from reservation_states order by reservation").fetchall()
    return cast("list[tuple[str, int | None, bool]]", found)


def found_by(connection: Connection) -> dict[str, list[int]]:
    """The records that the checks of promises find, by check."""
    checks = [check for check in CHECKS if check.key == "overpromised" or check.key.startswith("queue")]
    found = {check.key: [finding.id for finding in run(connection, check)] for check in checks}
    return {key: ids for key, ids in found.items() if ids}


@pytest.fixture
def where(connection: Connection) -> int:
    """A plot on offer of exactly one hectare."""
    return plot(connection, official_area_m2=10_000, offered_on="2023-01-01")


def test_who_waits_is_promised_nothing(connection: Connection, where: int) -> None:
    """Neither what is left nor the status changes, and others may buy what nobody has reserved."""
    wait(connection, where)
    wait(connection, where, area_m2=99_999)
    assert held(connection) == []
    assert supply(connection, where) == ("available", 10_000, 0)
    assert one(connection, "select queued from plot_supply where plot = %s", where) == 2
    reserve(connection, where)
    wait(connection, where)
    assert supply(connection, where) == ("reserved", 10_000, 10_000)
    update(connection, "plots", where, official_area_m2=20_000)


def test_the_first_in_line_is_next_once_the_promise_is_over_and_nobody_is_promoted(
    connection: Connection, where: int
) -> None:
    holding = reserve(connection, where, expires_on=TODAY)
    second = wait(connection, where, "2023-05-04", area_m2=100)
    first = wait(connection, where, "2023-05-03", area_m2=6000)
    assert states(connection) == [("holds", None, False), ("waiting", 2, False), ("waiting", 1, False)]
    update(connection, "reservations", holding, expires_on=TODAY - timedelta(days=1))
    assert states(connection) == [("expired", None, False), ("waiting", 2, False), ("waiting", 1, True)]
    assert supply(connection, where) == ("available", 10_000, 0), "nothing is promised yet"
    assert found_by(connection) == {"queue_in_turn": [first]}
    update(connection, "reservations", first, reserved_on="2023-06-01")
    assert held(connection) == [(6000, 6000)]
    assert states(connection)[1:] == [("waiting", 1, True), ("holds", None, False)]
    update(connection, "reservations", second, released_on=TODAY)
    assert [state for state, _, _ in states(connection)] == ["expired", "released", "holds"]


def test_who_is_promoted_is_judged_like_anybody_who_reserves(connection: Connection, where: int) -> None:
    holding = reserve(connection, where, 6000)
    waiting = wait(connection, where, area_m2=4001)
    promote = lambda: update(connection, "reservations", waiting, reserved_on="2023-06-01")  # noqa: E731
    assert violated_constraint(connection, promote) == FULL
    update(connection, "reservations", waiting, area_m2=4000)
    promote()
    assert held(connection) == [(6000, 6000), (4000, 4000)]
    assert violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=1)) == BROKEN
    # Back on the list, it gives free what it held.
    update(connection, "reservations", waiting, reserved_on=None)
    sale(connection, plot=where, area_m2=4000)
    assert violated_constraint(connection, promote) == FULL
    update(connection, "reservations", holding, released_on=TODAY)
    promote()


def test_who_has_bought_waits_no_longer(connection: Connection, where: int) -> None:
    mine = inquiry(connection)
    wait(connection, where, inquiry=mine)
    sale(connection, plot=where, area_m2=100, inquiry=mine)
    assert states(connection) == [("fulfilled", None, False)]
    assert one(connection, "select queued from plot_supply where plot = %s", where) == 0


def test_who_buys_what_it_had_reserved_still_waits_for_the_rest(connection: Connection, where: int) -> None:
    """And so does who has bought a part only of what it waits for."""
    mine = inquiry(connection)
    reserve(connection, where, 1000, inquiry=mine)
    rest = wait(connection, where, inquiry=mine, area_m2=5000)
    all_of_it = wait(connection, where, inquiry=mine)
    sale(connection, plot=where, area_m2=1000, inquiry=mine)
    assert [state for state, _, _ in states(connection)] == ["fulfilled", "waiting", "waiting"]
    sale(connection, plot=where, area_m2=4999, inquiry=mine)
    assert [state for state, _, _ in states(connection)] == ["fulfilled", "waiting", "fulfilled"]
    sale(connection, plot=where, area_m2=1, inquiry=mine)
    assert [state for state, _, _ in states(connection)] == ["fulfilled", "fulfilled", "fulfilled"]
    update(connection, "reservations", all_of_it, released_on=TODAY)
    update(connection, "reservations", rest, area_m2=5001)
    assert one(connection, "select queued from plot_supply where plot = %s", where) == 1


def test_a_reservation_is_fulfilled_by_its_own_deals_only(connection: Connection, where: int) -> None:
    """Also when its day has passed since; what was bought in part only has expired."""
    mine, theirs = inquiry(connection), inquiry(connection, "A 2/2023")
    over = {"expires_on": TODAY - timedelta(days=1)}
    sold = reserve(connection, where, 2000, inquiry=mine)
    reserve(connection, where, 5000, inquiry=theirs, **over)
    sale(connection, plot=where, area_m2=2000, inquiry=mine)
    sale(connection, plot=where, area_m2=1000, inquiry=theirs)
    assert [state for state, _, _ in states(connection)] == ["fulfilled", "expired"]
    update(connection, "reservations", sold, **over)
    assert [state for state, _, _ in states(connection)] == ["fulfilled", "expired"]


@pytest.mark.parametrize(
    ("values", "violated"),
    [
        ({}, "reservations_begun"),
        ({"queued_on": "2023-05-03", "reserved_on": "2023-05-02"}, "reservations_lifecycle_order"),
        ({"queued_on": "2023-05-03", "expires_on": "2023-05-02"}, "reservations_lifecycle_order"),
        ({"queued_on": "2023-05-03", "released_on": "2023-05-02"}, "reservations_lifecycle_order"),
        ({"queued_on": TODAY + timedelta(days=1)}, "reservations_not_future"),
    ],
)
def test_the_days_of_a_wait_are_in_order(
    connection: Connection, where: int, values: dict[str, object], violated: str
) -> None:
    assert violated_constraint(connection, lambda: insert(connection, "reservations", plot=where, **values)) == violated


def test_the_earliest_end_of_what_is_promised_is_told(connection: Connection, where: int) -> None:
    reserve(connection, where, 1000, expires_on=TODAY + timedelta(days=9))
    reserve(connection, where, 1000, expires_on=TODAY + timedelta(days=5))
    reserve(connection, where, 1000, expires_on=TODAY - timedelta(days=5))
    wait(connection, where, expires_on=TODAY + timedelta(days=1))
    until = one(connection, "select reserved_until from plot_supply where plot = %s", where)
    assert until == TODAY + timedelta(days=5)


def test_conflicts_of_the_waiting_list_are_found(connection: Connection, where: int) -> None:
    mine, theirs = inquiry(connection), inquiry(connection, "A 2/2023")
    reserve(connection, where, 6000, inquiry=mine, reserved_on="2023-05-01")
    passed_over = wait(connection, where, inquiry=theirs, area_m2=4000)
    twice = wait(connection, where, inquiry=mine, area_m2=9000)
    later = reserve(connection, where, 4000, reserved_on="2023-06-01")
    assert found_by(connection) == {"queue_passed_over": [passed_over], "queued_twice": [twice]}
    update(connection, "reservations", later, queued_on="2023-05-02")
    assert found_by(connection) == {"queued_twice": [twice]}, "who waited longer was served first"
    sold = plot(connection, x=395500, offered_on="2023-01-01", official_area_m2=100)
    vain = wait(connection, sold)
    sale(connection, plot=sold, area_m2=100)
    assert found_by(connection) == {"queued_twice": [twice], "queued_for_nothing": [vain]}


def test_a_waiting_list_is_loaded_from_a_file_which_may_not_promise_it_land(
    connection: Connection, tmp_path: Path
) -> None:
    plot(connection, source="amt", source_id="p-1", name="Am Kanal", official_area_m2=10_000)
    file = tmp_path / "reservations.csv"
    rows = ["r-1,p-1,10000,,2023-05-02", "r-2,p-1,10000,2023-05-03,", "r-3,p-1,4000,2023-05-04,"]
    file.write_text("\n".join(["source_id,plot,area_m2,queued_on,reserved_on", *rows]) + "\n", "utf-8")
    assert load(connection, "reservations", file, source="amt").problems == []
    assert states(connection) == [("holds", None, False), ("waiting", 1, False), ("waiting", 2, False)]
    file.write_text("source_id,plot,area_m2\nr-4,p-1,10\n", "utf-8")
    (problem,) = load(connection, "reservations", file, source="amt").problems
    assert "„Auf der Warteliste seit“" in problem.reason.de
