"""The statement of the search: one part per layer, over the view of the caller's audience."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql

from geo.records.layers.layer import Audience, Search
from geo.records.layers.views import view_of
from geo.records.search.searched import SEARCHED_LAYERS, SearchedLayer
from geo.store.database import Query

NORMAL = r"select flurwerk.search_text(array[regexp_replace(%s, '([[:alpha:]])([0-9])', '\1 \2', 'g')])"
"""Normalises the search text for comparison; A45 becomes A 45."""

HITS = """
select
    h.number,
    h.id,
    h.title,
    h.details,
    st_xmin(h.box), st_ymin(h.box), st_xmax(h.box), st_ymax(h.box),
    h.records
from (
    select *, box2d(st_transform(st_envelope(geom), 4326)) as box
    from ({parts}) as p
    order by grade desc, likeness desc, number, length(title), title, id
    limit %(limit)s
) as h
order by h.grade desc, h.likeness desc, h.number, length(h.title), h.title, h.id
"""

PART = """
(
    select {number} as number, f.id, f.title, f.details, f.geom, f.records, {likeness} as likeness,
        case
            when f.text like %(asked)s || '%%' then
                case when flurwerk.search_text(array[f.title]) = %(asked)s then 5 else 4 end
            when f.text like '%%' || %(asked)s || '%%' then 3
            when f.text like all (%(begun)s) then 2
            when f.text like all (%(within)s) then 1
            else 0
        end as grade
    from (
        select {id} as id, {title} as title, {details} as details, {geometry} as geom, {records} as records, t.text
        from {view} as r
        -- So that the text is computed once, not wherever it is used.
        cross join lateral (select {text} as text offset 0) as t
        where {found}
        {grouped}
    ) as f
    order by grade desc, likeness desc, length(f.title), f.title, f.id
    limit %(limit)s
)
"""

FUZZY_FROM = 4
"""The minimum number of letters of a word that is matched by similarity; half of the shorter words would match."""


def hits(words: Sequence[str], audiences: Mapping[str, Audience], limit: int, *, fuzzy: bool) -> Query:
    """Select the hits in order. ``audiences``: the audience as which the caller sees each layer to be searched."""
    begun, within = [f"% {word}%" for word in words], [f"%{word}%" for word in words]
    parameters: dict[str, Any] = {"asked": " " + " ".join(words), "limit": limit, "begun": begun, "within": within}
    for place, word in enumerate(words):
        parameters |= {f"word{place}": word, f"within{place}": within[place]}
    parts = [
        _part(number, searched, audiences[searched.layer.key], words, fuzzy)
        for number, searched in enumerate(SEARCHED_LAYERS)
        if searched.layer.key in audiences
    ]
    return Query(sql.SQL(HITS).format(parts=sql.SQL(" union all ").join(parts)), parameters)


def _part(number: int, searched: SearchedLayer, audience: Audience, words: Sequence[str], fuzzy: bool) -> sql.Composed:
    layer, search = searched
    text = _text(search)
    title = sql.SQL("coalesce({})").format(_names(search.texts))
    has_place = layer.geometry is not None
    grouped = sql.SQL("group by {}, t.text").format(_names(search.texts)) if search.is_grouped else sql.SQL("")
    place = sql.SQL("st_setsrid(st_extent(r.geom)::geometry, flurwerk.place_srid())" if search.is_grouped else "r.geom")
    return sql.SQL(PART).format(
        number=sql.Literal(number),
        id=sql.SQL("null::bigint" if search.is_grouped else "r.id"),
        title=title,
        details=_details(search),
        geometry=place if has_place else sql.SQL("null::geometry"),
        records=sql.SQL("count(*)" if search.is_grouped else "1"),
        text=text,
        likeness=sql.SQL("word_similarity(%(asked)s, f.text)" if fuzzy else "0"),
        view=view_of(audience, layer),
        found=sql.SQL(" and ").join(_found(text, place, word, fuzzy) for place, word in enumerate(words)),
        grouped=grouped,
    )


def _found(text: sql.Composable, place: int, word: str, fuzzy: bool) -> sql.Composed:
    within = sql.SQL("{} like {}").format(text, sql.Placeholder(f"within{place}"))
    if not fuzzy or len(word) < FUZZY_FROM or word.isdigit():
        return within
    return sql.SQL("({} or {} %%> {})").format(within, text, sql.Placeholder(f"word{place}"))


def _text(search: Search) -> sql.Composed:
    # Must match the indexed expression literally.
    lists = [sql.SQL(" || {}").format(sql.Identifier("r", name)) for name in search.lists]
    return sql.SQL("flurwerk.search_text(array[{}]{})").format(_names(search.texts), sql.Composed(lists))


def _names(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier("r", name) for name in names)


def _details(search: Search) -> sql.Composable:
    if not search.details:
        return sql.SQL("'{{}}'::jsonb").format()
    return sql.SQL("jsonb_build_object({})").format(
        sql.SQL(", ").join(
            sql.SQL("{}::text, {}").format(sql.Literal(name), sql.Identifier("r", name)) for name in search.details
        )
    )
