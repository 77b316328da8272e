"""The attributes of a tile's features: what a map styles them by, their date and, at large scales, their label.

If the steps of the lifecycle are requested, each is included as a month: a small integer, three bytes in a tile. With
these a map can show the state at the end of any month without requesting other tiles.
"""

from collections.abc import Iterator
from dataclasses import replace

from psycopg import sql

from geo.records.layers.layer import Column, Text
from geo.records.tiles.tile import View

DATE = "date"
OVERDUE = "overdue"
COUNT = Column(
    "count",
    Text("Anzahl", "Count"),
    hint=Text(
        "Wie viele Datensätze das Zeichen vertritt, wo einzelne zu klein oder zu viele wären.",
        "The number of records that the mark represents, where single ones would be too small or too many.",
    ),
)
MONTHS = Text(
    "Monate seit Januar 2000; fehlt, wo der Schritt kein Datum hat.",
    "Months since January 2000; missing if the step has no date.",
)
"""The hint on the integers of steps."""


def drawn_by(view: View) -> tuple[Column, ...]:
    """Return the columns by which a map styles a record, as far as the audience sees them."""
    seen = {column.name: column for column in view.layer.visible_columns(view.audience)}
    return tuple(seen[name] for name in view.layer.drawn_by if name in seen)


def steps(view: View) -> tuple[tuple[str, Column], ...]:
    """Return the requested steps: their names in tiles and their date columns, as far as the audience sees them."""
    if not view.with_steps:
        return ()
    seen = {column.name: column for column in view.layer.visible_columns(view.audience)}
    named = [*view.layer.drawn_steps, *([(OVERDUE, view.layer.overdue_after)] if view.layer.overdue_after else [])]
    return tuple((name, seen[column]) for name, column in named if column in seen)


def label(view: View) -> Column | None:
    """Return the column of the label, if the audience sees it."""
    seen = (column for column in view.layer.visible_columns(view.audience) if column.name == view.layer.drawn_label)
    return next(seen, None)


def counted_by(view: View) -> Column | None:
    """Return the column by which records are counted if there are too many."""
    return next(iter(drawn_by(view)), None)


def described(view: View) -> Iterator[tuple[str, Column]]:
    """Yield each attribute of a tile's features with the column that it shows."""
    for column in drawn_by(view):
        yield column.name, column
    for name, column in steps(view):
        yield name, replace(column, hint=MONTHS)
    if view.layer.date:
        yield DATE, view.layer.column(view.layer.date)
    if found := label(view):
        yield found.name, found
    yield COUNT.name, COUNT


def value(column: Column) -> sql.Composable:
    """Return the column of the alias r as written to tiles; measured values as floats, since numerics would be text."""
    form = "{}::float8" if column.unit else "{}"
    return sql.SQL(form).format(sql.Identifier("r", column.name))


def month(name: str, column: Column) -> sql.Composable:
    """Return the month of a step's date, a column of the alias r, counted from January 2000."""
    date = sql.Identifier("r", column.name)
    return sql.SQL("(extract(year from {date}) * 12 + extract(month from {date}) - 24001)::integer").format(
        # On the due day itself the record is not yet overdue.
        date=sql.SQL("({} + 1)").format(date) if name == OVERDUE else date
    )


def selected(view: View, *, with_label: bool) -> list[tuple[str, sql.Composable]]:
    """Return names and expressions of the attributes of single records, over the alias r."""
    found = [(column.name, value(column)) for column in drawn_by(view)]
    found += [(name, month(name, column)) for name, column in steps(view)]
    if view.layer.date:
        found.append((DATE, sql.SQL("{}::text").format(sql.Identifier("r", view.layer.date))))
    name = label(view)
    if name and with_label:
        found.append((name.name, value(name)))
    return found
