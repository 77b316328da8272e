"""The registry matches the database, and each audience sees only what it may."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from geo.records.layers import LAYERS
from geo.records.layers.layer import COMMON_COLUMNS, Audience, Layer
from geo.records.layers.views import GEOMETRIES, LOCATED, PAST_SCHEMAS, SCHEMAS, sees
from geo.store.catalogue import describe
from geo.store.database import Connection
from tests.records import insert, plot, sale
from tests.registry_gaps import registry_gaps

every_layer = pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"
REFERRED = ("horizon", "zoning")
"""The columns with code lists that transactions show from their plots."""
AREA = "st_multi(st_makeenvelope({0}, 5700000, {0} + 100, 5700100, 25832))"


def test_every_table_of_records_is_a_layer(connection: Connection) -> None:
    found = connection.execute(
        """
        select relname
        from pg_class
        join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'flurwerk'::regnamespace
          and relkind = 'r'
          and attname = 'source'
          and relname <> 'record'
        """
    ).fetchall()
    assert {table for (table,) in found} == LAYERS.keys(), registry_gaps(connection)
    assert [layer.key for layer in LAYERS.values()] == list(LAYERS)


@every_layer
def test_every_column_is_described_once(connection: Connection, layer: Layer) -> None:
    names = [column.name for column in layer.columns]
    assert len(names) == len(set(names))
    # A layer may override a common column, as parties do with the note.
    described = set(names) - set(COMMON_COLUMNS)
    assert described == {column.name for column in describe(connection, layer.key).columns} - set(COMMON_COLUMNS)


@every_layer
def test_derived_columns_are_those_of_the_views(connection: Connection, layer: Layer) -> None:
    shown: set[str] = set()
    for view in layer.derived_views:
        columns = columns_of(connection, "flurwerk", view.name)
        assert columns == columns_of(connection, "flurwerk_as_of", view.name)
        assert {view.on, *(column.name for column in view.columns)} == columns
        shown |= columns - {view.on}
    assert {column.name for column in layer.derived} == shown
    assert len({column.name for column in layer.all_columns}) == len(layer.all_columns)


@every_layer
def test_geometry_is_the_tables(connection: Connection, layer: Layer) -> None:
    table = describe(connection, layer.key)
    assert layer.geometry == table.geometry_type
    assert layer.geometry_required == (layer.geometry is not None and table.by_name["geom"].required)


@every_layer
def test_code_lists_are_the_databases(connection: Connection, layer: Layer) -> None:
    described = {column.name: list(column.codes) for column in layer.all_columns if column.codes}
    found = checked_codes(connection, layer.key) | computed_codes(connection, layer)
    assert described == found, (
        f"the codes of {layer.key} in geo/records/layers/codes.py or rollout_codes.py differ from those that its "
        "table allows, or are in another order"
    )


@every_layer
def test_only_a_public_layer_has_public_columns(layer: Layer) -> None:
    """Others have no view for the public, and what asks for their public columns must find none."""
    assert layer.audience is Audience.PUBLIC or layer.visible_columns(Audience.PUBLIC) == ()


@every_layer
def test_texts_are_complete_in_both_languages(layer: Layer) -> None:
    assert layer.title.de
    assert layer.title.en
    for text in (layer.description, *(column.hint for column in layer.all_columns if column.hint)):
        assert text.de != text.en
        assert all(sentence.endswith(".") for sentence in text)
    labels = [column.label for column in layer.all_columns]
    assert all(label.de and label.en for label in labels)
    assert len({label.de for label in labels}) == len({label.en for label in labels}) == len(labels)


def test_the_glossary_is_sorted_and_names_every_layer() -> None:
    tables = re.findall(r"(?:^\| .+\n)+", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    terms = [[line.split(" | ") for line in table.splitlines()] for table in tables]
    for table in terms:
        words = [row[0].strip("| ").casefold() for row in table if not row[0].startswith("| English")]
        misplaced = [word for before, word in pairwise(words) if word < before]
        assert not misplaced, f"docs/glossary.md is sorted by the English term: move up {', '.join(misplaced)}"
    # A term is in the singular, a title in the plural; their beginnings are the same.
    beginnings = {row[0].strip("| ")[:4].casefold() for table in terms for row in table}
    missing = [layer.singular.en for layer in LAYERS.values() if layer.title.en[:4].casefold() not in beginnings]
    assert not missing, f"{', '.join(missing)}: add a line to the table of its subject in docs/glossary.md"


@every_layer
def test_everyone_who_sees_a_layer_sees_the_date_of_its_time_filter(layer: Layer) -> None:
    if layer.date:
        assert layer.column(layer.date).audience is layer.audience


@every_layer
@pytest.mark.parametrize("audience", SCHEMAS)
def test_views_show_what_the_audience_may_see(connection: Connection, layer: Layer, audience: Audience) -> None:
    shown = columns_of(connection, SCHEMAS[audience], layer.key)
    assert columns_of(connection, PAST_SCHEMAS[audience], layer.key) == shown - {"geom_web"}
    if not sees(audience, layer):
        assert shown == set()
        return
    common = {"id"} if audience is Audience.PUBLIC else {"id", "source", "source_id", "note", "recorded_from"}
    geometry: set[str] = set(GEOMETRIES) if layer.geometry else set()
    if layer.geometry and not layer.geometry_required:
        geometry.add(LOCATED)
    seen = {
        Audience.PUBLIC: {Audience.PUBLIC},
        Audience.INTERNAL: {Audience.PUBLIC, Audience.INTERNAL},
        Audience.PERSONAL: set(Audience),
    }[audience]
    columns = {column.name for column in layer.all_columns if column.audience in seen}
    assert shown - (common - columns) == columns | geometry


@every_layer
def test_public_columns_refer_to_public_layers(connection: Connection, layer: Layer) -> None:
    """Otherwise the public would see a bare id and a link to a collection that it cannot read."""
    types = {column.name: column for column in describe(connection, layer.key).columns}
    for column in layer.visible_columns(Audience.PUBLIC) if layer.audience is Audience.PUBLIC else ():
        target = LAYERS.get(types[column.name].references or "") if column.name in types else None
        assert target is None or target.audience is Audience.PUBLIC, (
            f"The public sees {layer.key}.{column.name}, which refers to {target.key}, but not {target.key}: keep the "
            f"column internal, publish {target.key}, or show its name by a derived view as `district_names` does."
        )


PUBLIC_LAYERS = {
    "districts",
    "industrial_areas",
    "plots",
    "plot_restrictions",
    "transactions",
    "clusters",
    "expansion_areas",
    "streets",
    "attachments",
}
"""The layers that anyone may see, at least in part. Listed here so that a reviewer notices any change."""


def test_the_public_sees_only_these_layers() -> None:
    found = {key for key, layer in LAYERS.items() if layer.audience is Audience.PUBLIC}
    assert not found - PUBLIC_LAYERS, (
        f"{', '.join(sorted(found - PUBLIC_LAYERS))} would become public: if that is decided, add the key to "
        "PUBLIC_LAYERS here, otherwise remove `audience` from the layer's entry in geo/records/layers"
    )
    assert not PUBLIC_LAYERS - found, f"{', '.join(sorted(PUBLIC_LAYERS - found))}: no longer public"


def test_the_public_sees_only_these_columns_of_transactions(connection: Connection) -> None:
    assert columns_of(connection, "flurwerk_for_public", "transactions") == {
        "id", "kind", "sector", "area_m2", "agreed_on", "geom", "geom_web", "is_located",
    }  # fmt: skip


def test_peoples_contact_details_are_only_in_the_view_for_editing(connection: Connection) -> None:
    assert (
        columns_of(connection, "flurwerk_for_internal", "parties") & {"name", "contact_name", "email", "phone"} == set()
    )
    connection.execute("insert into parties (kind, name) values ('company', 'Stahl GmbH'), ('person', 'Anna Beck')")
    found = connection.execute("select kind, company_name from flurwerk_for_internal.parties order by kind").fetchall()
    assert found == [("company", "Stahl GmbH"), ("person", None)]


def test_the_public_sees_only_plots_on_offer(connection: Connection) -> None:
    for number, (name, offered, withdrawn) in enumerate(
        [("offered", True, False), ("planned", False, False), ("withdrawn", True, True)]
    ):
        insert_plot(connection, name, 390000 + 200 * number, offered=offered, withdrawn=withdrawn)
    connection.execute("insert into plot_restrictions (plot, kind, severity) select id, 'flood', 'minor' from plots")
    plots = connection.execute("select name, status, remaining_m2 from flurwerk_for_public.plots").fetchall()
    assert plots == [("offered", "available", 10000)]
    restricted = connection.execute(
        "select name, kind from flurwerk_for_public.plot_restrictions as r join plots on plots.id = r.plot"
    ).fetchall()
    assert restricted == [("offered", "flood")]
    assert connection.execute("select count(*) from flurwerk_for_internal.plots").fetchone() == (3,)


def test_a_plot_sold_entirely_leaves_the_publics_view(connection: Connection) -> None:
    plot = insert_plot(connection, "sold", 390000, offered=True)
    insert_transaction(connection, plot, 4000)
    assert connection.execute("select status, remaining_m2 from flurwerk_for_public.plots").fetchall() == [
        ("partly_taken", 6000)
    ]
    insert_transaction(connection, plot, 6000)
    assert connection.execute("select from flurwerk_for_public.plots").fetchall() == []


@pytest.mark.parametrize(
    ("dates", "seen"),
    [
        ({}, [False]),
        ({"notarised_on": "2023-06-01"}, [True]),
        ({"handed_over_on": "2023-07-01"}, [True]),
        ({"notarised_on": "2023-06-01", "cancelled_on": "2023-08-01"}, []),
    ],
)
def test_a_transactions_place_is_public_once_notarised(
    connection: Connection, dates: dict[str, str], seen: list[bool]
) -> None:
    insert_transaction(connection, None, 1000, **dates)
    found = connection.execute("select geom is not null from flurwerk_for_public.transactions").fetchall()
    assert [shown for (shown,) in found] == seen
    assert connection.execute("select geom is not null from flurwerk_for_internal.transactions").fetchall() == [(True,)]


def insert_plot(connection: Connection, name: str, east: int, *, offered: bool = False, withdrawn: bool = False) -> int:
    found = connection.execute(
        f"""
        insert into plots (name, ownership, offered_on, withdrawn_on, official_area_m2, geom)
        values (%s, 'public', %s, %s, 10000, {AREA.format(east)})
        returning id
        """.encode(),
        [name, "2023-01-01" if offered else None, "2023-02-01" if withdrawn else None],
    ).fetchone()
    assert found
    return found[0]


def insert_transaction(connection: Connection, plot: int | None, area_m2: int, **dates: str) -> None:
    steps = {"agreed_on": "2023-05-01", "notarised_on": None, "handed_over_on": None, "cancelled_on": None, **dates}
    connection.execute(
        f"""
        insert into transactions (plot, kind, sector, role, area_m2, geom, {", ".join(steps)})
        values (%s, 'sale', 'public', 'seller', %s, {AREA.format(390000)}, {", ".join(["%s"] * len(steps))})
        """.encode(),
        [plot, area_m2, *steps.values()],
    )


def columns_of(connection: Connection, schema: str, view: str) -> set[str]:
    found = connection.execute(
        "select column_name from information_schema.columns where table_schema = %s and table_name = %s",
        [schema, view],
    ).fetchall()
    return {name for (name,) in found}


def checked_codes(connection: Connection, table: str) -> dict[str, list[str]]:
    """Return the codes that the table's check constraints allow, by column."""
    found = connection.execute(
        """
        select pg_get_constraintdef(oid)
        from pg_constraint
        where contype = 'c' and conrelid = format('flurwerk.%%I', %s::text)::regclass
        """,
        [table],
    ).fetchall()
    lists = [re.search(r"\((\w+) = ANY \(ARRAY\[(.+)\]\)", definition) for (definition,) in found]
    return {found[1]: re.findall(r"'([\w/]+)'", found[2]) for found in lists if found}


