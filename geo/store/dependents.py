"""Finds what an operator has built on Flurwerk's views and tables, which a migration must not remove."""

from collections.abc import Sequence
from typing import LiteralString

from geo.store.database import AS_RECORDED, NOW, Connection

# A view's rule counts as the view itself. The search ends at the operator's tables: what is built on them can stay.
DEPENDENTS: LiteralString = """
with recursive built (class, object, is_table) as (
    select 'pg_class'::regclass::oid, unnest(%(roots)s::oid[]), false
    union
    select
        case when r.oid is null then d.classid else 'pg_class'::regclass::oid end,
        coalesce(r.ev_class, d.objid),
        coalesce(c.relkind in ('r', 'p', 'f'), false)
    from built as b
    join pg_depend as d on d.refclassid = b.class and d.refobjid = b.object
    left join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid and r.rulename = '_RETURN'
    left join pg_class as c on d.classid = 'pg_class'::regclass and c.oid = d.objid
    where not b.is_table
      and d.deptype in ('n', 'a', 'i')
)
select distinct i.type || ' ' || i.identity
from built as b
cross join pg_identify_object(b.class, b.object, 0) as i
left join pg_class as c on b.class = 'pg_class'::regclass and c.oid = b.object
left join pg_proc as p on b.class = 'pg_proc'::regclass and p.oid = b.object
left join pg_trigger as t on b.class = 'pg_trigger'::regclass and t.oid = b.object
left join pg_class as triggered on triggered.oid = t.tgrelid
where (
        c.relkind in ('v', 'm', 'r', 'p', 'f')
        or p.pronamespace::regnamespace::text <> all (%(schemas)s)
        or triggered.relkind = 'v'
        or b.class = 'pg_rewrite'::regclass
        or (b.class = 'pg_policy'::regclass and obj_description(b.object, 'pg_policy') is distinct from 'Flurwerk')
    )
  and (c.oid is null or c.oid <> all (%(own)s::oid[]))
order by 1
"""

OWN_TABLES: LiteralString = """
select c.oid
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and n.nspname = any (%(schemas)s)
"""

VIEWS_OF_TABLES: LiteralString = """
select v.oid
from pg_class as v
join pg_class as t on t.relname = v.relname
where v.relkind = 'v'
  and v.relnamespace::regnamespace::text = %(views)s
  and t.relnamespace::regnamespace::text = %(tables)s
"""

VIEWS_OF_DISTANCES: LiteralString = """
select v.oid
from pg_class as v
join flurwerk.distance_definitions as d on v.relname = 'plot_' || d.distance
where v.relkind = 'v'
  and v.relnamespace::regnamespace::text in (%(views)s, %(tables)s)
"""
"""Defining a distance makes its views (0027_defining_distances.sql)."""

VIEWS_OF_RESPONSIBILITY: LiteralString = """
select v.oid
from pg_class as v
where v.relkind = 'v'
  and v.relname = 'former_responsibilities'
  and v.relnamespace::regnamespace::text in (%(views)s, %(tables)s)
"""
"""0061_validity.sql makes them, which its triggers read."""


def dependents(connection: Connection, views: Sequence[int], schemas: Sequence[str]) -> list[str]:
    """Return the objects built on these views, as kind and name: ``view reporting.plots``; empty if there are none.

    Includes views, functions, triggers, rules, policies and tables with a column of a view's row type, also indirect
    dependents. ``views`` are oids. The views themselves and functions in our own ``schemas`` are not listed.
    """
    return _names(connection, views, views, schemas)


def dependents_of_all(connection: Connection, views: Sequence[int], schemas: Sequence[str]) -> list[str]:
    """Return the objects built on any table or view of our ``schemas``, in the form of `dependents`.

    ``views`` are the oids of the views that `migrate` creates.
    """
    tables = [oid for (oid,) in connection.execute(OWN_TABLES, {"schemas": list(schemas)})]
    made: list[LiteralString] = [VIEWS_OF_TABLES, VIEWS_OF_RESPONSIBILITY]
    if connection.execute("select to_regclass('flurwerk.distance_definitions')").fetchone() != (None,):
        made.append(VIEWS_OF_DISTANCES)
    of_migrations = [
        oid for statement in made for (oid,) in connection.execute(statement, {"views": AS_RECORDED, "tables": NOW})
    ]
    own = [*views, *tables, *of_migrations]
    return _names(connection, own, own, schemas)


def _names(connection: Connection, roots: Sequence[int], own: Sequence[int], schemas: Sequence[str]) -> list[str]:
    values = {"roots": list(roots), "own": list(own), "schemas": list(schemas)}
    return [name for (name,) in connection.execute(DEPENDENTS, values)]
