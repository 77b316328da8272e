"""The results as Markdown."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import psycopg

from counting.measuring import Measured


class Row(NamedTuple):
    """The results of one figure or several at once, at one scale; the floors are those of hand-written statements."""

    scale: float
    title: str
    now: Measured
    past: Measured
    floor: Measured | None = None
    past_floor: Measured | None = None


def heading(url: str) -> str:
    """Return the day, the machine and the versions."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            """
            select current_setting('server_version'), default_version
            from pg_available_extensions
            where name = 'postgis'
            """
        ).fetchone()
    assert row
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    processor = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())
    return f"{datetime.now(UTC):%Y-%m-%d}, {processor}, {os.cpu_count()} cores, PostgreSQL {row[0]}, PostGIS {row[1]}"


def markdown(rows: Sequence[Row]) -> str:
    """Return two tables, now and as recorded then, with a row for each figure and a column for each scale."""
    scales = list(dict.fromkeys(row.scale for row in rows))
    tables: list[str] = []
    for name, is_past in (("now", False), ("as recorded then", True)):
        lines = [f"| {name} | {' | '.join(f'{scale:g}×' for scale in scales)} |", f"| --- |{' ---: |' * len(scales)}"]
        for title in dict.fromkeys(row.title for row in rows):
            cells = [_cell(row, is_past=is_past) for row in rows if row.title == title]
            lines.append(f"| {title} | {' | '.join(cells)} |")
        tables.append("\n".join(lines))
    return "\n\n".join(tables)


def _cell(row: Row, *, is_past: bool) -> str:
    """Return the median, the floor's median if there is one, the first run in brackets, and the pages."""
    measured, floor = (row.past, row.past_floor) if is_past else (row.now, row.floor)
    beside = f" / {_ms(floor.median_ms)}" if floor else ""
    return f"{_ms(measured.median_ms)}{beside} ms ({_ms(measured.first_ms)}), {measured.pages:,}"


def _ms(taken: float) -> str:
    return f"{taken:.1f}" if taken < 10 else f"{taken:,.0f}"
