"""What of the profile's indicators and goals only the database tells to be wrong."""

from difflib import get_close_matches

import psycopg
from psycopg import sql

from geo.figures.kpis import BUILT_IN, FAMILIES, INDICATORS, Indicator
from geo.figures.kpis.contributing import contributing
from geo.periods import parse_period
from geo.profile import ProfileError, profile
from geo.profile.levels import UPPER
from geo.profile.reading import FILE
from geo.store.database import Connection, first_line

REPORTED = """
    select i.key, i.label
    from manual_indicators as i
    where i.key = %(key)s
       or lower(btrim(i.label)) in (lower(%(de)s), lower(%(en)s))
    order by i.key
"""
GOALS_OF_OTHERS = """
    select goal, string_agg(i.key, ', ' order by i.position, i.key)
    from manual_indicators as i
    cross join lateral unnest(i.goals) as goal
    where goal <> all (%s)
    group by goal
    order by goal
"""
PARTS = """
    select key, kind from flurwerk.districts
    union
    select key, kind from flurwerk.former_districts
    order by kind
"""
ANY = parse_period("2023")


def problems(connection: Connection) -> list[str]:
    """Return the mistakes, each with the profile's key and what to do; the database must have been migrated."""
    found = [problem for indicator in INDICATORS for problem in _reported(connection, indicator)]
    for family in FAMILIES:
        found += _reported(connection, family.indicator)
    declared = {line.key for line in profile().indicators}
    for indicator in INDICATORS:
        if indicator.key in declared:
            found += [problem for version in indicator.versions for problem in _not_computed(connection, version)]
    return found


def unknown_goals(connection: Connection) -> list[str]:
    """Return the goals that reported indicators serve and the profile does not name.

    Their lines print them all the same, so that nothing else is refused for them.
    """
    return [
        f"goals: there is no goal “{goal}”, which reported indicators serve ({keys}). Add it or change them."
        for goal, keys in connection.execute(GOALS_OF_OTHERS, [list(profile().goals)]).fetchall()
    ]


def unknown_parts(connection: Connection) -> list[str]:
    """Return the parts that the profile has labels for and that never were one of the upper level in this database.

    No mistake if no part is loaded yet.
    """
    found = connection.execute(PARTS).fetchall()
    uppers = {key for key, kind in found if kind == UPPER}
    others = dict(found)
    problems: list[str] = []
    for part in profile().part_labels if uppers else ():
        if part in uppers:
            continue
        if part in others:
            why = f"“{part}” is a part of the level “{others[part]}”; labels are for those of “{UPPER}”."
        else:
            near = get_close_matches(part, sorted(uppers), 1)
            why = f"there is no part “{part}”." + (f" Did you mean “{near[0]}”?" if near else "")
        problems.append(f"part_labels.{part}: {why}")
    return problems


def refuse_problems(connection: Connection) -> None:
    """Raise ProfileError if there are any."""
    if found := problems(connection):
        raise ProfileError(profile().folder / FILE, found)


def _reported(connection: Connection, indicator: Indicator) -> list[str]:
    given = {"key": indicator.key, "de": indicator.label.de, "en": indicator.label.en}
    built_in = {one.key for one in (*BUILT_IN, *(family.indicator for family in FAMILIES))}
    is_declared = indicator.key not in built_in
    where = f"indicators.{indicator.key}" if is_declared else "modules.indicators_off"
    instead = "Choose another key and label" if is_declared else f"Name “{indicator.key}” here"
    return [
        f"{where}: another team reports “{label}” ({key}), but the records produce this figure. {instead}, or delete "
        "the reported indicator (its figures stay in its history)."
        for key, label in connection.execute(REPORTED, given).fetchall()
    ]


def _not_computed(connection: Connection, version: Indicator) -> list[str]:
    """Return why the database cannot compute the figure, if so: its plan is made, nothing is counted."""
    found: list[str] = []
    for side in version.sides:
        parameters: dict[str, object] = {}
        counted = contributing(side, ANY, "", parameters)
        try:
            with connection.transaction():
                connection.execute(sql.SQL("explain select * from {}").format(counted), parameters)
        except psycopg.Error as error:
            found.append(f"indicators.{version.key}: the database cannot compute this: {first_line(error)}.")
    return found
