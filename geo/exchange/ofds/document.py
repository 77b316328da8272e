"""The parts of a network's document, as the standard's JSON."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import shapely
from pyproj import Transformer
from shapely.geometry import LineString, Point

from geo.exchange.ofds.states import Row, node_status, span_status
from geo.exchange.ofds.topology import Junction, Piece
from geo.records.layers import network_codes, rollout_codes
from geo.store.database import SRID

SCHEMA = "https://standard.ofds.info/en/0__4__0/network-schema.json"
CRS = {"name": "urn:ogc:def:crs:OGC::CRS84", "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
DECIMALS = 8
"""Of degrees: a millimetre."""
NODE_TYPES = {"pop": "pop", "distributor": "aggregationPoint"}
"""Our kinds in the standard's open list. A chamber's only function is that of a junction: the type is left out."""
DEPLOYMENT = {"open": "belowGround", "closed": "belowGround", "overhead": "aboveGround"}

Json = dict[str, Any]
Named = Mapping[int, Json]
"""Phases or organisations by the id of their record."""


class Degrees:
    """Turns the database's coordinates into longitude and latitude."""

    def __init__(self) -> None:
        self._transformer = Transformer.from_crs(SRID, "OGC:CRS84", always_xy=True)

    def point(self, place: Point) -> Json:
        """Return a GeoJSON point."""
        return {"type": "Point", "coordinates": self._positions(place)[0]}

    def line(self, line: LineString) -> Json:
        """Return a GeoJSON line."""
        return {"type": "LineString", "coordinates": self._positions(line)}

    def _positions(self, shape: Point | LineString) -> list[list[float]]:
        east, north = shapely.get_coordinates(shape).T
        longitude, latitude = self._transformer.transform(east, north)
        return [
            [round(float(x), DECIMALS), round(float(y), DECIMALS)] for x, y in zip(longitude, latitude, strict=True)
        ]


def phases(programmes: Iterable[Row]) -> dict[int, Json]:
    """Return a phase for each programme. Who funds it is not recorded; whether it is funded says the description."""
    found = {}
    for row in programmes:
        facts = [rollout_codes.FUNDING[row["funding"]].de]
        if row["gap"]:
            facts.append(rollout_codes.GAP[row["gap"]].de)
        found[row["id"]] = {"id": f"programme-{row['id']}", "name": row["name"], "description": ", ".join(facts)}
    return found


def organisations(operators: Iterable[Row]) -> dict[int, Json]:
    """Return an organisation for each operator."""
    return {
        row["id"]: {"id": f"operator-{row['id']}", "name": row["name"], "roles": ["networkProvider"]}
        for row in operators
    }


def wayleave(trench: Row, on: date) -> Json | None:
    """Return the consent (§ 127 TKG) to a trench, if it was given by the day; whose it is is not recorded.

    What one operator got on one day for one cluster is one consent: an application covers many segments.
    """
    given: date | None = trench["permitted_on"]
    if given is None or given > on:
        return None
    parts = ["consent", given.isoformat(), str(trench["operator"] or ""), trench["cluster_key"] or ""]
    return {"id": "-".join(part for part in parts if part), "yearSigned": given.year}


def node(row: Row, degrees: Degrees, on: date, of_phase: Named, of_operator: Named) -> Json:
    """Return a network node."""
    found: Json = {"id": f"node-{row['id']}"}
    if row["name"]:
        found["name"] = row["name"]
    found |= _belongs(row, of_phase, of_operator)
    found |= {"status": node_status(row, on), "location": degrees.point(shapely.from_wkb(row["shape"]))}
    if row["kind"] in NODE_TYPES:
        found["type"] = [NODE_TYPES[row["kind"]]]
    else:
        found["supportingInfrastructure"] = {"description": row["kind_text"] or network_codes.NODE[row["kind"]].de}
    return found


def junction(one: Junction, degrees: Degrees) -> Json:
    """Return the node of a junction, of which nothing else is known."""
    return {"id": one.id, "location": degrees.point(one.place)}


def span(piece: Piece, row: Row, degrees: Degrees, on: date, of_phase: Named, of_operator: Named) -> Json:
    """Return the span of a trench's piece."""
    found: Json = {"id": f"trench-{row['id']}-{piece.number}", **_belongs(row, of_phase, of_operator)}
    found |= {
        "status": span_status(row, on),
        "start": piece.start,
        "end": piece.end,
        "directed": False,
        "route": degrees.line(piece.line),
        "countries": ["DE"],
    }
    if row["construction"]:
        found["deployment"] = [DEPLOYMENT[row["construction"]]]
    if row["origin"] == "existing_duct":
        found["supportingInfrastructure"] = {"description": rollout_codes.ORIGIN["existing_duct"].de}
    return found


def _belongs(row: Row, of_phase: Named, of_operator: Named) -> Json:
    found: Json = {}
    if row["programme"]:
        found["phase"] = _reference(of_phase[row["programme"]])
    if row["operator"]:
        found["networkProviders"] = [_reference(of_operator[row["operator"]])]
    return found


def _reference(named: Json) -> Json:
    return {"id": named["id"], "name": named["name"]}
