"""Compiles an indicator that a profile declares to the query of its contributions.

The text of the query consists of what is written here and of names from the registry of layers; everything else that
the profile says (the values in its filters, its factors) is bound. So nothing that stands in a profile becomes SQL.

A record's place is its own, else that of the plot, property or industrial area it is about. A line counts with its
length in each district; otherwise it has the district in which most of it lies.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from geo.figures.kpis.area_of_city import PARTS_OVER_TIME
from geo.figures.kpis.bound import properties, stored
from geo.figures.kpis.countable import (
    Undeclarable,
    countable_columns,
    countable_layer,
    placed_by,
    references,
    unknown_column,
)
from geo.figures.kpis.indicator import PARTS_OF_LINE
from geo.profile.indicators import Declared
from geo.records.layers.column_types import column_types
from geo.records.layers.layer import Audience, Column, Layer
from geo.text import Text
from geo.units import Unit

MAIN = "t"
"""The alias of the layer that counts; a layer that its column ``plot`` refers to is ``r_plot``."""

NUMBERS = ("smallint", "integer", "bigint", "numeric", "double precision")
NO_AMOUNT = "0"
"""What a record counts of which the polygon counts (Aggregation.COVERAGE)."""

LARGEST_PART: LiteralString = """
    left join lateral (
        select o.district
        from unnest(t.district_keys, t.district_lengths_m) as o (district, length_m)
        order by o.length_m desc, o.district
        limit 1
    ) as place on true
"""


class Counted(NamedTuple):
    """The query of an indicator's contributions, the values that it binds, and its columns of dates and amounts."""

    contributions: str
    parameters: dict[str, str]
    dates: tuple[str, ...]
    amounts: tuple[str, ...] = ()


class Value(NamedTuple):
    """What a record counts: an expression, the unit in which it is (None: none), and the columns it is made of.

    ``given`` are those without which there is no average, ``amounts`` those without which a record counts 0.
    """

    amount: str
    unit: Unit | None
    given: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()


