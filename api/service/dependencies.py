"""What the routes ask for: the settings, a connection, and the parameters that several of them have."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import Field

from api.service.audit import SignIns
from api.service.callers import signed_in
from api.service.problems import ParameterError, Refusal
from api.service.rates import limit
from geo.access import Caller, Role
from geo.access.rates import Limited
from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.answers import indicators
from geo.periods import Period, last_half_year, parse_period
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.tiles import TileCache
from geo.settings import Language, Settings
from geo.store.database import LARGEST_ID, AsyncConnection, Pool
from geo.store.pools import borrow, borrow_autocommit, borrow_to_write

RecordId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""The id of a record, as a parameter or a member of a body."""

HANDOUTS_AT_ONCE = 2
REPORTS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Service:
    """What an application is made of."""

    settings: Settings
    pools: Mapping[Role, Pool]
    tiles: TileCache
    drawing: Semaphore
    """Held while a map is drawn, which takes a processor for a second."""
    exporting: Semaphore
    """Held while a file of records is made."""
    handouts: Semaphore = field(default_factory=lambda: Semaphore(HANDOUTS_AT_ONCE))
    """Held while a hand-out is made, which takes a processor for seconds."""
    reports: Semaphore = field(default_factory=lambda: Semaphore(REPORTS_AT_ONCE))
    """Held while a report is put together, which takes the database a second."""
    drawn_maps: dict[str, bytes] = field(default_factory=dict)
    """The maps of releases that were drawn last, which never change, by their tags."""
    sign_ins: SignIns = field(default_factory=SignIns)


async def service(request: Request) -> Service:
    """The application's own settings and pool."""
    return request.app.state.service


AskedService = Annotated[Service, Depends(service)]


ANONYMOUS = {"public": Role.PUBLIC, "internal": Role.READER}


# Every mention of a dependency costs time in each request, those of its own dependencies included. What nearly all
# routes ask for therefore asks for the request alone.


async def caller(request: Request) -> Caller:
    """Who is asking. Without a token everyone is whom the settings say; a bad one is refused."""
    asked = await service(request)
    found = await signed_in(request, asked.settings, asked.pools[Role.PUBLIC], asked.sign_ins)
    request.state.caller = found or Caller(ANONYMOUS[asked.settings.anonymous_audience])
    return request.state.caller


AskedCaller = Annotated[Caller, Depends(caller)]


async def limit_exports(request: Request, asked: AskedService, caller: AskedCaller) -> None:
    """Refuse the request where its client has had as many files lately as the settings allow."""
    await limit(request, asked.settings, asked.pools[Role.PUBLIC], Limited.EXPORT, caller)


async def limit_computations(request: Request, asked: AskedService, caller: AskedCaller) -> None:
    """Refuse the request where its client has had as much computed lately as the settings allow."""
    await limit(request, asked.settings, asked.pools[Role.PUBLIC], Limited.COMPUTE, caller)


async def connection(asked: AskedService, caller: AskedCaller) -> AsyncIterator[AsyncConnection]:
    """A connection for as long as the route works; it goes back before the response is sent. It reads only.

    It is the caller's role's own: whatever a route asks for, the database gives it no more than that role may see.
    """
    async with borrow(asked.pools[caller.role]) as borrowed:
        yield borrowed


async def statement(request: Request, caller: AskedCaller) -> AsyncIterator[AsyncConnection]:
    """A connection like that of ``connection``, for a route whose statements need not see one state of the records.

    There is no transaction around them, which saves two of three round trips.
    """
    async with borrow_autocommit((await service(request)).pools[caller.role]) as borrowed:
        yield borrowed


async def figures_connection(asked: AskedService, caller: AskedCaller) -> AsyncIterator[AsyncConnection]:
    """A connection that reads internal records, for figures that the public sees added up and suppressed only.

    Only routes whose answers are figures ask for it; whatever returns records asks for the caller's own.
    """
    async with borrow(asked.pools[figures_role(caller)]) as borrowed:
        yield borrowed


