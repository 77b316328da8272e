"""The report's table: computed and reported indicators together, as the model report prints them."""

from decimal import Decimal

import psycopg
import pytest

from geo.figures.kpis import evaluation
from geo.figures.report.content import content
from geo.figures.report.document import canonical, report_of
from geo.figures.report.model import Cell, Line
from geo.periods import parse_period
from geo.records.layers.layer import Text
from tests.records import Connection, insert, violated_constraint
from tests.test_report.editions import lines_in_model, model

H1, H2 = parse_period("2023-H1"), parse_period("2023-H2")
NUMBERS = {0: "target_year", 1: "actual_h1", 2: "target_h2", 3: "actual_h2"}


def insert_indicator(connection: Connection, key: str, **values: object) -> int:
    """Insert a reported indicator with its required values."""
    known = {"key": key, "position": 5, "area": "Kundenservice", "product": "Gründen", "label": f"Zahl {key}"}
    return insert(connection, "manual_indicators", **known | values)


def line(connection: Connection, key: str, period: str) -> Line:
    return content(connection, parse_period(period)).line(key)


def test_the_table_contains_that_of_the_model_report(sample: Connection) -> None:
    report = content(sample, H2)
    rows = model()
    assert [column.label.de for column in report.columns] == [
        "Ziel 2023",
        "Ist 1. Halbjahr",
        "Ziel 2. Halbjahr",
        "Ist 2. Halbjahr",
    ]
    for row, found in zip(rows, lines_in_model(report.lines, lambda line: line.label.de), strict=True):
        assert (str(found.position), found.area.de, found.product.de) == (row["position"], row["area"], row["product"])
        assert found.label.de == row["indicator"]
        assert found.is_manual is not bool(row["key"])
        assert "|".join(found.goals) == row["goals"]
        for place, name in NUMBERS.items():
            printed = row["actual_year"] if place == 3 and row["actual_year"] else row[name]
            assert found.cells[place].shown == (Decimal(printed) if printed else None), (row["indicator"], name)


def test_an_annual_figure_is_in_the_column_of_the_second_half_and_marked(sample: Connection) -> None:
    unemployment = line(sample, "unemployment_rate", "2023-H2")
    assert unemployment.cells[3] == Cell(Decimal("11.5"), Decimal("11.5"), of_year=True)
    assert unemployment.unit == Text("%", "%")
    assert line(sample, "unemployment_rate", "2023-H1").cells[1] == Cell()
    assert line(sample, "unemployment_rate", "2023").cells[1].shown == Decimal("11.5")


def test_a_text_replaces_a_missing_number(sample: Connection) -> None:
    quarter = line(sample, "speicherstrasse", "2023-H2")
    assert quarter.cells[3] == Cell(text="laufender Prozess")
    assert quarter.unit is None


def test_a_first_half_has_its_own_columns(sample: Connection) -> None:
    report = content(sample, H1)
    assert [(column.period, column.content) for column in report.columns] == [
        ("2023", "target"),
        ("2023-H1", "target"),
        ("2023-H1", "actual"),
    ]
    assert report.line("inquiries").cells[2].shown == 352


def test_key_figures_are_stated_in_sentences(sample: Connection) -> None:
    sentences = content(sample, H2).sentences
    assert [sentence.de.replace("\N{NO-BREAK SPACE}", " ") for sentence in sentences] == [
        "Öffentliche Grundstücke: 54.900 m² verkauft oder in Erbpacht vergeben, in 2 Vorgängen.",
        "Trassen des geförderten Ausbaus: 221 km in Planung, 82 km verlegt.",
        "Mobilfunk: 29 Anfragen zu Standorten (Suchkreise) eingegangen.",
        "Mit Telekommunikationsunternehmen: 4 Absichtserklärungen (LOI) unterzeichnet.",
    ]
    assert "221\N{NO-BREAK SPACE}km" in sentences[1].de
    assert "54,900" in sentences[0].en


