"""What the public map must not contain."""

from geo.figures.kpis.broadband import FUNDED_CONNECTIONS
from geo.periods import parse_period
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from maps.folium_map.overview import overview
from tests.test_maps.helpers import PERIOD, Connection, OpenMap, features_of, insert_city, layers_of

# The south-west corner of an INSPIRE cell near the city's centre.
CELL_EAST, CELL_NORTH = 4143500, 3157800


def test_the_public_map_contains_nothing_internal(public: str, open_map: OpenMap, sample: Connection) -> None:
    opened = open_map(public)
    assert opened.text(".badge").lower() == "öffentlich"
    of_the_public = {key for key, layer in LAYERS.items() if layer.audience is Audience.PUBLIC}
    drawn = layers_of(public) - {"cells"}
    assert {"districts", "industrial_areas", "plots", "transactions"} <= drawn <= of_the_public
    on_offer = {"plots-available", "plots-partly_taken", "plots-reserved", "plots-partly_reserved"}
    assert {f["properties"]["class"] for f in features_of(public, "plots")} <= on_offer
    for (secret,) in sample.execute(
        """
        select address from connections where address not in (select address from plots where address is not null)
        union all
        select name from programmes
        union all
        select name from operators
        union all
        select unnest(array[name, contact_name, email, phone]) from parties
        union all
        select r.text from remarks as r
        union all
        select p.name
        from flurwerk_for_internal.plots as p
        left join flurwerk_for_public.plots as o using (id)
        where o.id is null
        """
    ):
        assert secret is None or len(secret) < 4 or f'"{secret}"' not in public
    notarised = {
        row[0]
        for row in sample.execute(
            "select id from transactions where notarised_on is not null or handed_over_on is not null"
        )
    }
    assert {f["properties"]["id"] for f in features_of(public, "transactions")} <= notarised
    assert all(f["properties"]["connections"] >= 3 for f in features_of(public, "cells"))
    assert '"price_eur"' not in public
    assert "Dienstgebrauch" not in public


def test_neither_map_names_people(internal: str, public: str, sample: Connection) -> None:
    people = sample.execute(
        """
        select unnest(array[case when kind = 'person' then name end, contact_name, email, phone])
        from parties
        """
    ).fetchall()
    for (secret,) in people:
        assert secret is None or (secret not in internal and secret not in public)


def test_cells_with_fewer_than_three_connections_are_omitted(connection: Connection) -> None:
    _connect(connection, [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2)], "2023-08-01")
    _connect(connection, [(1, 3), (2, 1), (2, 2), (2, 3)], None)
    (cell,) = features_of(overview(connection, PERIOD, audience=Audience.PUBLIC), "cells")
    assert cell["properties"]["connections"] == 3
    assert cell["properties"]["cell"] == f"CRS3035RES100mN{CELL_NORTH}E{CELL_EAST}"


def test_the_cells_are_the_same_whatever_the_period(connection: Connection) -> None:
    _connect(connection, [(0, 1), (0, 2), (0, 3)], "2023-08-01")
    _connect(connection, [(0, 4)], "2024-02-01")
    first, second = (
        features_of(overview(connection, parse_period(name), audience=Audience.PUBLIC), "cells")
        for name in ("2023-H2", "2024-H1")
    )
    assert first == second


def test_small_numbers_of_records_are_hidden_from_the_public(connection: Connection, open_map: OpenMap) -> None:
    _connect(connection, [(0, 1), (0, 2)], "2023-08-01")
    row = f'[data-kpi="{FUNDED_CONNECTIONS.key}"] .actual'
    month = parse_period("2023-08")
    assert open_map(overview(connection, month, audience=Audience.INTERNAL)).text(row) == "2"
    opened = open_map(overview(connection, month, audience=Audience.PUBLIC))
    assert opened.text(row) == "–"
    line = f"Flurwerk.config.lines.find(line => line.key === '{FUNDED_CONNECTIONS.key}')"
    assert opened.evaluate(f"{line}.shares.map(share => [share.amount, share.text])") == [[None, "–"]]


def _connect(connection: Connection, places: list[tuple[int, int]], connected_on: str | None) -> None:
    """Insert funded connections at these places: cells east of the first INSPIRE cell, and metres north within it."""
    if connection.execute("select from districts").fetchone() is None:
        insert_city(connection)
        connection.execute("insert into programmes (source_id, name, funding) values ('p', 'Förderung', 'funded')")
    for cell, metres in places:
        connection.execute(
            """
            insert into connections (programme, connected_on, geom)
            select id, %s, st_transform(st_setsrid(st_makepoint(%s, %s), 3035), 25832)
            from programmes
            """,
            [connected_on, CELL_EAST + 50 + 100 * cell, CELL_NORTH + 20 + metres],
        )
