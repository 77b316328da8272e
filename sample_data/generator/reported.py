"""The other teams' indicators from the report: the rows of its table that no records yield, in `reported.csv`.

Labels and numbers are the report's; English labels and remarks are invented.
"""

from __future__ import annotations

import csv
from pathlib import Path

from generator.common import Row

_FILE = Path(__file__).with_name("reported.csv")
_TARGETS = {"2023": "target_year", "2023-H2": "target_h2"}
_ACTUALS = {"2023-H1": "actual_h1", "2023-H2": "actual_h2", "2023": "actual_year"}
_REMARKED = "2023-H2"


def _reported() -> list[dict[str, str]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def indicator_rows() -> list[Row]:
    """Return the reported indicators; those with an actual for the year are annual."""
    described = ("key", "area", "product", "label", "label_en", "unit", "goals")
    return [
        {
            "source_id": row["key"],
            **{name: row[name] or None for name in described},
            "position": int(row["position"]),
            "decimals": int(row["decimals"]),
            "annual": bool(row["actual_year"]),
        }
        for row in _reported()
    ]


def actual_rows() -> list[Row]:
    """Return the reported actuals: numbers, and one text."""
    numbers = [
        {
            "source_id": f"{row['key']}-{period}",
            "indicator": row["key"],
            "period": period,
            "value": float(row[column]),
        }
        for row in _reported()
        for period, column in _ACTUALS.items()
        if row[column]
    ]
    texts = [
        {
            "source_id": f"{row['key']}-{_REMARKED}",
            "indicator": row["key"],
            "period": _REMARKED,
            "text": row["text"],
        }
        for row in _reported()
        if row["text"]
    ]
    return numbers + texts


def target_rows() -> list[Row]:
    """Return the targets for the year and its second half."""
    return [
        {
            "source_id": f"ziel-{row['key'].replace('_', '-')}-{period}",
            "kpi": row["key"],
            "period": period,
            "value": float(row[column]),
        }
        for row in _reported()
        for period, column in _TARGETS.items()
        if row[column]
    ]


def remark_rows() -> list[Row]:
    """Return the remarks on some of them."""
    return [
        {
            "source_id": f"anm-{row['key'].replace('_', '-')}-{_REMARKED}",
            "kpi": row["key"],
            "period": _REMARKED,
            "text": row["remark"],
        }
        for row in _reported()
        if row["remark"]
    ]
