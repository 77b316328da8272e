"""Loading of files: file → checked rows → COPY → merge. All or nothing, with every bad row reported."""

from geo.loading.drafting import draft_mapping
from geo.loading.inspecting import Inspection, inspect_file
from geo.loading.log import Load, latest_loads
from geo.loading.mapping import FileMapping, ValueRule, overridden
from geo.loading.mapping_file import read_mapping
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
from geo.loading.undoing import NotUndone, undo_load
from geo.loading.waiting import LONGEST_WAIT_S

__all__ = [
    "LONGEST_WAIT_S",
    "ColumnChange",
    "FileMapping",
    "Inspection",
    "Load",
    "LoadRefused",
    "LoadReport",
    "NotUndone",
    "Problem",
    "Question",
    "ValueRule",
    "draft_mapping",
    "inspect_file",
    "latest_loads",
    "load",
    "overridden",
    "problems_as_csv",
    "problems_as_json",
    "read_mapping",
    "template",
    "undo_load",
    "write_problems",
]
