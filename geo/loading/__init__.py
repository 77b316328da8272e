"""Loading of files: file → checked rows → COPY → merge. All or nothing, with every bad row reported."""

from geo.loading.mapping import FileMapping, overridden, read_mapping
from geo.loading.pipeline import load
from geo.loading.report import (
    ColumnChange,
    LoadRefused,
    LoadReport,
    Problem,
    Question,
    problems_as_csv,
    problems_as_json,
    write_problems,
)
from geo.loading.template import template
from geo.loading.waiting import LONGEST_WAIT_S

__all__ = [
    "LONGEST_WAIT_S",
    "ColumnChange",
    "FileMapping",
    "LoadRefused",
    "LoadReport",
    "Problem",
    "Question",
    "load",
    "overridden",
    "problems_as_csv",
    "problems_as_json",
    "read_mapping",
    "template",
    "write_problems",
]
