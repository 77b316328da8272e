"""Loading the same at once again ends: no plan depends on statistics that the first load has made wrong."""

import pytest

from geo.loading import pipeline
from geo.loading.merging import vanished
from tests.records import Connection, one
from tests.test_loading.conftest import Loader

MANY = 4000
JOINS = {
    "vanished": "select from existing as e where not exists (select from staged as s where s.source_id = e.source_id)",
    "compared": "select from existing as e join incoming as i on i.source_id = e.source_id",
    "changed": "select from existing as e join incoming as i on i.id = e.id",
    "merged": "select from flurwerk.operators as t join incoming as i on i.id = t.id",
}
"""The joins of a load, between its rows and the records."""


def many(count: int = MANY, note: str = "a") -> str:
    """A CSV file of operators."""
    return "source_id,name,kind,note\n" + "".join(f"o-{n:06},Netz {n},carrier,{note}\n" for n in range(count))


def plan_rows(connection: Connection, query: str) -> float:
    """How many rows the planner expects of a query."""
    (found,) = connection.execute(f"explain (format json) {query}".encode()).fetchone() or ({},)
    return found[0]["Plan"]["Plan Rows"]


@pytest.fixture
def misled(city: Loader) -> Loader:
    """A city whose statistics know nothing of the source that was loaded last, as a minute after a first load."""
    city.load("operators", many(MANY, "x"), source="known")
    city.connection.execute("analyze flurwerk.operators")
    city.connection.execute(
        """
        insert into flurwerk.operators (source, source_id, name, kind, note)
        select 'file', source_id, name, kind, 'a'
        from flurwerk.operators
        """
    )
    expected = plan_rows(city.connection, "select from flurwerk.operators where source = 'file'")
    assert expected < MANY / 100, "the planner knows the source, so that this would prove nothing"
    return city


def test_statistics_that_know_nothing_of_the_source_do_not_matter(
    misled: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement of the comparison is planned as a loop over all pairs of rows, which would take a city minutes."""
    plans: dict[str, str] = {}

    def with_plans(connection: Connection) -> list[str]:
        for name, query in JOINS.items():
            plans[name] = str(connection.execute(f"explain (format json) {query}".encode()).fetchone())
        return vanished(connection)

    monkeypatch.setattr(pipeline, "vanished", with_plans)
    assert misled.load("operators", many()).unchanged == MANY
    assert {*plans} == {*JOINS}
    assert [name for name, plan in plans.items() if "Nested Loop" in plan] == []


@pytest.mark.parametrize("change", ["nothing", "everything", "pruned"])
def test_what_a_load_has_written_is_counted_at_once(city: Loader, change: str) -> None:
    """The table's statistics know its rows before the load ends: autovacuum would come a minute later."""
    city.load("operators", many())
    expected = plan_rows(city.connection, "select from flurwerk.operators where source = 'file'")
    assert MANY / 2 < expected < MANY * 2
    if change == "everything":
        assert city.load("operators", many(note="b")).changed == MANY
    elif change == "pruned":
        assert city.load("operators", many(MANY // 2), prune=True, accept_pruning=True).removed == MANY // 2
        assert plan_rows(city.connection, "select from flurwerk.operators where source = 'file'") < MANY * 0.75
    else:
        assert city.load("operators", many()).unchanged == MANY


def test_few_rows_are_not_worth_new_statistics(city: Loader) -> None:
    city.load("operators", many(5))
    query = "select reltuples from pg_class where oid = 'flurwerk.operators'::regclass"
    before = one(city.connection, query)
    city.load("operators", many(6))
    assert one(city.connection, query) == before


def test_districts_place_records_anew_only_if_borders_change(city: Loader) -> None:
    """Parts of districts and new names cost nothing, however many records there are."""
    city.load("connections", "source_id;x;y\n1;392900;5710000\n", crs="25832")
    header = "source_id;key;name;kind;parent_key;geometry\n"
    part = "POLYGON ((390000 5711000, 390100 5711000, 390100 5711100, 390000 5711000))"
    pieces = "select array_agg(ctid::text || xmin::text order by ctid) from flurwerk.district_pieces"
    before = one(city.connection, pieces)
    assert city.load("districts", f"{header}1;w1;W1;statistical;west;{part}\n", crs="25832").inserted == 1
    assert city.load("districts", "source_id;name\nwest;Westen\n", source="city", accept_replacing=True).changed == 1
    assert one(city.connection, pieces) == before
    smaller = "POLYGON ((385000 5702000, 392800 5702000, 392800 5714000, 385000 5714000, 385000 5702000))"
    assert city.load("districts", f"source_id;geometry\nwest;{smaller}\n", source="city", crs="25832").changed == 1
    assert city.rows("connections", "district_key") == [("outside",)]
