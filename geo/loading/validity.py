"""A reform: a load of the districts as they are from a day on. What it changes or ends is kept as former districts."""

from dataclasses import replace
from datetime import date, datetime
from typing import LiteralString

from psycopg import sql

from geo.loading.changes import ACCEPT_PRUNING
from geo.loading.columns import Plan
from geo.loading.converting.values import Unreadable, to_date
from geo.loading.mapping import FileMapping
from geo.loading.reasons import of_reforms
from geo.loading.report import LoadRefused, Problem, Question
from geo.loading.staging import DELETE, INSERT, UPDATE, value_columns
from geo.loading.waiting import DISTRICTS
from geo.periods import CITY_TIME
from geo.store.database import Connection
from geo.text import Text

VALID_FROM = "valid_from"
ROUNDED_M = 0.05
"""By how many metres a corner may lie elsewhere without being moved: degrees come with six or seven decimals."""
OF_A_PART = ("key", "name", "kind", "parent_key", "geom")
"""What makes another part of one; another remark does not."""


def takes_day(layer: str) -> bool:
    """Return whether a layer can be loaded as it is from a day on."""
    return layer == DISTRICTS


def read_day(text: str) -> date:
    """Return the day that a person has written: 01.07.2025 or 2025-07-01. Raises LoadRefused if there is none."""
    try:
        found = None if ":" in text else to_date(text)
    except Unreadable:
        found = None
    if found is None:
        raise LoadRefused(of_reforms.no_day(text), of_reforms.WRITE_DAY)
    return date.fromisoformat(found)


def with_validity(mapping: FileMapping, layer: str, valid_from: date | None, *, prune: bool) -> FileMapping:
    """Return the mapping that gives every row this day. Raises LoadRefused where a reform makes no sense."""
    if valid_from is None:
        return mapping
    if not takes_day(layer):
        raise LoadRefused(of_reforms.only_districts(layer), of_reforms.WITHOUT_DAY)
    if prune:
        raise LoadRefused(of_reforms.NOT_PRUNED, of_reforms.WITHOUT_PRUNE)
    if valid_from > datetime.now(CITY_TIME).date():
        raise LoadRefused(of_reforms.in_future(valid_from), of_reforms.LOAD_THEN)
    if VALID_FROM in mapping.named:
        raise LoadRefused(of_reforms.TWO_DAYS, of_reforms.ONE_DAY)
    return replace(mapping, constants={**mapping.constants, VALID_FROM: valid_from.isoformat()})


def _refuse_other_sources(connection: Connection, source: str) -> None:
    """Refuse a state of a level whose parts are another source's: they would neither change nor end."""
    others = connection.execute(OTHER_SOURCES, [source]).fetchall()
    if others:
        raise LoadRefused(of_reforms.other_sources([name for (name,) in others]), of_reforms.NAME_THAT_SOURCE)


def _refuse_without_level(plan: Plan) -> None:
    """Refuse a file that does not tell the level of its parts, since those that it lacks end."""
    if missing := [name for name in ("key", "name", "kind") if name not in value_columns(plan)]:
        raise LoadRefused(of_reforms.incomplete(missing), of_reforms.ADD_COLUMNS)


def keep_unchanged(connection: Connection, plan: Plan, source: str) -> list[Text]:
    """Let the staged rows of parts that stay as they are keep the day from which they are valid.

    Borders that only differ by what a conversion between reference systems rounds are the ones that are stored. Returns
    what is told of that. Raises LoadRefused if the file does not say which parts these are, or if the present ones are
    another source's.
    """
    _refuse_without_level(plan)
    _refuse_other_sources(connection, source)
    columns = [name for name in value_columns(plan) if name in OF_A_PART]
    count = connection.execute(SAME_BORDERS, {"rounded": ROUNDED_M}).rowcount if "geom" in columns else 0
    connection.execute(
        sql.SQL(
            """
            update staged as s
            set valid_from = e.valid_from
            from existing as e
            join incoming as i on i.source_id = e.source_id
            where s.row_number = i.row_number
              and ({old}) is not distinct from ({new})
            """
        ).format(old=_names(columns, "e"), new=_names(columns, "i"))
    )
    return [of_reforms.same_borders(count)] if count else []


