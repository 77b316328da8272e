"""A record that leaves a caller's view is deleted, whatever the cause; one that was never in it is not reported."""

import pytest

from api.records.changes import visible
from geo.access import Caller, Role
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import SCHEMAS, sees
from tests.records import Connection, delete, insert, plot, sale, update
from tests.test_api.helpers import Api
from tests.test_changes.helpers import FEED, Partner, truth
from tests.test_changes.seeing import in_days, pass_days


def offered(city: Connection, x: float = 395000) -> int:
    return plot(city, x=x, offered_on="2023-01-01")


def test_a_plot_sold_out_leaves_the_public_view_and_a_cancelled_deal_brings_it_back(
    public: Api, city: Connection
) -> None:
    land = offered(city)
    restriction = insert(city, "plot_restrictions", plot=land, kind="flood", severity="minor")
    partner = Partner(public)
    partner.read()
    deal = sale(city, plot=land, area_m2=10_000)
    assert set(partner.read()) == {
        ("delete", "plots", land),
        ("delete", "plot_restrictions", restriction),
        ("insert", "transactions", deal),
    }
    update(city, "transactions", deal, cancelled_on="2023-09-01")
    assert set(partner.read()) == {
        ("update", "plots", land),
        ("update", "plot_restrictions", restriction),
        ("delete", "transactions", deal),
    }
    assert partner.copy == truth(public, Audience.PUBLIC)


def test_a_deal_that_moves_to_another_plot_updates_both_plots(public: Api, city: Connection) -> None:
    one, other = offered(city), offered(city, x=396000)
    deal = sale(city, plot=one, area_m2=1000)
    partner = Partner(public)
    partner.read()
    update(city, "transactions", deal, plot=other)
    assert set(partner.read()) == {("update", "plots", one), ("update", "plots", other)}
    remaining = {record: partner.copy["plots", record]["properties"]["remaining_m2"] for record in (one, other)}
    assert remaining == {one: 10_000, other: 9000}


def test_a_changed_plot_does_not_reveal_its_deals_to_the_public(public: Api, internal: Api, city: Connection) -> None:
    land = offered(city)
    deal = sale(city, plot=land, area_m2=1000)
    outside, inside = Partner(public), Partner(internal)
    outside.read()
    inside.read()
    update(city, "plots", land, zoning="GI")
    assert outside.read() == [("update", "plots", land)]
    assert set(inside.read()) == {("update", "plots", land), ("update", "transactions", deal)}
    assert inside.copy["transactions", deal]["properties"]["plot_zoning"] == "GI"


def test_a_renamed_district_is_reported_with_all_records_that_show_its_name(internal: Api, city: Connection) -> None:
    land = plot(city)
    deal = sale(city, plot=land, area_m2=1000)
    partner = Partner(internal)
    partner.read()
    city.execute("update flurwerk.districts set name = 'Hörde' where key = '01'")
    partner.read()
    assert {partner.copy[key]["properties"]["district"] for key in (("plots", land), ("transactions", deal))} == {
        "Hörde"
    }
    assert partner.copy == truth(internal, Audience.INTERNAL)


def test_a_withdrawn_plot_is_a_deletion_for_the_public_and_an_update_for_insiders(
    public: Api, internal: Api, city: Connection
) -> None:
    land = offered(city)
    outside, inside = Partner(public), Partner(internal)
    outside.read()
    inside.read()
    update(city, "plots", land, withdrawn_on="2023-05-01")
    assert outside.read() == [("delete", "plots", land)]
    assert inside.read() == [("update", "plots", land)]


def test_records_that_were_never_public_are_not_reported_to_the_public(public: Api, city: Connection) -> None:
    partner = Partner(public)
    partner.read()
    land = plot(city)
    restriction = insert(city, "plot_restrictions", plot=land, kind="flood", severity="minor")
    deal = sale(city, plot=land, cancelled_on="2023-09-01")
    insert(city, "reservations", plot=land, reserved_on="2023-02-01")
    update(city, "plots", land, name="Geheimer Plan")
    delete(city, "transactions", deal)
    delete(city, "plot_restrictions", restriction)
    assert partner.read() == []
    assert Partner(public, layers="plots,plot_restrictions,transactions").read() == []


