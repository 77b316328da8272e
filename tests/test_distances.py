"""The stored distances by which plots are filtered equal freshly measured ones, whoever writes meanwhile."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest
from psycopg.errors import DeadlockDetected, IntegrityError, LockNotAvailable, SerializationFailure

from geo.records.layers.layer import Audience
from geo.settings import load_settings
from geo.store.database import as_recorded, conninfo
from tests.records import Connection, delete, insert, line, one, plot, square, two_districts, update
from tests.test_api.helpers import Api, api, wait_until
from tests.test_changes.helpers import Partner, truth

WRITERS = 4
TRANSACTIONS = 40
ITEMS = "/api/collections/plots/items"

MEASURED = """
    select
        p.id,
        (
            select round(min(st_distance(n.geom, p.geom))::numeric, 1)
            from (
                select geom from flurwerk.trenches where status = 'laid'
                union all
                select geom from flurwerk.connections where status in ('connected', 'activated')
            ) as n
        ),
        round(min(st_distance(a.geom, p.geom)) filter (where a.kind = 'motorway_junction')::numeric, 1),
        round(min(st_distance(a.geom, p.geom)) filter (where a.kind = 'rail_terminal')::numeric, 1),
        round(min(st_distance(a.geom, p.geom)) filter (where a.kind = 'port')::numeric, 1)
    from flurwerk.plots as p
    left join flurwerk.access_points as a on true
    group by p.id
    order by p.id
"""
STORED = """
    select plot, f.fibre_m, m.motorway_m, r.rail_m, o.port_m
    from flurwerk.plot_fibre as f
    full join flurwerk.plot_motorway as m using (plot)
    full join flurwerk.plot_rail as r using (plot)
    full join flurwerk.plot_port as o using (plot)
    order by plot
"""
NEAREST = """
    select f.plot
    from flurwerk.fibre_distances as f
    join flurwerk.plots as p on p.id = f.plot
    left join flurwerk.trenches as t on f.layer = 'trenches' and t.id = f.record
    left join flurwerk.connections as c on f.layer = 'connections' and c.id = f.record
    where round(st_distance(p.geom, coalesce(t.geom, c.geom))::numeric, 1) is distinct from f.distance_m
