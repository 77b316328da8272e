"""Routes of hand-outs: exposés and shortlists of plots as PDF and XLSX. They contain public columns only."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Response

from api.records.ogc.exports import role_of_files
from api.service.dependencies import (
    CurrentCaller,
    CurrentService,
    RecordId,
    RequestedLanguage,
    Service,
    freshness,
    limit_exports,
)
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.access import Caller
from geo.file_names import attachment, file_name
from geo.ground.backgrounds import backgrounds, in_print
from geo.land import dossiers
from geo.land.dossiers import MOST_PLOTS, Dossier, HandoutsBusy, UnknownPlots
from geo.periods import CITY_TIME
from geo.profile import profile
from geo.profile.services import NONE
from geo.records.exports import FILES
from geo.records.metadata import LICENCES
from geo.settings import Language, Settings
from geo.store.database import LARGEST_ID
from geo.store.pools import borrow
from maps.land.handouts.job import Contact, Form, Job, Kind, Source
from maps.land.handouts.process import make
from maps.land.handouts.words import say

TYPES: dict[Form, str] = {"pdf": "application/pdf", "xlsx": FILES["xlsx"].media_type}
"""The media types of the formats."""
WAIT_S = 20
"""How many seconds a request waits for its turn."""
LIST = re.compile(r"[0-9]{1,19}(,[0-9]{1,19})*")

Chosen = Annotated[
    str | None,
    Query(
        max_length=40,
        description="The maps' background: its key in the agency's profile, or `none`; the default one if missing.",
    ),
]

NotOnOffer = Literal["refuse", "include", "leave_out"]
"""What becomes of plots that the public does not see."""

router = APIRouter(prefix="/api", tags=["Hand-outs"])


def _file(*forms: Form) -> dict[int | str, dict[str, Any]]:
    content = {TYPES[form]: {"schema": {"type": "string", "format": "binary"}} for form in forms}
    return {200: {"description": "The file.", "content": content}}


@router.get(
    "/plots/{plotId}/expose",
    response_class=Response,
    responses={**_file("pdf"), **problem_responses(404, 409, 503)},
    dependencies=[Depends(limit_exports)],
)
async def expose(
    service: CurrentService,
    caller: CurrentCaller,
    language: RequestedLanguage,
    plot: Annotated[RecordId, Path(alias="plotId", description="The plot's id.", examples=[1])],
    not_on_offer: Annotated[
        Literal["refuse", "include"],
        Query(description="Of a plot that the public does not see: `refuse` makes no exposé, `include` makes it."),
    ] = "refuse",
    background: Chosen = None,
) -> Response:
    """Return a plot's exposé as PDF: facts, maps of its surroundings and its location in the city, and a contact.

    Available to the public for plots on offer, to insiders for every plot. It contains public columns only.
    """
    wish = _Wish("expose", "pdf", [plot], language, not_on_offer, _known(background))
    return await _handout(service, caller, wish)


@router.get(
    "/shortlist",
    response_class=Response,
    responses={**_file("pdf", "xlsx"), **problem_responses(404, 409, 503)},
    dependencies=[Depends(limit_exports)],
)
async def shortlist(
    service: CurrentService,
    caller: CurrentCaller,
    language: RequestedLanguage,
    plots: Annotated[
        str,
        Query(
            description=f"The plots' ids in the desired order, separated by commas; at most {MOST_PLOTS}.",
            examples=["2,1"],
        ),
    ],
    f: Annotated[Form, Query(description="Format: `pdf` or `xlsx`.")] = "pdf",
    not_on_offer: Annotated[
        NotOnOffer,
        Query(description="What becomes of plots that the public does not see: with `refuse` nothing is made."),
    ] = "refuse",
    background: Chosen = None,
) -> Response:
    """Return a comparison of several plots, in the given order: a map and a table of all, and a sheet for each."""
    wish = _Wish("shortlist", f, _parse_ids(plots), language, not_on_offer, _known(background))
    return await _handout(service, caller, wish)


class _Wish(NamedTuple):
    """What a caller wants to hand out."""

    kind: Kind
    form: Form
    plots: Sequence[int]
    language: Language
    not_on_offer: NotOnOffer
    background: str | None


async def _handout(service: Service, caller: Caller, wish: _Wish) -> Response:
    audience = caller.audience_of("plots", "plot_restrictions")
    try:
        async with borrow(service.pools[role_of_files(caller.role)]) as connection:
            photo_of = wish.plots[0] if wish.kind == "expose" else None
            dossier = await dossiers.read(connection, wish.plots, audience, photo_of=photo_of)
    except UnknownPlots as error:
        parameter = "plotId" if wish.kind == "expose" else "plots"
        blamed = [ParameterError(parameter=parameter, detail=error.message)]
        raise Refusal(HTTPStatus.NOT_FOUND, str(error), blamed) from None
    dossier = _only_what_may_be_given(await dossiers.fetch_photos(dossier, service.objects), wish.not_on_offer)
    now = datetime.now(CITY_TIME)
    contact, source = contact_of(service.settings), source_of(service.settings)
    today = now.date().isoformat()
    job = Job(wish.kind, wish.form, wish.language, today, contact, source, asdict(dossier), wish.background)
    made = await _in_turn(service, job)
    headers = {
        **freshness(caller.audience),
        "Content-Disposition": attachment(file_name(_title(wish, dossier), now.date(), f".{wish.form}")),
        "Content-Language": wish.language,
    }
    return Response(made, headers=headers, media_type=TYPES[wish.form])


def _title(wish: _Wish, dossier: Dossier) -> str:
    if wish.kind == "shortlist":
        return say("shortlist_of", wish.language)
    return f"{say('expose', wish.language)} {dossier.plots[0]['facts']['name']}"


def _only_what_may_be_given(dossier: Dossier, not_on_offer: NotOnOffer) -> Dossier:
    """Return the dossier, without the plots that the public does not see if they are left out. Raises Refusal."""
    hidden = [plot["facts"]["name"] for plot in dossier.plots if not plot["facts"]["on_offer"]]
    if not hidden or not_on_offer == "include":
        return dossier
    offered = [plot for plot in dossier.plots if plot["facts"]["on_offer"]]
    if not_on_offer == "leave_out" and offered:
        return replace(dossier, plots=offered)
    named = ", ".join(f"“{name}”" for name in hidden)
    detail = f"Not public: {named}. To hand out what the public does not see, ask for not_on_offer=include."
    raise Refusal(
        HTTPStatus.CONFLICT,
        detail,
        [ParameterError(parameter="not_on_offer", detail=detail)],
        name="not-on-offer",
        title="Some plots are not public",
    )


async def _in_turn(service: Service, job: Job) -> bytes:
    """Return the file, waiting while the maximum number is being made. Raises HandoutsBusy after WAIT_S."""
    try:
        async with asyncio.timeout(WAIT_S):
            await service.handouts.acquire()
    except TimeoutError:
        raise HandoutsBusy("Several hand-outs are already being made.", "Try again in a moment.") from None
    try:
        return await make(job, service.settings.handout_timeout_s)
    finally:
        service.handouts.release()


def _known(background: str | None) -> str | None:
    """Return the key of a background. Raises Refusal if the profile has none of that name."""
    try:
        in_print(background)
    except KeyError:
        known = ", ".join((NONE, *(one.key for one in backgrounds())))
        detail = f"There is no background “{background}”. Known are: {known}."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [ParameterError(parameter="background", detail=detail)]) from None
    return background


def _parse_ids(text: str) -> list[int]:
    ids = list(map(int, text.split(","))) if LIST.fullmatch(text) else []
    if not ids or len(ids) > MOST_PLOTS or len({*ids}) < len(ids) or max(ids) > LARGEST_ID:
        detail = f"Give the ids of 1 to {MOST_PLOTS} plots, each once, separated by commas: plots=2,1."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [ParameterError(parameter="plots", detail=detail)])
    return ids


def contact_of(settings: Settings) -> Contact:
    """Return whom readers of a hand-out ask."""
    return Contact(
        agency=profile().publisher.name,
        team=settings.contact_team,
        address=settings.contact_address,
        phone=settings.contact_phone,
        email=settings.contact_email,
        web=settings.contact_url or profile().publisher.url,
    )


def source_of(settings: Settings) -> Source:
    """Return the licence of what a hand-out says."""
    licence = LICENCES[settings.licence]
    return Source(licence.name, licence.text)
