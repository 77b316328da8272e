"""Finds the staged rows that violate rules which only triggers enforce."""

import json
from typing import LiteralString

import psycopg
from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.diagnosis.merged_rows import shown_value
from geo.loading.report import Problem
from geo.loading.staging import target
from geo.records.layers.layer import Text
from geo.records.messages import areas_in, explain, sentence
from geo.store.database import Connection

OF_PLOTS: dict[tuple[str, str], tuple[str, str, LiteralString]] = {
    ("transactions", "transactions_fit_plot"): ("area_m2", "plot", "w.takes_land"),
    ("transactions", "transactions_respect_reservations"): (
        "despite_reservation", "plot", "w.takes_land and w.despite_reservation is not true"
    ),
    ("reservations", "reservations_fit_plot"): ("area_m2", "plot", "w.released_on is null"),
    ("plots", "transactions_fit_plot"): ("official_area_m2", "id", "true"),
    ("plots", "reservations_fit_plot"): ("official_area_m2", "id", "true"),
}  # fmt: skip
"""The rules about a plot's area, by layer and constraint: the column at fault, the plot's column, the rows concerned.

The constraint's error names the plots in its details.
"""


def overdrawn_problems(connection: Connection, plan: Plan, refusal: psycopg.Error) -> list[Problem]:
    """Return the rows that take or promise more of a plot than it has; none if the refusal has another cause."""
    constraint = refusal.diag.constraint_name or ""
    found = OF_PLOTS.get((plan.table.name, constraint))
    if found is None:
        return []
    column, plot_column, concerned = found
    plots: list[int] = json.loads(refusal.diag.message_detail or "[]")
    query = sql.SQL(
        """
        select w.row_number, w.source_id, {value}, w.{plot}
        from merged_rows as w
        join staged as s on s.row_number = w.row_number
        where w.{plot} = any (%s)
          and {concerned}
        order by w.row_number
        """
    ).format(value=shown_value(plan, column), plot=sql.Identifier(plot_column), concerned=sql.SQL(concerned))
    reasons = _reasons_by_plot(plots, refusal, plan.table.name, column)
    return [
        Problem(row, source_id, column, value, reasons[plot])
        for row, source_id, value, plot in connection.execute(query, [plots])
    ]


def _reasons_by_plot(plots: list[int], refusal: psycopg.Error, layer: str, column: str) -> dict[int, Text]:
    """Return for each plot its own part of the message, which describes all of them."""
    described = (refusal.diag.message_primary or "").partition(": ")[2].split("; ")
    reason = sentence(refusal.diag.constraint_name or "", layer, column)
    if len(described) != len(plots):
        return dict.fromkeys(plots, explain(refusal) or reason)
    parts = {plot: areas_in(part) for plot, part in zip(plots, described, strict=True)}
    return {plot: Text(f"{reason.de} ({part.de})", f"{reason.en} ({part.en})") for plot, part in parts.items()}


UNCOUNTED = """
    select w.row_number, w.source_id, null::text
    from merged_rows as w
    join flurwerk.programmes as p on p.id = w.programme
    where p.counts = 'dwelling'
      and w.dwellings is null
    order by w.row_number
"""
COUNTING = """
    select w.row_number, w.source_id, w.counts
    from merged_rows as w
    where w.counts = 'dwelling'
      and exists (
          select
          from flurwerk.connections as c
          where c.programme = w.id
            and c.dwellings is null
      )
    order by w.row_number
"""
NOWHERE = """
    select w.row_number, w.source_id, w.district
    from merged_rows as w
    where w.geom is null
      and w.district is not null
      and not exists (
          select
          from flurwerk.districts as d
          where d.kind = 'district'
            and d.name = w.district
      )
      and not exists (
          select
          from flurwerk.former_districts as f
          where f.kind = 'district'
            and f.name = w.district
      )
    order by w.row_number
"""


