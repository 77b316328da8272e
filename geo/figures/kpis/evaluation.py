"""Evaluates indicators over a connection; within geo.store.database.as_recorded, as recorded at that time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeVar

from psycopg.rows import class_row

from geo.errors import FlurwerkError
from geo.figures.kpis import ALL_FAMILIES, ALL_INDICATORS, FAMILIES, INDICATORS, Indicator, kpi_sql
from geo.figures.kpis import parts as parts_of_city
from geo.figures.kpis.kept import is_kept, key_of_profile
from geo.figures.kpis.members import members
from geo.figures.kpis.ordering import in_order
from geo.figures.kpis.parts import Parts, Reforms
from geo.figures.kpis.within_part import PartOfCity
from geo.formatting import day
from geo.periods import Period
from geo.profile.levels import UPPER
from geo.profile.wording import PARTS
from geo.records.layers.layer import Audience
from geo.store.database import Connection, Query
from geo.text import Text

Found = TypeVar("Found")


class UnknownIndicator(FlurwerkError):
    """There is no indicator with the given key."""


class UnknownPart(FlurwerkError):
    """There is no part of the city with the given key."""


class NotInForce(UnknownIndicator):
    """The indicator has no definition for the period."""


class Part(NamedTuple):
    """One line of a split: a district's name, ``outside``, ``unlocated`` or a month, and its exact amount.

    The amount is None if the figure is not recorded (geo.figures.kpis.recorded), or of a ratio or maximum if there is
    nothing to divide by or to choose from.
    """

    part: str
    amount: Decimal | None


class Row(NamedTuple):
    """A contributing record."""

    layer: str
    id: int
    source: str
    source_id: str
    date: date
    amount: Decimal
    district: str


def indicators(connection: Connection) -> list[Indicator]:
    """Return all indicators, in the report's order. Families have one indicator per member in the records."""
    return with_families(connection.execute(*members()).fetchall())


def with_families(found: Sequence[tuple[str, str, str]]) -> list[Indicator]:
    """Return all indicators, given the rows of members()."""
    families = {family.indicator.key: family for family in FAMILIES}
    expanded = [families[key].expand(member, name) for key, member, name in found]
    return in_order([*INDICATORS, *expanded])


def find(known: Sequence[Indicator], key: str) -> Indicator:
    """Return the indicator with that key. Raises UnknownIndicator, naming the known ones, or what switches it off."""
    for indicator in with_sides(known):
        if indicator.key == key:
            return indicator
    if off := switched_off(key):
        raise UnknownIndicator(
            Text(
                f"Die Kennzahl „{key}“ ist im Profil abgeschaltet ({key_of_profile(off)}).",
                f"The indicator “{key}” is switched off in the agency's profile ({key_of_profile(off)}).",
            ),
            Text(
                f"Bekannt: {', '.join(each.key for each in known)}.", f"Known: {', '.join(each.key for each in known)}."
            ),
        )
    raise UnknownIndicator(
        Text(f"Eine Kennzahl „{key}“ gibt es nicht.", f"There is no indicator “{key}”."),
        Text(
            f"Bekannt: {', '.join(indicator.key for indicator in known)}.",
            f"Known: {', '.join(indicator.key for indicator in known)}.",
        ),
    )


def with_sides(known: Sequence[Indicator]) -> list[Indicator]:
    """Return the indicators, then those sides of ratios that are no lines of their own: all that can be asked for."""
    found = {indicator.key: indicator for indicator in known}
    for indicator in known:
        for side in (side for version in indicator.versions for side in version.sides):
            found.setdefault(side.key, side)
    return list(found.values())


def in_force(known: Sequence[Indicator], period: Period) -> list[Indicator]:
    """Return the definitions by which the period is counted, without indicators that have none."""
    return in_order([found for indicator in known if (found := indicator.in_force(period))])


