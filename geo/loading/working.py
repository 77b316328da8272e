"""The work of the process that inspects or loads an uploaded file. It answers by a JSON object a line.

It is a process of its own because GDAL, Arrow and openpyxl occupy a processor and much memory, and give the memory
back only when their process ends. If it is killed, its session ends and the database rolls the load back.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg

from geo.errors import FlurwerkError
from geo.loading import validity
from geo.loading.choices import has_list, recognised, targets
from geo.loading.inspecting import Inspection, inspect_file
from geo.loading.job import Job
from geo.loading.mapping_file import mapping_of
from geo.loading.pipeline import load
from geo.loading.reasons.of_loads import GIVE_UP_ON_PAGE
from geo.loading.report import LoadReport, Problem, Question
from geo.records.layers import LAYERS
from geo.records.messages import explain
from geo.store.catalogue import Table, describe
from geo.store.database import first_line, raising_unavailable
from geo.store.sessions import open_session
from geo.text import Text

PROGRESS_EVERY_S = 0.2
MOST_PROBLEMS = 200
"""How many bad rows are listed; their number is always told."""


def main() -> None:
    """Do the job on standard input. Write progress, then the result or the refusal, to standard output."""
    job = Job(**json.load(sys.stdin.buffer))
    try:
        with raising_unavailable():
            result = _done(job)
        _write({"result": result})
    except FlurwerkError as error:
        _write({"refused": _refused(error, job.language)})
    except psycopg.Error as error:
        explained = explain(error)
        message = explained.in_language(job.language) if explained else first_line(error)
        _write({"refused": {"message": message, "hint": None}})


def _done(job: Job) -> dict[str, Any]:
    mapping = mapping_of(job.mapping, "mapping")
    with open_session(job.conninfo) as connection:
        connection.execute("select set_config('flurwerk.actor', %s, false)", [job.actor])
        connection.commit()
        if job.task == "inspect":
            found = inspect_file(connection, Path(job.path), job.layer, mapping, _progress())
            table = describe(connection, found.layer) if found.layer else None
            return inspection_as_json(found, job.language) | choices_as_json(found, table, job.language)
        assert job.layer

        def waiting(for_whom: Text) -> None:
            told = (for_whom, GIVE_UP_ON_PAGE)
            _write({"waiting": " ".join(text.in_language(job.language) for text in told)})

        named = job.options.get("valid_from")
        options = {**job.options, "valid_from": None if named is None else validity.read_day(named)}
        report = load(
            connection, job.layer, Path(job.path), mapping=mapping, progress=_progress(), waiting=waiting, **options
        )
        return report_as_json(report, job.language)


def inspection_as_json(inspection: Inspection, language: str) -> dict[str, Any]:
    """Return what was found out about a file as an object for JSON."""
    source, place = inspection.source, inspection.place
    targets = {match.header: {"column": match.target, "likeness": match.likeness} for match in inspection.matches}
    return {
        "rows": inspection.row_count,
        "crs": source.crs,
        "facts": [{"label": label.in_language(language), "value": value} for label, value in source.facts],
        "notes": [note.in_language(language) for note in source.notes],
        "layers": [
            {"layer": key, "title": LAYERS[key].title.in_language(language), "likeness": round(likeness, 3)}
            for key, likeness in inspection.layers
        ],
        "layer": inspection.layer,
        "takes_day": inspection.layer is not None and validity.takes_day(inspection.layer),
        "columns": [
            {
                "header": profile.header,
                "kind": profile.kind.name.lower(),
                "filled": profile.filled,
                "first": profile.first,
                "last": profile.last,
                "examples": list(profile.values)[:5],
                "suggestion": targets.get(profile.header),
            }
            for profile in inspection.columns
        ],
        "first_rows": [
            {"row": number, "values": dict(row)}
            for number, row in zip(inspection.row_numbers, inspection.rows, strict=True)
        ],
        "place": asdict(place) if place else None,
        **_problems(inspection.problems, language),
        "fits": inspection.fits,
        "refused": _refused(inspection.refused, language) if inspection.refused else None,
    }


def choices_as_json(inspection: Inspection, table: Table | None, language: str) -> dict[str, Any]:
    """Return what the file's columns can be assigned to, and what values they have, as an object for JSON."""
    possible = (
        targets(LAYERS[table.name], table, reads_geometry=inspection.source.has_geometry) if table is not None else []
    )
    return {
        "targets": [
            {
                "name": target.name,
                "label": target.label.in_language(language),
                "unit": target.unit.in_language(language) if target.unit else "",
                "required": target.is_required,
                "codes": {code: label.in_language(language) for code, label in target.codes.items()}
                if target.codes
                else None,
            }
            for target in possible
        ],
        "values": {
            profile.header: {
                "rows": dict(profile.values),
                "codes": recognised(profile, possible),
            }
            for profile in inspection.columns
            if has_list(profile)
        },
    }


def report_as_json(report: LoadReport, language: str) -> dict[str, Any]:
    """Return the outcome of a load as an object for JSON."""
    return {
        "layer": report.layer,
        "source": report.source,
        "number": report.number,
        "dry_run": report.dry_run,
        "ok": report.ok,
        "rows": report.rows,
        "inserted": report.inserted,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "vanished": {"count": len(report.vanished), "examples": report.vanished[:10]},
        "notes": [note.in_language(language) for note in report.notes],
        "adjusted": {
            "count": len(report.adjusted),
            "rows": [_problem(problem, language) for problem in report.adjusted[:MOST_PROBLEMS]],
        },
        "columns": [asdict(change) for change in report.columns],
        "questions": [
            {"option": question.option, "reason": question.reason.in_language(language)}
            for question in report.questions
        ],
        **_problems(report.problems, language),
    }


def _refused(error: FlurwerkError, language: str) -> dict[str, str]:
    message, hint = error.parts(language)
    return {"message": message, "hint": hint}


def _problems(problems: list[Problem], language: str) -> dict[str, Any]:
    """Return how many problems there are, questions among them, and the first ones that are no questions."""
    bad = [problem for problem in problems if not isinstance(problem, Question)]
    return {
        "problems": {
            "count": len(problems),
            "rows": [_problem(problem, language) for problem in bad[:MOST_PROBLEMS]],
        }
    }


def _problem(problem: Problem, language: str) -> dict[str, Any]:
    return {
        "row": problem.row,
        "source_id": problem.source_id,
        "column": problem.column,
        "value": problem.value,
        "reason": problem.reason.in_language(language),
    }


def _progress() -> Callable[[int, int | None], None]:
    last = 0.0

    def tell(done: int, total: int | None) -> None:
        nonlocal last
        if monotonic() - last >= PROGRESS_EVERY_S:
            last = monotonic()
            _write({"progress": {"done": done, "total": total}})

    return tell


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
