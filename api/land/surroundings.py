"""The route of a plot's surroundings: restrictions, neighbours, fibre, deals and access."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from api.land.reservations import ReservationOut, reservation_record
from api.records.ogc.items import record_of
from api.service.dependencies import CurrentCaller, RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.formatting import json_number
from geo.land.surroundings import ALL_PARTS, surroundings
from geo.records.layers import LAYERS

router = APIRouter(prefix="/api/plots", tags=["Land"])

Number = int | float
Place = Annotated[list[float], Field(description="Longitude and latitude.", min_length=2, max_length=2)]
Label = Annotated[str | None, Field(description="Label of the preceding code.")]


class PriceOut(BaseModel):
    """The asking price compared with the standard ground value."""

    asking_price_eur_m2: Number | None
    ground_value_eur_m2: Number | None
    ground_value_on: date | None
    markup_percent: Annotated[
        Number | None, Field(description="Asking price over standard ground value; null if unknown.")
    ]


class RestrictionOut(BaseModel):
    """A restriction on the plot's use."""

    id: int
    kind: str
    kind_label: Label
    severity: str
    severity_label: Label
    note: Annotated[str | None, Field(description="Internal.")]


class NeighbourOut(BaseModel):
    """A plot or industrial area that touches the plot or is within 200 m of it."""

    layer: Annotated[str, Field(examples=["industrial_areas"])]
    id: int
    name: str
    status: str | None
    status_label: Label
    distance_m: Annotated[Number, Field(description="0 if they touch.")]


class FibreOut(BaseModel):
    """The nearest laid trench or connected address."""

    layer: Annotated[str, Field(description="`trenches` or `connections`.", examples=["trenches"])]
    id: int
    distance_m: Number
    address: str | None
    cluster: str | None
    point: Annotated[Place, Field(description="Its point nearest to the plot.")]
    border: Annotated[Place, Field(description="The point on the plot's border nearest to it.")]


class DealOut(BaseModel):
    """A deal involving the plot."""

    id: int
    kind: str
    kind_label: Label
    area_m2: Number
    agreed_on: date | None
    status: str
    status_label: Label
    takes_land: bool


class AccessOut(BaseModel):
    """An access point, one of the three nearest of its kind."""

    id: int
    name: str
    kind: str
    kind_label: Label
    distance_m: Number
    point: Place


class SurroundingsOut(BaseModel):
    """A plot's surroundings.

    Parts that the caller may not see are null and listed in `withheld`; those of layers that the agency does not keep
    are null.
    """

    plot: int
    name: str
    price: PriceOut
    restrictions: list[RestrictionOut]
    neighbours: list[NeighbourOut]
    fibre: Annotated[FibreOut | None, Field(description="Also null if nothing has been laid yet.")]
    transactions: list[DealOut] | None
    reservations: list[ReservationOut] | None
    access_points: list[AccessOut] | None
    withheld: Annotated[list[str], Field(examples=[["fibre", "transactions"]])]


CODED = {
    "restrictions": ("plot_restrictions", ("kind", "severity")),
    "neighbours": ("plots", ("status",)),
    "transactions": ("transactions", ("kind", "status")),
    "access_points": ("access_points", ("kind",)),
}
"""The parts that contain codes: the layer that defines the codes, and the columns."""


@router.get("/{plotId}/surroundings", responses=problem_responses(404, 503))
async def plot_surroundings(
    caller: CurrentCaller,
    connection: SnapshotConnection,
    language: RequestedLanguage,
    response: Response,
    plot_id: Annotated[str, Path(alias="plotId", description="The plot's id.", examples=["1"])],
) -> SurroundingsOut:
    """Return a plot's price, its restrictions, and plots and industrial areas within 200 m.

    For insiders also the nearest laid fibre with its distance, deals, reservations, and the nearest access points.
    """
    plot = record_of(plot_id)
    found = None if plot is None else await surroundings(connection, plot, caller.audience_of)
    if found is None:
        error = ParameterError(parameter="plotId", detail=f"“{plot_id}” is unknown.")
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no plot “{plot_id}”.", [error])
    response.headers.update(freshness(caller.audience_of("plots")))
    parts: dict[str, Any] = dict.fromkeys(ALL_PARTS)
    for name, part in found.parts.items():
        parts[name] = [_row(name, row, language) for row in part] if isinstance(part, list) else part and _numbers(part)
    price = parts["price"]
    return SurroundingsOut.model_validate(
        {**parts, "plot": price["id"], "name": price["name"], "withheld": list(found.withheld)}
    )


def _row(part: str, row: dict[str, Any], language: str) -> dict[str, Any]:
    if part == "reservations":
        return reservation_record(row, language)
    if part not in CODED:
        return _numbers(row)
    key, names = CODED[part]
    labels = {}
    for name in names:
        codes = LAYERS[key].column(name).codes or {}
        labels[f"{name}_label"] = codes[row[name]].in_language(language) if row[name] in codes else None
    return {**_numbers(row), **labels}


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json_number(value) if isinstance(value, Decimal) else value for name, value in row.items()}
