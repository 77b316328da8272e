"""Every row has the time of its recording, every earlier version is kept, and past states can be read."""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest

from geo.store.database import as_recorded, conninfo
from tests.records import Connection, delete, insert, line, one, plot, sale, square, two_districts, update


def now(connection: Connection) -> datetime:
    return one(connection, "select clock_timestamp()")


def history(connection: Connection, table: str, record: int) -> list[tuple[str, str]]:
    return connection.execute(
        f"select operation, ended_by from flurwerk_history.{table} where id = %s order by recorded_until".encode(),
        [record],
    ).fetchall()


def test_an_update_stores_the_earlier_version_with_its_interval_operation_and_actor(connection: Connection) -> None:
    connection.execute("select set_config('flurwerk.actor', 'anna', false)")
    record = sale(connection, area_m2=1000)
    connection.execute("select set_config('flurwerk.actor', 'bert', false)")
    update(connection, "transactions", record, area_m2=1200)
    version = connection.execute(
        """
        select h.area_m2, h.recorded_by, h.operation, h.ended_by, h.recorded_from < h.recorded_until,
               h.recorded_until = t.recorded_from, t.recorded_by
        from flurwerk_history.transactions as h
        join transactions as t using (id)
        """
    ).fetchall()
    assert version == [(Decimal(1000), "anna", "update", "bert", True, True, "bert")]


def test_a_deleted_row_stays_in_history(connection: Connection) -> None:
    record = sale(connection)
    delete(connection, "transactions", record)
    assert [operation for operation, _ in history(connection, "transactions", record)] == ["delete"]


def test_nobody_can_write_the_recording_columns(connection: Connection) -> None:
    record = sale(connection, recorded_from="1999-01-01", recorded_by="somebody else")
    update(connection, "transactions", record, recorded_from="1999-01-01", recorded_by="somebody else")
    assert one(
        connection,
        "select recorded_from > now() - interval '1 hour' and recorded_by = session_user from transactions",
    )


def test_a_table_with_history_cannot_be_truncated(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="keeps its history"):
        connection.execute("truncate mobile_candidates")


def test_the_past_is_shown_as_it_was_recorded(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        before = now(connection)
        kept, corrected, removed = (sale(connection, source_id=name) for name in ("kept", "corrected", "removed"))
        between = now(connection)
        update(connection, "transactions", corrected, area_m2=500)
        delete(connection, "transactions", removed)
        after = now(connection)

        def recorded(instant: datetime) -> dict[int, Decimal]:
            with as_recorded(connection, instant):
                return dict(connection.execute("select id, area_m2 from transactions").fetchall())

        assert recorded(before) == {}
        assert recorded(between) == {kept: 1000, corrected: 1000, removed: 1000}
        assert recorded(after) == {kept: 1000, corrected: 500}


def test_derived_views_show_the_past_too(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        where = plot(connection, offered_on="2023-01-01")
        before = now(connection)
        sale(connection, plot=where, area_m2=4000)
        status = "select status, remaining_m2 from plot_supply"
        assert connection.execute(status.encode()).fetchall() == [("partly_taken", 6000)]
        with as_recorded(connection, before):
            assert connection.execute(status.encode()).fetchall() == [("available", 10000)]


def test_every_table_and_derived_view_has_its_view_of_the_past(connection: Connection) -> None:
    missing = connection.execute(
        """
        select c.relname
        from pg_class as c
        where c.relnamespace = 'flurwerk'::regnamespace
          and c.relkind in ('r', 'v')
          and c.relname not in (
              'record', 'district_pieces', 'part_pieces', 'layer_versions', 'layers_touched', 'recordings', 'instance',
              'tile_counts', 'tile_counts_noted', 'tile_cache', 'distances_noted', 'distances_turn', 'releases',
              'place', 'report_duties', 'report_documents', 'loads', 'deliveries', 'delivery_parts',
              'attachment_contents', 'attachment_renditions', 'stored_objects', 'responsibility_versions',
              'computed_indicators', 'report_goals', 'distance_definitions', 'layer_sources',
              'seen_views', 'seen_sources', 'seen_records', 'seen_days', 'seen_turn', 'seen_noted'
          )
          and to_regclass(format('flurwerk_as_of.%I', c.relname)) is null
        """
    ).fetchall()
    assert missing == []


def test_a_writer_holds_the_recording_lock_until_it_ends(database_url: str) -> None:
    with (
        psycopg.connect(conninfo(database_url)) as writer,
        psycopg.connect(conninfo(database_url), autocommit=True) as publisher,
    ):
        sale(writer)
        publisher.execute("set lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            publisher.execute("select flurwerk.settled_instant()")
        writer.commit()
        settled = one(publisher, "select flurwerk.settled_instant()")
        assert one(writer, "select max(recorded_from) from transactions") < settled


def test_two_writers_of_one_row_leave_intervals_that_do_not_overlap(database_url: str) -> None:
    with (
        psycopg.connect(conninfo(database_url)) as early,
        psycopg.connect(conninfo(database_url)) as late,
    ):
        record = sale(early, area_m2=100)
        early.commit()
        one(early, "select flurwerk.recording_instant()")
        update(late, "transactions", record, area_m2=200)
        late.commit()
        update(early, "transactions", record, area_m2=300)
        early.commit()
        settled = one(early, "select clock_timestamp()")
        versions = early.execute(
            """
            select area_m2, recorded_from < recorded_until
            from flurwerk_history.transactions
            where id = %s
            order by recorded_until
            """,
            [record],
        ).fetchall()
        assert versions == [(100, True), (200, True)]
        ended = "select max(recorded_until) from flurwerk_history.transactions"
        assert one(early, "select recorded_from from transactions") == one(early, ended)
        with as_recorded(early, settled):
            assert one(early, "select sum(area_m2) from transactions") == 300


def test_new_district_borders_relocate_every_record_and_keep_the_earlier_district_in_history(
    connection: Connection,
) -> None:
    two_districts(connection)
    moved = insert(connection, "access_points", name="A", kind="port", geom="POINT(405000 5705000)")
    stayed = insert(connection, "access_points", name="B", kind="port", geom="POINT(395000 5705000)")
    trench = insert(
        connection,
        "trenches",
        programme=insert(connection, "programmes", name="P", funding="funded"),
        geom=line((399000, 5705000), (401000, 5705000)),
    )
    connection.execute("delete from districts where key = '02'")
    places = "select id, district_key from access_points order by id"
    assert connection.execute(places.encode()).fetchall() == [(moved, "outside"), (stayed, "01")]
    assert len(history(connection, "access_points", moved)) == 1
    assert history(connection, "access_points", stayed) == []
    parts = "select district_keys, district_lengths_m, city_length_m from trenches where id = %s"
    assert connection.execute(parts.encode(), [trench]).fetchone() == (["01"], [1000], 1000)


def test_each_transaction_of_a_session_has_its_own_recording_instant(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        plot(connection, geom=square(395000, 5705000, 10))
        first = one(connection, "select flurwerk.recording_instant()")
        connection.commit()
        assert one(connection, "select flurwerk.recording_instant()") > first
        assert first < datetime.now(UTC)
