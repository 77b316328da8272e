"""Every constraint of the database has a sentence for people, in both languages."""

import re
from typing import NamedTuple

import psycopg
import pytest

from geo.records.layers import LAYERS
from geo.records.layers.layer import Text, longest_text
from geo.records.messages import NOT_NULL, explain, sentence
from geo.records.messages.sentences import actual_dates, specific, target_of
from geo.records.messages.untracked import UNTRACKED
from tests.records import Connection, insert


class Rule(NamedTuple):
    """A constraint of the database, and whether it refuses a deletion."""

    constraint: str
    table: str
    column: str | None = None
    deleting: bool = False


def rules(connection: Connection) -> list[Rule]:
    """Return every constraint, required column and constraint raised by a trigger in the schema flurwerk."""
    return [*declared(connection), *required(connection), *raised(connection)]


def declared(connection: Connection) -> list[Rule]:
    """Return the constraints of tables, with foreign keys in both directions."""
    found = connection.execute(
        """
        select conname, relname, contype
        from pg_constraint
        join pg_class on pg_class.oid = conrelid
        where pg_class.relnamespace = 'flurwerk'::regnamespace
          and contype in ('c', 'f', 'p', 'u', 'x')
        """
    ).fetchall()
    return [
        Rule(name, table, deleting=deleting)
        for name, table, kind in found
        for deleting in ((False, True) if kind == "f" else (False,))
    ]


def required(connection: Connection) -> list[Rule]:
    """Return the required columns."""
    found = connection.execute(
        """
        select relname, attname
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where relnamespace = 'flurwerk'::regnamespace
          and relkind = 'r'
          and attnum > 0
          and attnotnull
        """
    ).fetchall()
    return [Rule(NOT_NULL, table, column) for table, column in found]


def raised(connection: Connection) -> list[Rule]:
    """Return the constraints that functions raise."""
    sources = [
        source
        for (source,) in connection.execute(
            "select prosrc from pg_proc where pronamespace = 'flurwerk'::regnamespace"
        ).fetchall()
    ]
    names = {name for source in sources for name in re.findall(r"constraint = '(\w+)'", source)}
    problems = {
        problem
        for source in sources
        if "st_flipcoordinates" in source
        for problem in re.findall(r"return '(\w+)'", source)
    }
    return [Rule(name, "plots") for name in (names - {"place_"}) | {f"place_{problem}" for problem in problems}]


def test_every_constraint_has_a_sentence_of_its_own(connection: Connection) -> None:
    found = rules(connection)
    assert len(found) > 300
    assert {"place_swapped", "place_far_away", "transactions_fit_plot", "no_truncate"} <= {
        rule.constraint for rule in found
    }
    missing = dict.fromkeys(rule.constraint for rule in found if specific(*rule[:3], deleting=rule.deleting) is None)
    assert not missing, " ".join(
        f"{name}: add {what_to_add(name)} in geo/records/messages/special.py." for name in missing
    )


def what_to_add(constraint: str) -> str:
    """Return what gives a constraint of that name its sentence."""
    if constraint.endswith("_fkey"):
        return "the reference's column with the table it points to, to TARGETS_OF"
    return "its dates in their order to ORDERS" if constraint.endswith("_order") else "two sentences to SPECIAL"


def test_sentences_are_complete_in_both_languages(connection: Connection) -> None:
    for rule in rules(connection):
        found = sentence(*rule[:3], deleting=rule.deleting)
        assert found.de != found.en, rule
        for text in found:
            assert text.endswith("."), rule
            assert not re.search(r"[{}]|None|  |\.\.|%", text), (rule, text)
            assert text[0].isupper() or text[0] in "„“", (rule, text)
        assert found.de.count("„") == found.de.count("“"), rule
        assert found.en.count("“") == found.en.count("”"), rule


def test_foreign_keys_have_different_sentences_for_their_two_directions(connection: Connection) -> None:
    for rule in declared(connection):
        # One without a sentence is named by the test above; tables that nobody writes to have one sentence each.
        tables = {
            rule.table,
            target_of(rule.table, rule.constraint.removeprefix(f"{rule.table}_").removesuffix("_fkey")),
        }
        if rule.deleting and tables.isdisjoint(UNTRACKED) and specific(*rule[:3]):
            assert sentence(rule.constraint, rule.table, deleting=True) != sentence(rule.constraint, rule.table)


