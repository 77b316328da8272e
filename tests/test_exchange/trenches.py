"""Trenches to export."""

from tests.records import Connection, insert, two_districts

LINE = "MULTILINESTRING((395000 5705000, 395100 5705000))"


def programme(connection: Connection) -> int:
    """Insert two districts and a programme; return the programme's id."""
    two_districts(connection)
    return insert(connection, "programmes", name="Weiße Flecken", funding="funded")


def trench(connection: Connection, programme: int, source_id: str, /, **values: object) -> int:
    """Insert a trench of the cluster Nord and return its id."""
    values = {"cluster": "Nord", "geom": LINE, **values}
    return insert(connection, "trenches", source="netzbau", source_id=source_id, programme=programme, **values)
