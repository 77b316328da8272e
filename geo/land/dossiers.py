"""The content of hand-outs on plots: only public columns, whoever the caller is, and the plots' surroundings.

The public gets plots on offer. Insiders may also choose plots that are not on offer yet, but their hand-outs still show
only public columns. The surroundings show only plots on offer.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from geo.errors import FlurwerkError
from geo.records.attachments.objects import Kept, read_whole
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import RENDITIONS, SCHEMAS, view_of
from geo.store.database import AsyncConnection, Connection, Query
from geo.store.objects import ObjectStore, Place, needed
from geo.text import Text

COLUMNS = tuple(column.name for column in LAYERS["plots"].visible_columns(Audience.PUBLIC))
MOST_PLOTS = 50
SIMPLIFIED_M = 2
"""The tolerance in metres with which borders are simplified: less than a millimetre on every map."""


class UnknownPlots(FlurwerkError):
    """The caller does not see some of the plots."""


class HandoutsBusy(FlurwerkError):
    """The maximum number of hand-outs is already being made."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """The content of a hand-out, ready for JSON: each plot with its facts, geometry, area and restrictions.

    Geometries are GeoJSON in the stored CRS. ``districts`` and ``areas`` are those of the whole city, ``neighbours``
    the plots on offer near the ones in ``plots``, ``streets`` those near them. ``photos`` has the title photo, if there
    is one and it is wanted: with its plot, caption, media type, size in pixels, and bytes in Base64.
    """

    plots: list[dict[str, Any]]
    districts: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    neighbours: list[dict[str, Any]]
    streets: list[dict[str, Any]]
    photos: list[dict[str, Any]]


async def read(
    connection: AsyncConnection, plots: Sequence[int], audience: Audience, *, photo_of: int | None = None
) -> Dossier:
    """Return the dossier of these plots, in the given order, with the title photo of one of them.

    Raises UnknownPlots if the audience does not see some of the plots.
    """
    queries = _queries(plots, audience.impersonal, photo_of)
    return _complete(plots, [await _rows(connection, query) for query in queries])


def read_at_once(
    connection: Connection, plots: Sequence[int], audience: Audience, *, photo_of: int | None = None
) -> Dossier:
    """Return the same for a command."""
    with connection.cursor(row_factory=dict_row) as cursor:
        found = [
            cursor.execute(query.statement, query.parameters, prepare=False).fetchall()
            for query in _queries(plots, audience.impersonal, photo_of)
        ]
    return _complete(plots, found)


async def fetch_photos(dossier: Dossier, store: ObjectStore | None) -> Dossier:
    """Return the dossier with those photos whose bytes are in an object store. Raises ObjectStoreFailed.

    To be called when no connection to the database is held any more.
    """
    photos = [await _fetched(photo, store) for photo in dossier.photos]
    return replace(dossier, photos=photos)


async def _fetched(photo: dict[str, Any], store: ObjectStore | None) -> dict[str, Any]:
    digest, size, *place = (photo.pop(name) for name in ("digest", "size_bytes", "bucket", "object_key"))
    if photo["content"] is None:
        content = await read_whole(needed(store), Kept(Place(*place), digest, size))
        photo["content"] = b64encode(content).decode()
    return photo


def _queries(plots: Sequence[int], audience: Audience, photo_of: int | None) -> tuple[Query, ...]:
    return (
        _plots(plots, audience),
        _places("districts", "r.kind = 'district'"),
        _places("industrial_areas", "true"),
        _neighbours(plots, audience),
        _streets(plots, audience),
        _photo(photo_of, audience),
    )


def _complete(plots: Sequence[int], found: Sequence[list[dict[str, Any]]]) -> Dossier:
    missing = [plot for plot in plots if plot not in {row["facts"]["id"] for row in found[0]}]
    if missing:
        is_one = len(missing) == 1
        named = ", ".join(map(str, missing))
        remove = "" if len(plots) == 1 else " Remove it." if is_one else " Remove them."
        leave_out = "" if len(plots) == 1 else " Lassen Sie weg, was fehlt."
        raise UnknownPlots(
            Text(f"Ein Grundstück {named} gibt es hier nicht.", f"There is no plot {named} here.")
            if is_one
            else Text(f"Die Grundstücke {named} gibt es hier nicht.", f"There are no plots {named} here."),
            Text(
                f"Vielleicht nicht mehr am Markt.{leave_out}",
                f"{'It' if is_one else 'They'} may have left the market.{remove}",
            ),
        )
    return Dossier(*found)


def _plots(plots: Sequence[int], audience: Audience) -> Query:
    statement = sql.SQL(
        """
        select
            (select row_to_json(f) from (select {columns}) as f) as facts,
            st_asgeojson(r.geom, 2)::json as geometry,
            a.name as area,
            (
                select coalesce(
                    json_agg(
                        json_build_object(
                            'kind', h.kind,
                            'severity', h.severity,
                            'geometry', st_asgeojson(h.geom, 2)::json
                        )
                        order by h.severity = 'serious' desc, h.kind, h.id
                    ),
                    '[]'::json
                )
                from {restrictions} as h
                where h.plot = r.id
            ) as restrictions
        from {plots} as r
        left join {areas} as a on a.id = r.industrial_area
        where r.id = any (%(plots)s)
        order by array_position(%(plots)s::bigint[], r.id)
        """
    ).format(
        columns=sql.SQL(", ").join(sql.Identifier("r", name) for name in ("id", *COLUMNS)),
        plots=view_of(audience, LAYERS["plots"]),
        restrictions=view_of(audience, LAYERS["plot_restrictions"]),
        areas=view_of(Audience.PUBLIC, LAYERS["industrial_areas"]),
    )
    return Query(statement, {"plots": list(plots)})


def _places(layer: str, condition: str) -> Query:
    statement = sql.SQL(
        """
        select r.name, st_asgeojson(st_simplify(r.geom, %(simplified)s, true), 1)::json as geometry
        from {places} as r
        where {condition}
        order by r.id
        """
    ).format(
        places=view_of(Audience.PUBLIC, LAYERS[layer]),
        condition=sql.SQL(condition),  # pyright: ignore[reportArgumentType]
    )
    return Query(statement, {"simplified": SIMPLIFIED_M})


def _neighbours(plots: Sequence[int], audience: Audience) -> Query:
    """Query the plots on offer on the maps of these plots."""
    statement = sql.SQL(
        """
        with {frames}
        select r.id, r.name, r.status, st_asgeojson(r.geom, 1)::json as geometry
        from {offered} as r
        where exists (select from frames as f where f.frame && r.geom)
        order by r.id
        """
    ).format(frames=_frames(audience), offered=view_of(Audience.PUBLIC, LAYERS["plots"]))
    return Query(statement, {"plots": list(plots)})


def _streets(plots: Sequence[int], audience: Audience) -> Query:
    """Query the streets on the maps of these plots, cut off at their edges; none if the agency keeps none."""
    if "streets" not in LAYERS:
        return Query(sql.SQL("select where false"), {})
    statement = sql.SQL(
        """
        with {frames}
        select r.name, r.kind, st_asgeojson(st_intersection(r.geom, st_union(f.frame)), 1)::json as geometry
        from {streets} as r
        join frames as f
          on st_intersects(f.frame, r.geom)
        group by r.id, r.name, r.kind, r.geom
        order by r.id
        """
    ).format(frames=_frames(audience), streets=view_of(Audience.PUBLIC, LAYERS["streets"]))
    return Query(statement, {"plots": list(plots)})


def _photo(plot: int | None, audience: Audience) -> Query:
    """Query the first photo of a plot that is made public, in the size of a page."""
    if plot is None:
        return Query(sql.SQL("select where false"), {})
    statement = sql.SQL(
        """
        select
            a.plot,
            a.caption,
            a.width_px,
            a.height_px,
            r.media_type,
            translate(encode(r.content, 'base64'), E'\\n', '') as content,
            r.digest,
            r.size_bytes,
            r.bucket,
            r.object_key
        from {attachments} as a
        join {renditions} as r
          on r.attachment = a.id
         and r.rendition = 'medium'
        where a.plot = %(plot)s
          and {is_public}
        order by a.position, a.id
        limit 1
        """
    ).format(
        attachments=view_of(audience, LAYERS["attachments"]),
        renditions=sql.Identifier(SCHEMAS[audience], RENDITIONS),
        is_public=sql.SQL("true" if audience is Audience.PUBLIC else "a.is_public"),
    )
    return Query(statement, {"plot": plot})


def _frames(audience: Audience) -> sql.Composed:
    """Return the common table of the maps' extents. A map is at most five times as wide as its plot."""
    return sql.SQL(
        """
        frames as (
            select
                st_expand(
                    st_envelope(r.geom),
                    500 + 2.5 * greatest(st_xmax(r.geom) - st_xmin(r.geom), st_ymax(r.geom) - st_ymin(r.geom))
                ) as frame
            from {plots} as r
            where r.id = any (%(plots)s)
        )
        """
    ).format(plots=view_of(audience, LAYERS["plots"]))


async def _rows(connection: AsyncConnection, query: Query) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query.statement, query.parameters, prepare=False)
        return await cursor.fetchall()
