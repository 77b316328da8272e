"""Writes what follows for plots, as an edit of each: with history, and keeping what people have entered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from geo.exchange.enriching.plots import Plot, author_of, is_by, origins, read_plots
from geo.exchange.enriching.proposals import Decisions, Proposal
from geo.exchange.enriching.report import Action, Enrichment, Entry
from geo.exchange.errors import ExchangeRefused
from geo.records.editing import edit_sql
from geo.records.editing.refusals import DATA_ERRORS
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text
from geo.records.messages import explain
from geo.store.database import NOW, Connection, Query, first_line

PLOTS = LAYERS["plots"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to enrich. ``overwrite``: also replace values that somebody has entered and that differ."""

    overwrite: bool = False
    dry_run: bool = False


def enrich(
    connection: Connection,
    kind: str,
    path: Path,
    columns: Sequence[str],
    decided: Callable[[list[Plot]], Decisions],
    options: Options,
) -> Enrichment:
    """Read the plots, let ``decided`` find what follows for them, write it, and return what happened to each.

    All of it, or nothing if a value breaks a rule of the records. A value that differs is replaced if an enrichment of
    this ``kind`` has written it; if somebody else has, it is kept unless ``overwrite`` is set. Runs in a transaction of
    its own, or in a savepoint of the caller's; on a dry run it is rolled back. Raises ExchangeRefused if a plot was
    changed by others meanwhile.
    """
    with connection.transaction():
        plots = read_plots(connection, columns)
        decisions = decided(plots)
        result = Enrichment(len(plots), notes=list(decisions.notes), dry_run=options.dry_run)
        _list_undecided(decisions, result)
        changes = _changes(connection, kind, decisions.proposals, options, result)
        with _as_author(connection, kind, path.name):
            _write(connection, changes, result)
        result.entries.sort(key=lambda entry: (entry.plot, columns.index(entry.column)))
        if options.dry_run or not result.ok:
            raise psycopg.Rollback
    return result


Changes = dict[int, tuple[Plot, dict[str, str]]]
"""The values to be written, by the plot's id."""


def _list_undecided(decisions: Decisions, result: Enrichment) -> None:
    for plot, columns, is_ambiguous, reason in (
        (each.plot, each.columns, each.is_ambiguous, each.reason) for each in decisions.undecided
    ):
        action = Action.AMBIGUOUS if is_ambiguous else Action.UNCOVERED
        # The first column stands for its group.
        before = plot.values[columns[0]]
        result.entries.append(Entry(plot.source_id, plot.name, columns[0], action, before, None, reason))


def _changes(
    connection: Connection, kind: str, proposals: Sequence[Proposal], options: Options, result: Enrichment
) -> Changes:
    """Return what is to be written, and enter it in the result with what is kept."""
    changes: Changes = {}
    for plot, values, proof in ((each.plot, each.values, each.proof) for each in proposals):
        differing = {name: value for name, value in values.items() if not _same(name, plot.values[name], value)}
        result.unchanged += len(values) - len(differing)
        taken = [name for name in differing if plot.values[name] is not None]
        authors = origins(connection, plot.id, taken) if taken else {}
        foreign = [name for name in taken if not is_by(authors[name], kind)]
        for name, value in differing.items():
            action = _action(name, taken, foreign, options)
            reason = _kept_reason(proof, foreign, authors) if action is Action.KEPT else proof
            before = plot.values[name]
            result.entries.append(Entry(plot.source_id, plot.name, name, action, before, value, reason))
            if action is not Action.KEPT:
                changes.setdefault(plot.id, (plot, {}))[1][name] = value
    return changes


def _action(name: str, taken: Sequence[str], foreign: Sequence[str], options: Options) -> Action:
    # The columns of a proposal belong together: with one of them, all are kept.
    if foreign and not options.overwrite:
        return Action.KEPT
    if name in foreign:
        return Action.OVERWRITTEN
    return Action.RENEWED if name in taken else Action.SET


