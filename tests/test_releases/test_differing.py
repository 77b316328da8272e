"""A difference between two states of the records is explained by the records that appeared, disappeared or changed."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from geo.figures.kpis import evaluation
from geo.figures.releases.differing import differences, recorded
from geo.figures.releases.wording import cause_text
from geo.figures.releases.writes import columns_read
from geo.store.database import Connection
from tests.records import delete, insert, line, plot, sale, update
from tests.test_releases.helpers import PERIOD, act_as, settled, since, state


def test_records_that_appeared_disappeared_or_changed_are_listed_with_their_writer_and_time(city: Connection) -> None:
    act_as(city, "anna")
    cancelled, enlarged, _untouched, removed = (
        sale(city, source_id=name, area_m2=area)
        for name, area in (("cancelled", 3200), ("enlarged", 1000), ("untouched", 700), ("removed", 50))
    )
    before = settled(city)
    act_as(city, "bert")
    update(city, "transactions", cancelled, cancelled_on="2024-02-03")
    update(city, "transactions", enlarged, area_m2=1200)
    delete(city, "transactions", removed)
    added = sale(city, source_id="added", area_m2=400)
    city.commit()
    found = since(city, before)["public_land_m2"]
    assert (found.before, found.after, found.difference) == (4950, 2300, -2650)
    records = {record.id: record for record in found.records}
    assert [(record.id, record.effect, record.difference) for record in found.records] == [
        (cancelled, "disappeared", -3200),
        (added, "appeared", 400),
        (enlarged, "changed", 200),
        (removed, "disappeared", -50),
    ]
    assert [(write.operation, write.by, write.at > before) for record in found.records for write in record.writes] == [
        ("update", "bert", True),
        ("insert", "bert", True),
        ("update", "bert", True),
        ("delete", "bert", True),
    ]
    words = {record: cause_text("transactions", records[record].writes, by_definition=False) for record in records}
    assert words[cancelled].de == "storniert am 03.02.2024"
    assert words[cancelled].en == "cancelled on 3 Feb 2024"
    assert words[enlarged].de == "Fläche 1.000\N{NO-BREAK SPACE}m² → 1.200\N{NO-BREAK SPACE}m²"
    assert words[added].de.startswith("erfasst am ")
    assert words[removed].en.startswith("deleted on ")


def test_a_records_label_is_its_kind_and_plot_and_never_a_party(city: Connection) -> None:
    before = settled(city)
    party = insert(city, "parties", kind="person", name="Erika Mustermann")
    sale(city, source_id="t-17", plot=plot(city, name="Hafen Nord"), party=party)
    city.commit()
    (record,) = since(city, before)["public_land_m2"].records
    assert record.label == ("Verkauf Hafen Nord (t-17)", "Sale Hafen Nord (t-17)")


def test_the_label_of_a_record_without_a_source_id_contains_its_number(city: Connection) -> None:
    before = settled(city)
    record = sale(city, kind="ground_lease")
    city.commit()
    (found,) = since(city, before)["public_land_m2"].records
    assert found.label == (f"Erbbaurecht (Nr. {record})", f"Ground lease (no. {record})")


def test_a_change_that_affects_no_figure_is_not_reported(city: Connection) -> None:
    record = sale(city, plot=plot(city))
    before = settled(city)
    update(city, "transactions", record, note="geprüft")
    city.execute("update plots set asking_price_eur_m2 = 99")
    city.commit()
    assert since(city, before) == {}


def test_a_difference_through_another_record_names_that_record(city: Connection) -> None:
    programme = insert(city, "programmes", name="P", funding="funded", source_id="p-1")
    insert(
        city, "trenches", programme=programme, planned_on="2023-05-01", geom=line((395000, 5705000), (396000, 5705000))
    )
    land = plot(city, source_id="hafen", y=5701000)
    sold = sale(city, plot=land)
    before = settled(city)
    act_as(city, "bert")
    update(city, "programmes", programme, funding="self_financed")
    city.execute("update plots set geom = st_translate(geom, 10000, 0)")
    city.commit()
    found = since(city, before)
    (trench,) = found["trench_planned_km"].records
    assert (trench.effect, trench.difference) == ("disappeared", -1)
    cause = cause_text("trenches", trench.writes, by_definition=trench.by_definition)
    assert cause.de.startswith("durch Ausbauprogramm p-1: ")
    assert [write.by for write in trench.writes] == ["bert"]
    # The sale's place is its plot's: now in another district, with the same amount.
    (moved,) = found["public_land_m2"].records
    assert (moved.id, moved.effect, moved.difference) == (sold, "changed", 0)
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before.district, moved.after.district) == ("West", "Ost")
    assert [(write.layer, write.source_id) for write in moved.writes] == [("plots", "hafen")]


def test_a_record_moved_to_another_period_disappears_from_this_one(city: Connection) -> None:
    record = sale(city)
    before = settled(city)
    update(city, "transactions", record, agreed_on="2024-01-02")
    city.commit()
    (moved,) = since(city, before)["public_land_plots"].records
    assert moved.effect == "disappeared"
    cause = cause_text("transactions", moved.writes, by_definition=False)
    assert cause.de.endswith("01.08.2023 → 02.01.2024")


def test_the_later_state_may_be_compared_with_the_earlier_one(city: Connection) -> None:
    before = settled(city)
    sale(city)
    after = settled(city)
    (back,) = [
        found
        for found in differences(city, state(city, after), state(city, before))
        if found.indicator.key == "public_land_m2"
    ]
    assert back.difference == -1000
    assert [write.operation for write in back.records[0].writes] == ["insert"]


def test_a_changed_definition_is_named_as_the_cause(city: Connection) -> None:
    sale(city, kind="lease")
    before = settled(city)
    (indicator,) = [found for found in evaluation.indicators(city) if found.key == "public_land_m2"]
    wider = replace(
        indicator, contributions=indicator.contributions.replace("'ground_lease'", "'ground_lease', 'lease'")
    )
    (found,) = differences(city, recorded(city, PERIOD, [indicator], before), recorded(city, PERIOD, [wider], None))
    (record,) = found.records
    assert (record.effect, record.difference, record.by_definition) == ("appeared", 1000, True)


def test_the_columns_that_an_indicator_reads_are_known_for_all_its_layers(connection: Connection) -> None:
    """This ensures that changes are reported for every table that an indicator's contributions read."""
    for indicator in evaluation.indicators(connection):
        read = columns_read(indicator)
        assert {*read} == {*indicator.layers}, indicator.key
        assert all(read[layer] for layer in indicator.layers), indicator.key


