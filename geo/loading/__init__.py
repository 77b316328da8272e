"""Loading of files: file → checked rows → COPY → merge. All or nothing, with every bad row reported."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from geo.loading.validity import read_day
    from geo.loading.waiting import LONGEST_WAIT_S

MODULES = {
    "ColumnChange": "report",
    "FileMapping": "mapping",
    "Inspection": "inspecting",
    "LONGEST_WAIT_S": "waiting",
    "Load": "log",
    "LoadRefused": "report",
    "LoadReport": "report",
    "NotUndone": "undoing",
    "Problem": "report",
    "Question": "report",
    "ValueRule": "mapping",
    "draft_mapping": "drafting",
    "inspect_file": "inspecting",
    "latest_loads": "log",
    "load": "pipeline",
    "overridden": "mapping",
    "problems_as_csv": "report",
    "problems_as_json": "report",
    "read_day": "validity",
    "read_mapping": "mapping_file",
    "template": "template",
    "undo_load": "undoing",
    "write_problems": "report",
}
"""The module of each name. It is imported only when the name is used: the service must not import what reads files."""

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
    "read_day",
    "read_mapping",
    "template",
    "undo_load",
    "write_problems",
]


def __getattr__(name: str) -> Any:
    """Return one of the names above, from its module."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Kept, as a module of the same name would take its place otherwise.
    found = globals()[name] = getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
    return found