def _kept_reason(proof: Text, foreign: Sequence[str], authors: dict[str, str]) -> Text:
    by = ", ".join(sorted({authors[name] for name in foreign}))
    return Text(
        f"{proof.de}; behalten, da von {by} eingetragen (--overwrite ersetzt den Wert)",
        f"{proof.en}; kept, as entered by {by} (--overwrite replaces it)",
    )


def _same(name: str, present: str | None, proposed: str) -> bool:
    if present is None:
        return False
    if name == "parcels":
        return set(present.split("|")) == set(proposed.split("|"))
    try:
        return Decimal(present) == Decimal(proposed)
    except InvalidOperation:
        return present == proposed


@contextmanager
def _as_author(connection: Connection, kind: str, file: str) -> Iterator[None]:
    """Within the context, changes are recorded as made by whoever runs this, by this kind of enrichment."""
    query = "select flurwerk.actor(), coalesce(current_setting('flurwerk.actor', true), '')"
    actor, setting = connection.execute(query).fetchone() or ("", "")
    set_actor = "select set_config('flurwerk.actor', %s, true)"
    connection.execute(set_actor, [author_of(actor, kind, file)])
    yield
    connection.execute(set_actor, [setting])


def _write(connection: Connection, changes: Changes, result: Enrichment) -> None:
    """Write all changes by one statement. If the database refuses one, try each plot, to name all that are refused."""
    _refuse_changed_meanwhile(connection, changes)
    if not changes:
        return
    try:
        with connection.transaction():
            connection.execute(*_update_all(changes))
            connection.execute("set constraints all immediate")
    except DATA_ERRORS:
        _find_refused(connection, changes, result)


def _update_all(changes: Changes) -> Query:
    """Return the statement that sets each plot's own columns. Values are never null, which stands for no change."""
    names = sorted({name for _, values in changes.values() for name in values})
    rows = [{"id": plot.id, **_as_written(values)} for plot, values in changes.values()]
    statement = sql.SQL(
        """
        update {table} as p
        set {assignments}
        from jsonb_populate_recordset(null::{table}, %(rows)s) as v
        where v.id = p.id
        """
    ).format(
        table=sql.Identifier(NOW, PLOTS.key),
        assignments=sql.SQL(", ").join(
            sql.SQL("{name} = coalesce(v.{name}, p.{name})").format(name=sql.Identifier(name)) for name in names
        ),
    )
    return Query(statement, {"rows": Jsonb(rows)})


def _as_written(values: Mapping[str, str]) -> dict[str, str | list[str]]:
    return {name: value.split("|") if name == "parcels" else value for name, value in values.items()}


def _find_refused(connection: Connection, changes: Changes, result: Enrichment) -> None:
    """Enter in the result each plot whose values break a rule of the records, and why."""
    for plot, values in changes.values():
        try:
            with connection.transaction():
                connection.execute(*edit_sql.update(PLOTS, plot.id, _as_written(values)))
                connection.execute("set constraints all immediate")
        except DATA_ERRORS as error:
            name = next(iter(values))
            reason = explain(error) or Text(first_line(error), first_line(error))
            result.entries.append(
                Entry(plot.source_id, plot.name, name, Action.REFUSED, plot.values[name], values[name], reason)
            )


def _refuse_changed_meanwhile(connection: Connection, changes: Changes) -> None:
    """Lock the plots that are to be written. Raises ExchangeRefused if one is no longer as it was read."""
    locked = dict(
        connection.execute(
            sql.SQL("select id, recorded_from from plots where id = any (%s) order by id for no key update"),
            [list(changes)],
        ).fetchall()
    )
    changed = [plot.name for plot, _ in changes.values() if locked.get(plot.id) != plot.recorded_from]
    if changed:
        raise ExchangeRefused(
            Text(
                f"Andere haben inzwischen Grundstücke geändert: {', '.join(changed[:5])}.",
                f"Plots were changed by others meanwhile: {', '.join(changed[:5])}.",
            ),
            Text("Führen Sie den Befehl noch einmal aus.", "Run the command again."),
        )
