"""Declared indicators count by hand-worked cases; nothing that stands in a profile becomes SQL."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.figures.kpis import Indicator, checking, evaluation
from geo.figures.report.content import content
from geo.figures.report.document import canonical, report_of
from geo.periods import parse_period
from geo.text import stored_text
from tests.records import Connection, insert, line, plot, sale, square
from tests.test_profile.declaring import declared, indicator, read

H1, H2, Y22, Y23 = (parse_period(name) for name in ("2023-H1", "2023-H2", "2022", "2023"))
IN_WEST, IN_EAST = "POINT(395000 5705000)", "POINT(405000 5705000)"
DEALS = {"layer": "transactions", "date": "agreed_on"}
HOSTILE = (
    "O'Neill",
    "x' OR '1'='1",
    "'; drop table flurwerk.inquiries; --",
    "%(first)s %s %% {} $1",
    "from plots as p join parties as q on p.note",
    "\\'\\\\ \" {NULL}",
    "unnest(t.district_keys, t.district_lengths_m) as part (district, length_m)",
    "/* */ \N{RIGHT SINGLE QUOTATION MARK} \N{LATIN SMALL LETTER U WITH DIAERESIS}",
)


@pytest.fixture
def city(districts: Connection) -> Connection:
    """A city of two districts, West and Ost."""
    return districts


def figure(connection: Connection, of: Indicator, period: str = "2023-H2") -> Decimal | None:
    return evaluation.totals(connection, [(of, parse_period(period))])[of.key, period]


def text(value: str) -> str:
    """Return the value as a literal of CQL2."""
    return "'" + value.replace("'", "''") + "'"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_in_a_filter_is_compared_and_never_executed(city: Connection, value: str) -> None:
    own = declared(
        indicator(layer="inquiries", date="received_on", filter=f"use = {text(value)} AND source_id <> {text(value)}")
    )["own"]
    listed = declared(indicator(layer="inquiries", date="received_on", filter=f"use IN ({text(value)}, 'b')"))["own"]
    for use in (value, "b", "else"):
        insert(city, "inquiries", kind="plot", received_on="2023-08-01", use=stored_text(use))
    assert figure(city, own) == 1
    assert figure(city, listed) == 2
    assert len(evaluation.rows(city, own, H2)) == 1
    assert own.layers == ("inquiries",)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_no_text_of_a_filter_is_in_the_query(value: str) -> None:
    one, other = (
        declared(indicator(layer="inquiries", date="received_on", filter=f"use = {text(each)}"))["own"]
        for each in (value, "else")
    )
    assert one.contributions == other.contributions
    assert list(one.parameters.values()) == [value]


def test_texts_of_a_line_are_no_part_of_the_query(city: Connection) -> None:
    own = declared(indicator(**DEALS, label=HOSTILE[2], rule=HOSTILE[3]))["own"]
    sale(city)
    assert figure(city, own) == 1
    assert own.label.de == HOSTILE[2]


def test_numbers_are_told_in_the_unit_that_is_declared(city: Connection) -> None:
    sale(city, area_m2=Decimal("12345.67"), price_eur=Decimal("1234567.89"))
    for name, unit, told in (("area_m2", "ha", "1.234567"), ("price_eur", "T€", "1234.56789")):
        assert figure(city, declared(indicator(**DEALS, property=name, unit=unit))["own"]) == Decimal(told)
    millions = declared(
        indicator(
            **DEALS, property="price_eur", unit='{ symbol = "Mio. €", of = "€", factor = 0.000001, decimals = 2 }'
        )
    )["own"]
    assert figure(city, millions) == Decimal("1.23456789")
    assert (millions.printed(figure(city, millions)), millions.decimals) == (Decimal("1.23"), 2)


def test_a_stock_counts_from_the_first_day_to_the_day_before_the_last(city: Connection) -> None:
    own = declared(indicator(layer="settlements", from_="settled_on", until="left_on", property="jobs"))["own"]
    area = insert(city, "industrial_areas", name="G", geom=square(395000, 5705000, 100))
    for jobs, settled, left in ((1, "2023-12-31", None), (2, "2024-01-01", None), (4, "2022-01-01", "2023-12-31")):
        insert(city, "settlements", industrial_area=area, jobs=jobs, settled_on=settled, left_on=left)
    insert(city, "settlements", industrial_area=area, settled_on="2023-01-01")
    assert figure(city, own) == 1
    assert figure(city, own, "2023-H1") == 4
    assert evaluation.by_district(city, own, H2) == [("West", 1), ("Ost", 0)]
    assert [row.amount for row in evaluation.rows(city, own, H2)] == [0, 1], "who told no jobs counts with none"


def test_lines_count_in_the_district_of_most_of_them_and_their_length_in_each(city: Connection) -> None:
    funded = insert(city, "programmes", name="P", funding="funded")
    for start, end in ((389000, 410500), (399900, 400200), (380000, 381000)):
        geom = line((start, 5705000), (end, 5705000))
        insert(city, "trenches", programme=funded, laid_on="2023-08-01", geom=geom)
    trenches = {"layer": "trenches", "from_": "laid_reached_on"}
    number = declared(indicator(**trenches, filter="programme.funding = 'funded'"))["own"]
    length = declared(indicator(**trenches, measure="length", unit="m"))["own"]
    longest = declared(indicator(**trenches, measure="length", unit="m", aggregation="max"))["own"]
    assert evaluation.by_district(city, number, H2) == [("West", 1), ("Ost", 1), ("outside", 1)]
    assert evaluation.by_district(city, length, H2) == [("West", 10100), ("Ost", 10200)]
    assert figure(city, number) == 3
    assert figure(city, length) == 20300
    assert figure(city, longest) == 20000


def test_the_area_of_polygons_and_the_share_of_those_that_match(city: Connection) -> None:
    for side, brown in ((100, True), (300, False)):
        plot(city, 395000, 5705000, side, offered_on="2023-01-01", brownfield=brown)
    plot(city, 405000, 5705000, 10, offered_on="2024-01-01", brownfield=True)
    plots = {"layer": "plots", "from_": "offered_on"}
    area = declared(indicator(**plots, measure="area", unit="ha"))["own"]
    assert figure(city, area) == 10
    share = declared(indicator(**plots, measure="share", filter="brownfield = true"))["own"]
    assert figure(city, share) == 10
    assert figure(city, share, "2022") is None
    assert evaluation.by_district(city, share, H2) == [("West", 10), ("Ost", None)]
    assert (share.unit.symbol("de"), share.printed(Decimal("12.345"))) == ("%", Decimal("12.3"))


def test_averages_leave_out_records_without_a_value(city: Connection) -> None:
    for area, price in ((100, 1000), (300, 9000), (500, None)):
        sale(city, area_m2=area, price_eur=price)
    average = declared(indicator(**DEALS, property="price_eur", aggregation="average"))["own"]
    weighted = declared(indicator(**DEALS, property="price_eur", aggregation="weighted_average", weight="area_m2"))[
        "own"
    ]
    largest = declared(indicator(**DEALS, property="price_eur", aggregation="max"))["own"]
    assert figure(city, average) == 5000
    assert figure(city, weighted) == 7000
    assert figure(city, largest) == 9000
    assert [figure(city, each, "2022") for each in (average, weighted, largest)] == [None] * 3


RATIO = (
    indicator(**DEALS, key="brown", position=90, property="area_m2", filter="plot.brownfield = true")
    + indicator(**DEALS, key="all_land", position=91, property="area_m2")
    + indicator("ratios", position=92, numerator="brown", denominator="all_land")
)


def _two_sales(city: Connection) -> None:
    brown = plot(city, 395000, 5705000, 200, brownfield=True)
    green = plot(city, 405000, 5705000, 200)
    sale(city, plot=brown, area_m2=100, agreed_on="2023-07-15")
    sale(city, plot=brown, area_m2=50, agreed_on="2023-08-15")
    sale(city, plot=green, area_m2=300, agreed_on="2023-08-15")


def test_a_ratio_is_that_of_its_part_or_month_and_never_a_sum(city: Connection) -> None:
    _two_sales(city)
    own = declared(RATIO)["own"]
    third = Decimal("33.333333333333")
    assert figure(city, own) == third
    assert evaluation.by_district(city, own, H2) == [("West", 100), ("Ost", 0)]
    months = dict(evaluation.by_month(city, own, H2))
    assert (months["2023-07"], months["2023-09"]) == (100, None)
    assert months["2023-08"] == Decimal("14.285714285714")
    assert own.divided(Decimal(150), Decimal(450)) == third, "as the database computes it"
    assert figure(city, own, "2022") is None


def test_a_report_with_a_ratio_has_the_records_of_both_sides_and_can_be_read_again(city: Connection) -> None:
    _two_sales(city)
    known = list(declared(RATIO).values())
    report = content(city, H2, computed=known)
    assert report.line("own").cells[-1].shown == Decimal("33.3")
    assert (len(report.records["brown"]), len(report.records["all_land"])) == (2, 3)
    assert "own" not in report.records
    read = report_of(canonical(report))
    assert read == report
    again = content(city, H2, report.status.recorded_at, [each.indicator() for each in read.definitions.values()])
    assert canonical(again) == canonical(report)


def test_sides_that_are_no_lines_are_kept_but_not_printed(city: Connection) -> None:
    _two_sales(city)
    known = list(declared(indicator(**DEALS, property="area_m2", aggregation="average")).values())
    report = content(city, H2, computed=known)
    assert report.line("own").cells[-1].exact == 150
    assert {len(report.records[f"own:{side}"]) for side in ("numerator", "denominator")} == {3}
    assert not report.definitions["own:numerator"].is_line
    assert not [line.key for line in (*report.lines, *report.key_figures) if ":" in line.key]


CHANGED = indicator(**DEALS, valid_until="2023-03-31", rule="before") + indicator(
    **DEALS, valid_from="2023-04-01", valid_until="2023-12-31", rule="after", filter="kind = 'sale'"
)


def test_a_period_is_counted_by_the_definition_of_its_last_day(city: Connection) -> None:
    own = declared(CHANGED)["own"]
    for day in ("2022-05-01", "2023-02-01", "2023-05-01", "2023-08-01"):
        sale(city, agreed_on=day)
        sale(city, agreed_on=day, kind="ground_lease")
    assert [figure(city, own, each) for each in ("2022", "2023-Q1", "2023-H1", "2023-H2")] == [2, 2, 2, 1]
    with pytest.raises(evaluation.NotInForce, match="not defined on 2024-12-31"):
        evaluation.rows(city, own, parse_period("2024"))


def test_a_ratio_has_no_figure_where_a_side_has_no_definition(city: Connection) -> None:
    """It was 0 there, as if the side had been counted and found to be nothing."""
    found = declared(
        indicator(**DEALS, key="new", position=91, valid_from="2023-04-01", valid_until="2023-12-31")
        + indicator(**DEALS, key="all", position=92)
        + indicator("ratios", numerator="new", denominator="all")
    )
    sale(city, agreed_on="2023-02-01")
    sale(city, agreed_on="2023-08-01")
    assert figure(city, found["own"], "2023-H2") == 100
    for name in ("2023-Q1", "2024"):
        report = content(city, parse_period(name), computed=list(found.values()))
        assert not {"own", "new"} & {line.key for line in (*report.lines, *report.key_figures)}
        with pytest.raises(evaluation.NotInForce, match="“own” divides by or into “new”, which is not defined on 20"):
            evaluation.by_month(city, found["own"], parse_period(name))


def test_the_report_tells_that_a_definition_changed_and_has_no_line_where_there_is_none(city: Connection) -> None:
    known = list(declared(CHANGED).values())
    report = content(city, H1, computed=known)
    (told,) = [found for found in report.redefinitions if found.key == "own"]
    assert "01.04.2023" in told.text.de
    assert "Zählregel" in told.text.de
    assert "own" not in content(city, parse_period("2024-H1"), computed=known).definitions
    sale(city, agreed_on="2019-01-01")
    assert [point.shown for point in content(city, H2, computed=known).trends["own"]] == [0] * 6


def test_an_override_holds_for_its_days_and_the_built_in_definition_for_the_others() -> None:
    override = '[[overrides]]\nkey = "inquiries"\nlabel = "Neu"\nrounding = 0.5\nvalid_from = "2023-07-01"'
    changed = declared(f"{override}\nvalid_until = 2023-12-31")["inquiries"]
    found = {name: changed.in_force(parse_period(name)) for name in ("2023-H1", "2023-H2", "2024-H1")}
    labels = {name: each.label.de for name, each in found.items() if each}
    assert labels == {name: "Neu" if name == "2023-H2" else labels["2023-H1"] for name in labels}
    assert len(labels) == 3
    assert labels["2023-H1"].startswith("Anfragen")
    assert (new := changed.in_force(H2))
    assert (new.rounding, new.decimals) == (Decimal("0.5"), 1)


def test_what_other_teams_report_may_not_be_declared_and_goals_that_are_gone_are_told(
    city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = declared(indicator(layer="settlements", date="settled_on", key="settled", label="Ansiedlungen"))["settled"]
    monkeypatch.setattr(checking, "INDICATORS", (own,))
    given = {"position": 5, "area": "Kundenservice", "product": "Gründen", "goals": ["1", "2"]}
    assert checking.problems(city) == []
    insert(city, "manual_indicators", key="settled", label="Neue Firmen", **given)
    insert(city, "manual_indicators", key="new", label=" ansiedlungen", **given)
    monkeypatch.setattr(checking, "profile", lambda: read('[goals]\n1 = "Arbeit"'))
    told = [problem.en for problem in checking.problems(city)]
    assert [problem.split(":")[0] for problem in told] == ["indicators.settled"] * 2
    ((_, gone),) = checking.unknown_goals(city)
    assert "“2”, which reported indicators serve (new, settled)" in gone


def test_built_in_indicators_serve_the_goals_that_the_profile_names_for_them_and_no_others() -> None:
    goals = '[goals]\nA = "Mehr Arbeit."\n[[overrides]]\nkey = "inquiries"\ngoals = ["A"]'
    found = declared(goals)
    assert found["inquiries"].goals == ("A",)
    assert found["public_land_m2"].goals == ()
    assert read("").goals == {}
    assert {each.goals for each in declared("").values()} == {()}
