"""A whole load, from the file to the report: all rows, or none."""

from collections.abc import Callable, Container, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pyarrow as pa

from geo.loading import validity
from geo.loading.batches import Conversion
from geo.loading.changes import (
    ACCEPT_EMPTYING,
    ACCEPT_PRUNING,
    column_changes,
    emptying_question,
    pruning_question,
)
from geo.loading.columns import make_plan, refuse_missing
from geo.loading.corrections import corrections_note
from geo.loading.diagnosis import diagnose, try_merge
from geo.loading.diagnosis.unique import duplicate_problems
from geo.loading.existing import analyze_written, create_existing
from geo.loading.identity import ACCEPT_REPLACING, ACCEPT_SIMILAR, replacing_question, similar_question
from geo.loading.interruptions import telling_interruptions
from geo.loading.log import record_load
from geo.loading.mapping import FileMapping
from geo.loading.merging import Counts, compare, count_actions, count_existing, stage_removal, vanished
from geo.loading.outside import outside_note
from geo.loading.reading import Source, open_source
from geo.loading.reasons import of_loads, of_shapes
from geo.loading.references import reference_problems, resolve_references
from geo.loading.repairing import repair_polygons
from geo.loading.report import LoadRefused, LoadReport, Question
from geo.loading.staging import copy_rows, create_incoming, create_staging, drop_staging
from geo.loading.waiting import DISTRICTS, LONGEST_WAIT_S, take_turn, wait_for_writers
from geo.records.layers import LAYERS
from geo.records.layers.kept import switched_off
from geo.records.layers.layer import Layer
from geo.store.catalogue import describe
from geo.store.database import Connection
from geo.text import Text, key_text

Progress = Callable[[int, int | None], None]
"""Called with the number of rows read so far, and the total number of rows if it is known."""


def load(
    connection: Connection,
    layer: str,
    path: Path | str,
    *,
    source: str,
    mapping: FileMapping | None = None,
    repair: bool = False,
    dry_run: bool = False,
    prune: bool = False,
    valid_from: date | None = None,
    accept_emptying: bool = False,
    accept_pruning: bool = False,
    accept_replacing: bool = False,
    accept_similar: bool = False,
    progress: Progress | None = None,
    waiting: Callable[[Text], None] | None = None,
    longest_wait_s: float = LONGEST_WAIT_S,
) -> LoadReport:
    """Load a file into a layer: all of its rows, or none.

    Records are identified by ``source`` and the file's column source_id. Columns that the file lacks keep their
    values. ``prune`` removes the source's records that are missing from the file. ``repair`` makes invalid polygons
    valid. ``valid_from`` is the day from which on the city's parts are as in the file (layer districts only): what it
    changes or ends is kept as former districts, and parts of its levels that it lacks end.

    Much that would be lost if the file is not what it seems is asked about (`report.questions`) and not written, unless
    it is accepted: ``accept_emptying`` and ``accept_pruning`` more than the mapping's share of a column's values or of
    the source's records, ``accept_replacing`` ids that are on other things now, ``accept_similar`` ids that are known
    ones in another spelling.

    Another load of the layer and source is waited for: ``waiting`` is called with a sentence about it.

    Runs in a transaction of its own, or in a savepoint of the caller's. It is rolled back on a dry run, and if the
    report contains problems. Raises LoadRefused if the file as a whole cannot be loaded, DatabaseUnavailable if the
    connection breaks, DiskFull if the database has no room.
    """
    described = _known_layer(layer)
    if not key_text(source):
        raise LoadRefused(of_loads.NO_SOURCE, of_loads.NAME_SOURCE)
    rules = validity.with_validity(mapping or FileMapping(), layer, valid_from, prune=prune)
    opened = open_source(Path(path), described.key, rules)
    report = LoadReport(described.key, key_text(source), dry_run=dry_run)
    if report.source != source.strip(" "):
        report.notes.append(of_loads.respelt("source", 1, source))
    accepted = {
        ACCEPT_EMPTYING: accept_emptying,
        ACCEPT_PRUNING: accept_pruning,
        ACCEPT_REPLACING: accept_replacing,
        ACCEPT_SIMILAR: accept_similar,
    }
    with telling_interruptions(connection) as interruption, connection.transaction():
        plan = make_plan(opened, described, describe(connection, described.key), rules)
        conversion = Conversion(opened, plan, rules, repair)
        take_turn(connection, plan.table.name, report.source, waiting=waiting, longest_wait_s=longest_wait_s)
        _stage(connection, conversion, report, progress)
        if described.key == DISTRICTS and not (dry_run or report.problems):
            wait_for_writers(connection, waiting=waiting, longest_wait_s=longest_wait_s)
        given = {option for option, is_given in accepted.items() if is_given}
        _write(connection, conversion, report, prune, valid_from, given)
        drop_staging(connection)
        if dry_run or report.problems:
            raise psycopg.Rollback
        report.number = record_load(connection, report, Path(path))
        interruption.is_committing = True
    return report


