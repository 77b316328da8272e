"""The types of the layer registry: layers, columns, derived views, search."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, NamedTuple, Self

from geo.text import Text
from geo.units import Unit


class Audience(StrEnum):
    """Who may see a layer or a column. Personal columns are shown on the editors' screens only."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"

    @property
    def impersonal(self) -> "Audience":
        """The audience for files, feeds and maps: the same one, but INTERNAL in place of PERSONAL."""
        return Audience.INTERNAL if self is Audience.PERSONAL else self


LONG_TEXTS = frozenset(
    {"note", "description", "text", "reason", "use", "parcels", "districts", "district_keys", "goals"}
)
"""The columns of texts that people write, and of lists of texts; all others are names and identifiers."""


def longest_text(column: str) -> int:
    """Return the largest number of characters of a text column, as the database checks it (0024_text_lengths.sql)."""
    return 10_000 if column in LONG_TEXTS else 500


Codes = Mapping[str, Text]
Theme = Literal["ECON", "REGI", "SOCI", "TECH", "TRAN"]
"""The EU's data themes in use: economy, regions and cities, society, technology, transport."""
Gender = Literal["m", "f", "n"]
GeometryType = Literal["Point", "MultiLineString", "MultiPolygon"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as users see it. Its type, references and whether it is required are defined in the database.

    ``names`` is the column of the same layer whose record it names: by it, that record can be filtered for.
    """

    name: str
    label: Text
    audience: Audience = Audience.INTERNAL
    unit: Unit | None = None
    codes: Codes | None = None
    hint: Text | None = None
    names: str | None = None


class Dependency(NamedTuple):
    """Another table that affects what a layer's view shows of a record.

    The records concerned are those whose ``own``, an expression over ``r``, equals the other table's column ``key``.
    ``last_day`` is a date column of the other table: once that day has passed, the view changes although no record has
    changed. ``is_computed``: the database writes the other table itself, one row per record concerned, and keeps no
    earlier versions of it.
    """

    table: str
    key: str
    own: str = "r.id"
    last_day: str | None = None
    is_computed: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """The columns by which the search finds a layer's records. A large layer needs an index, as in 0018_search.sql.

    ``texts`` are columns to compare; the first one that is not empty is the record's title. ``lists`` are array columns
    whose elements are compared. ``details`` are columns that distinguish records with the same title; one that refers
    to another record shows that record's title. With ``is_grouped``, one hit stands for all records that share the
    title. Among equally good hits, those with a lower ``rank`` come first. ``audience`` is the only one that it is for;
    None: everybody who sees the layer. ``placed_by`` is a layer and its column that refers to these records: where they
    have no geometry of their own, a hit shows where those are, to whoever sees all of them.
    """

    rank: int
    texts: tuple[str, ...]
    lists: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    is_grouped: bool = False
    audience: Audience | None = None
    placed_by: tuple[str, str] | None = None

    def is_for(self, audience: Audience) -> bool:
        """Return whether an audience that sees the layer searches it by these columns."""
        return self.audience in {None, audience}


class DerivedView(NamedTuple):
    """A view whose columns a layer shows in addition to its own: one of geo/store/schema/views, or of a distance.

    At most one of its rows belongs to a record: the one whose column ``on`` equals the table's column ``of``.
    ``depends_on`` lists the tables that the view reads, apart from the layer's own. ``discloses`` lists the layers of
    which its internal columns tell more than the public sees: who has no internal access to one of these layers does
    not see those columns. ``measures_to`` lists the layers to whose records it measures; without one of them there is
    no such view.
    """

    name: str
    on: str
    columns: tuple[Column, ...]
    of: str = "id"
    depends_on: tuple[Dependency, ...] = ()
    discloses: tuple[str, ...] = ()
    measures_to: tuple[str, ...] = ()

    def limited_to(self, inside: Container[str]) -> "DerivedView":
        """Return the view without the columns that are not for readers with internal access to these layers only."""
        if all(layer in inside for layer in self.discloses):
            return self
        public = tuple(column for column in self.columns if column.audience is Audience.PUBLIC)
        return self._replace(columns=public)


# Compared by identity: the registry has each layer once.
@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A table of records and how it is shown to users.

    ``key`` is the table, the URL segment and the file name. ``singular`` is the term for one record; with
    ``is_named_by_kind``, the record's kind is a better one: a sale, a lease. ``gender`` is that of the German term,
    None if the agency has its own: then sentences do without an article. ``told_as`` are its own words for what has
    happened when a column gets its first value, as the rest of a sentence that begins with who did it; the first column
    wins, ``{column}`` is its value, and ``[…]`` is left out if a value in it is missing. ``searched`` are the ways in
    which the search finds records; none: it does not cover the layer. Every layer that others refer to has one that
    finds single records, by which they are chosen in forms. ``known_by`` are the columns by which a file or a filter
    may name a record of the layer, tried in this order before its identifier in the source. For a layer with a
    geometry, ``expected_inside`` says whether ``flurwerk check`` reports records outside the city. ``derived_views``
    are the views whose columns the layer shows in addition to its table's. ``public_rows`` is the SQL condition for
    rows that the public sees, over the alias ``r`` and the names of the derived views, with ``{schema}`` for the
    records' schema. ``public_geometry`` is the condition for rows whose geometry it sees. ``public_depends_on`` lists
    the tables that affect ``public_rows`` without being read by a derived view that the public sees. ``date`` is the
    column to which a time filter applies. ``drawn_by`` are the columns by which a map styles records, which tiles
    therefore contain; by the first of them, records are counted if there are too many. ``drawn_label`` is the column of
    the label on a map. ``drawn_steps`` are pairs of a name in tiles and a date column of the lifecycle; tiles contain
    its month, so that a map can show the state at the end of any month. ``overdue_after`` is the column of the last day
    on which a record is on time; tiles contain the month of the next day as ``overdue``. With ``is_erasable``, no
    earlier versions of records are kept although no column is personal: they are about people, whom the agency makes
    known.
    """

    key: str
    title: Text
    singular: Text
    description: Text
    columns: tuple[Column, ...]
    searched: tuple[Search, ...]
    known_by: tuple[str, ...] = ()
    geometry: GeometryType | None = None
    geometry_required: bool = False
    expected_inside: bool | None = None
    gender: Gender | None = None
    is_named_by_kind: bool = False
    told_as: Mapping[str, Text] = field(default_factory=dict)
    audience: Audience = Audience.INTERNAL
    derived_views: tuple[DerivedView, ...] = ()
    public_rows: str = "true"
    public_geometry: str = "true"
    public_depends_on: tuple[Dependency, ...] = ()
    date: str | None = None
    theme: Theme = "ECON"
    drawn_by: tuple[str, ...] = ()
    drawn_label: str | None = None
    drawn_steps: tuple[tuple[str, str], ...] = ()
    overdue_after: str | None = None
    is_erasable: bool = False
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if (self.geometry is None) != (self.expected_inside is None):
            raise ValueError(
                f"{self.key}: say by `expected_inside` whether records outside the city are a mistake"
                if self.geometry
                else f"{self.key}: without a geometry, leave `expected_inside` out"
            )
        object.__setattr__(self, "_by_name", {column.name: column for column in self.all_columns})

    @property
    def derived(self) -> tuple[Column, ...]:
        """The columns of the derived views."""
        return tuple(column for view in self.derived_views for column in view.columns)

    @property
    def keeps_history(self) -> bool:
        """Whether earlier versions of its records are kept: not if they are about people, who must be erasable."""
        return not self.is_erasable and all(column.audience is not Audience.PERSONAL for column in self.columns)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns of the table, then those of the derived views."""
        return (*self.columns, *self.derived)

    def column(self, name: str) -> Column:
        """Return the column of that name. Raises KeyError if there is none."""
        return self._by_name[name]

    def label(self, name: str) -> Text:
        """Return the label of a column, either the layer's own or one that every record has."""
        return (self._by_name.get(name) or COMMON_COLUMNS[name]).label

    def has_column(self, name: str) -> bool:
        """Return whether the layer has a column of that name, apart from those that every record has."""
        return name in self._by_name

    def shows_all(self, audience: Audience) -> bool:
        """Return whether an audience that sees the layer sees all its records, with their geometries."""
        return audience is not Audience.PUBLIC or (self.public_rows == "true" and self.public_geometry == "true")

    def uses_tile_counts_for(self, audience: Audience) -> bool:
        """Return whether tiles for an audience use the counts of points in ``tile_counts``, which triggers update.

        Not for the public: the counts include all records, and the table covers every layer.
        """
        return self.geometry == "Point" and audience is not Audience.PUBLIC

    def limited_to(self, inside: Container[str]) -> Self:
        """Return the layer as seen by readers with internal access to these layers only: without what discloses others.

        Returns the layer itself if nothing is left out.
        """
        views = tuple(view.limited_to(inside) for view in self.derived_views)
        return self if views == self.derived_views else replace(self, derived_views=views)

    def visible_views(self, audience: Audience) -> tuple[DerivedView, ...]:
        """Return the derived views of which the audience sees at least one column."""
        seen = {column.name for column in self.visible_columns(audience)}
        return tuple(view for view in self.derived_views if seen & {column.name for column in view.columns})

    def dependencies(self, audience: Audience) -> tuple[Dependency, ...]:
        """Return the other tables that affect what the audience sees, without those that only affect hidden columns."""
        found = [dependency for view in self.visible_views(audience) for dependency in view.depends_on]
        return (*found, *self.public_depends_on) if audience is Audience.PUBLIC else tuple(found)

    def visible_columns(self, audience: Audience) -> tuple[Column, ...]:
        """Return the columns that an audience sees: PUBLIC the public ones, INTERNAL all but the personal ones."""
        seen = {
            Audience.PUBLIC: {Audience.PUBLIC},
            Audience.INTERNAL: {Audience.PUBLIC, Audience.INTERNAL},
            Audience.PERSONAL: set(Audience),
        }[audience]
        return tuple(column for column in self.all_columns if column.audience in seen)


def codes(**labels: tuple[str, str]) -> Codes:
    """Return a code list: each code with its German and English label."""
    return {code: Text(*label) for code, label in labels.items()}


def by_key(layers: Iterable[Layer]) -> dict[str, Layer]:
    """Return the layers by key, in the given order."""
    return {layer.key: layer for layer in layers}


COMMON_COLUMNS = {
    column.name: column
    for column in (
        Column("id", Text("Nummer", "Number")),
        Column(
            "source",
            Text("Quelle", "Source"),
            hint=Text("Woher der Datensatz kommt, etwa „file“ oder „manual“.", "Where the record comes from."),
        ),
        Column(
            "source_id",
            Text("Kennung in der Quelle", "Identifier in the source"),
            hint=Text(
                "Zusammen mit der Quelle eindeutig: daran wird der Datensatz beim nächsten Laden erkannt.",
                "Unique within the source: the next load recognises the record by it.",
            ),
        ),
        Column(
            "note",
            Text("Notiz", "Note"),
            hint=Text(
                "Keine Angaben über Personen: die stehen nur bei den Beteiligten.",
                "Nothing about people: that belongs to the parties only.",
            ),
        ),
        Column("recorded_from", Text("Erfasst seit", "Recorded since")),
        Column("recorded_by", Text("Erfasst von", "Recorded by")),
        Column("recorded_xid", Text("Transaktion", "Transaction")),
        Column("geom", Text("Geometrie", "Geometry")),
        Column("geom_web", Text("Geometrie in Web-Mercator", "Geometry in web mercator")),
    )
}
"""The columns that every record has, by name; `geom` and `geom_web` only if the layer has a geometry."""

COUNTED_DATE_HINT = Text(
    "Das eigene Datum, sonst das früheste eines späteren Schritts.",
    "Its own date, else the earliest date of a later step.",
)


def counted_date(name: str, de: str, en: str) -> Column:
    """Return the column of a derived date on which a step counts as reached."""
    return Column(name, Text(f"{de} (maßgebliches Datum)", f"{en} (date that counts)"), hint=COUNTED_DATE_HINT)
