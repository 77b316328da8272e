"""Plots to enrich, and files of areas; all invented."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from psycopg import sql

from geo.exchange.enriching import Action, Enrichment
from tests.records import Connection, insert, two_districts

SIDE = 100.0


def box(x: float, width: float = SIDE, y: float = 0.0, height: float = SIDE) -> shapely.Polygon:
    """Return a rectangle by its lower left corner in metres from a place in the city."""
    return shapely.box(395000 + x, 5705000 + y, 395000 + x + width, 5705000 + y + height)


def plots(connection: Connection, count: int, **values: object) -> list[int]:
    """Insert two districts and plots P-0, P-1 …, squares of 100 m, 200 m from one to the next; return their ids."""
    two_districts(connection)
    return [
        insert(
            connection,
            "plots",
            source="amt",
            source_id=f"P-{number}",
            name=f"Grundstück {number}",
            ownership="public",
            geom=shapely.MultiPolygon([box(200 * number)]).wkt,
            **values,
        )
        for number in range(count)
    ]


def write(path: Path, shapes: list[Any], crs: Any = 25832, **columns: list[Any]) -> Path:
    """Write a GIS file of areas and return its path."""
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)
    return path


def values_of(connection: Connection, *columns: str) -> list[tuple[Any, ...]]:
    """Return these columns of all plots as text."""
    names = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in columns)
    return connection.execute(sql.SQL("select {} from flurwerk.plots order by source_id").format(names)).fetchall()


def versions(connection: Connection) -> int:
    """Return how many earlier versions of plots there are."""
    (count,) = connection.execute("select count(*) from flurwerk_history.plots").fetchone() or (0,)
    return count


def actions(result: Enrichment) -> list[tuple[str, str, Action]]:
    """Return plot, column and action of each entry."""
    return [(entry.plot, entry.column, entry.action) for entry in result.entries]
