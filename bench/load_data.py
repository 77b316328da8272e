"""Deterministic districts, connections, trenches and plots: the input of bench/load.py and bench/serve.py."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.store.database import SRID

WEST, SOUTH, EAST, NORTH = 382_000, 5_699_000, 403_000, 5_717_000
SEED = 20231231


def city() -> gpd.GeoDataFrame:
    """Return twelve schematic districts with vertices as dense as in surveyed data."""
    random = np.random.default_rng(SEED)
    centres = shapely.multipoints(random.uniform((WEST, SOUTH), (EAST, NORTH), (12, 2)))
    frame = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.get_parts(shapely.voronoi_polygons(centres, extend_to=frame))
    pieces = shapely.segmentize(shapely.intersection(cells, frame), 50)
    keys = [f"d{number:02}" for number in range(len(pieces))]
    return gpd.GeoDataFrame(
        {"source_id": keys, "key": keys, "name": keys, "kind": "district"}, geometry=pieces, crs=SRID
    )


def connections(count: int) -> gpd.GeoDataFrame:
    """Return addresses all over the city, with dates and codes."""
    random = np.random.default_rng(SEED)
    passed = np.datetime64("2021-01-01") + random.integers(0, 700, count)
    connected = passed + random.integers(0, 300, count)
    return gpd.GeoDataFrame(
        {
            "source_id": [f"A-{number:07}" for number in range(count)],
            "address": [f"Musterstraße {number % 2000} Haus {number}" for number in range(count)],
            "dwellings": random.integers(1, 20, count),
            "customer": random.choice(["household", "company", "institution"], count),
            "programme": random.choice(["p1", "p2", "p3"], count),
            "cluster": random.choice([f"C{number}" for number in range(40)], count),
            "technology": random.choice(["FTTH", "FTTB"], count),
            "down_mbit": random.choice([250.0, 500.0, 1000.0], count),
            "passed_on": pd.Series(passed).dt.date,
            "connected_on": pd.Series(connected).dt.date.where(random.random(count) < 0.5),
        },
        geometry=shapely.points(random.uniform((WEST, SOUTH), (EAST, NORTH), (count, 2)).round(3)),
        crs=SRID,
    )


def trenches(count: int) -> gpd.GeoDataFrame:
    """Return lines of some hundred metres with eight bends."""
    random = np.random.default_rng(SEED)
    start = random.uniform((WEST, SOUTH), (EAST - 600, NORTH - 600), (count, 1, 2))
    steps = random.uniform(0, 60, (count, 9, 2)).cumsum(axis=1)
    started = np.datetime64("2021-01-01") + random.integers(0, 700, count)
    return gpd.GeoDataFrame(
        {
            "source_id": [f"T-{number:06}" for number in range(count)],
            "programme": random.choice(["p1", "p2", "p3"], count),
            "cluster": random.choice([f"C{number}" for number in range(40)], count),
            "origin": random.choice(["new", "co_laid", "existing_duct"], count),
            "method": random.choice(["open_trench", "hdd", "trenching"], count),
            "surface": random.choice(["carriageway", "footway", "verge"], count),
            "started_on": pd.Series(started).dt.date,
            "laid_on": pd.Series(started + random.integers(0, 90, count)).dt.date,
        },
        geometry=np.asarray(shapely.linestrings((start + steps).round(3)), object),
        crs=SRID,
    )


def plots(count: int) -> gpd.GeoDataFrame:
    """Return plots on offer: irregular polygons of about a hectare with sixteen corners."""
    random = np.random.default_rng(SEED)
    centres = random.uniform((WEST + 200, SOUTH + 200), (EAST - 200, NORTH - 200), (count, 1, 2))
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    radii = random.uniform(40, 90, (count, 16))
    corners = centres + np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=2)
    offered = np.datetime64("2021-01-01") + random.integers(0, 1000, count)
    return gpd.GeoDataFrame(
        {
            "source_id": [f"P-{number:05}" for number in range(count)],
            "name": [f"Fläche {number}" for number in range(count)],
            "zoning": random.choice(["GE", "GI", "SO", "MI"], count),
            "ownership": random.choice(["public", "private"], count),
            "horizon": random.choice(["immediate", "short", "medium", "long"], count),
            "asking_price_eur_m2": random.integers(60, 180, count),
            "offered_on": pd.Series(offered).dt.date,
        },
        geometry=np.asarray(shapely.polygons(corners.round(3)), object),
        crs=SRID,
    )