class Reform:
    """A load of the districts as they are from a day on, between the comparison of its rows and their merge."""

    def __init__(self, connection: Connection, valid_from: date) -> None:
        """Stage the end of the parts that vanish, and remember what the load changes and ends, and the city's outline.

        Parts below one that ends belong to none afterwards, unless another part has its key.
        """
        self.connection, self.valid_from = connection, valid_from
        connection.execute("drop table if exists pg_temp.ended_parts, pg_temp.outline_before")
        connection.execute(OUTLINE)
        self.beginning = [name for (name,) in connection.execute(BEGINNING, ACTIONS)]
        self.ending = [name for (name,) in connection.execute(ENDING, ACTIONS)]
        self.problems = self._late()
        connection.execute(ORPHANING, ACTIONS)
        connection.execute(CHANGING, ACTIONS | {"day": valid_from})
        if connection.execute(CLASHES, ACTIONS).fetchone() == (True,):
            connection.execute(RENUMBER, ACTIONS)

    def question(self, present: int, share: float) -> Question | None:
        """Return the question whether so many parts end, if they are more than the share of the source's."""
        count = len(self.ending)
        return Question.of(of_reforms.ends(count, present), ACCEPT_PRUNING) if count > share * present else None

    def keep_former(self) -> list[Text]:
        """Write the former districts, once the new state is written. Return what is told of the reform."""
        former = [name for (name,) in self.connection.execute(WRITE_FORMER, {"day": self.valid_from})]
        found = [of_reforms.kept(self.valid_from, former)] if former else []
        if self.beginning:
            found.append(of_reforms.begun(self.valid_from, self.beginning))
        if self.ending:
            found.append(of_reforms.ended(self.valid_from, self.ending))
        if orphans := self._number(ORPHANS):
            found.append(of_reforms.orphaned(int(orphans)))
        # Edges that two surveys draw alike differ by less.
        if (square_metres := self._number(OUTLINE_CHANGE)) > 1:
            found.append(of_reforms.outline_changed(self.valid_from, square_metres))
        return found

    def _late(self) -> list[Problem]:
        """Return the changed and ending parts that are valid only from a later day on."""
        return [
            Problem(row, source_id, VALID_FROM, self.valid_from.isoformat(), of_reforms.later_state(since))
            for row, source_id, since in self.connection.execute(LATE, ACTIONS | {"day": self.valid_from})
        ]

    def _number(self, query: LiteralString) -> float:
        row = self.connection.execute(query).fetchone()
        assert row
        return row[0]


ACTIONS = {"insert": INSERT, "update": UPDATE, "delete": DELETE}