@pytest.mark.parametrize("seed", range(6))
def test_the_sum_of_the_records_differences_is_the_difference_of_the_totals(city: Connection, seed: int) -> None:
    """After any mixture of inserts, corrections, cancellations, deletions and changes of referenced records."""
    random = Random(seed)
    instants = [settled(city)]
    for _ in range(4):
        for _ in range(6):
            _change_anything(city, random)
        instants.append(settled(city))
    states = [*(state(city, instant) for instant in instants), state(city)]
    for before in states[:-1]:
        for after in states:
            found = {difference.indicator.key: difference for difference in differences(city, before, after)}
            for key in {*before.indicators, *after.indicators}:
                expected = (after.total(key) or 0) - (before.total(key) or 0)
                records = found[key].records if key in found else ()
                assert sum((record.difference for record in records), Decimal()) == expected
                assert all(record.writes for record in records)


def _change_anything(connection: Connection, random: Random) -> None:
    programmes = [key for (key,) in connection.execute("select id from programmes order by id")]
    deals = [key for (key,) in connection.execute("select id from transactions order by id")]
    trenches = [key for (key,) in connection.execute("select id from trenches order by id")]
    days = ["2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01"]
    choice = random.randrange(8)
    if choice == 0 or not programmes:
        insert(connection, "programmes", name="P", funding="funded")
    elif choice == 1:
        update(connection, "programmes", random.choice(programmes), funding=random.choice(["funded", "self_financed"]))
    elif choice == 2 or not deals:
        sale(connection, area_m2=random.randrange(1, 9999), agreed_on=random.choice(days))
    elif choice == 3:
        update(connection, "transactions", random.choice(deals), cancelled_on=random.choice(["2024-05-01", None]))
    elif choice == 4:
        update(connection, "transactions", random.choice(deals), area_m2=random.randrange(1, 9999))
    elif choice == 5:
        delete(connection, "transactions", random.choice(deals))
    elif choice == 6 or not trenches:
        start = 390000 + random.randrange(15000)
        way = line((start, 5705000), (start + random.randrange(1, 5000), 5705000))
        insert(connection, "trenches", programme=random.choice(programmes), planned_on=random.choice(days), geom=way)
    else:
        update(connection, "trenches", random.choice(trenches), laid_on=random.choice([*days[2:], None]))