def _known_layer(name: str) -> Layer:
    if error := switched_off(Text(f"Der Layer {name}", f"The layer {name}"), name):
        message, hint = error.texts
        raise LoadRefused(message, hint)
    if name not in LAYERS:
        listed = ", ".join(LAYERS)
        raise LoadRefused(
            Text(f"Einen Layer {name} gibt es nicht.", f"There is no layer {name}."),
            Text(f"Die Layer sind {listed}.", f"The layers are {listed}."),
        )
    return LAYERS[name]


def _stage(connection: Connection, conversion: Conversion, report: LoadReport, progress: Progress | None) -> None:
    """Copy the file's rows to the staging table, and collect the cells that cannot be read."""
    plan = conversion.plan
    create_staging(connection, plan, report.source)
    copy_rows(connection, plan, _with_progress(conversion, report, progress))
    _refuse_lost_rows(conversion.source, report.rows + conversion.left_out)
    if report.rows == 0:
        if conversion.left_out:
            raise LoadRefused(
                of_loads.none_left(conversion.left_out, list(conversion.mapping.where)), of_loads.CHECK_CONDITION
            )
        raise LoadRefused(
            Text("Die Datei hat eine Kopfzeile, aber keine Zeilen.", "The file has a header but no rows."),
            Text("Füllen Sie sie erst aus.", "Fill it in first."),
        )
    conversion.tell()
    report.problems += conversion.problems
    report.adjusted += conversion.adjusted
    report.notes += conversion.source.notes
    report.notes += [of_loads.respelt(name, *found) for name, found in conversion.respelt.items()]
    if conversion.repair:
        repaired, hopeless = repair_polygons(connection, plan)
        report.adjusted += repaired
        report.problems += hopeless
    if conversion.source.has_geometry and not plan.table.geometry_type:
        report.notes.append(of_shapes.GEOMETRY_LEFT_OUT)


def _refuse_lost_rows(source: Source, read: int) -> None:
    if source.counted is not None and read + source.skipped != source.counted:
        raise LoadRefused(of_loads.lost_rows(source.counted, read + source.skipped), of_loads.UNKNOWN_WAY)


def _with_progress(conversion: Conversion, report: LoadReport, progress: Progress | None) -> Iterator[pa.Table]:
    for rows in conversion.rows():
        yield rows
        report.rows += len(rows)
        if progress:
            progress(report.rows, conversion.source.total)


def _write(
    connection: Connection,
    conversion: Conversion,
    report: LoadReport,
    prune: bool,
    valid_from: date | None,
    accepted: Container[str],
) -> None:
    """Merge the staged rows into the layer, or report all problems and questions that prevent it."""
    plan = conversion.plan
    create_incoming(connection, plan)
    create_existing(connection, plan, report.source)
    resolve_references(connection, plan, report.source)
    report.problems += reference_problems(connection, plan, report.source)
    report.problems += duplicate_problems(connection)
    if valid_from:
        report.notes += validity.keep_unchanged(connection, plan, report.source)
    compare(connection, plan)
    report.vanished = vanished(connection)
    reform = validity.Reform(connection, valid_from) if valid_from else None
    if reform:
        report.problems += reform.problems
        # Told by name in the notes.
        report.vanished = []
    if prune and report.vanished:
        stage_removal(connection)
    counts = count_actions(connection)
    if plan.missing and counts.insert:
        known = report.rows - counts.insert
        refuse_missing(plan.missing, counts.insert if known else None)
    # With unreadable cells, which are staged as empty, the values that change are not known.
    questions = [] if report.problems else _questions(connection, conversion, report, counts, reform)
    corrected = corrections_note(connection, plan) if counts.update else None
    nothing_to_do = not (counts.insert or counts.update or counts.delete)
    if report.problems or (not nothing_to_do and try_merge(connection, plan)):
        report.problems = diagnose(connection, plan, report.problems)
    # Whoever is asked has to know what would become of which part.
    if reform and not report.problems:
        report.notes += reform.keep_former()
    report.problems += [question for question in questions if question.option not in accepted]
    if report.problems:
        return
    report.inserted, report.changed, report.unchanged, report.removed = counts
    report.notes += [note for note in (outside_note(connection, plan), corrected) if note]
    analyze_written(connection, plan, counts.insert + counts.update + counts.delete)


def _questions(
    connection: Connection,
    conversion: Conversion,
    report: LoadReport,
    counts: Counts,
    reform: validity.Reform | None,
) -> list[Question]:
    """Return what has to be confirmed, and note in the report what happens to each column."""
    plan, share = conversion.plan, conversion.mapping.accepted_share
    changes = column_changes(connection, plan) if counts.update else []
    report.columns = [change for change in changes if change.filled or change.changed or change.emptied]
    found = [
        similar_question(connection) if counts.insert else None,
        # What a reform replaces is kept.
        replacing_question(connection, plan, counts.update + counts.keep) if counts.update and not reform else None,
        emptying_question(changes, share),
        reform.question(count_existing(connection), share)
        if reform
        else pruning_question(counts.delete, count_existing(connection), share),
    ]
    return [question for question in found if question]