def test_an_expired_reservation_is_reported_once_its_last_day_has_passed(public: Api, city: Connection) -> None:
    land = offered(city)
    insert(city, "reservations", plot=land, reserved_on="2023-02-01", expires_on=in_days(city, 0))
    others = [offered(city, x=396000 + 200 * number) for number in range(3)]
    for other in others:
        insert(city, "reservations", plot=other, reserved_on="2023-02-01", expires_on=in_days(city, 1))
    late, early = Partner(public, layers="plots"), Partner(public, layers="plots")
    late.read()
    early.read()
    pass_days(city, 1, late, early)
    assert early.read() == [("update", "plots", land)]
    assert early.read() == []
    pass_days(city, 1, late, early)
    assert early.read() == [("update", "plots", record) for record in others]
    assert late.read(limit=1) == [("update", "plots", record) for record in (land, *others)]
    assert late.read() == []


def test_the_feed_contains_no_personal_data_whoever_asks() -> None:
    for role in Role:
        assert Audience.PERSONAL not in visible(Caller(role)).values()
    mixed = visible(Caller(Role.EDITOR, "agentur", frozenset({"trenches"})))
    assert mixed["trenches"] is Audience.INTERNAL
    assert mixed["plots"] is Audience.PUBLIC
    assert "parties" not in mixed


def test_a_cursor_of_a_caller_who_sees_more_has_expired_for_the_public(public: Api, internal: Api) -> None:
    cursor = internal.json(FEED)["cursor"]
    found = public.problem(410, FEED, since=cursor)
    assert found["type"] == "urn:flurwerk:problem:cursor-expired"
    assert "Start again" in found["detail"]
    shared = internal.json(FEED, layers="plots")["cursor"]
    public.problem(410, FEED, since=shared)


READS = """
    with recursive reads (relation) as (
        select %s::regclass::oid
        union
        select d.refobjid
        from reads
        join pg_rewrite as w on w.ev_class = reads.relation
        join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
        where d.refclassid = 'pg_class'::regclass
          and d.refobjid <> w.ev_class
    )
    select relname, relkind, pg_get_viewdef(reads.relation) ~ 'day_shown|today|now\\(\\)|current_date'
    from reads
    join pg_class on pg_class.oid = reads.relation
"""


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.INTERNAL])
def test_each_layer_declares_every_table_and_day_that_its_views_read(
    connection: Connection, audience: Audience
) -> None:
    for layer in LAYERS.values():
        if not sees(audience, layer):
            continue
        read = connection.execute(READS.encode(), [f"{SCHEMAS[audience]}.{layer.key}"]).fetchall()
        dependencies = layer.dependencies(audience)
        tables = {name for name, kind, _ in read if kind == "r"}
        assert tables == {layer.key, *(dependency.table for dependency in dependencies)}, layer.key
        has_day = any(by_day for _, kind, by_day in read if kind == "v")
        assert has_day == any(dependency.last_day for dependency in dependencies), layer.key


def test_tables_without_history_are_those_with_personal_columns(connection: Connection) -> None:
    with_history = {
        name
        for (name,) in connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'flurwerk_history'::regnamespace"
        )
    }
    assert with_history - {"erasures"} == {layer.key for layer in LAYERS.values() if layer.keeps_history}


def test_every_table_has_the_feeds_indexes_including_newly_tracked_ones(connection: Connection) -> None:
    connection.execute("create table flurwerk.sirens (like flurwerk.record including all)")
    connection.execute("call flurwerk.track('sirens')")
    indexes = connection.execute(
        "select schemaname, tablename from pg_indexes where indexdef ~ '(recorded|ended)_xid, id\\)$'"
    ).fetchall()
    expected = {("flurwerk", layer.key) for layer in LAYERS.values()} | {
        ("flurwerk", "sirens"),
        ("flurwerk_history", "sirens"),
    }
    expected |= {("flurwerk_history", layer.key) for layer in LAYERS.values() if layer.keeps_history}
    expected.add(("flurwerk_history", "sirens"))
    assert set(indexes) - {("flurwerk_history", "erasures"), ("flurwerk", "seen_records")} == expected
