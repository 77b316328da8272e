"""A whole load, from the file to the report: all rows, or none."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pyarrow as pa

from geo.loading import reasons
from geo.loading.batches import Conversion
from geo.loading.columns import Plan, make_plan, refuse_missing
from geo.loading.diagnosis import diagnose, try_merge
from geo.loading.diagnosis.unique import duplicate_problems
from geo.loading.log import record_load
from geo.loading.mapping import FileMapping
from geo.loading.merging import compare, count_actions, stage_removal, vanished
from geo.loading.reading import Source, open_source
from geo.loading.references import reference_problems, resolve_references
from geo.loading.repairing import repair_polygons
from geo.loading.report import LoadRefused, LoadReport
from geo.loading.staging import copy_rows, create_incoming, create_staging, drop_staging
from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer
from geo.store.catalogue import describe
from geo.store.database import Connection

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
    progress: Progress | None = None,
) -> LoadReport:
    """Load a file into a layer: all of its rows, or none.

    Records are identified by ``source`` and the file's column source_id. Columns that the file lacks keep their
    values. ``prune`` removes the source's records that are missing from the file. ``repair`` makes invalid polygons
    valid.

    Runs in a transaction of its own, or in a savepoint of the caller's. It is rolled back on a dry run, and if the
    report contains problems. Raises LoadRefused if the file as a whole cannot be loaded.
    """
    described = _known_layer(layer)
    if not source.strip():
        raise LoadRefused("The source has no name.", "Name the origin of the file: --source NAME.")
    rules = mapping or FileMapping()
    opened = open_source(Path(path), described.key, rules)
    report = LoadReport(described.key, source, dry_run=dry_run)
    with connection.transaction():
        plan = make_plan(opened, described, describe(connection, described.key), rules)
        conversion = Conversion(opened, plan, rules, repair)
        _lock(connection, plan, source)
        _stage(connection, conversion, report, progress)
        _write(connection, plan, report, prune)
        drop_staging(connection)
        if dry_run or report.problems:
            raise psycopg.Rollback
        report.number = record_load(connection, report, Path(path))
    return report


def _known_layer(name: str) -> Layer:
    if name not in LAYERS:
        raise LoadRefused(f"There is no layer {name}.", f"The layers are {', '.join(LAYERS)}.")
    return LAYERS[name]


def _lock(connection: Connection, plan: Plan, source: str) -> None:
    """Make other loads of the same layer and source wait for this one."""
    connection.execute(
        "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"flurwerk load {plan.table.name} {source}"]
    )


def _stage(connection: Connection, conversion: Conversion, report: LoadReport, progress: Progress | None) -> None:
    """Copy the file's rows to the staging table, and collect the cells that cannot be read."""
    plan = conversion.plan
    create_staging(connection, plan, report.source)
    copy_rows(connection, plan, _with_progress(conversion, report, progress))
    _refuse_lost_rows(conversion.source, report.rows + conversion.left_out)
    if report.rows == 0:
        if conversion.left_out:
            raise LoadRefused(
                f"None of the file's {conversion.left_out} rows meets {', '.join(conversion.mapping.where)}.",
                "Check the condition's spelling against the file.",
            )
        raise LoadRefused("The file has a header but no rows.", "Fill it in first.")
    conversion.tell()
    report.problems += conversion.problems
    report.adjusted += conversion.adjusted
    report.notes += conversion.source.notes
    if conversion.repair:
        repaired, hopeless = repair_polygons(connection, plan)
        report.adjusted += repaired
        report.problems += hopeless
    if conversion.source.has_geometry and not plan.table.geometry_type:
        report.notes.append(reasons.GEOMETRY_LEFT_OUT)


def _refuse_lost_rows(source: Source, read: int) -> None:
    if source.counted is not None and read + source.skipped != source.counted:
        raise LoadRefused(
            f"The file has {source.counted} rows, but {read + source.skipped} were read.",
            "It is damaged, or written in a way that Flurwerk does not know: export it again.",
        )


def _with_progress(conversion: Conversion, report: LoadReport, progress: Progress | None) -> Iterator[pa.Table]:
    for rows in conversion.rows():
        yield rows
        report.rows += len(rows)
        if progress:
            progress(report.rows, conversion.source.total)


def _write(connection: Connection, plan: Plan, report: LoadReport, prune: bool) -> None:
    """Merge the staged rows into the layer, or report all problems that prevent it."""
    create_incoming(connection, plan)
    resolve_references(connection, plan, report.source)
    report.problems += reference_problems(connection, plan, report.source)
    report.problems += duplicate_problems(connection)
    compare(connection, plan)
    report.vanished = vanished(connection, plan, report.source)
    if prune and report.vanished:
        stage_removal(connection, plan, report.source)
    counts = count_actions(connection)
    if plan.missing and counts.insert:
        known = report.rows - counts.insert
        refuse_missing(plan.missing, f", needed for its {counts.insert} new rows" if known else "")
    nothing_to_do = not (counts.insert or counts.update or counts.delete)
    if report.problems or (not nothing_to_do and try_merge(connection, plan)):
        report.problems = diagnose(connection, plan, report.problems)
        return
    report.inserted, report.changed, report.unchanged, report.removed = counts
