"""Conditions that rows of a file must meet to be loaded, such as ``Status=gebaut``."""

import re
from dataclasses import dataclass

import numpy as np

from geo.loading.converting.codes import folded
from geo.loading.converting.columns import RawColumn, distinct
from geo.loading.converting.shown import shown
from geo.loading.report import LoadRefused

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
        raise LoadRefused(f"The condition {text} cannot be read.", "Write COLUMN=VALUE, COLUMN=A|B or COLUMN!=VALUE.")
    named = [header for header in headers if folded(header) == folded(parts["header"])]
    if len(named) != 1:
        raise LoadRefused(
            f"The condition {text} names the column {parts['header']}, which the file "
            + ("has more than once." if named else "does not have."),
            f"Its columns are {', '.join(headers)}.",
        )
    values = frozenset(folded(value) for value in parts["values"].split("|"))
    return Condition(named[0], values, excludes=parts["sign"] == "!=")
