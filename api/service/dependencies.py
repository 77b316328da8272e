"""Dependencies of the routes: the service's resources, database connections and shared parameters."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import Field

from api.service.audit import SignIns
from api.service.callers import identify
from api.service.connections import ANONYMOUS, CHECKS_AT_ONCE, MAPS_AT_ONCE, REPORTS_AT_ONCE
from api.service.problems import ParameterError, Refusal
from api.service.rates import limit
from api.service.streams import Streams
from geo.access import Caller, Role
from geo.access.rates import LimitedKind
from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.answers import indicators
from geo.periods import Period, parse_period
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.tiles import TileCache
from geo.rhythm import own_rhythm
from geo.settings import Language, Settings
from geo.store.database import LARGEST_ID, AsyncConnection
from geo.store.objects import ObjectStore
from geo.store.pools import Pool, borrow, borrow_autocommit, borrow_to_write

RecordId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""The id of a record, as a parameter or a member of a body."""

EXPORTS_AT_ONCE = 2
HANDOUTS_AT_ONCE = 2
LOADS_AT_ONCE = 2
LOOKS_AT_ONCE = 2
DECODING_AT_ONCE = 1


@dataclass(frozen=True, slots=True)
class Service:
    """The settings and shared resources of an application."""

    settings: Settings
    pools: Mapping[Role, Pool]
    tiles: TileCache
    streams: Streams
    """The clients that wait for changes."""
    objects: ObjectStore | None = None
    """The store of photos and documents, if the settings name one."""
    drawing: Semaphore = field(default_factory=lambda: Semaphore(MAPS_AT_ONCE))
    """Held while a map is drawn, which takes about one second of CPU time."""
    exporting: Semaphore = field(default_factory=lambda: Semaphore(EXPORTS_AT_ONCE))
    """Held while records are exported to a file."""
    handouts: Semaphore = field(default_factory=lambda: Semaphore(HANDOUTS_AT_ONCE))
    """Held while a hand-out is made, which takes several seconds of CPU time."""
    loading: Semaphore = field(default_factory=lambda: Semaphore(LOADS_AT_ONCE))
    """Held while an uploaded file is inspected or loaded, which occupies a processor for as long."""
    looking: Semaphore = field(default_factory=lambda: Semaphore(LOOKS_AT_ONCE))
    """Held while a file is read to be looked at, which may unpack to gigabytes."""
    decoding: Semaphore = field(default_factory=lambda: Semaphore(DECODING_AT_ONCE))
    """Held while an uploaded photo is decoded, which takes a second of CPU time and much memory."""
    reports: Semaphore = field(default_factory=lambda: Semaphore(REPORTS_AT_ONCE))
    """Held while a report is assembled, which takes about one second of database time."""
    checking: Semaphore = field(default_factory=lambda: Semaphore(CHECKS_AT_ONCE))
    """Held while the database's schema is checked, over a connection of its own."""
    drawn_maps: dict[bytes, bytes] = field(default_factory=dict)
    """The most recently drawn maps of reports, by the digest of what they show."""
    sign_ins: SignIns = field(default_factory=SignIns)


async def service(request: Request) -> Service:
    """Return the application's settings and shared resources."""
    return request.app.state.service


CurrentService = Annotated[Service, Depends(service)]


# Resolving a dependency, and each of its own, costs time in every request. The dependencies of nearly all routes
# therefore depend on the request only.


async def caller(request: Request) -> Caller:
    """Return the caller; without a token, the anonymous one of the settings. An invalid token is refused."""
    shared = await service(request)
    found = await identify(request, shared.settings, shared.pools[Role.PUBLIC], shared.sign_ins)
    request.state.caller = found or Caller(ANONYMOUS[shared.settings.anonymous_audience])
    return request.state.caller


CurrentCaller = Annotated[Caller, Depends(caller)]


async def limit_exports(request: Request, service: CurrentService, caller: CurrentCaller) -> None:
    """Refuse the request if its client has used up its allowance of files."""
    await limit(request, service.settings, service.pools[Role.PUBLIC], LimitedKind.EXPORT, caller)


async def limit_computations(request: Request, service: CurrentService, caller: CurrentCaller) -> None:
    """Refuse the request if its client has used up its allowance of computations."""
    await limit(request, service.settings, service.pools[Role.PUBLIC], LimitedKind.COMPUTE, caller)


async def connection(service: CurrentService, caller: CurrentCaller) -> AsyncIterator[AsyncConnection]:
    """Yield a read-only connection of the caller's role in one snapshot; it is returned before the response is sent.

    The database itself limits what the route can read to what the role may see.
    """
    async with borrow(service.pools[caller.role]) as borrowed:
        yield borrowed


async def statement(request: Request, caller: CurrentCaller) -> AsyncIterator[AsyncConnection]:
    """Yield a connection like ``connection``, but in autocommit, for routes that do not need one snapshot.

    Doing without a transaction saves two of three round trips.
    """
    async with borrow_autocommit((await service(request)).pools[caller.role]) as borrowed:
        yield borrowed