"""


def assert_distances_correct(connection: Connection) -> int:
    """Check that exactly the existing plots have distances, equal to the measured ones; return the number of plots."""
    stored = connection.execute(STORED).fetchall()
    assert stored == connection.execute(MEASURED).fetchall()
    assert connection.execute(NEAREST).fetchall() == []
    assert one(connection, "select count(*) from flurwerk.distances_noted") == 0
    return len(stored)


def trench(connection: Connection, x: float, y: float = 5705000, **values: object) -> int:
    """Insert a trench of 50 m, by default laid, and return its id."""
    programme = one(connection, "select coalesce(min(id), 0) from flurwerk.programmes")
    programme = programme or insert(connection, "programmes", name="P", funding="funded")
    defaults: dict[str, object] = {"programme": programme, "laid_on": "2023-01-01", "geom": line((x, y), (x, y + 50))}
    return insert(connection, "trenches", **(defaults | values))


def fibre(connection: Connection, land: int) -> float | None:
    found = one(connection, "select fibre_m from flurwerk.plot_fibre where plot = %s", land)
    return None if found is None else float(found)


def test_the_distance_to_fibre_is_from_the_plots_border_to_the_nearest_laid_trench_or_connection(
    database_url: str,
) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        land = plot(connection, x=395000)
        assert fibre(connection, land) is None
        far = trench(connection, x=395400)
        assert fibre(connection, land) == 300
        planned = trench(connection, x=395110, laid_on=None, planned_on="2023-01-01")
        address = insert(connection, "connections", geom="POINT(395100.26 5705050)", passed_on="2023-01-01")
        assert fibre(connection, land) == 300
        update(connection, "connections", address, connected_on="2023-02-01")
        assert fibre(connection, land) == 0.3
        delete(connection, "connections", address)
        update(connection, "trenches", planned, laid_on="2023-02-01")
        assert fibre(connection, land) == 10
        update(connection, "trenches", planned, discarded_on="2023-03-01")
        assert fibre(connection, land) == 300
        update(connection, "plots", land, geom=square(395350, 5705000, 100))
        assert fibre(connection, land) == 0
        delete(connection, "trenches", far)
        assert fibre(connection, land) is None
        delete(connection, "plots", land)
        assert assert_distances_correct(connection) == 0


def test_access_points_are_distinguished_by_kind(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        plot(connection, x=395000)
        point = insert(connection, "access_points", name="Hafen", kind="port", geom="POINT(395200 5705000)")
        insert(connection, "access_points", name="A 45", kind="motorway_junction", geom="POINT(394000 5705000)")
        found = "select motorway_m, rail_m, port_m from flurwerk_for_internal.plots"
        assert connection.execute(found).fetchone() == (1000, None, 100)
        update(connection, "access_points", point, kind="rail_terminal")
        assert connection.execute(found).fetchone() == (1000, 100, None)


@pytest.mark.parametrize("count", [15, 60])
def test_few_and_many_changes_at_once_are_measured_alike(database_url: str, count: int) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        for number in range(30):
            plot(connection, x=391000 + 250 * number)
        first = trench(connection, x=391000)
        connection.commit()
        for number in range(count):
            trench(connection, x=391000 + 113 * number, y=5705030 + 7 * number)
        connection.execute("update flurwerk.trenches set discarded_on = '2023-05-01' where id = %s", [first])
        connection.commit()
        assert assert_distances_correct(connection) == 30
        connection.execute("delete from flurwerk.trenches where id % 3 > 0")
        connection.commit()
        assert assert_distances_correct(connection) == 30


def test_what_is_rolled_back_is_not_measured(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        land = plot(connection)
        connection.commit()
        with suppress(psycopg.Rollback), connection.transaction():
            trench(connection, x=395200)
            raise psycopg.Rollback
        plot(connection, x=396000)
        connection.commit()
        assert fibre(connection, land) is None
        trench(connection, x=395200)
        connection.rollback()
        assert assert_distances_correct(connection) == 2


def test_immediate_constraints_measure_immediately(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        connection.execute("set constraints all immediate")
        land = plot(connection)
        trench(connection, x=395200)
        assert fibre(connection, land) == 100
        trench(connection, x=395150)
        assert fibre(connection, land) == 50
        connection.commit()
        assert assert_distances_correct(connection) == 1


@pytest.mark.parametrize("plot_first", [True, False])
def test_a_plot_and_a_trench_inserted_at_the_same_time_are_both_considered(database_url: str, plot_first: bool) -> None:
    """Neither transaction sees the other's record before it commits; the second to commit measures."""
    with psycopg.connect(conninfo(database_url)) as one_writer, psycopg.connect(conninfo(database_url)) as other:
        two_districts(one_writer)
        insert(one_writer, "programmes", name="P", funding="funded")
        one_writer.commit()
        plot(one_writer)
        trench(other, x=395150)
        commits = [one_writer.commit, other.commit]
        for commit in commits if plot_first else reversed(commits):
            commit()
        assert assert_distances_correct(one_writer) == 1
        assert one(one_writer, "select fibre_m from flurwerk.plot_fibre") == 50


@pytest.mark.parametrize("plot_first", [True, False])
def test_a_measuring_transaction_waits_for_an_earlier_one_and_sees_its_changes(
    database_url: str, plot_first: bool
) -> None:
    with psycopg.connect(conninfo(database_url)) as first, psycopg.connect(conninfo(database_url)) as second:
        two_districts(first)
        insert(first, "programmes", name="P", funding="funded")
        first.commit()
        plot(first if plot_first else second)
        trench(second if plot_first else first, x=395150)
        # The first has measured, but its record is not visible to others yet.
        first.execute("set constraints all immediate")
        committing = threading.Thread(target=second.commit)
        committing.start()
        waits = "select cardinality(pg_blocking_pids(%s)) > 0"
        wait_until(lambda: not committing.is_alive() or one(first, waits, second.info.backend_pid))
        first.commit()
        committing.join()
        assert assert_distances_correct(first) == 1
        assert one(first, "select fibre_m from flurwerk.plot_fibre") == 50


