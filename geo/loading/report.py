"""The outcome of a load: counts, problems and repairs, and their output as CSV or JSON."""

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

from geo.csv_cells import csv_cell
from geo.errors import BilingualError
from geo.loading.reasons import of_refusals
from geo.text import Text


class LoadRefused(BilingualError):
    """The file as a whole cannot be loaded: it is damaged, or its columns, encoding or CRS are unclear."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a row, or a change made to it so that it could be stored.

    ``row`` is the row number as shown in a spreadsheet (the header is row 1) or, in GIS files, the feature's number
    counted from 1. It is None if the problem is not that of a single row.
    """

    row: int | None
    source_id: str | None
    column: str | None
    value: str | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Question(Problem):
    """What has to be confirmed before the file is written, since much would be lost if it is not what it seems.

    ``option`` is that of the command which confirms it.
    """

    option: str

    @classmethod
    def of(cls, reason: Text, option: str) -> "Question":
        """Return the question about a file as a whole."""
        return cls(None, None, None, None, reason, option)


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """What a load does to a column of the source's existing records.

    ``present`` is how many of them have a value, ``filled`` how many get their first, ``changed`` how many another, and
    ``emptied`` how many lose theirs, to the column's default if it has one.
    """

    column: str
    present: int
    filled: int
    changed: int
    emptied: int


@dataclass(slots=True)
class LoadReport:
    """The outcome of one load. If there are problems, nothing was written and the counts are zero."""

    layer: str
    source: str
    rows: int = 0
    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    vanished: list[str] = field(default_factory=list)
    """The source_ids of the source's records that are missing from this file."""
    columns: list[ColumnChange] = field(default_factory=list)
    """What happens to the values of existing records; the columns without a change are left out."""
    adjusted: list[Problem] = field(default_factory=list)
    """Changes made to rows so that they could be stored, each with its reason: closed, repaired …"""
    problems: list[Problem] = field(default_factory=list)
    """Why nothing was written: the bad cells, and the questions that have not been answered."""
    notes: list[Text] = field(default_factory=list)
    """What is told about the file as a whole: what was left out, what was found out about it."""
    dry_run: bool = False
    number: int | None = None
    """Its number in the log of loads, by which it can be undone; None if nothing was written."""

    @property
    def ok(self) -> bool:
        """Whether the file was written, or would have been on a dry run."""
        return not self.problems

    @property
    def questions(self) -> list[Question]:
        """The problems that are questions."""
        return [problem for problem in self.problems if isinstance(problem, Question)]


FIELDS = ("row", "source_id", "column", "value", "reason")


def problems_as_json(problems: list[Problem], language: str = "de") -> str:
    """Return the problems as a JSON array of objects."""
    records = [dict(zip(FIELDS, _cells(problem, language), strict=True)) for problem in problems]
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def problems_as_csv(problems: list[Problem], language: str = "de") -> str:
    """Return the problems as CSV that German Excel opens directly: with semicolons and a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(FIELDS)
    writer.writerows([csv_cell(cell) for cell in _cells(problem, language)] for problem in problems)
    return "\ufeff" + text.getvalue()


def write_problems(problems: list[Problem], path: Path, language: str = "de") -> None:
    """Write the problems to a ``.csv`` or ``.json`` file. Raises LoadRefused if that is not possible."""
    match path.suffix.lower():
        case ".csv":
            text = problems_as_csv(problems, language)
        case ".json":
            text = problems_as_json(problems, language)
        case _:
            raise LoadRefused(
                Text(
                    f"Der Bericht kann nicht als {path.name} geschrieben werden.",
                    f"The report cannot be written as {path.name}.",
                ),
                Text(
                    "Wählen Sie einen Namen, der auf .csv oder .json endet.",
                    "Choose a name that ends in .csv or .json.",
                ),
            )
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        cause = of_refusals.cause(error)
        raise LoadRefused(
            Text(
                f"Der Bericht kann nicht nach {path} geschrieben werden ({cause.de}).",
                f"The report cannot be written to {path} ({cause.en}).",
            ),
            Text("Wählen Sie einen anderen Ort.", "Choose another place."),
        ) from error


def _cells(problem: Problem, language: str) -> tuple[int | str | None, ...]:
    return (
        problem.row,
        problem.source_id,
        problem.column,
        problem.value,
        problem.reason.in_language(language),
    )