async def figures_connection(service: CurrentService, caller: CurrentCaller) -> AsyncIterator[AsyncConnection]:
    """Yield a connection that reads internal records, for figures that the public sees only aggregated and suppressed.

    Only for routes that return figures; routes that return records use the caller's own connection.
    """
    async with borrow(service.pools[figures_role(caller)]) as borrowed:
        yield borrowed


def figures_role(caller: Caller) -> Role:
    """Return the role under which figures are computed for the caller."""
    return Role.READER if caller.role is Role.PUBLIC else caller.role


async def editor(caller: CurrentCaller) -> Caller:
    """Return the caller if they may edit. Raises Refusal: 401 if they are not signed in, else 403."""
    if not caller.may_edit:
        status = HTTPStatus.FORBIDDEN if caller.name else HTTPStatus.UNAUTHORIZED
        raise Refusal(status, "Only editors change records. Send an editor's token as “Authorization: Bearer …”.")
    return caller


CurrentEditor = Annotated[Caller, Depends(editor)]


async def editing(service: CurrentService, caller: CurrentEditor) -> AsyncIterator[AsyncConnection]:
    """Yield an editor's writing connection. Its transaction ends with the route."""
    async with borrow_to_write(service.pools[caller.role], actor=caller.name) as borrowed:
        yield borrowed


async def person(caller: CurrentCaller) -> Caller:
    """Return the caller if they have signed in. Raises Refusal (401) if not."""
    if not caller.name:
        raise Refusal(HTTPStatus.UNAUTHORIZED, "This belongs to people. Sign in, or send a token.")
    return caller


CurrentPerson = Annotated[Caller, Depends(person)]


async def personal(service: CurrentService, caller: CurrentPerson) -> AsyncIterator[AsyncConnection]:
    """Yield a writing connection of the caller's role that names them, for what they keep and watch.

    It writes no records unless the caller may edit.
    """
    async with borrow_to_write(service.pools[caller.role], actor=caller.name) as borrowed:
        yield borrowed


async def audience(caller: CurrentCaller) -> Audience:
    """Return the audience to which the caller belongs for content from all layers."""
    return caller.audience_of(*LAYERS)


async def language(
    request: Request,
    lang: Annotated[
        Language | None, Query(description="Language of labels; the server's setting by default.", examples=["de"])
    ] = None,
) -> Language:
    """Return the language of labels."""
    return lang or (await service(request)).settings.language


async def period(
    service: CurrentService,
    period: Annotated[
        str | None,
        Query(
            description="A year, half, quarter or month: `2023`, `2023-H2`, `2023-Q3`, `2023-07`. "
            "By default the period of the server's settings, or else the last complete one that the agency reports.",
            examples=["2023-H2"],
        ),
    ] = None,
) -> Period:
    """Return the requested period, or the default one. Raises UnknownPeriod."""
    name = service.settings.period if period is None else period
    return own_rhythm().last_over() if name is None else parse_period(name)


WritingConnection = Annotated[AsyncConnection, Depends(editing, scope="function")]
PersonalConnection = Annotated[AsyncConnection, Depends(personal, scope="function")]
SnapshotConnection = Annotated[AsyncConnection, Depends(connection, scope="function")]
AutocommitConnection = Annotated[AsyncConnection, Depends(statement, scope="function")]
FiguresConnection = Annotated[AsyncConnection, Depends(figures_connection, scope="function")]
CallerAudience = Annotated[Audience, Depends(audience)]
RequestedLanguage = Annotated[Language, Depends(language)]
RequestedPeriod = Annotated[Period, Depends(period)]


async def indicator(
    connection: FiguresConnection,
    key: Annotated[str, Path(description="The indicator's key.", examples=["public_land_m2"])],
) -> Indicator:
    """Return the requested indicator. Raises UnknownIndicator."""
    return evaluation.find(await indicators(connection), key)


RequestedIndicator = Annotated[Indicator, Depends(indicator)]


def freshness(audience: Audience) -> dict[str, str]:
    """Return the Cache-Control header: public responses may be cached for a minute, internal ones not at all."""
    return {"Cache-Control": "public, max-age=60" if audience is Audience.PUBLIC else "private, no-store"}


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse repeated parameters and those that the route does not know, which are mostly typing errors."""
    refuse_others(request, query_parameters(request.scope["route"].dependant))


def refuse_others(request: Request, known: Collection[str], properties: Collection[str] = ()) -> None:
    """Refuse repeated parameters and those that are neither known nor the name of a property."""
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = {
        name: f"“{name}” is given more than once" if name in known or name in properties else f"“{name}” is unknown"
        for name in given
        if given.count(name) > 1 or (name not in known and name not in properties)
    }
    if wrong:
        sentence = f"Known parameters: {', '.join(sorted(known))}" if known else "This resource has no parameters"
        if properties:
            sentence += f"; and the properties {', '.join(properties)}"
        errors = [ParameterError(parameter=name, detail=reason) for name, reason in wrong.items()]
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{'; '.join(wrong.values())}. {sentence}.", errors)


def query_parameters(dependant: Dependant) -> set[str]:
    """Return the names of the query parameters that a route and its dependencies declare."""
    own: set[Any] = {field.alias for field in dependant.query_params}
    return own.union(*(query_parameters(inner) for inner in dependant.dependencies))