BEGINNING = """
    select i.name
    from incoming as i
    left join flurwerk.districts as d on d.id = i.id
    where i.action = %(insert)s
       or (i.action = %(update)s and i.valid_from is distinct from d.valid_from)
    order by i.key
"""
OTHER_SOURCES = """
    select distinct source
    from flurwerk.districts
    where kind in (select kind from incoming)
      and source <> %s
    order by 1
"""
# A file of the districts does not tell what becomes of the statistical districts.
ENDING = """
    with ending as (
        insert into staged (row_number, action, id, source_id)
        select 0, %(delete)s, d.id, d.source_id
        from existing as e
        join flurwerk.districts as d on d.id = e.id
        where d.kind in (select kind from incoming)
          and not exists (select from staged as s where s.source_id = e.source_id)
        returning id
    )
    select d.name
    from flurwerk.districts as d
    join ending using (id)
    order by d.key
"""
LATE = """
    select nullif(s.row_number, 0), s.source_id, d.valid_from
    from staged as s
    join flurwerk.districts as d on d.id = s.id
    where (
            s.action = %(delete)s
            or (s.action = %(update)s and s.valid_from is distinct from d.valid_from)
        )
      and d.valid_from > %(day)s
    order by 1, 2
"""
ORPHANING = """
    update flurwerk.districts as d
    set parent_key = null
    where not exists (select from staged as s where s.id = d.id)
      and d.parent_key in (
          select p.key
          from flurwerk.districts as p
          join staged as s on s.id = p.id
          where s.action = %(delete)s
      )
      and d.parent_key not in (select key from incoming where key is not null)
"""
ORPHANS = """
    select count(*)
    from flurwerk.districts as d
    where d.parent_key is null
      and d.recorded_xid = pg_current_xact_id()
      and not exists (select from staged as s where s.id = d.id)
"""
# What is valid from the same day has no state before: the load corrects it.
CHANGING = """
    create temporary table ended_parts on commit drop as
    select d.source, d.source_id, d.note, d.key, d.name, d.kind, d.parent_key, d.valid_from, d.geom
    from flurwerk.districts as d
    join staged as s on s.id = d.id
    where (
            s.action = %(delete)s
            or (s.action = %(update)s and s.valid_from is distinct from d.valid_from)
        )
      and coalesce(d.valid_from, '-infinity') < %(day)s
"""
# A statement that gives a key or a name to another part while its bearer still has it would be refused.
CLASHES = """
    select exists (
        select
        from incoming as i
        join flurwerk.districts as d on d.id <> i.id and (d.key = i.key or (d.kind = i.kind and d.name = i.name))
        join staged as s on s.id = d.id
        where i.action in (%(insert)s, %(update)s)
          and s.action = %(update)s
    )
"""
RENUMBER = """
    with changed as (
        select i.row_number, i.id, i.source_id
        from incoming as i
        join flurwerk.districts as d on d.id = i.id
        where i.action = %(update)s
          and ((d.key, d.name) is distinct from (i.key, i.name))
    ),
    ended as (
        insert into staged (row_number, action, id, source_id)
        select 0, %(delete)s, id, source_id
        from changed
    )
    update staged as s
    set action = %(insert)s, id = nextval(pg_get_serial_sequence('flurwerk.districts', 'id'))
    from changed as c
    where s.row_number = c.row_number
"""
WRITE_FORMER = """
    with written as (
        insert into flurwerk.former_districts
            (source, source_id, note, key, name, kind, parent_key, valid_from, valid_until, geom)
        select
            source, source_id || '@' || to_char(%(day)s::date, 'YYYY-MM-DD'), note,
            key, name, kind, parent_key, valid_from, %(day)s, geom
        from ended_parts
        returning key, name
    )
    select name from written order by key
"""
OUTLINE = """
    create temporary table outline_before on commit drop as
    select st_union(geom) as geom from flurwerk.districts where kind = 'district'
"""
OUTLINE_CHANGE = """
    select coalesce(st_area(st_symdifference(b.geom, n.geom)), 0)
    from outline_before as b
    cross join (select st_union(geom) as geom from flurwerk.districts where kind = 'district') as n
"""


SAME_BORDERS: LiteralString = """
    update staged as s
    set geom = e.geom
    from existing as e
    join incoming as i on i.source_id = e.source_id
    where s.row_number = i.row_number
      and e.geom is distinct from i.geom
      and st_npoints(e.geom) = st_npoints(i.geom)
      and (
          select count(*)
          from st_dumppoints(st_forcepolygoncw(e.geom)) as a
          join st_dumppoints(st_forcepolygoncw(i.geom)) as b using (path)
          where st_distance(a.geom, b.geom) <= %(rounded)s
      ) = st_npoints(e.geom)
"""


def _names(columns: list[str], alias: str) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in columns)
