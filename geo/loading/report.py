"""What a load did, or why it did nothing."""

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

from geo.csv_cells import csv_cell
from geo.errors import FlurwerkError
from geo.records.layers.layer import Text


class LoadRefused(FlurwerkError):
    """The file as a whole cannot be loaded: it is damaged, or its columns, encoding or CRS are not clear."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is bad, or what was repaired in it.

    ``row`` is the row's number as a spreadsheet shows it (the header is row 1) or, in a GIS file, the number of
    the feature from 1; None where no single row is to blame.
    """

    row: int | None
    source_id: str | None
    column: str | None
    value: str | None
    reason: Text


@dataclass(slots=True)
class LoadReport:
    """The outcome of one load. With problems nothing was written, and the counts are zero."""

    layer: str
    source: str
    rows: int = 0
    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    vanished: list[str] = field(default_factory=list)
    """The source_ids that earlier loads of the source brought and this file lacks."""
    repaired: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    dry_run: bool = False

    @property
    def ok(self) -> bool:
        """Whether the file was, or on a dry run would have been, written."""
        return not self.problems


FIELDS = ("row", "source_id", "column", "value", "reason")


def problems_as_json(problems: list[Problem], language: str = "de") -> str:
    """The problems as a JSON array of objects."""
    records = [dict(zip(FIELDS, _cells(problem, language), strict=True)) for problem in problems]
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def problems_as_csv(problems: list[Problem], language: str = "de") -> str:
    """The problems as a CSV text that German Excel opens: semicolons, with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(FIELDS)
    writer.writerows([csv_cell(cell) for cell in _cells(problem, language)] for problem in problems)
    return "\ufeff" + text.getvalue()


def write_problems(problems: list[Problem], path: Path, language: str = "de") -> None:
    """Write the problems to a ``.csv`` or ``.json`` file. Raises LoadRefused where that cannot be done."""
    match path.suffix.lower():
        case ".csv":
            text = problems_as_csv(problems, language)
        case ".json":
            text = problems_as_json(problems, language)
        case _:
            raise LoadRefused(
                f"A report cannot be written as {path.name}.", "Give it a name that ends in .csv or .json."
            )
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise LoadRefused(
            f"The report cannot be written to {path} ({error.strerror}).", "Choose another place."
        ) from error


def _cells(problem: Problem, language: str) -> tuple[int | str | None, ...]:
    return (
        problem.row,
        problem.source_id,
        problem.column,
        problem.value,
        problem.reason.in_language(language),
    )
