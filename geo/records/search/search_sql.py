"""The statement of the search: one part per layer, over the view of the caller's audience."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Search
from geo.records.layers.views import view_of
from geo.records.search.searched import SEARCHED_LAYERS, SearchedLayer
from geo.records.search.titles import referred, title
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
    from ({found}) as f
    order by grade desc, likeness desc, length(f.title), f.title, f.id
    limit %(limit)s
)
"""

RECORDS = """
select r.id, {title} as title, {details} as details, {geometry} as geom, 1 as records, {text} as text
from (
    select r.*
    from {view} as r
    where {found}
    limit %(candidates)s
) as r
offset 0
"""

GROUPS = """
select null::bigint as id, {title} as title, {details} as details, g.geom, g.records, {text} as text
from (
    select distinct {names}
    from {view} as r
) as r
cross join lateral (
    select
        st_setsrid(st_extent(o.geom)::geometry, flurwerk.place_srid()) as geom,
        count(*) as records
    from {view} as o
    where {is_same}
) as g
where {found}
offset 0
"""

CANDIDATES = 1_000
"""The number of a layer's matching records that are graded. A text that more records match does not tell them apart,
and grading all of a large city's addresses takes half a minute."""

INDEXED_FROM = 3
"""The minimum number of letters that are found within words: an index of trigrams finds shorter ones at the beginning
of words only."""

CHOICES = """
select
    {number} as number,
    r.id,
    {title} as title,
    {details} as details,
    st_xmin(b.box), st_ymin(b.box), st_xmax(b.box), st_ymax(b.box),
    1 as records
from {view} as r
cross join lateral (select box2d(st_transform(st_envelope({geometry}), 4326)) as box) as b
where {condition}
order by r.id desc
limit %(limit)s
"""

FUZZY_FROM = 4
"""The minimum number of letters of a word that is matched by similarity; half of the shorter words would match."""


HOUSE_NUMBER = re.compile("([0-9]+)([a-z])")


def hits(
    words: Sequence[str],
    audiences: Mapping[str, Audience],
    limit: int,
    *,
    fuzzy: bool,
    only: SearchedLayer | None = None,
) -> Query:
    """Select the hits in order, ``only`` some layer's or all.

    ``audiences``: the audience as which the caller sees each layer to be searched.
    """
    begun, within = [f"% {word}%" for word in words], [f"%{word}%" for word in words]
    parameters: dict[str, Any] = {"asked": " " + " ".join(words), "limit": limit, "begun": begun, "within": within}
    parameters["candidates"] = CANDIDATES
    for place, word in enumerate(words):
        pattern = within[place] if len(word) >= INDEXED_FROM else begun[place]
        parameters |= {f"word{place}": word, f"within{place}": pattern}
        if other := _spelt_otherwise(words, place):
            parameters[f"other{place}"] = other
    parts = [
        _part(number, searched, audiences, words, fuzzy)
        for number, searched in enumerate(SEARCHED_LAYERS)
        if (only is None or only is searched)
        and searched.layer.key in audiences
        and searched.search.is_for(audiences[searched.layer.key])
    ]
    return Query(sql.SQL(HITS).format(parts=sql.SQL(" union all ").join(parts)), parameters)


def choices(searched: SearchedLayer, audiences: Mapping[str, Audience], limit: int, record: int | None) -> Query:
    """Select that record of a layer, or, with None, the ones recorded last."""
    layer, search = searched
    statement = sql.SQL(CHOICES).format(
        number=sql.Literal(SEARCHED_LAYERS.index(searched)),
        title=title(search),
        details=_details(searched, audiences),
        view=view_of(audiences[layer.key], layer),
        geometry=_geometry(searched, audiences),
        condition=sql.SQL("true" if record is None else "r.id = %(record)s"),
    )
    return Query(statement, {"limit": limit, "record": record})


def _part(
    number: int, searched: SearchedLayer, audiences: Mapping[str, Audience], words: Sequence[str], fuzzy: bool
) -> sql.Composed:
    return sql.SQL(PART).format(
        number=sql.Literal(number),
        likeness=sql.SQL("word_similarity(%(asked)s, f.text)" if fuzzy else "0"),
        found=_matching(searched, audiences, words, fuzzy),
    )


def _matching(
    searched: SearchedLayer, audiences: Mapping[str, Audience], words: Sequence[str], fuzzy: bool
) -> sql.Composed:
    layer, search = searched
    text = _text(search)
    same = [sql.SQL("{} = {}").format(sql.Identifier("o", name), sql.Identifier("r", name)) for name in search.texts]
    return sql.SQL(GROUPS if search.is_grouped else RECORDS).format(
        title=title(search),
        details=_details(searched, audiences),
        geometry=_geometry(searched, audiences),
        text=text,
        view=view_of(audiences[layer.key], layer),
        found=sql.SQL(" and ").join(_found(text, words, place, fuzzy) for place in range(len(words))),
        names=_names(search.texts),
        is_same=sql.SQL(" and ").join(same),
    )


def _geometry(searched: SearchedLayer, audiences: Mapping[str, Audience]) -> sql.Composable:
    layer, search = searched
    own = sql.SQL("r.geom" if layer.geometry else "null::geometry")
    if search.placed_by is None:
        return own
    key, column = search.placed_by
    if audiences.get(key, Audience.PUBLIC) is Audience.PUBLIC:
        return own
    return sql.SQL(
        """coalesce(
            {own},
            (
                select st_setsrid(st_extent(o.geom)::geometry, flurwerk.place_srid())
                from {view} as o
                where o.{column} = r.id
            )
        )"""
    ).format(own=own, view=view_of(audiences[key], LAYERS[key]), column=sql.Identifier(column))


def _spelt_otherwise(words: Sequence[str], place: int) -> str | None:
    """Return the pattern of 5 a for 5a and of 5a for 5 a, as both are written; None for what is no house number."""
    word, before = words[place], words[place - 1] if place else ""
    if joined := HOUSE_NUMBER.fullmatch(word):
        return f"% {joined[1]} {joined[2]}%"
    return f"% {before}{word}%" if HOUSE_NUMBER.fullmatch(before + word) and before.isdigit() else None


def _found(text: sql.Composable, words: Sequence[str], place: int, fuzzy: bool) -> sql.Composed:
    word = words[place]
    within = sql.SQL("{} like {}").format(text, sql.Placeholder(f"within{place}"))
    if _spelt_otherwise(words, place):
        within = sql.SQL("({} or {} like {})").format(within, text, sql.Placeholder(f"other{place}"))
    if not fuzzy or len(word) < FUZZY_FROM or word.isdigit():
        return within
    return sql.SQL("({} or {} %%> {})").format(within, text, sql.Placeholder(f"word{place}"))


def _text(search: Search) -> sql.Composed:
    # Must match the indexed expression literally.
    lists = [sql.SQL(" || {}").format(sql.Identifier("r", name)) for name in search.lists]
    return sql.SQL("flurwerk.search_text(array[{}]{})").format(_names(search.texts), sql.Composed(lists))


def _names(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier("r", name) for name in names)


def _details(searched: SearchedLayer, audiences: Mapping[str, Audience]) -> sql.Composable:
    layer = searched.layer
    values = [(name, referred(layer, name, sql.Identifier("r", name), audiences)) for name in searched.search.details]
    pairs = [sql.SQL("{}::text, {}").format(sql.Literal(name), value) for name, value in values if value]
    return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))
