"""The database itself refuses impossible records, whoever writes them and by whatever program."""

from datetime import date, timedelta

import psycopg
import pytest

from geo.records.layers import ALL_LAYERS
from geo.records.messages import sentence
from geo.store.database import conninfo
from tests.records import (
    Connection,
    insert,
    line,
    one,
    plot,
    sale,
    square,
    two_districts,
    update,
    violated_after,
    violated_constraint,
)

TOMORROW = date.today() + timedelta(days=2)  # noqa: DTZ011 - two days ahead is in the future in every time zone


def programme(connection: Connection, **values: object) -> int:
    return insert(connection, "programmes", **({"name": "P", "funding": "funded"} | values))


def trench(connection: Connection, **values: object) -> int:
    given: dict[str, object] = {"geom": line((395000, 5705000), (395100, 5705000))}
    return insert(connection, "trenches", **({"programme": programme(connection)} | given | values))


def connected(connection: Connection, **values: object) -> int:
    return insert(connection, "connections", **({"geom": "POINT(395000 5705000)"} | values))


def test_dates_of_successive_steps_must_be_in_order(connection: Connection) -> None:
    assert (
        violated_constraint(connection, lambda: trench(connection, planned_on="2023-05-02", started_on="2023-05-01"))
        == "trenches_construction_order"
    )


def test_the_same_day_is_in_order(connection: Connection) -> None:
    day = "2023-05-01"
    assert trench(connection, planned_on=day, started_on=day, laid_on=day, accepted_on=day)


def test_a_wrong_order_is_found_across_missing_steps(connection: Connection) -> None:
    assert (
        violated_constraint(connection, lambda: trench(connection, planned_on="2023-05-02", accepted_on="2023-05-01"))
        == "trenches_construction_order"
    )
    assert (
        violated_constraint(
            connection, lambda: connected(connection, passed_on="2023-05-02", activated_on="2023-05-01")
        )
        == "connections_construction_order"
    )
    assert (
        violated_constraint(connection, lambda: sale(connection, agreed_on="2023-05-02", handed_over_on="2023-05-01"))
        == "transactions_lifecycle_order"
    )


def test_orders_that_vary_in_practice_are_not_enforced(connection: Connection) -> None:
    assert trench(connection, cleared_on="2023-01-01", permitted_on="2023-03-01", started_on="2023-02-01")
    assert connected(connection, passed_on="2023-01-01", ordered_on="2023-02-01")


@pytest.mark.parametrize("column", ["planned_on", "permitted_on", "cleared_on", "laid_on", "discarded_on"])
def test_an_actual_date_must_not_be_in_the_future(connection: Connection, column: str) -> None:
    assert violated_constraint(connection, lambda: trench(connection, **{column: TOMORROW})) == "trenches_not_future"


def test_a_planned_date_may_be_in_the_future(connection: Connection) -> None:
    assert trench(connection, due_on=TOMORROW, extended_until=TOMORROW)
    assert plot(connection, available_from=TOMORROW)


def test_a_step_without_its_date_counts_on_the_earliest_date_of_a_later_step(connection: Connection) -> None:
    record = trench(connection, permitted_on="2023-03-01", cleared_on="2023-02-01", accepted_on="2023-09-01")
    reached = "select planned_reached_on, laid_reached_on, status from trenches where id = %s"
    assert connection.execute(reached.encode(), [record]).fetchone() == (date(2023, 2, 1), date(2023, 9, 1), "laid")
    connection_ = connected(connection, activated_on="2023-09-02")
    assert one(connection, "select connected_reached_on from connections where id = %s", connection_) == date(
        2023, 9, 2
    )


