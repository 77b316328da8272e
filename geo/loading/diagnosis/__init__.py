"""Finds every bad row, with its reason, after the database has refused a merge at the first one.

The rules exist only in the database. Its own check expressions are evaluated over all staged rows. Violations that
only triggers detect are found by repeatedly merging the remaining good rows and rolling back.
"""

import psycopg
from psycopg import errors

from geo.loading.columns import Plan
from geo.loading.diagnosis.checks import check_problems, missing_value_problems
from geo.loading.diagnosis.merged_rows import create_merged_rows
from geo.loading.diagnosis.places import place_problems
from geo.loading.diagnosis.removal import removal_problems
from geo.loading.diagnosis.triggers import overdrawn_problems, rule_problems
from geo.loading.diagnosis.unique import unique_problems
from geo.loading.in_force import refuse_in_force_twice
from geo.loading.merging import exclude, merge
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
"""The errors caused by the rows, as opposed to the connection or missing privileges."""


def try_merge(connection: Connection, plan: Plan) -> psycopg.Error | None:
    """Merge the staged rows. If the database refuses them, undo the merge and return the error."""
    try:
        with connection.transaction():
            merge(connection, plan)
            refuse_in_force_twice(connection, plan.table.name)
    except REFUSALS as error:
        return error
    return None


def diagnose(connection: Connection, plan: Plan, known: list[Problem]) -> list[Problem]:
    """Return the known problems and all others that the database finds in the staged rows, ordered by row."""
    create_merged_rows(connection, plan)
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
    problems += _merge_problems(connection, plan, problems)
    return sorted(problems, key=lambda problem: (problem.row is None, problem.row or 0))


def _merge_problems(connection: Connection, plan: Plan, problems: list[Problem]) -> list[Problem]:
    """Return the problems that only a merge reveals: try it with the good rows until it passes, and undo it."""
    found: list[Problem] = []
    while True:
        bad_rows = {problem.row for problem in [*problems, *found] if problem.row is not None}
        with connection.transaction(force_rollback=True):
            exclude(connection, list(bad_rows))
            refusal = try_merge(connection, plan)
        if refusal is None:
            return found
        overdrawn = overdrawn_problems(connection, plan, refusal)
        new = [problem for problem in overdrawn if problem.row not in bad_rows]
        if not new:
            break
        found += new
    # The remaining rows may fail only because rows that they refer to are excluded.
    if problems or found:
        return found
    return [Problem(None, None, None, None, _as_text(refusal))]


def _new(candidates: list[Problem], known: list[Problem]) -> list[Problem]:
    """Return the candidates for cells without a known problem: an unreadable cell is not also a missing one."""
    cells = {(problem.row, name) for problem in known for name in _columns(problem)}
    return [problem for problem in candidates if not any((problem.row, name) in cells for name in _columns(problem))]


def _columns(problem: Problem) -> list[str]:
    return problem.column.split(", ") if problem.column else []


def _as_text(refusal: psycopg.Error) -> Text:
    line = first_line(refusal)
    return explain(refusal) or Text(f"Die Datenbank meldet: {line}", f"The database reports: {line}")
