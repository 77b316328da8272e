"""The models of the indicators' answers."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from geo.figures.kpis.answers import SPLITS
from geo.rhythm import own_rhythm

Number = int | float
Recorded = Annotated[
    bool,
    Field(
        description="Whether the layer has any record in or before the period. If not, the actual is null: it is not "
        f"recorded, which is not zero. The public is told by {own_rhythm().names[1]}."
    ),
]


class Link(BaseModel):
    """A link to something related (RFC 8288), relative to this server."""

    rel: Annotated[str, Field(examples=["contributions"])]
    href: Annotated[str, Field(examples=["/api/kpis/public_land_m2/contributions?period=2023-H2"])]
    type: Annotated[str, Field(examples=["application/geo+json"])]


class FigureOut(BaseModel):
    """An indicator's figure in a period, with the columns of `flurwerk kpi --format json`."""

    key: Annotated[str, Field(examples=["public_land_m2"])]
    label: Annotated[str, Field(examples=["davon: Grundstücksgröße Verkauf / Erbpacht öffentlicher Grundstücke in m²"])]
    unit: Annotated[str, Field(examples=["m²"])]
    period: Annotated[str, Field(examples=["2023-H2"])]
    target: Annotated[Number | None, Field(description="The target; null if none was set.")]
    actual: Annotated[
        Number | None,
        Field(
            description="Exact value; null if suppressed, not recorded, or if there is nothing to divide by.",
            examples=[54_936.5],
        ),
    ]
    actual_rounded: Annotated[
        Number | None,
        Field(description="Rounded as in the report; null if suppressed or not recorded.", examples=[54_900]),
    ]
    remark: Annotated[str | None, Field(description="Remark by the editors; null for the public.")]
    suppressed: Annotated[
        bool,
        Field(
            description="Whether the actual is hidden from the public: fewer than three records, or it reveals such."
        ),
    ]
    recorded: Recorded
    decimals: Annotated[int, Field(description="The number of decimals with which it is printed.", examples=[0])]


class PartOut(BaseModel):
    """A part of a figure. The parts of a sum add up to it exactly; each part of a ratio is that of its own records."""

    part: Annotated[
        str,
        Field(
            description="The name of a district (or another part), `outside` (of the city), `unlocated`, or a month "
            "such as `2023-07`.",
            examples=["Altstadt"],
        ),
    ]
    actual: Annotated[Number | None, Field(description="Exact value in the unit; null if suppressed or not recorded.")]
    suppressed: bool
    recorded: Recorded


class TrendPointOut(BaseModel):
    """An indicator's figure in one reported period, as in `/api/kpis`."""

    period: Annotated[str, Field(examples=["2023-H2"])]
    target: Number | None
    actual: Number | None
    actual_rounded: Number | None
    suppressed: bool
    recorded: Recorded


class Trend(BaseModel):
    """An indicator's figures over several reported periods, the earliest first."""

    key: Annotated[str, Field(examples=["public_land_m2"])]
    label: str
    unit: Annotated[str, Field(examples=["m²"])]
    decimals: Annotated[int, Field(description="The number of decimals printed.", examples=[0])]
    kind: Annotated[
        Literal["flow", "stock"],
        Field(description="A flow is summed over the period; a stock is the state at its end."),
    ]
    layer: Annotated[str, Field(description="The layer whose records count.", examples=["transactions"])]
    shows_records: Annotated[
        bool, Field(description="Whether you may see the records behind it at `/api/kpis/{key}/contributions`.")
    ]
    points: list[TrendPointOut]


class FigureDetail(FigureOut):
    """A figure with its definition and, on request, its parts."""

    product: Annotated[str, Field(description="The product in the report to which it belongs.")]
    kind: Annotated[
        Literal["flow", "stock"],
        Field(description="A flow is summed over the period; a stock is the state at its end."),
    ]
    rule: Annotated[str, Field(description="What is counted, and by which date.")]
    layer: Annotated[str, Field(description="The layer whose records count.", examples=["transactions"])]
    by: Annotated[Literal[SPLITS] | None, Field(description="How it is split.")] = None  # pyright: ignore[reportInvalidTypeForm]
    parts: Annotated[list[PartOut] | None, Field(description="The parts, if a split was requested.")] = None
    parts_note: Annotated[
        str | None,
        Field(description="What is to be known of the parts: that they were reorganised in the period or since."),
    ] = None
    links: list[Link]