def test_a_dropped_connection_cannot_be_connected_unless_it_was_ordered_anew(connection: Connection) -> None:
    """The order is later than the drop and not later than the connection; then it is connected, not dropped."""
    for dates in (
        {"dropped_on": "2023-05-01", "connected_on": "2023-04-01"},
        {"dropped_on": "2023-05-01", "connected_on": "2023-06-01"},
        {"dropped_on": "2023-05-01", "ordered_on": "2023-05-01", "activated_on": "2023-06-01"},
        {"dropped_on": "2023-05-01", "ordered_on": "2023-06-02", "connected_on": "2023-06-01"},
    ):
        refused = violated_constraint(connection, lambda dates=dates: connected(connection, **dates))
        assert refused == "connections_dropped_unconnected", dates
    statuses = {
        (None, None): "dropped",
        ("2023-05-01", None): "dropped",
        ("2023-05-02", None): "ordered",
        ("2023-05-02", "2023-05-02"): "connected",
    }
    for (ordered, made), status in statuses.items():
        record = connected(connection, dropped_on="2023-05-01", ordered_on=ordered, connected_on=made)
        assert one(connection, "select status from connections where id = %s", record) == status


def test_a_connection_of_a_programme_that_counts_dwellings_needs_their_number(connection: Connection) -> None:
    counted = programme(connection, counts="dwelling")
    assert (
        violated_constraint(connection, lambda: connected(connection, programme=counted))
        == "connections_dwellings_counted"
    )
    assert connected(connection, programme=counted, dwellings=3)
    addresses = programme(connection)
    connected(connection, programme=addresses)
    assert (
        violated_constraint(connection, lambda: update(connection, "programmes", addresses, counts="dwelling"))
        == "connections_dwellings_counted"
    )


@pytest.mark.parametrize("day", ["infinity", "12026-01-01", "0026-06-30", "0044-03-15 BC"])
def test_a_planned_date_has_a_year_of_our_time(connection: Connection, day: str) -> None:
    """No program reads other ones, so one of them would make every file of its layer impossible."""
    connections = "connections_due_on_year"
    assert violated_constraint(connection, lambda: connected(connection, due_on=day)) == connections
    assert sentence(connections, "connections").de.endswith("liegt vor 1900 oder nach 9999: bitte das Jahr prüfen.")


def test_every_date_that_is_entered_has_a_first_and_a_last_day(connection: Connection) -> None:
    """By a rule of its own or the one that nothing has happened in the future."""
    unbounded = connection.execute(
        """
        select a.attrelid::regclass::text, a.attname
        from pg_attribute as a
        join pg_class as c on c.oid = a.attrelid
        where c.relnamespace = 'flurwerk'::regnamespace
          and c.relname = any (%s)
          and c.relkind = 'r'
          and a.atttypid = 'date'::regtype
          and a.attgenerated = ''
          and not exists (
              select
              from pg_constraint as k
              where k.conrelid = c.oid
                and k.conkey @> array[a.attnum]
                and (k.conname like '%%\\_not\\_future' or k.conname like '%%\\_year')
          )
        """,
        [list(ALL_LAYERS)],
    ).fetchall()
    assert unbounded == []


@pytest.mark.parametrize("area", [0, -5])
def test_an_area_must_be_positive(connection: Connection, area: int) -> None:
    assert violated_constraint(connection, lambda: sale(connection, area_m2=area)) == "transactions_area_m2_positive"


def test_nan_is_refused(connection: Connection) -> None:
    assert violated_constraint(connection, lambda: sale(connection, area_m2="NaN")) == "transactions_area_m2_positive"
    assert (
        violated_constraint(
            connection, lambda: insert(connection, "targets", kpi="inquiries", period="2023", value="NaN")
        )
        == "targets_value_not_negative"
    )


@pytest.mark.parametrize("day", ["-infinity", "0023-05-01", "infinity"])
def test_a_date_must_be_between_1900_and_today(connection: Connection, day: str) -> None:
    assert violated_constraint(connection, lambda: trench(connection, laid_on=day)) == "trenches_not_future"


def test_a_duplicate_must_refer_to_a_record_that_counts(connection: Connection) -> None:
    original = insert(connection, "inquiries", kind="plot")
    first = insert(connection, "inquiries", kind="plot", duplicate_of=original)
    for write in (
        lambda: insert(connection, "inquiries", kind="plot", duplicate_of=first),
        lambda: update(connection, "inquiries", original, duplicate_of=first),
    ):
        assert violated_constraint(connection, write) == "duplicate_of_original"