class Compiler:
    """Compiles what one declaration says of its layer. Raises Undeclarable."""

    def __init__(self, of: Declared) -> None:
        self.of = of
        self.layer = countable_layer(of.layer)
        self.types = column_types()[of.layer]
        self.parameters: dict[str, str] = {}
        self.used: set[str] = set()

    def value(self) -> Value:
        """Return what a record counts."""
        what = self.of.what
        if what == "length":
            if self.layer.geometry != "MultiLineString":
                raise Undeclarable(
                    "measure",
                    Text(
                        f"{self.layer.key} hat keine Linien, deren Länge gemessen werden könnte.",
                        f"{self.layer.key} has no lines whose length could be measured.",
                    ),
                )
            # What is not added up is a line's as a whole.
            return Value("part.length_m" if self.of.aggregation == "sum" else "t.city_length_m", Unit.METRES)
        if what in ("area", "area_share") or (what == "share" and self.of.counted is None):
            if self.layer.geometry != "MultiPolygon":
                hint = (
                    Text("Nennen Sie mit property eine Zahl in m².", "Name a number in m² by property.")
                    if what == "share"
                    else ""
                )
                raise Undeclarable(
                    "measure",
                    Text(
                        f"{self.layer.key} hat keine Flächen, die gemessen werden könnten.",
                        f"{self.layer.key} has no areas that could be measured.",
                    ),
                    hint,
                )
            amounts = () if self.layer.geometry_required else ("geom",)
            if what == "area_share":
                return Value(NO_AMOUNT, Unit.SQUARE_METRES, amounts=amounts)
            return Value("round(coalesce(st_area(t.geom), 0)::numeric, 2)", Unit.SQUARE_METRES, amounts=amounts)
        if self.of.counted is None:
            return Value("1", None)
        column = self._number("property", self.of.counted)
        if what == "share" and column.unit is not Unit.SQUARE_METRES:
            raise Undeclarable(
                "property",
                Text(
                    f"{self.of.counted} ist keine Fläche in m², von der es einen Anteil geben könnte.",
                    f"{self.of.counted} is no area in m², of which there could be a share.",
                ),
            )
        return Value(f"coalesce(t.{self.of.counted}, 0)", column.unit, (self.of.counted,), (self.of.counted,))

    def weight(self) -> str:
        """Return the number by which a weighted average weights its values."""
        assert self.of.weight is not None
        self._number("weight", self.of.weight)
        return self.of.weight

    def counted(
        self, amount: str, factor: Decimal, filters: Mapping[str, str | None], given: tuple[str, ...] = ()
    ) -> Counted:
        """Return the query of records that match the filters (by their keys) and have the columns ``given``.

        Each counts with ``amount`` times ``factor``.
        """
        self.parameters, self.used = {}, set()
        value = self.value()
        # Who lacks a value that has to be given does not count, and is not missed.
        amounts = value.amounts if amount == value.amount and not given else ()
        conditions = [f"t.{name} is not null" for name in given]
        conditions += [self._filter(key, text) for key, text in filters.items() if text is not None]
        place = self._place(is_split=amount == "part.length_m")
        if factor != 1:
            amount = f"{amount} * %(factor)s::numeric"
            self.parameters["factor"] = f"{factor:f}"
        when, dates = self._dates()
        lines = [
            "select t.id",
            *when,
            f"({amount})::numeric as amount",
            f"{place.district} as district",
            f"{place.public} as public_district",
            f"{place.geometry} as geom",
        ]
        text = ",\n            ".join(lines) + f"\n        from {self.layer.key} as t\n" + "".join(self._joins(place))
        if conditions:
            text += "        where " + "\n          and ".join(conditions)
        return Counted(text, dict(self.parameters), dates, amounts)

    def _dates(self) -> tuple[list[str], tuple[str, ...]]:
        if self.of.date is not None:
            return [f"t.{self._day('date', self.of.date)} as date"], (self.of.date,)
        assert self.of.from_date is not None
        begins = self._day("from", self.of.from_date)
        ends = [f"t.{self._day('until', name)}" for name in self.of.until]
        until = f"least({', '.join(ends)})" if ends else "null::date"
        return [f"t.{begins} as from_on", f"{until} as until_on"], tuple(dict.fromkeys((begins, *self.of.until)))

    def _day(self, key: str, name: str) -> str:
        self._column(key, name)
        if self.types[name].type != "date":
            days = [each for each, column in self.types.items() if column.type == "date"]
            raise Undeclarable(
                key,
                Text(f"{name} ist kein Datum von {self.layer.key}.", f"{name} is no date of {self.layer.key}."),
                Text(f"Daten gibt es: {', '.join(days) or 'none'}.", f"Its dates: {', '.join(days) or 'none'}."),
            )
        return name

    def _number(self, key: str, name: str) -> Column:
        column = self._column(key, name)
        if self.types[name].type not in NUMBERS or self.types[name].references:
            raise Undeclarable(
                key, Text(f"{name} von {self.layer.key} ist keine Zahl.", f"{name} of {self.layer.key} is no number.")
            )
        return column

    def _column(self, key: str, name: str) -> Column:
        known = countable_columns(self.layer, self.types)
        if name in known:
            return known[name]
        raise Undeclarable(key, *unknown_column(self.layer, name, known))

    def _filter(self, key: str, text: str) -> str:
        # Imported on demand: most profiles have no filters, and the parser takes memory in every worker.
        from geo.records.features.selection import Crs
        from geo.records.filters import FilterError, parse
        from geo.records.filters.compiling import compile as compiled

        try:
            tree = parse(text, "cql2-text")
            known = self._queryables()
            for name in properties(tree):
                if name not in known:
                    raise Undeclarable(key, *self._unknown_property(name))
                if "." in name:
                    self.used.add(name.partition(".")[0])
            condition = compiled(tree, known, Crs.CRS84)
        except FilterError as error:
            raise Undeclarable(
                key, Text(f"Der Filter ist nicht brauchbar (Meldung: {error}).", error.message), Text("", error.hint)
            ) from None
        written = condition.statement.as_string()
        for name, value in condition.parameters.items():
            bound = f"{key}_{name.removeprefix('filter')}"
            text_of_value, cast = stored(value)
            written = written.replace(f"%({name})s", f"%({bound})s{cast}")
            self.parameters[bound] = text_of_value
        return written

    def _queryables(self) -> dict[str, Any]:
        from geo.records.filters import Kind, Queryable
        from geo.records.filters.queryables import KINDS

        found: dict[str, Any] = {}
        for prefix, alias, layer in self._readable():
            types = column_types()[layer.key]
            for name, column in countable_columns(layer, types).items():
                kind = KINDS.get(types[name].type)
                if kind:
                    full = f"{prefix}{name}"
                    found[full] = Queryable(full, _name(alias, name), kind, column.codes)
            if layer.geometry:
                found[f"{prefix}geometry"] = Queryable(f"{prefix}geometry", _name(alias, "geom"), Kind.GEOMETRY)
        return found

    def _readable(self) -> Iterator[tuple[str, str, Layer]]:
        """Yield the layer that counts and those that it refers to: prefix in filters, alias in the query, layer."""
        yield "", MAIN, self.layer
        for name, target in references(self.layer, self.types).items():
            yield f"{name}.", f"r_{name}", target

    def _unknown_property(self, name: str) -> tuple[Text, Text | str]:
        reference, dot, column = name.partition(".")
        known = references(self.layer, self.types)
        if not dot:
            return unknown_column(self.layer, name, countable_columns(self.layer, self.types))
        if reference in known:
            target = known[reference]
            return unknown_column(target, column, countable_columns(target, column_types()[target.key]))
        return (
            Text(
                f"„{reference}“ ist kein Verweis von {self.layer.key}.",
                f"“{reference}” is no reference of {self.layer.key}.",
            ),
            Text(
                f"Verweise gibt es: {', '.join(known) or 'keine'}.", f"It refers to: {', '.join(known) or 'nothing'}."
            ),
        )

    def _place(self, *, is_split: bool) -> "Place":
        if self.layer.geometry == "MultiLineString":
            most = "case when t.geom is not null then coalesce(place.district, 'outside') end"
            district = "part.district" if is_split else most
            return Place(district, "null::text", "t.geom", is_line=True, is_split=is_split)
        about = placed_by(self.layer)
        if self.layer.geometry is None:
            if about is None:
                return Place("null::text", "null::text", "null::geometry")
            self.used.add(about)
            return Place(f"r_{about}.district_key", "null::text", f"r_{about}.geom")
        public = self.layer.audience is Audience.PUBLIC and self.layer.shows_all(Audience.PUBLIC)
        # Of what is covered, the polygon of the plot that a record is about tells nothing.
        if about is None or self.of.what == "area_share":
            return Place("t.district_key", "t.district_key" if public else "null::text", "t.geom")
        self.used.add(about)
        return Place(
            f"coalesce(t.district_key, r_{about}.district_key)", "null::text", f"coalesce(t.geom, r_{about}.geom)"
        )

    def _joins(self, place: "Place") -> Iterator[str]:
        for name, target in references(self.layer, self.types).items():
            if name in self.used:
                yield f"        left join {target.key} as r_{name} on r_{name}.id = t.{name}\n"
        if place.is_line:
            yield f"        cross join lateral {PARTS_OF_LINE}\n" if place.is_split else LARGEST_PART


class Place(NamedTuple):
    """Expressions for a record's district, the one that the public may know, and its geometry."""

    district: str
    public: str
    geometry: str
    is_line: bool = False
    is_split: bool = False


def area_of_city() -> Counted:
    """Return the query of the area of the city: of its parts, those of a period being the ones in force at its end."""
    return Counted(PARTS_OVER_TIME, {}, ())


def _name(alias: str, column: str) -> sql.SQL:
    """Return a column's name as it stands in stored queries: unquoted, for it is one of the registry's."""
    if not f"{alias}{column}".replace("_", "").isalnum() or not f"{alias}{column}".isascii():
        raise ValueError(f"{alias}.{column} cannot be written without quotes")
    return sql.SQL(f"{alias}.{column}")  # pyright: ignore[reportArgumentType]
