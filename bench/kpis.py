"""Measures the cost of counting: each indicator, a period's totals, the report and splits, now and as recorded then.

    .venv/bin/python bench/kpis.py [--scales 1,10,100] [--parts 100] [--runs 11] [--keep] [--json FILE] [--picture FILE]

Creates a database for each scale (1 is a city of 600,000 people: 101,000 connections, 20,000 trenches, 1,000 deals in
ten years) on the configured server, or on the private one, and drops it afterwards. A scale of 100 takes about 8 GB
and, on an idle machine, ten minutes. Prints Markdown for docs/performance.md, with the time of a hand-written statement
beside each figure as the floor; both statements must yield the same result.
"""

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
from counting.city import prepared
from counting.floors import floor
from counting.measuring import Session
from counting.picture import draw
from counting.table import Row, heading, markdown

from geo.figures import report
from geo.figures.kpis import Indicator, evaluation, kpi_sql
from geo.figures.kpis.parts import Parts
from geo.rhythm import own_rhythm
from geo.settings import load_settings
from geo.store.database import Query, conninfo, database_url

PRINTED_AFTER = timedelta(days=45)
"""How long after a period's end its report is printed; figures as recorded then are those of that instant."""
SPLIT = ("public_land_m2", "funded_connections", "trench_planned_km", "trench_laid_km")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the cost of counting.")
    parser.add_argument(
        "--scales", default="1,10,100", help="multiples of a city of 600,000 people, separated by commas"
    )
    parser.add_argument("--parts", type=int, help="municipalities of a county, in place of the twelve districts")
    parser.add_argument("--runs", type=int, default=11, help="warm runs of each statement; the median is reported")
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use existing ones")
    parser.add_argument("--picture", type=Path, help="draw the growth to this file")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    arguments = parser.parse_args()
    server = database_url(load_settings())
    found: list[Row] = []
    for scale in map(float, arguments.scales.split(",")):
        with prepared(server, scale, keep=arguments.keep, parts=arguments.parts) as url:
            found += Bench(url, scale, arguments.runs).rows()
    print(f"{heading(server)}\n\n{markdown(found)}")
    if arguments.picture:
        draw(found, arguments.picture)
    if arguments.json:
        arguments.json.write_text(json.dumps([row._asdict() for row in found], default=str) + "\n")


class Bench:
    """Measurements on one database, for the period whose report was printed last."""

    def __init__(self, url: str, scale: float, runs: int) -> None:
        with psycopg.connect(conninfo(url)) as connection:
            (day,) = connection.execute("select today() - %s", [PRINTED_AFTER]).fetchone() or (None,)
            assert day
            self.period = own_rhythm().last_over(day)
            (instant,) = connection.execute(
                "select (%s::date + %s)::timestamptz", [self.period.end, PRINTED_AFTER]
            ).fetchone() or (None,)
            self.known = evaluation.indicators(connection)
            (self.part,) = connection.execute(
                "select key from districts where kind = 'district' order by key offset 5"
            ).fetchone() or (None,)
        self.scale = scale
        self.now, self.past = Session(url, runs), Session(url, runs, instant)
        self.values = {"first": self.period.first, "end": self.period.end, "instant": instant}

    def rows(self) -> list[Row]:
        """Measure every indicator alone, then all of them, then splits, then those of one part beside the whole."""
        found = [self._beside_floor(indicator) for indicator in self.known]
        found.append(self._row("a period's totals", kpi_sql.totals([(one, self.period) for one in self.known])))
        printed = report.periods_of(report.columns(self.period))
        figures = [(indicator, period) for indicator in self.known for period in printed]
        found.append(self._row("the report's totals", kpi_sql.totals(figures)))
        for indicator in self.known:
            if indicator.key in SPLIT:
                found.append(self._row(f"{indicator.key} by district", kpi_sql.by_district(indicator, self.period)))
                lower = kpi_sql.by_district(indicator, self.period, parts=Parts("statistical"))
                found.append(self._row(f"{indicator.key} by statistical", lower))
        for indicator in self.known:
            own = kpi_sql.totals([(indicator, self.period)], part=self.part)
            found.append(self._row(f"{indicator.key} of one part", own))
        own = kpi_sql.totals([(one, self.period) for one in self.known], part=self.part)
        found.append(self._row("a period's totals of one part", own))
        return found

    def _row(self, title: str, query: Query) -> Row:
        row = Row(self.scale, title, self.now.measure(query), self.past.measure(query))
        print(f"{row.scale:g}× {title}: {row.now.median_ms:.0f} and {row.past.median_ms:.0f} ms", file=sys.stderr)
        return row

    def _beside_floor(self, indicator: Indicator) -> Row:
        row = self._row(indicator.key, kpi_sql.totals([(indicator, self.period)]))._replace(
            floor=self.now.measure_plain(floor(indicator.key, is_past=False), self.values),
            past_floor=self.now.measure_plain(floor(indicator.key, is_past=True), self.values),
        )
        for figure, plain in ((row.now, row.floor), (row.past, row.past_floor)):
            assert plain
            if figure.found[0][2] != (plain.found[0][0] or 0):
                sys.exit(f"{row.title}: {figure.found[0][2]} differs from the floor's {plain.found[0][0]}")
        return row


if __name__ == "__main__":
    main()
