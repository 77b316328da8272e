"""The results as Markdown and as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from serving.measuring import Measured
from serving.rows import Row
from serving.servers import Server

Results = Mapping[str, Mapping[str, Measured]]
"""By row, then by server."""


def heading(url: str) -> str:
    """Return the day, the machine and the versions."""
    with psycopg.connect(url) as connection:
        row = connection.execute("select current_setting('server_version'), postgis_lib_version()").fetchone()
    assert row
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {_processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, PostgreSQL {row[0]}, PostGIS {row[1]}"
    )


def markdown(rows: Sequence[Row], servers: Sequence[Server], floors: Mapping[str, float | None], found: Results) -> str:
    """Return the table: median (99th percentile) at one connection → requests/s at eight, processor time, bytes."""
    names = [f"{server.name} {server.version}" for server in servers]
    lines = [f"| request | psql | {' | '.join(names)} |", f"| --- | ---: |{' ---: |' * len(names)}"]
    for row in rows:
        floor = floors.get(row.key)
        cells = [_cell(found[row.key].get(server.name)) for server in servers]
        lines.append(f"| {row.title} | {f'{floor:.2f} ms' if floor else '–'} | {' | '.join(cells)} |")
    peaks = [_peak(found, server.name) for server in servers]
    return "\n".join([*lines, f"| memory of the workers under load (PSS, highest) | – | {' | '.join(peaks)} |"])


def write_json(path: Path, title: str, servers: Sequence[Server], floors: Mapping[str, Any], found: Results) -> None:
    """Write the same results as JSON."""
    content = {
        "machine": title,
        "versions": {server.name: server.version for server in servers},
        "psql_ms": floors,
        "results": {
            key: {name: {field: value for field, value in measured._asdict().items() if value not in (None, "")}
                  for name, measured in by_server.items()}
            for key, by_server in found.items()
        },
    }  # fmt: skip
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _cell(measured: Measured | None) -> str:
    if measured is None:
        return "–"
    parts: list[str] = []
    if measured.seconds is not None:
        parts.append(f"{measured.seconds:.1f} s")
    if measured.p50 is not None and measured.p99 is not None:
        parts.append(f"{measured.p50:.2f} ms ({measured.p99:.2f})")
    if measured.rate is not None:
        parts[-1:] = [f"{parts[-1]} → {measured.rate:,.0f}/s"]
    if measured.cpu_ms is not None:
        parts.append(f"{measured.cpu_ms:.1f} ms CPU")
    if measured.size is not None:
        parts.append(_bytes(measured.size))
    return ", ".join([*parts, *([measured.note] if measured.note else [])])


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB" if size >= 1e4 else f"{size:,} B"


def _peak(found: Results, name: str) -> str:
    peaks = [by_server[name].memory_mb for by_server in found.values() if name in by_server]
    known = [peak for peak in peaks if peak is not None]
    return f"{max(known):.0f} MB" if known else "–"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())
