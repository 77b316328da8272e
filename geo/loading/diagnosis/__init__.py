"""Why the database refused: every bad row with its reason, not only the first.

The rules stand in the database alone. Where it refuses a merge, its own expressions are evaluated over all staged
rows; what only a trigger can say is found by merging what is still good, again and again, and rolling that back.
"""

import psycopg
from psycopg import errors

from geo.loading.columns import Plan
from geo.loading.diagnosis.checks import check_problems, missing_value_problems
from geo.loading.diagnosis.places import place_problems
from geo.loading.diagnosis.removal import removal_problems
from geo.loading.diagnosis.triggers import overdrawn_problems, rule_problems
from geo.loading.diagnosis.unique import unique_problems
from geo.loading.diagnosis.would_be import create_would_be
from geo.loading.merging import leave_out, merge
from geo.loading.report import Problem
from geo.records.layers.layer import Text
from geo.records.messages import explain
from geo.store.database import Connection, first_line

REFUSALS = (
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.InternalError,
    errors.CardinalityViolation,
    errors.RaiseException,
    errors.ProgramLimitExceeded,
)
"""The errors that are about the rows, not about the connection or the rights."""


def try_merge(connection: Connection, plan: Plan) -> psycopg.Error | None:
    """Merge; where the database refuses, undo it and return the refusal."""
    try:
        with connection.transaction():
            merge(connection, plan)
    except REFUSALS as error:
        return error
    return None


def diagnose(connection: Connection, plan: Plan, known: list[Problem]) -> list[Problem]:
    """The known problems, and all that the database would find in the staged rows besides."""
    create_would_be(connection, plan)
    problems = list(known)
    for search in (
        missing_value_problems,
        check_problems,
        place_problems,
        unique_problems,
        rule_problems,
        removal_problems,
    ):
        problems += _new(search(connection, plan), problems)
    problems += _plots_and_the_rest(connection, plan, problems)
    return sorted(problems, key=lambda problem: (problem.row is None, problem.row or 0))


def _plots_and_the_rest(connection: Connection, plan: Plan, problems: list[Problem]) -> list[Problem]:
    """What only the merge itself brings to light: it is tried with the rows that are still good, and undone."""
    found: list[Problem] = []
    while True:
        bad_rows = {problem.row for problem in [*problems, *found] if problem.row is not None}
        with connection.transaction(force_rollback=True):
            leave_out(connection, list(bad_rows))
            refusal = try_merge(connection, plan)
        if refusal is None:
            return found
        overdrawn = overdrawn_problems(connection, plan, refusal)
        new = [problem for problem in overdrawn if problem.row not in bad_rows]
        if not new:
            break
        found += new
    # The rest may only fail because the rows that it refers to are left out.
    if problems or found:
        return found
    return [Problem(None, None, None, None, _as_text(refusal))]


def _new(candidates: list[Problem], known: list[Problem]) -> list[Problem]:
    """Those that do not repeat what is known: a cell that could not be read is not also missing."""
    cells = {(problem.row, name) for problem in known for name in _columns(problem)}
    return [problem for problem in candidates if not any((problem.row, name) in cells for name in _columns(problem))]


def _columns(problem: Problem) -> list[str]:
    return problem.column.split(", ") if problem.column else []


def _as_text(refusal: psycopg.Error) -> Text:
    line = first_line(refusal)
    return explain(refusal) or Text(f"Die Datenbank meldet: {line}", f"The database says: {line}")
