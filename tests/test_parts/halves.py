"""A reform of the two districts of the tests: West and Ost become Süd and Nord."""

from tests.records import Connection

SOUTH, NORTH = (
    f"MULTIPOLYGON(((390000 {y}, 410000 {y}, 410000 {y + 5000}, 390000 {y + 5000}, 390000 {y})))"
    for y in (5700000, 5705000)
)
"""The halves into which the reform divides the city, across West and Ost."""


def reform_into_halves(connection: Connection, day: str) -> None:
    """Let West and Ost end on the day and Süd and Nord begin, which take over their keys."""
    connection.execute(
        """
        insert into flurwerk.former_districts (key, name, kind, geom, valid_until)
        select key, name, kind, geom, %s from flurwerk.districts where kind = 'district'
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