def test_a_parcel_key_has_twenty_characters(connection: Connection) -> None:
    assert plot(connection, parcels=["05513300100123______", "05513300100124______"])
    for parcels in (
        ["05513300100123______", "0551330010012"],
        ["05513300100123______", None],
        ["05513300100123______|05513300100124______"],
    ):
        assert violated_constraint(connection, lambda: plot(connection, parcels=parcels)) == "plots_parcels_length"  # noqa: B023


def test_an_invalid_polygon_is_refused(connection: Connection) -> None:
    bow_tie = "MULTIPOLYGON(((395000 5705000, 395100 5705100, 395100 5705000, 395000 5705100, 395000 5705000)))"
    assert violated_constraint(connection, lambda: plot(connection, geom=bow_tie)) == "plots_geom_valid"


def test_an_empty_geometry_is_refused(connection: Connection) -> None:
    assert (
        violated_constraint(connection, lambda: plot(connection, geom="MULTIPOLYGON EMPTY")) == "plots_geom_not_empty"
    )


def test_a_place_in_another_region_is_refused_and_swapped_axes_are_named(connection: Connection) -> None:
    two_districts(connection)
    assert (
        violated_constraint(connection, lambda: connected(connection, geom="POINT(795000 5805000)")) == "place_far_away"
    )
    assert (
        violated_constraint(connection, lambda: connected(connection, geom="POINT(5705000 395000)")) == "place_swapped"
    )
    assert connected(connection, geom="POINT(389000 5705000)"), "just outside the city is allowed"


def test_a_plot_cannot_be_oversold(connection: Connection) -> None:
    where = plot(connection, official_area_m2=10000)
    sale(connection, plot=where, area_m2=6000)
    assert (
        violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=4000.01))
        == "transactions_fit_plot"
    )
    sale(connection, plot=where, area_m2=4000)
    assert one(connection, "select status from plot_supply where plot = %s", where) == "taken"


def test_only_a_measured_area_has_a_tolerance_of_two_percent(connection: Connection) -> None:
    measured = plot(connection)
    sale(connection, plot=measured, area_m2=10200)
    assert (
        violated_constraint(connection, lambda: sale(connection, plot=measured, area_m2=1)) == "transactions_fit_plot"
    )


def test_purchases_cancelled_and_ended_transactions_take_no_land(connection: Connection) -> None:
    where = plot(connection, official_area_m2=10000)
    sale(connection, plot=where, area_m2=10000, kind="purchase", role="buyer")
    sale(connection, plot=where, area_m2=10000, cancelled_on="2023-09-01")
    first = sale(connection, plot=where, area_m2=10000)
    assert (
        violated_constraint(connection, lambda: sale(connection, plot=where, area_m2=10000)) == "transactions_fit_plot"
    )
    update(connection, "transactions", first, ended_on="2023-10-01")
    sale(connection, plot=where, area_m2=10000)
    assert (
        violated_constraint(connection, lambda: update(connection, "transactions", first, ended_on=None))
        == "transactions_fit_plot"
    )


def test_a_plots_area_cannot_fall_below_the_area_sold(connection: Connection) -> None:
    where = plot(connection)
    sale(connection, plot=where, area_m2=9000)
    assert (
        violated_constraint(connection, lambda: update(connection, "plots", where, official_area_m2=8000))
        == "transactions_fit_plot"
    )


