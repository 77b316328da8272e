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
from geo.text import Text, joined

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


def problems(connection: Connection) -> list[Text]:
    """Return the mistakes, each with the profile's key and what to do; the database must have been migrated."""
    found = [problem for indicator in INDICATORS for problem in _reported(connection, indicator)]
    for family in FAMILIES:
        found += _reported(connection, family.indicator)
    declared = {line.key for line in profile().indicators}
    for indicator in INDICATORS:
        if indicator.key in declared:
            found += [problem for version in indicator.versions for problem in _not_computed(connection, version)]
    return found


def unknown_goals(connection: Connection) -> list[Text]:
    """Return the goals that reported indicators serve and the profile does not name.

    Their lines print them all the same, so that nothing else is refused for them.
    """
    return [
        Text(
            f"goals: Das Ziel „{goal}“ gibt es nicht, dem gemeldete Kennzahlen dienen ({keys}). Ergänzen Sie es, oder "
            "ändern Sie diese.",
            f"goals: there is no goal “{goal}”, which reported indicators serve ({keys}). Add it or change them.",
        )
        for goal, keys in connection.execute(GOALS_OF_OTHERS, [list(profile().goals)]).fetchall()
    ]


def unknown_parts(connection: Connection) -> list[Text]:
    """Return the parts that the profile has labels for and that never were one of the upper level in this database.

    No mistake if no part is loaded yet.
    """
    found = connection.execute(PARTS).fetchall()
    uppers = {key for key, kind in found if kind == UPPER}
    others = dict(found)
    problems: list[Text] = []
    for part in profile().part_labels if uppers else ():
        if part in uppers:
            continue
        if part in others:
            why = Text(
                f"„{part}“ ist ein Teil der Ebene „{others[part]}“; Bezeichnungen gibt es für die der Ebene „{UPPER}“.",
                f"“{part}” is a part of the level “{others[part]}”; labels are for those of “{UPPER}”.",
            )
        else:
            near = get_close_matches(part, sorted(uppers), 1)
            suggestion = Text(f" Meinten Sie „{near[0]}“?", f" Did you mean “{near[0]}”?") if near else ""
            why = joined(Text(f"Den Teil „{part}“ gibt es nicht.", f"there is no part “{part}”."), suggestion)
        problems.append(joined(f"part_labels.{part}: ", why))
    return problems


def refuse_problems(connection: Connection) -> None:
    """Raise ProfileError if there are any."""
    if found := problems(connection):
        raise ProfileError(profile().folder / FILE, found)


def _reported(connection: Connection, indicator: Indicator) -> list[Text]:
    given = {"key": indicator.key, "de": indicator.label.de, "en": indicator.label.en}
    built_in = {one.key for one in (*BUILT_IN, *(family.indicator for family in FAMILIES))}
    is_declared = indicator.key not in built_in
    where = f"indicators.{indicator.key}" if is_declared else "modules.indicators_off"
    instead = (
        Text("Wählen Sie einen anderen Schlüssel und eine andere Bezeichnung", "Choose another key and label")
        if is_declared
        else Text(f"Nennen Sie hier „{indicator.key}“", f"Name “{indicator.key}” here")
    )
    return [
        Text(
            f"{where}: Ein anderes Team meldet „{label}“ ({key}), aber die Datensätze ergeben diese Zahl. "
            f"{instead.de}, "
            "oder löschen Sie die gemeldete Kennzahl (ihre Zahlen bleiben in ihrer Historie).",
            f"{where}: another team reports “{label}” ({key}), but the records produce this figure. {instead.en}, or "
            "delete the reported indicator (its figures stay in its history).",
        )
        for key, label in connection.execute(REPORTED, given).fetchall()
    ]


def _not_computed(connection: Connection, version: Indicator) -> list[Text]:
    """Return why the database cannot compute the figure, if so: its plan is made, nothing is counted."""
    found: list[Text] = []
    for side in version.sides:
        parameters: dict[str, object] = {}
        counted = contributing(side, ANY, "", parameters)
        try:
            with connection.transaction():
                connection.execute(sql.SQL("explain select * from {}").format(counted), parameters)
        except psycopg.Error as error:
            cause = first_line(error)
            found.append(
                Text(
                    f"indicators.{version.key}: Die Datenbank kann das nicht berechnen (Meldung: {cause}).",
                    f"indicators.{version.key}: the database cannot compute this: {cause}.",
                )
            )
    return found
