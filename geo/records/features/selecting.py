"""The SQL of selection and order, over the alias r."""

from collections.abc import Container, Sequence
from typing import Any

from psycopg import sql

from geo.records.features.selection import Box, Cursor, Selection, SortKey
from geo.records.layers.layer import Layer
from geo.store.database import SRID

STEPS = 32
"""The number of segments into which a side of a box is divided before it is transformed, since it becomes curved."""


DIGITS = 12
"""The most digits of a number within a text by which texts are sorted."""


def column(name: str) -> sql.Identifier:
    """Return the identifier of a column."""
    return sql.Identifier("r", name)


def conditions(layer: Layer, selection: Selection, parameters: dict[str, Any]) -> sql.Composable:
    """Return the condition by which records are selected; adds its values to the parameters."""
    parts: list[sql.Composable] = [sql.SQL("true")]
    if selection.box:
        parts.append(_in_box(layer, selection.box, parameters))
    if selection.days:
        date = column(layer.date) if layer.date else sql.SQL("null::date")
        for sign, name, day in ((">=", "first_day", selection.days.first), ("<=", "last_day", selection.days.last)):
            if day is not None:
                parameters[name] = day
                parts.append(sql.SQL("{} {} {}").format(date, _SIGNS[sign], sql.Placeholder(name)))
    for number, given in enumerate(selection.filters):
        name = f"value{number}"
        parameters[name] = given.value
        form = sql.SQL("{value} = any ({column})") if given.is_array else sql.SQL("{column} = {value}")
        parts.append(form.format(column=column(given.name), value=sql.Placeholder(name)))
    if selection.condition:
        parameters |= selection.condition.parameters
        parts.append(selection.condition.statement)
    return sql.SQL(" and ").join(parts)


_SIGNS = {sign: sql.SQL(sign) for sign in (">=", "<=", ">", "<")}


def _in_box(layer: Layer, box: Box, parameters: dict[str, Any]) -> sql.Composable:
    if not box.parts or not layer.geometry:
        return sql.SQL("false")
    touched: list[sql.Composable] = []
    for number, bounds in enumerate(box.parts):
        side = max(bounds.east - bounds.west, bounds.north - bounds.south)
        values = {**bounds._asdict(), "step": side / STEPS or 1.0}
        parameters |= {f"{name}{number}": value for name, value in values.items()}
        bound = {name: sql.Placeholder(f"{name}{number}") for name in values}
        # The envelope of a line may itself be a point or a line, so boxes without an area work as well.
        corners = sql.SQL("st_makeline(st_makepoint({west}, {south}), st_makepoint({east}, {north}))").format(**bound)
        shape = sql.SQL("st_setsrid(st_envelope({}), {})").format(corners, sql.Literal(box.srid))
        if box.srid != SRID:
            shape = sql.SQL("st_transform(st_segmentize({}, {step}), {})").format(shape, sql.Literal(SRID), **bound)
        touched.append(sql.SQL("st_intersects({}, {})").format(column("geom"), shape))
    return sql.SQL("({})").format(sql.SQL(" or ").join(touched))


def order(sort: Sequence[SortKey], natural: Container[str] = ()) -> sql.Composed:
    """Return the expressions for ``order by``, with the id last to make the order unique.

    ``natural`` are columns of text that are sorted as people, and the map's list, do: ä beside a, and 2 before 10.
    """
    parts = [
        sql.SQL("{} desc nulls last" if key.descending else "{} asc nulls last").format(
            _natural(key.name) if key.name in natural else column(key.name)
        )
        for key in sort
    ]
    return sql.SQL(", ").join([*parts, sql.SQL("r.id")])


def _natural(name: str) -> sql.Composable:
    # Numbers within texts get zeros before them: no collation that every server has compares them as numbers.
    padded = f"regexp_replace({{}}, '([0-9]+)', '{'0' * DIGITS}\\1', 'g')"
    form = f"regexp_replace({padded}, '[0-9]+([0-9]{{{{{DIGITS}}}}})', '\\1', 'g') collate \"de-x-icu\""
    return sql.SQL(form).format(column(name))  # pyright: ignore[reportArgumentType]


def sort_values(sort: Sequence[SortKey]) -> sql.Composable:
    """Return the values by which a record is sorted, as an array of texts."""
    texts = [sql.SQL("{}::text").format(column(key.name)) for key in sort]
    return sql.SQL("array[{}]::text[]").format(sql.SQL(", ").join(texts))


def after_cursor(sort: Sequence[SortKey], after: Cursor, parameters: dict[str, Any]) -> sql.Composable:
    """Return the condition that a record is after the cursor's in the order; adds its values to the parameters.

    Such a record equals the cursor in the first keys and is after it in the next key, or finally in the id.
    """
    parameters["after_id"] = after.id
    equal: list[sql.Composable] = []
    alternatives: list[sql.Composable] = []
    for number, (key, value) in enumerate(zip(sort, after.values, strict=True)):
        named = column(key.name)
        if value is None:
            # Nulls are last, so only other nulls can be after them.
            equal.append(sql.SQL("{} is null").format(named))
            continue
        name = f"after{number}"
        parameters[name] = value
        sign = _SIGNS["<" if key.descending else ">"]
        later = sql.SQL("({0} {1} {2} or {0} is null)").format(named, sign, sql.Placeholder(name))
        alternatives.append(sql.SQL(" and ").join([*equal, later]))
        equal.append(sql.SQL("{} = {}").format(named, sql.Placeholder(name)))
    alternatives.append(sql.SQL(" and ").join([*equal, sql.SQL("r.id > %(after_id)s")]))
    return sql.SQL("({})").format(sql.SQL(" or ").join(alternatives))