def figures_role(caller: Caller) -> Role:
    """As whom figures are computed for the caller."""
    return Role.READER if caller.role is Role.PUBLIC else caller.role


async def editor(caller: AskedCaller) -> Caller:
    """Who is asking, if that is an editor. Whoever has not signed in is told to, others that they may not."""
    if not caller.may_edit:
        status = HTTPStatus.FORBIDDEN if caller.name else HTTPStatus.UNAUTHORIZED
        raise Refusal(status, "Only editors change records. Send an editor's token as “Authorization: Bearer …”.")
    return caller


AskedEditor = Annotated[Caller, Depends(editor)]


async def editing(asked: AskedService, caller: AskedEditor) -> AsyncIterator[AsyncConnection]:
    """A connection of an editor's that writes; its transaction ends with the route."""
    async with borrow_to_write(asked.pools[caller.role], actor=caller.name) as borrowed:
        yield borrowed


async def audience(caller: AskedCaller) -> Audience:
    """As whom the caller sees what no single layer limits."""
    return caller.audience_of(*LAYERS)


async def language(
    request: Request,
    lang: Annotated[
        Language | None, Query(description="Language of labels; the server's own unless set.", examples=["de"])
    ] = None,
) -> Language:
    """The language of labels."""
    return lang or (await service(request)).settings.language


async def period(
    asked: AskedService,
    period: Annotated[
        str | None,
        Query(
            description="A year, half, quarter or month: `2023`, `2023-H2`, `2023-Q3`, `2023-07`. "
            "Unless set, the server's own, else the last half-year that is over.",
            examples=["2023-H2"],
        ),
    ] = None,
) -> Period:
    """The period asked about."""
    name = asked.settings.period if period is None else period
    return last_half_year() if name is None else parse_period(name)


AskedEditing = Annotated[AsyncConnection, Depends(editing, scope="function")]
SnapshotConnection = Annotated[AsyncConnection, Depends(connection, scope="function")]
AutocommitConnection = Annotated[AsyncConnection, Depends(statement, scope="function")]
FiguresConnection = Annotated[AsyncConnection, Depends(figures_connection, scope="function")]
AskedAudience = Annotated[Audience, Depends(audience)]
AskedLanguage = Annotated[Language, Depends(language)]
AskedPeriod = Annotated[Period, Depends(period)]


async def indicator(
    connection: FiguresConnection,
    key: Annotated[str, Path(description="The indicator's key.", examples=["public_land_m2"])],
) -> Indicator:
    """The indicator asked about."""
    return evaluation.find(await indicators(connection), key)


AskedIndicator = Annotated[Indicator, Depends(indicator)]


def freshness(audience: Audience) -> dict[str, str]:
    """How long an answer may be kept: the public one briefly by everyone, an internal one by nobody."""
    return {"Cache-Control": "public, max-age=60" if audience is Audience.PUBLIC else "private, no-store"}


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse parameters that the route does not know, which are mostly misspelt ones, and repeated ones."""
    refuse_others(request, query_parameters(request.scope["route"].dependant))


def refuse_others(request: Request, known: Collection[str], properties: Collection[str] = ()) -> None:
    """Refuse parameters that are neither known nor the name of a property, and repeated ones."""
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = {
        name: f"“{name}” is given more than once" if name in known or name in properties else f"“{name}” is unknown"
        for name in given
        if given.count(name) > 1 or (name not in known and name not in properties)
    }
    if wrong:
        sentence = f"Known are: {', '.join(sorted(known))}" if known else "There are none here"
        if properties:
            sentence += f"; and the properties {', '.join(properties)}"
        errors = [ParameterError(parameter=name, detail=reason) for name, reason in wrong.items()]
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{'; '.join(wrong.values())}. {sentence}.", errors)


def query_parameters(dependant: Dependant) -> set[str]:
    """The names of the query parameters that a route declares, those of its dependencies included."""
    own: set[Any] = {field.alias for field in dependant.query_params}
    return own.union(*(query_parameters(inner) for inner in dependant.dependencies))