def computed_codes(connection: Connection, layer: Layer) -> dict[str, list[str]]:
    """Return the codes that the case expressions of ``status`` yield, in the table or in a view of the layer."""
    sources = connection.execute(
        """
        select pg_get_expr(adbin, adrelid)
        from pg_attrdef
        join pg_attribute on attrelid = adrelid and attnum = adnum
        where attname = 'status' and adrelid = format('flurwerk.%%I', %s::text)::regclass
        """,
        [layer.key],
    ).fetchall()
    found: dict[str, str] = {"status": sources[0][0]} if sources else {}
    for view in layer.derived_views:
        for name in {column.name for column in view.columns} & {"status", "restriction"}:
            row = connection.execute(
                "select pg_get_viewdef(format('flurwerk.%%I', %s::text)::regclass)", [view.name]
            ).fetchone()
            assert row
            found[name] = row[0]
        # A column from another table has that table's codes.
        if view.name == "transaction_places":
            known = checked_codes(connection, "plots")
            found |= {f"plot_{name}": " ".join(f"THEN '{code}'::text" for code in known[name]) for name in REFERRED}
    return {name: re.findall(r"(?:THEN|ELSE) '(\w+)'::text", source) for name, source in found.items()}


def test_a_plot_that_was_never_offered_is_not_public_even_when_reserved_or_partly_sold(connection: Connection) -> None:
    offered, reserved, partly_sold = (
        plot(connection, source_id=name, offered_on=day)
        for name, day in (("offered", "2023-01-01"), ("reserved", None), ("partly sold", None))
    )
    insert(connection, "reservations", plot=reserved, reserved_on="2023-02-01")
    sale(connection, plot=partly_sold, area_m2=100)
    states = dict(connection.execute("select plot, status from plot_supply").fetchall())
    assert states == {offered: "available", reserved: "reserved", partly_sold: "partly_taken"}
    for land in (offered, reserved, partly_sold):
        insert(connection, "plot_restrictions", plot=land, kind="flood", severity="minor")
    assert connection.execute("select id from flurwerk_for_public.plots").fetchall() == [(offered,)]
    assert connection.execute("select plot from flurwerk_for_public.plot_restrictions").fetchall() == [(offered,)]
