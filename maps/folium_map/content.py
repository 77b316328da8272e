"""What the overview map of a period shows, as read from the database. Needs no folium."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from geo.formatting import SEPARATORS, day
from geo.periods import Period
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience
from geo.store.database import Connection
from maps import style, texts
from maps.cells import cells
from maps.folium_map import facts, figures, legend, overview_sql


def read(connection: Connection, period: Period, *, audience: Audience, language: str = "de") -> dict[str, Any]:
    """Return what the map shows an audience (public or internal), in a form that can be written as JSON.

    Raises ValueError for the audience personal, which has no maps.
    """
    if audience is Audience.PERSONAL:
        raise ValueError(f"There is no map for the audience {audience}.")
    collections = _collections(connection, period, audience)
    lines = figures.lines(connection, period, audience, language)
    config = _config(connection, audience, language, lines) | {"attribution": _attribution(connection, language)}
    return {
        "language": language,
        "audience": audience.value,
        "internal": audience is not Audience.PUBLIC,
        "audience_name": texts.audience_name(audience, language),
        "period": texts.period_name(period, language),
        "words": texts.words(language),
        "legend": _legend(audience, language),
        "lines": [asdict(line) for line in lines],
        "is_empty": not any('"geometry"' in text for text in collections.values()),
        "config": config,
        "collections": collections,
        "centre": _centre(connection),
    }


def _centre(connection: Connection) -> tuple[float, float]:
    """Return latitude and longitude of the city's middle: of its districts, else of its outline, else Germany's."""
    row = connection.execute(
        """
        select st_y(middle), st_x(middle)
        from flurwerk.place as p
        cross join lateral (
            select st_setsrid(st_extent(geom)::geometry, p.srid) as box from districts where kind = 'district'
        ) as d
        cross join st_transform(st_centroid(coalesce(d.box, p.outline, p.country)), 4326) as middle
        """
    ).fetchone()
    assert row is not None
    return row


def _collections(connection: Connection, period: Period, audience: Audience) -> dict[str, str]:
    queries = {
        drawing.layer: overview_sql.collection(connection, drawing, audience, period)
        for drawing in overview_sql.drawings(audience)
    }
    if audience is Audience.PUBLIC and are_kept("connections"):
        queries["cells"] = cells()
    return {
        key: text for key, query in queries.items() for (text,) in connection.execute(query.statement, query.parameters)
    }


def _legend(audience: Audience, language: str) -> list[dict[str, Any]]:
    return [
        {
            "key": group.key,
            "title": group.title.in_language(language),
            "entries": [
                {"key": entry.key, "label": entry.label.in_language(language), "starts_visible": entry.starts_visible}
                for entry in group.entries
            ],
        }
        for group in legend.legend(audience)
    ]


def _config(connection: Connection, audience: Audience, language: str, lines: Sequence[figures.Line]) -> dict[str, Any]:
    entries = [entry for group in legend.legend(audience) for entry in group.entries]
    thousands, point = SEPARATORS["en" if language == "en" else "de"]
    layers = [drawing.layer for drawing in overview_sql.drawings(audience)]
    return {
        "language": language,
        "words": {key: word for key, word in texts.words(language).items() if key in _used_by_scripts()},
        "thousands": thousands,
        "point": point,
        "entries": {
            entry.key: entry.style.as_json() | {"shape": entry.shape, "label": entry.label.in_language(language)}
            for entry in entries
        },
        "order": legend.drawing_order(audience),
        "facts": {layer: facts.described(connection, layer, audience, language) for layer in layers},
        "searched": facts.searched(layers),
        "shades": style.SHADES,
        "paper": style.PAPER,
        "lines": [asdict(line) for line in lines],
    }


def _used_by_scripts() -> set[str]:
    of_layers = {"connections": "connections", "trench": "trenches", "ring": "mobile_requests"}
    return {key for key in texts.USED_BY_SCRIPTS if key not in of_layers or are_kept(of_layers[key])}


def _attribution(connection: Connection, language: str) -> str:
    row = connection.execute(
        """
        select
            flurwerk.day_shown(),
            coalesce(bool_or(note ilike '%%schemati%%'), false)
        from districts
        where kind = 'district'
        """,
        [],
    ).fetchone()
    shown_on, is_schematic = row or (None, False)
    words = texts.words(language)
    parts = [
        words["schematic"] if is_schematic else "",
        f"{words['drawn_on']} {day(shown_on, language)}" if shown_on else "",
    ]
    return " · ".join(["Flurwerk", *filter(None, parts)])
