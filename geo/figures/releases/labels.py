"""What people call a record, without naming anybody: its kind, the plot or place it is about, its identifier."""

import re
from collections.abc import Collection

from psycopg import sql

from geo.figures.releases.writes import HISTORY
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Text
from geo.store import catalogue
from geo.store.database import NOW, Connection

ABOUT = ("plot", "property", "industrial_area")
"""The references whose name tells what a record is about."""

MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The form of an identifier that nobody gave."""

SHOWN = 60
"""How much of a name is told."""


def of_records(connection: Connection, layer: str, ids: Collection[int]) -> dict[int, Text]:
    """What to call each of these records, those deleted too: “Verkauf Hafen Nord (t-17)”."""
    known = catalogue.describe(connection, layer).by_name
    names = [name for name in ("kind", "name") if name in known and _is_impersonal(layer, name)]
    about = next((name for name in ABOUT if name in known), None)
    selected = [
        sql.Identifier("r", name) if name in names else sql.SQL("null::text as {}").format(sql.Identifier(name))
        for name in ("kind", "name")
    ]
    selected.append(sql.SQL("{} as about").format(sql.Identifier("r", about) if about else sql.SQL("null::bigint")))
    statement = sql.SQL(
        """
        select distinct on (id) id, source_id, kind, name, about
        from (
            select r.id, r.source_id, r.recorded_from, {selected}
            from {table} as r
            where r.id = any (%(ids)s)
            union all
            select r.id, r.source_id, r.recorded_from, {selected}
            from {history} as r
            where r.id = any (%(ids)s)
        ) as version
        order by id, recorded_from desc
        """
    ).format(
        selected=sql.SQL(", ").join(selected),
        table=sql.Identifier(NOW, layer),
        history=sql.Identifier(HISTORY, layer),
    )
    found = connection.execute(statement, {"ids": list(ids)}).fetchall()
    places = _names(connection, known[about].references, {row[4] for row in found} - {None}) if about else {}
    return {
        record: _label(layer, kind, name or places.get(place), named_by(source_id, record))
        for record, source_id, kind, name, place in found
    }


def named_by(source_id: str, record: int) -> Text:
    """What identifies a record: its identifier in the source, or its number where that was made up by the database."""
    if MADE_UP.fullmatch(source_id):
        return Text(f"Nr. {record}", f"no. {record}")
    return Text(_short(source_id), _short(source_id))


def _label(layer: str, kind: str | None, name: str | None, identifier: Text) -> Text:
    described = LAYERS[layer]
    codes = described.column("kind").codes if described.is_named_by_kind else None
    what = (codes or {}).get(kind or "", described.singular)
    shown = f" {_short(name)}" if name else ""
    return Text(f"{what.de}{shown} ({identifier.de})", f"{what.en}{shown} ({identifier.en})")


def _names(connection: Connection, layer: str | None, ids: Collection[int]) -> dict[int, str]:
    if not layer or not ids or not _is_impersonal(layer, "name"):
        return {}
    statement = sql.SQL("select id, name from {} where id = any (%s) and name is not null")
    return dict(connection.execute(statement.format(sql.Identifier(NOW, layer)), [list(ids)]).fetchall())


def _is_impersonal(layer: str, column: str) -> bool:
    return LAYERS[layer].column(column).audience is not Audience.PERSONAL


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
