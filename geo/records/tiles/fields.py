"""What a tile says of each record: what a map draws it by, its day, and at large scales its label.

Whoever asks for the steps of the lifecycle gets the month of each: small integers, which tiles hold in three bytes.
With them a map shows the state at the end of any month without asking for other tiles.
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
        "How many records the mark stands for where single ones would be too small or too many.",
    ),
)
MONTHS = Text(
    "Monate seit Januar 2000; fehlt, wo der Schritt kein Datum hat.",
    "Months since January 2000; missing where the step has no date.",
)
"""What the integers of steps are."""


def drawn_by(view: View) -> tuple[Column, ...]:
    """The columns that a map draws a record by, of those that the audience sees."""
    seen = {column.name: column for column in view.layer.visible_columns(view.audience)}
    return tuple(seen[name] for name in view.layer.drawn_by if name in seen)


def steps(view: View) -> tuple[tuple[str, Column], ...]:
    """The steps asked for by what tiles call them, each with the column of its date, if the audience sees it."""
    if not view.with_steps:
        return ()
    seen = {column.name: column for column in view.layer.visible_columns(view.audience)}
    named = [*view.layer.drawn_steps, *([(OVERDUE, view.layer.overdue_after)] if view.layer.overdue_after else [])]
    return tuple((name, seen[column]) for name, column in named if column in seen)


def label(view: View) -> Column | None:
    """The column of the label, if the audience sees one."""
    seen = (column for column in view.layer.visible_columns(view.audience) if column.name == view.layer.drawn_label)
    return next(seen, None)


def counted_by(view: View) -> Column | None:
    """The column by which records are counted where they are too many."""
    return next(iter(drawn_by(view)), None)


def described(view: View) -> Iterator[tuple[str, Column]]:
    """Each attribute of a tile's features with the column that it shows."""
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
    """The column of the alias r as tiles write it; only measured values are numeric, which they know as text."""
    form = "{}::float8" if column.unit else "{}"
    return sql.SQL(form).format(sql.Identifier("r", column.name))


def month(name: str, column: Column) -> sql.Composable:
    """The month of a step by the column of the alias r, counted from January 2000."""
    date = sql.Identifier("r", column.name)
    return sql.SQL("(extract(year from {date}) * 12 + extract(month from {date}) - 24001)::integer").format(
        # On the due day itself there is still time.
        date=sql.SQL("({} + 1)").format(date) if name == OVERDUE else date
    )


def selected(view: View, *, with_label: bool) -> list[tuple[str, sql.Composable]]:
    """The attributes of single records by their names, over the alias r."""
    found = [(column.name, value(column)) for column in drawn_by(view)]
    found += [(name, month(name, column)) for name, column in steps(view)]
    if view.layer.date:
        found.append((DATE, sql.SQL("{}::text").format(sql.Identifier("r", view.layer.date))))
    name = label(view)
    if name and with_label:
        found.append((name.name, value(name)))
    return found