def test_one_is_stated_in_the_singular(connection: Connection) -> None:
    operator = insert(connection, "operators", name="Netz", kind="carrier")
    insert(connection, "letters_of_intent", operator=operator, promised_connections=10, signed_on="2023-08-01")
    (sentence,) = content(connection, H2).sentences
    assert "1\N{NO-BREAK SPACE}Absichtserklärung (LOI) unterzeichnet" in sentence.de
    assert "1\N{NO-BREAK SPACE}letter of intent signed" in sentence.en


def test_an_actual_states_who_entered_it(connection: Connection) -> None:
    connection.execute("select set_config('flurwerk.actor', 'Erika Mustermann', true)")
    events = insert_indicator(connection, "events", decimals=1)
    insert(connection, "manual_actuals", indicator=events, period="2023-H2", value="1.25")
    found = line(connection, "events", "2023-H2")
    assert found.entered_by == "Erika Mustermann"
    assert found.entered_at is not None
    assert found.cells[3] == Cell(Decimal("1.25"), Decimal("1.3"))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"key": "public_land_m2"}, "manual_indicators_not_computed"),
        ({"key": "settlements"}, "manual_indicators_not_computed"),
        ({"label": " büroflächenumsatz in QM "}, "manual_indicators_not_computed"),
        ({"label": "Office take-up in m²"}, "manual_indicators_not_computed"),
        ({"key": "settlements:phoenix"}, "manual_indicators_key_form"),
        ({"goals": ["4"]}, "manual_indicators_goals_known"),
        ({"goals": []}, "manual_indicators_goals_known"),
        ({"decimals": 7}, "manual_indicators_decimals_few"),
        ({"position": 0}, "manual_indicators_position_positive"),
    ],
)
def test_a_computed_indicator_cannot_be_reported(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    assert (
        violated_constraint(connection, lambda: insert_indicator(connection, **{"key": "events", **values}))
        == constraint
    )  # pyright: ignore[reportArgumentType]


def test_a_reported_indicator_cannot_become_a_computed_one(connection: Connection) -> None:
    insert_indicator(connection, "events")
    assert (
        violated_constraint(connection, lambda: connection.execute("update manual_indicators set key = 'inquiries'"))
        == "manual_indicators_not_computed"
    )


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({}, "manual_actuals_value_or_text"),
        ({"value": 1, "text": "eins"}, "manual_actuals_value_or_text"),
        ({"value": "NaN"}, "manual_actuals_value_finite"),
        ({"value": 1, "period": "2023-H3"}, "manual_actuals_period_form"),
    ],
)
def test_an_actual_is_a_number_or_a_text_of_a_period(
    connection: Connection, values: dict[str, object], constraint: str
) -> None:
    events = insert_indicator(connection, "events")
    known = {"indicator": events, "period": "2023-H2"}
    assert violated_constraint(connection, lambda: insert(connection, "manual_actuals", **known | values)) == constraint


def test_there_is_one_actual_per_period_and_its_indicator_cannot_be_deleted(connection: Connection) -> None:
    events = insert_indicator(connection, "events")
    insert(connection, "manual_actuals", indicator=events, period="2023-H2", value=3)
    again = {"indicator": events, "period": "2023-H2", "value": 4}
    assert violated_constraint(connection, lambda: insert(connection, "manual_actuals", **again)) == (
        "manual_actuals_indicator_period"
    )
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("delete from manual_indicators")


def test_a_report_is_unchanged_by_writing_and_reading_json(sample: Connection) -> None:
    report = content(sample, H2)
    written = canonical(report)
    assert report_of(written) == report
    for name in ("trends", "splits", "records", "definitions"):
        assert list(getattr(report_of(written), name)) == list(getattr(report, name)), name
    assert canonical(report_of(written)) == written


def test_a_stored_definition_restores_its_indicator(sample: Connection) -> None:
    for definition in content(sample, H2).definitions.values():
        indicator = definition.indicator()
        now = evaluation.find(evaluation.indicators(sample), indicator.key)
        assert evaluation.rows(sample, indicator, H2) == evaluation.rows(sample, now, H2)
        assert indicator.rounding == now.rounding
