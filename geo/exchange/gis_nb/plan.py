"""The layers of the network plan: their fields, and the codes that our values have there."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from geo.exchange.mappings import mapping_file

VERSIONS = ("5.0", "5.1")
"""Both have the same network plan, as far as is known."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the plan. ``wanted``: its being empty is told."""

    name: str
    type: pa.DataType
    wanted: bool = False


INTEGER, NUMBER, TEXT = pa.int64(), pa.float64(), pa.string()


@dataclass(frozen=True)
class PlanLayer:
    """A layer of the plan, made from one of ours.

    ``also`` are further values of ours that have a code of theirs, by our column: the mapping that reads the plan
    cannot tell them apart.
    """

    title: str
    layer: str
    geometry: str
    fields: tuple[Field, ...]
    also: Mapping[str, Mapping[str, str]]

    @property
    def file_name(self) -> str:
        """The name of its file, without the suffix."""
        return self.title.replace(" ", "_")

    @cached_property
    def columns(self) -> dict[str, str]:
        """Their field → our column, from the mapping that reads the plan."""
        return self._mapping["columns"]

    @cached_property
    def codes(self) -> dict[str, dict[str, str]]:
        """Our column → our value → their code."""
        read: dict[str, dict[str, str]] = self._mapping.get("codes", {})
        return {
            column: {ours: theirs for theirs, ours in codes.items()} | dict(self.also.get(column, {}))
            for column, codes in read.items()
        }

    @cached_property
    def _mapping(self) -> dict[str, Any]:
        return tomllib.loads(mapping_file("gis-nb-5.1", self.layer).read_text("utf-8"))


ID = Field("id", INTEGER)

LAYERS = (
    PlanLayer(
        "Bauten und Netztechnik",
        "network_nodes",
        "Point",
        (
            Field("art", INTEGER, wanted=True),
            Field("kollokatio", INTEGER, wanted=True),
            Field("art_sonst", TEXT),
            Field("zustand", INTEGER, wanted=True),
            Field("bezeichner", TEXT),
            ID,
            Field("id_tech", INTEGER, wanted=True),
        ),
        {},
    ),
    PlanLayer(
        "Endverbraucher",
        "connections",
        "Point",
        (Field("endkunde", INTEGER, wanted=True), Field("id_netze", INTEGER, wanted=True), ID),
        {},
    ),
    PlanLayer(
        "Trassenbau",
        "trenches",
        "MultiLineString",
        (ID, Field("trassenb", INTEGER, wanted=True), Field("mitverleg", INTEGER, wanted=True)),
        {
            "surface": {"carriageway": "11", "footway": "11", "cycleway": "11"} | {"verge": "12", "unpaved": "12"},
        },
    ),
    PlanLayer(
        "Leerrohre",
        "ducts",
        "MultiLineString",
        (
            ID,
            Field("lr_art", INTEGER, wanted=True),
            Field("lr_sonst", TEXT),
            Field("lr_anzahl", INTEGER, wanted=True),
            Field("anzahl", INTEGER, wanted=True),
            Field("lr_reserv", INTEGER, wanted=True),
            Field("lae_lr", NUMBER, wanted=True),
            Field("zustand", INTEGER, wanted=True),
        ),
        {},
    ),
    PlanLayer(
        "Verbindungen",
        "cables",
        "MultiLineString",
        (
            ID,
            Field("verb_art", INTEGER, wanted=True),
            Field("v_a_sonst", TEXT),
            Field("lae_kabel", NUMBER, wanted=True),
            Field("anzahl_f_a", INTEGER, wanted=True),
            Field("f_a_reserv", INTEGER, wanted=True),
            Field("zustand", INTEGER, wanted=True),
        ),
        {},
    ),
)
"""Nodes first: connections name theirs."""
