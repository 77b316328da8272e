"""Conditions that rows of a file must meet to be loaded, such as ``Status=gebaut``."""

import re
from dataclasses import dataclass

import numpy as np

from geo.loading.converting.codes import folded
from geo.loading.converting.columns import RawColumn, distinct
from geo.loading.converting.shown import shown
from geo.loading.reasons import of_columns
from geo.loading.report import LoadRefused
from geo.text import Text

CONDITION = re.compile(r"(?P<header>.+?)\s*(?P<sign>!=|=)\s*(?P<values>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Condition:
    """A column of the file whose value must, or with ``excludes`` must not, be one of the given ones.

    Values are compared as they are shown, without regard to upper and lower case. An empty value is an empty cell.
    """

    header: str
    values: frozenset[str]
    excludes: bool

    def is_met(self, column: RawColumn) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return for each row of a batch whether it meets the condition."""
        found, indices = distinct(column)
        # The last one stands for missing values.
        met = np.array([(folded(shown(value)) in self.values) != self.excludes for value in [*found, None]])
        return met[indices.fill_null(len(found)).to_numpy(zero_copy_only=False)]


def read_condition(text: str, headers: list[str]) -> Condition:
    """Read ``COLUMN=VALUE``, ``COLUMN=VALUE|VALUE`` or ``COLUMN!=VALUE``.

    Raises LoadRefused if it is none of these, or if the file has no such column.
    """
    parts = CONDITION.fullmatch(text.strip())
    if not parts:
        raise LoadRefused(
            Text(f"Die Bedingung {text} ist nicht zu verstehen.", f"The condition {text} cannot be read."),
            of_columns.WRITE_CONDITION,
        )
    named = [header for header in headers if folded(header) == folded(parts["header"])]
    if len(named) != 1:
        raise LoadRefused(
            of_columns.unknown_in_condition(text, parts["header"], bool(named)), of_columns.columns_are(headers)
        )
    values = frozenset(folded(value) for value in parts["values"].split("|"))
    return Condition(named[0], values, excludes=parts["sign"] == "!=")