PARENTLESS = """
    select w.row_number, w.source_id, w.parent_key
    from merged_rows as w
    where w.parent_key is not null
      and w.parent_key not in (
          select key
          from flurwerk.districts
          union all
          select key
          from merged_rows
          where key is not null
      )
    order by w.row_number
"""
COMPUTED_KEYS = """
    select w.row_number, w.source_id, w.key
    from merged_rows as w
    where exists (
        select
        from flurwerk.computed_indicators as c
        where c.key = w.key
    )
    order by w.row_number
"""
COMPUTED_LABELS = """
    select w.row_number, w.source_id, w.label
    from merged_rows as w
    where exists (
        select
        from flurwerk.computed_indicators as c
        where lower(btrim(w.label)) in (lower(c.label), lower(c.label_en))
    )
    order by w.row_number
"""
UNKNOWN_GOALS = """
    select w.row_number, w.source_id, array_to_string(w.goals, '|')
    from merged_rows as w
    where w.goals = '{}'
       or not w.goals <@ array(select key from flurwerk.report_goals)
    order by w.row_number
"""
DISTRICTS_TWICE = """
    select w.row_number, w.source_id, w.valid_from::text
    from merged_rows as w
    where exists (
        select
        from flurwerk.former_districts as o
        where o.kind = w.kind
          and (o.key = w.key or o.name = w.name)
          and o.valid_until > coalesce(w.valid_from, '-infinity')
    )
    order by w.row_number
"""
FORMER_TWICE = """
    with states as (
        select null::bigint as row_number, kind, key, name, valid_from, null::date as valid_until
        from flurwerk.districts
        union all
        select null, kind, key, name, valid_from, valid_until
        from flurwerk.former_districts as f
        where not exists (select from staged as s where s.id = f.id)
        union all
        select row_number, kind, key, name, valid_from, valid_until
        from merged_rows
    )
    select w.row_number, w.source_id, w.valid_from::text
    from merged_rows as w
    where exists (
        select
        from states as o
        where o.kind = w.kind
          and (o.key = w.key or o.name = w.name)
          and o.row_number is distinct from w.row_number
          and coalesce(o.valid_from, '-infinity') < w.valid_until
          and coalesce(o.valid_until, 'infinity') > coalesce(w.valid_from, '-infinity')
    )
    order by w.row_number
"""
RULES = {
    "manual_indicators": [
        ("manual_indicators_not_computed", "key", COMPUTED_KEYS),
        ("manual_indicators_not_computed", "label", COMPUTED_LABELS),
        ("manual_indicators_goals_known", "goals", UNKNOWN_GOALS),
    ],
    "connections": [("connections_dwellings_counted", "dwellings", UNCOUNTED)],
    "programmes": [("connections_dwellings_counted", "counts", COUNTING)],
    "office_takeups": [("office_takeups_district_known", "district", NOWHERE)],
    "districts": [
        ("districts_parent_key_fkey", "parent_key", PARENTLESS),
        ("parts_in_force_once", "valid_from", DISTRICTS_TWICE),
    ],
    "former_districts": [("parts_in_force_once", "valid_from", FORMER_TWICE)],
}
"""The rules that triggers enforce on single rows, by layer: the constraint, the column, the query for violations."""


def rule_problems(connection: Connection, plan: Plan) -> list[Problem]:
    """Return the rows that violate a rule enforced by a trigger, or by a foreign key to a column other than the id."""
    problems = [
        Problem(row, source_id, column, value, sentence(constraint, plan.table.name, column))
        for constraint, column, query in RULES.get(plan.table.name, [])
        for row, source_id, value in connection.execute(query.encode())
    ]
    return problems + (_chained_duplicates(connection, plan) if "duplicate_of" in plan.table.by_name else [])


def _chained_duplicates(connection: Connection, plan: Plan) -> list[Problem]:
    """Return the rows that would be duplicates of a duplicate, or marked as one while others are their duplicates.

    Records that the file does not touch are taken into account, but not reported.
    """
    query = sql.SQL(
        """
        with afterwards as (
            select id, duplicate_of
            from merged_rows
            union all
            select t.id, t.duplicate_of
            from {table} as t
            where not exists (select from staged as s where s.id = t.id)
        )
        select w.row_number, w.source_id, {value}
        from merged_rows as w
        join staged as s on s.row_number = w.row_number
        where w.duplicate_of <> w.id
          and exists (
              select
              from afterwards as o
              where (o.id = w.duplicate_of and o.duplicate_of is not null)
                 or o.duplicate_of = w.id
          )
        order by w.row_number
        """
    ).format(table=target(plan), value=shown_value(plan, "duplicate_of"))
    reason = sentence("duplicate_of_original", plan.table.name, "duplicate_of")
    return [
        Problem(row, source_id, "duplicate_of", value, reason) for row, source_id, value in connection.execute(query)
    ]