def test_two_sessions_cannot_sell_the_same_land_at_the_same_time(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as first, psycopg.connect(conninfo(database_url)) as second:
        where = plot(first, official_area_m2=10000)
        first.commit()
        sale(first, plot=where, area_m2=6000)
        assert violated_after(first, lambda: sale(second, plot=where, area_m2=6000)) == "transactions_fit_plot"
        assert one(first, "select sum(area_m2) from transactions") == 6000


def test_a_take_up_without_a_point_lies_in_its_named_district(connection: Connection) -> None:
    two_districts(connection)
    given: dict[str, object] = {"kind": "lease", "area_m2": 100, "agreed_on": "2023-01-01"}
    record = insert(connection, "office_takeups", district="Ost", **given)
    assert one(connection, "select district_key from office_takeups where id = %s", record) == "02"
    assert (
        violated_constraint(connection, lambda: insert(connection, "office_takeups", district="Nord", **given))
        == "office_takeups_district_known"
    )


def test_a_line_is_split_to_the_millimetre_and_a_part_along_a_border_counts_once(connection: Connection) -> None:
    two_districts(connection)
    across = trench(connection, geom=line((399999.9995, 5705000), (400010.1234, 5705000)))
    along = trench(connection, geom=line((400000, 5701000), (400000, 5702000)))
    leaving = trench(connection, geom=line((409900, 5705000), (410100, 5705000)))
    parts = {
        record: (keys, [float(length) for length in lengths], float(city))
        for record, keys, lengths, city in connection.execute(
            "select id, district_keys, district_lengths_m, city_length_m from trenches"
        )
    }
    assert parts[across] == (["01", "02"], [0.001, 10.123], 10.124)
    assert parts[along] == (["01"], [1000.0], 1000.0)
    assert parts[leaving] == (["02"], [100.0], 100.0)


def test_an_area_belongs_to_the_district_with_its_largest_part_and_a_border_point_to_the_lower_key(
    connection: Connection,
) -> None:
    two_districts(connection)
    places = {
        name: one(connection, "select district_key from plots where id = %s", record)
        for name, record in {
            "mostly east": plot(connection, 399970, 5705000, 100),
            "half and half": plot(connection, 399950, 5705000, 100),
            "mostly outside": plot(connection, 409970, 5705000, 100),
        }.items()
    }
    assert places == {"mostly east": "02", "half and half": "01", "mostly outside": "outside"}
    border = connected(connection, geom="POINT(400000 5705000)")
    assert one(connection, "select district_key from connections where id = %s", border) == "01"


def test_nobody_can_write_the_district_of_a_record(connection: Connection) -> None:
    two_districts(connection)
    record = connected(connection, district_key="02")
    update(connection, "connections", record, district_key="02")
    assert one(connection, "select district_key from connections where id = %s", record) == "01"


def test_a_plots_status_is_the_first_state_that_applies(connection: Connection) -> None:
    def status(record: int) -> str:
        return one(connection, "select status from plot_supply where plot = %s", record)

    record = plot(connection, official_area_m2=1000)
    assert status(record) == "planned"
    update(connection, "plots", record, offered_on="2023-01-01")
    assert status(record) == "available"
    insert(connection, "reservations", plot=record, reserved_on="2023-02-01", expires_on="2023-03-01")
    assert status(record) == "available", "the reservation has expired"
    held = insert(connection, "reservations", plot=record, reserved_on="2023-02-01", expires_on=TOMORROW)
    assert status(record) == "reserved"
    update(connection, "reservations", held, area_m2=600)
    assert status(record) == "partly_reserved"
    sale(connection, plot=record, area_m2=400)
    assert status(record) == "reserved"
    update(connection, "reservations", held, released_on="2023-03-01")
    assert status(record) == "partly_taken"
    sale(connection, plot=record, area_m2=600)
    assert status(record) == "taken"
    update(connection, "plots", record, withdrawn_on="2023-04-01")
    assert status(record) == "withdrawn"


def test_a_record_is_not_its_own_duplicate_and_geometry_types_are_enforced(connection: Connection) -> None:
    record = trench(connection)
    assert (
        violated_constraint(connection, lambda: update(connection, "trenches", record, duplicate_of=record))
        == "trenches_not_own_duplicate"
    )
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="Geometry type"), connection.transaction():
        plot(connection, geom="POINT(395000 5705000)")
    assert plot(connection, geom=square(395000, 5705000, 1))
