"""Whatever happens to the records, a past figure equals what was read then, and splits and rows sum to it."""

from decimal import Decimal

from hypothesis import given

from geo.figures.kpis import evaluation
from tests.test_properties.city import HALVES, Site, read_as_recorded
from tests.test_properties.histories import Step, histories
from tests.test_properties.profile import profile


@profile(12)
@given(history=histories())
def test_a_past_figure_equals_what_was_read_then(site: Site, history: list[Step]) -> None:
    city = site.city()
    city.play(history)
    for seen in city.seen:
        for instant in seen.at:
            assert read_as_recorded(city.reader, instant) == (seen.values, seen.proof)


@profile(10)
@given(history=histories())
def test_splits_and_rows_sum_to_the_figure(site: Site, history: list[Step]) -> None:
    city = site.city()
    city.play(history)
    indicators = evaluation.indicators(city.reader)
    figures = city.seen[-1].values.totals
    for indicator in indicators:
        for half in HALVES:
            # Without any record nothing is recorded, which is not 0; its parts and rows are as empty.
            total = figures[indicator.key, half.name] or Decimal(0)
            districts = evaluation.by_district(city.reader, indicator, half)
            months = evaluation.by_month(city.reader, indicator, half)
            rows = evaluation.rows(city.reader, indicator, half)
            by_part = evaluation.rows(city.reader, indicator, half, by_part=True)
            for parts in (districts, months, rows, by_part):
                assert sum((part.amount or Decimal(0) for part in parts), Decimal(0)) == total
            assert len({row.id for row in rows}) == len(rows)