def test_references_name_the_table_they_point_to(connection: Connection) -> None:
    found = connection.execute(
        """
        select relname, attname, confrelid::regclass::text
        from pg_constraint
        join pg_class on pg_class.oid = conrelid
        join pg_attribute on attrelid = conrelid and attnum = conkey[1]
        where contype = 'f'
          and pg_class.relnamespace = 'flurwerk'::regnamespace
        """
    ).fetchall()
    assert found
    for table, column, target in found:
        layer = target.removeprefix("flurwerk.")
        assert target_of(table, column) == layer, (
            f'{table}.{column} refers to {layer}: add "{column}": "{layer}" to TARGETS_OF in '
            "geo/records/messages/special.py"
        )


def test_dates_that_must_not_be_in_the_future_match_the_constraints(connection: Connection) -> None:
    found = connection.execute(
        """
        select relname, pg_get_constraintdef(pg_constraint.oid)
        from pg_constraint
        join pg_class on pg_class.oid = conrelid
        where conname like '%\\_not\\_future'
        """
    ).fetchall()
    checked = {table: set(re.findall(r"\w+_(?:on|since|from|until)\b", definition)) for table, definition in found}
    expected = {key: set(actual_dates(key)) for key in LAYERS if actual_dates(key)}
    differing = [
        f"{key}.{column}"
        for key in sorted(checked.keys() | expected.keys())
        for column in sorted(checked.get(key, set()) ^ expected.get(key, set()))
    ]
    assert not differing, (
        f"{', '.join(differing)}: dates that may be in the future are listed in PLAN_DATES of "
        "geo/records/messages/special.py, all others in the constraint …_not_future of their table"
    )


def test_sentences_about_order_name_all_dates_of_the_constraint(connection: Connection) -> None:
    found = connection.execute(
        """
        select conname, relname, pg_get_constraintdef(pg_constraint.oid)
        from pg_constraint
        join pg_class on pg_class.oid = conrelid
        where conname like '%\\_order'
        """
    ).fetchall()
    assert found
    for name, table, definition in found:
        text = sentence(name, table)
        if name == "mobile_requests_lifecycle_order":
            continue
        for column in re.findall(r"\w+_(?:on|until)\b", definition):
            assert f"„{LAYERS[table].label(column).de}“" in text.de, (
                f"{name} is about {column}: add the constraint with its dates in their order to ORDERS in "
                "geo/records/messages/special.py"
            )


def test_an_unknown_constraint_is_named() -> None:
    assert "plots_new_rule" in sentence("plots_new_rule", "plots").de


def test_the_registry_knows_the_longest_length_of_every_text(connection: Connection) -> None:
    found = connection.execute(
        """
        select relname, attname, conname, substring(pg_get_constraintdef(c.oid) from '<= (\\d+)')::int
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        left join pg_constraint as c on c.conrelid = attrelid and c.conname = relname || '_' || attname || '_length'
        where relname = any (%s)
          and relnamespace = 'flurwerk'::regnamespace
          and atttypid in ('text'::regtype, 'text[]'::regtype)
          and attnum > 0
          and not attisdropped
        """,
        [list(LAYERS)],
    ).fetchall()
    assert len(found) > 100
    # Parcels have a length of their own: 20 characters each.
    others = [row for row in found if row[2] != "plots_parcels_length"]
    wrong = [(table, column, longest) for table, column, _, longest in others if longest != longest_text(column)]
    assert wrong == [], "geo/records/layers/layer.py: LONG_TEXTS"


def test_a_text_that_is_too_long_is_refused_with_its_limit(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        insert(connection, "programmes", name="Programm", funding="funded", note="x" * 10_001)
    assert explain(caught.value) == Text(
        "„Notiz“ ist zu lang: erlaubt sind 10.000 Zeichen.", "“Note” is too long: 10,000 characters are allowed."
    )