def counted(known: Sequence[Indicator], period: Period) -> list[Indicator]:
    """Return the definitions by which the period is counted, and those of the sides of ratios among them."""
    return [found for each in with_sides(in_force(known, period)) if (found := each.in_force(period))]


def definition(indicator: Indicator, period: Period) -> Indicator:
    """Return the definition by which the period is counted. Raises NotInForce, telling when there is one."""
    if found := indicator.in_force(period):
        return found
    if lacking := indicator.lacking(period):
        raise NotInForce(
            Text(
                f"In „{indicator.key}“ wird „{lacking[0].key}“ gerechnet, was am "
                f"{day(period.last, 'de')}, dem letzten Tag von {period.name}, nicht definiert ist.",
                f"“{indicator.key}” divides by or into “{lacking[0].key}”, which is not defined on {period.last}, "
                "the last "
                f"day of {period.name}.",
            ),
            Text("Fragen Sie nach einem anderen Zeitraum.", "Ask for another period."),
        )
    spans = ", ".join(f"{each.valid_from or ''} to {each.valid_until or ''}".strip() for each in indicator.versions)
    raise NotInForce(
        Text(
            f"„{indicator.key}“ ist am {day(period.last, 'de')}, dem letzten Tag von {period.name}, nicht definiert.",
            f"“{indicator.key}” is not defined on {period.last}, the last day of {period.name}.",
        ),
        Text(f"Definiert: {spans}.", f"Defined: {spans}."),
    )


def switched_off(key: str) -> Indicator | None:
    """Return the indicator or family with that key if the agency's profile switches it off."""
    base = key.split(":")[0]
    everything = (*ALL_INDICATORS, *(family.indicator for family in ALL_FAMILIES))
    return next((each for each in everything if each.key == base and not is_kept(each)), None)


def totals(
    connection: Connection,
    requested: Sequence[tuple[Indicator, Period]],
    audience: Audience = Audience.INTERNAL,
    *,
    part: str | None = None,
    known: Reforms | None = None,
) -> dict[tuple[str, str], Decimal | None]:
    """Return the exact figures, by key and name of the period; no entry where no definition is in force.

    Inside the city is what was at each period's end. ``known`` are the reforms, if they have been read already.
    None for those that are not recorded, and for ratios and maxima with nothing to divide by or to choose from. With a
    ``part`` they are those of the part with that key, and None for periods at whose end there was no such part, and of
    indicators whose records have no place.
    """
    known = known or reforms(connection)
    if part is None:
        query = kpi_sql.totals(requested, lambda _: audience, reforms=known)
        found = connection.execute(*query).fetchall() if requested else []
        return {(key, period): total for key, period, total in found}
    periods = [period for _, period in requested]
    there = {name for name, keys in names_of_parts(connection, periods, known).items() if part in keys}
    asked = [(each, period) for each, period in requested if period.name in there and each.has_place]
    query = kpi_sql.totals(asked, lambda _: audience, part=part, reforms=known)
    found = connection.execute(*query).fetchall() if asked else []
    absent = {(each.key, period.name): None for each, period in requested if each.in_force(period)}
    return absent | {(key, period): total for key, period, total in found}


def names_of_parts(
    connection: Connection, periods: Sequence[Period], known: Reforms | None = None
) -> dict[str, dict[str, str]]:
    """Return the names of the parts of the upper level by key at the end of each of these periods, by its name."""
    known = known or reforms(connection)
    states = {period.name: known.parts(period) for period in periods}
    names = {parts: names_of(connection, parts) for parts in {*states.values()}}
    return {name: names[parts] for name, parts in states.items()}


def names_of(connection: Connection, parts: Parts) -> dict[str, str]:
    """Return the names of parts by key, in order of key."""
    return dict(connection.execute(*parts_of_city.named(parts)).fetchall())


def reforms(connection: Connection) -> Reforms:
    """Return the days on which the city's parts changed, by level."""
    return Reforms.of(connection.execute(*parts_of_city.reforms()).fetchall())


