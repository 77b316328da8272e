"""Reforms of the two districts of the tests: West and Ost become Süd and Nord, or the outer border of West moves."""

from tests.records import Connection, insert

SOUTH, NORTH = (
    f"MULTIPOLYGON(((390000 {y}, 410000 {y}, 410000 {y + 5000}, 390000 {y + 5000}, 390000 {y})))"
    for y in (5700000, 5705000)
)
"""The halves into which the reform divides the city, across West and Ost."""


def reform_into_halves(connection: Connection, day: str) -> None:
    """Let West and Ost end on the day and Süd and Nord begin, which take over their keys."""
    connection.execute(
        """
        insert into flurwerk.former_districts (key, name, kind, geom, valid_from, valid_until)
        select key, name, kind, geom, valid_from, %s from flurwerk.districts where kind = 'district'
        """,
        [day],
    )
    for key, name, geom in (("01", "Süd", SOUTH), ("02", "Nord", NORTH)):
        connection.execute(
            """
            update flurwerk.districts
            set name = %s, valid_from = %s, geom = st_geomfromtext(%s, 25832)
            where key = %s
            """,
            [name, day, geom, key],
        )


LARGER_WEST = "MULTIPOLYGON(((380000 5700000, 400000 5700000, 400000 5710000, 380000 5710000, 380000 5700000)))"
"""West with 100 km² more, from outside the city."""

SMALLER_WEST = "MULTIPOLYGON(((391000 5700000, 400000 5700000, 400000 5710000, 391000 5710000, 391000 5700000)))"
"""West without its westernmost kilometre."""

OBLIQUE_WEST = (
    "MULTIPOLYGON(((387654.321 5700000, 400000 5700000, 400000 5710000, 392345.679 5710000, 387654.321 5700000)))"
)
"""West with an outer border that crosses the one from before."""


def enlarge_west(connection: Connection, day: str) -> None:
    """Let West end on the day and a new record of its key begin, which has 100 km² more, from outside the city."""
    reshape_west(connection, day, LARGER_WEST)


def reshape_west(connection: Connection, day: str, geom: str) -> None:
    """Let West end on the day and a new record of its key begin, with these borders."""
    connection.execute(
        """
        with ended as (
            delete from flurwerk.districts
            where key = '01'
            returning key, name, kind, geom, valid_from
        )
        insert into flurwerk.former_districts (key, name, kind, geom, valid_from, valid_until)
        select key, name, kind, geom, valid_from, %s from ended
        """,
        [day],
    )
    insert(connection, "districts", key="01", name="West, Neuland", kind="district", valid_from=day, geom=geom)