def test_a_writer_with_an_old_snapshot_gets_a_serialization_failure_instead_of_measuring_the_past(
    database_url: str,
) -> None:
    with psycopg.connect(conninfo(database_url)) as early, psycopg.connect(conninfo(database_url)) as late:
        two_districts(late)
        insert(late, "programmes", name="P", funding="funded")
        late.commit()
        early.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        trench(early, x=395150)
        plot(late)
        late.commit()
        with pytest.raises(SerializationFailure):
            early.commit()
        early.rollback()
        trench(early, x=395150)
        early.commit()
        assert assert_distances_correct(late) == 1


def test_distances_are_correct_after_concurrent_random_transactions(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        insert(connection, "programmes", name="P", funding="funded")
        for number in range(20):
            plot(connection, x=391000 + 300 * number)
            trench(connection, x=391100 + 310 * number)
    errors: list[BaseException] = []
    writers = [threading.Thread(target=write, args=[database_url, seed, errors]) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    with psycopg.connect(conninfo(database_url)) as connection:
        assert assert_distances_correct(connection) > 5


def write(url: str, seed: int, errors: list[BaseException]) -> None:
    """Run transactions of several statements. Some are rolled back; if two block each other, one gives up."""
    choose = random.Random(seed)
    try:
        with psycopg.connect(conninfo(url)) as connection:
            for _ in range(TRANSACTIONS):
                with suppress(DeadlockDetected, IntegrityError, LockNotAvailable, SerializationFailure):
                    connection.execute("set lock_timeout = '200ms'")
                    if choose.random() < 0.2:
                        connection.execute("set constraints all immediate")
                    for _ in range(choose.randint(1, 6)):
                        choose.choice(STEPS)(connection, choose)
                    if choose.random() < 0.8:
                        connection.commit()
                connection.rollback()
    except BaseException as error:
        errors.append(error)


def add_plot(connection: Connection, choose: random.Random) -> None:
    plot(connection, x=choose.randint(391000, 399000), y=choose.randint(5701000, 5709000))


def move_plot(connection: Connection, choose: random.Random) -> None:
    geom = square(choose.randint(391000, 399000), choose.randint(5701000, 5709000), choose.randint(1, 500))
    for record in random_ids(connection, choose, "plots"):
        update(connection, "plots", record, geom=geom, name=f"Fläche {choose.random()}")


def lay(connection: Connection, choose: random.Random) -> None:
    for _ in range(choose.choice([1, 2, 30])):
        given = {"laid_on": choose.choice(["2023-01-01", None])}
        trench(connection, choose.randint(391000, 399000), choose.randint(5701000, 5709000), **given)


def change_trench_state(connection: Connection, choose: random.Random) -> None:
    for record in random_ids(connection, choose, "trenches"):
        step = choose.choice(["laid_on", "discarded_on"])
        update(connection, "trenches", record, **{step: choose.choice(["2023-02-01", None])})


def connect(connection: Connection, choose: random.Random) -> None:
    place = f"POINT({choose.randint(391000, 399000)} {choose.randint(5701000, 5709000)})"
    insert(connection, "connections", geom=place, connected_on=choose.choice(["2023-02-01", None]))


def add_access_point(connection: Connection, choose: random.Random) -> None:
    place = f"POINT({choose.randint(391000, 399000)} {choose.randint(5701000, 5709000)})"
    kind = choose.choice(["port", "rail_terminal", "motorway_junction"])
    insert(connection, "access_points", name="Z", kind=kind, geom=place)


def remove(connection: Connection, choose: random.Random) -> None:
    table = choose.choice(["plots", "trenches", "connections", "access_points"])
    for record in random_ids(connection, choose, table):
        delete(connection, table, record)


STEPS: list[Callable[[Connection, random.Random], None]] = [
    add_plot, move_plot, lay, change_trench_state, change_trench_state, connect, add_access_point, remove, remove,
]  # fmt: skip


def random_ids(connection: Connection, choose: random.Random, table: str) -> list[int]:
    found = connection.execute(f"select id from flurwerk.{table} order by id".encode()).fetchall()
    return [choose.choice(found)[0]] if found else []


def test_distances_can_be_measured_again_after_triggers_were_disabled(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        plot(connection)
        connection.commit()
        connection.execute("alter table flurwerk.trenches disable trigger user")
        trench(connection, x=395150)
        connection.execute("alter table flurwerk.trenches enable trigger user")
        connection.commit()
        assert one(connection, "select fibre_m from flurwerk.plot_fibre") is None
        connection.execute("call flurwerk.measure_distances()")
        assert assert_distances_correct(connection) == 1


# As a property


@pytest.fixture
def city(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        insert(connection, "programmes", name="P", funding="funded")
        for number in range(4):
            plot(connection, x=395000 + 1000 * number, name=f"Fläche {number}", offered_on="2023-01-01")
        insert(connection, "access_points", name="A 45", kind="motorway_junction", geom="POINT(394000 5705000)")
        yield connection


def names(client: Api, **parameters: object) -> list[str]:
    return [feature["properties"]["name"] for feature in client.json(ITEMS, **parameters)["features"]]


def test_insiders_filter_and_sort_plots_by_distance_to_fibre_and_everyone_by_distance_to_the_motorway(
    city: Connection, database_url: str
) -> None:
    trench(city, x=396150)
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as internal:
        assert names(internal, filter="fibre_m <= 50") == ["Fläche 1"]
        assert names(internal, sortby="fibre_m") == ["Fläche 1", "Fläche 2", "Fläche 0", "Fläche 3"]
        queryable = internal.json("/api/collections/plots/queryables", lang="de")["properties"]["fibre_m"]
        assert queryable["title"] == "Entfernung zur Glasfaser"
        assert queryable["type"] == "number"
        assert "nicht zu einem früheren Tag" in queryable["description"]
    with api(load_settings(database_url=database_url)) as public:
        assert names(public, filter="motorway_m <= 2000") == ["Fläche 0", "Fläche 1"]
        assert "fibre_m" not in public.json(ITEMS)["features"][0]["properties"]
        public.problem(400, ITEMS, filter="fibre_m <= 50")
        public.problem(400, ITEMS, sortby="fibre_m")


def test_past_states_have_no_distances(city: Connection) -> None:
    trench(city, x=396150)
    with as_recorded(city, one(city, "select clock_timestamp()")):
        assert one(city, "select count(*) from plots") == 4
        assert one(city, "select count(fibre_m) + count(motorway_m) from flurwerk_for_internal_past.plots") == 0


def test_the_feed_reports_a_plots_new_distance_to_fibre_to_insiders_only(city: Connection, database_url: str) -> None:
    with (
        api(load_settings(database_url=database_url, anonymous_audience="internal")) as internal,
        api(load_settings(database_url=database_url)) as public,
    ):
        inside, outside = Partner(internal, layers="plots"), Partner(public, layers="plots")
        inside.read()
        outside.read()
        trench(city, x=397150)
        assert len(inside.read()) == 4
        assert outside.read() == []
        trench(city, x=395110)
        assert [operation for operation, _, _ in inside.read()] == ["update"] * 2
        assert outside.read() == []
        insert(city, "access_points", name="Hafen", kind="port", geom="POINT(394000 5705000)")
        assert len(inside.read()) == len(outside.read()) == 4
        plots = {key: feature for key, feature in truth(internal, Audience.INTERNAL).items() if key[0] == "plots"}
        assert inside.copy == plots


def test_public_tiles_stay_the_same_when_fibre_is_laid(city: Connection) -> None:
    def tables(view: str) -> list[str]:
        return one(city, "select array_agg(table_name) from flurwerk.seen_sources where view = %s", view)

    # Neither in what a token for plots alone sees: it shows no distance to fibre.
    assert "fibre_distances" not in tables("flurwerk_for_internal.plots")
    assert "fibre_distances" not in tables("flurwerk_for_public.plots")
    assert {"motorway_distances", "rail_distances", "port_distances"} <= set(tables("flurwerk_for_public.plots"))
    counted = "select version from flurwerk.layer_versions where layer = 'fibre_distances'"
    before = one(city, counted)
    record = trench(city, x=396150)
    assert one(city, counted) == before + 1
    update(city, "trenches", record, note="ohne Bedeutung")
    trench(city, x=396150, y=5709000)
    assert one(city, counted) == before + 1