def by_district(
    connection: Connection,
    indicator: Indicator,
    period: Period,
    audience: Audience = Audience.INTERNAL,
    *,
    level: str = UPPER,
    known: Reforms | None = None,
    within: PartOfCity | None = None,
) -> list[Part]:
    """Return the figure by the parts of a level in force at the period's end, as the audience may know it.

    Those of a sum add up to the total exactly. ``known`` are the reforms, if they have been read already. Of one part
    of the city (``within``), its figure by the lower parts. This and the following functions raise NotInForce.
    """
    parts = within or (known or reforms(connection)).parts(period, level)
    return _fetch(connection, kpi_sql.by_district(definition(indicator, period), period, audience, parts), Part)


def find_part(connection: Connection, period: Period, key: str, known: Reforms | None = None) -> str:
    """Return the name of the part of the upper level with this key at the period's end.

    Raises UnknownPart, saying what the key is or was, and naming the known ones.
    """
    names = names_of(connection, (known or reforms(connection)).parts(period))
    if key not in names:
        raise unknown_part(key, period, names, connection.execute(*parts_of_city.states_of(key)).fetchall())
    return names[key]


def unknown_part(
    key: str, period: Period, names: Mapping[str, str], states: Sequence[tuple[str, str, date | None, date | None]]
) -> UnknownPart:
    """Return the error that there is no such part at the period's end, given the known ones and all that the key was.

    ``states`` are the rows of parts.states_of().
    """
    problem = Text(f"Den Teil „{key}“ gibt es nicht.", f"There is no part “{key}”.")
    end = day(period.last, "de")
    for kind, name, first, until in states:
        if kind != UPPER:
            problem = Text(
                f"„{key}“ ({name}) ist ein Teil der Ebene „{kind}“. Gemeint ist einer der Ebene „{UPPER}“.",
                f"“{key}” ({name}) is a part of the level “{kind}”. One part means one of the level “{UPPER}”.",
            )
        elif until is not None and until <= period.last:
            last = until - timedelta(days=1)
            problem = Text(
                f"„{key}“ ({name}) war ein Teil bis {day(last, 'de')}, aber nicht am Ende von {period.name} ({end}).",
                f"“{key}” ({name}) was a part until {last}, but not at the end of {period.name} ({period.last}).",
            )
        elif first is not None and first > period.last:
            problem = Text(
                f"„{key}“ ({name}) ist ein Teil seit {day(first, 'de')}, nach dem Ende von {period.name} ({end}).",
                f"“{key}” ({name}) is a part since {first}, after the end of {period.name} ({period.last}).",
            )
        else:
            continue
        break
    listed = ", ".join(f"{each} ({name})" for each, name in names.items())
    return UnknownPart(
        problem,
        Text(f"Bekannt: {listed}.", f"Known: {listed}.")
        if listed
        else Text(f"Laden Sie zuerst die {PARTS.plural.de}.", f"Load the {PARTS.all_en} first."),
    )


def by_month(connection: Connection, indicator: Indicator, period: Period) -> list[Part]:
    """Return the figure by the month of the date that counts. The parts of a sum add up to the total exactly."""
    query = kpi_sql.by_month(definition(indicator, period), period, reforms=reforms(connection))
    return _fetch(connection, query, Part)


def rows(
    connection: Connection,
    indicator: Indicator,
    period: Period,
    *,
    by_part: bool = False,
    level: str = UPPER,
    known: Reforms | None = None,
    within: PartOfCity | None = None,
) -> list[Row]:
    """Return the records behind the figure, one row each (with ``by_part``: one per record and part of the level).

    Not of a ratio, whose sides have the records. Of one part of the city (``within``), with what of them counts in it.
    """
    parts = within or (known or reforms(connection)).parts(period, level)
    return _fetch(connection, kpi_sql.rows(definition(indicator, period), period, by_part=by_part, parts=parts), Row)


def _fetch(connection: Connection, query: Query, kind: type[Found]) -> list[Found]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(*query).fetchall()
