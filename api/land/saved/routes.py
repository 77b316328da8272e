"""Routes of saved searches and shortlists, one's own or shared with all who can sign in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from api.land.saved.models import (
    PlotsChange,
    SearchChange,
    SearchesOut,
    SearchIn,
    SearchOut,
    ShortlistChange,
    ShortlistIn,
    ShortlistOut,
    ShortlistsOut,
    search_out,
    shortlist_out,
)
from api.records.links import absolute_url
from api.records.ogc.bodies import MessageLanguage
from api.records.ogc.etags import demanded_versions
from api.service.dependencies import CurrentPerson, PersonalConnection, RecordId
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.access import Caller
from geo.land.saved import keeping, searches, shortlists
from geo.land.saved.keeping import Change
from geo.land.watching.members import PLOTS, sight_of
from geo.store.database import AsyncConnection

SEARCHES = "/saved-searches"
SHORTLISTS = "/shortlists"

router = APIRouter(prefix="/api", tags=["Saved"])

SearchId = Annotated[RecordId, Path(alias="searchId", description="The saved search's id.")]
ShortlistId = Annotated[RecordId, Path(alias="shortlistId", description="The shortlist's id.")]


async def versions(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", description="The `etag` of what was read; `*` to overwrite any changes by others."),
    ] = None,
) -> frozenset[str]:
    """Return the versions that may be changed. Raises Refusal (428) without the header."""
    demanded = demanded_versions(if_match)
    if demanded is None:
        raise Refusal(
            HTTPStatus.PRECONDITION_REQUIRED,
            "Send the `etag` of what you have read as If-Match, so that nobody's change is overwritten unnoticed.",
        )
    return demanded


DemandedVersions = Annotated[frozenset[str], Depends(versions)]


@router.get(SEARCHES, responses=problem_responses(401, 503))
async def saved_searches(
    caller: CurrentPerson, connection: PersonalConnection, language: MessageLanguage, response: Response
) -> SearchesOut:
    """Return the saved searches that the caller sees. What of a search cannot be applied is said by its `faults`."""
    response.headers["Cache-Control"] = "private, no-store"
    found = await searches.searches(connection, properties_for(caller))
    return SearchesOut(searches=[search_out(one, caller, language) for one in found])


@router.post(SEARCHES, status_code=201, responses=problem_responses(401, 403, 409, 413, 422, 503))
async def save_search(
    request: Request,
    caller: CurrentPerson,
    connection: PersonalConnection,
    language: MessageLanguage,
    response: Response,
    wanted: SearchIn,
) -> SearchOut:
    """Save filters under a name of the caller's own. A name that they have already is refused (409)."""
    known = properties_for(caller)
    kept = await searches.save(connection, wanted.name, wanted.filters, known, is_shared=wanted.is_shared)
    response.headers["Location"] = absolute_url(request, f"/api{SEARCHES}/{kept}")
    return await _one_search(connection, kept, caller, language, response)


@router.patch(f"{SEARCHES}/{{searchId}}", responses=problem_responses(401, 403, 404, 409, 412, 413, 422, 428, 503))
async def change_search(
    caller: CurrentPerson,
    connection: PersonalConnection,
    language: MessageLanguage,
    response: Response,
    kept: SearchId,
    demanded: DemandedVersions,
    wanted: SearchChange,
) -> SearchOut:
    """Rename, share or overwrite a saved search. Refused (412) if somebody has changed it since it was read."""
    given = wanted.model_dump(exclude_none=True)
    await searches.change(connection, kept, demanded, properties_for(caller), **given)
    return await _one_search(connection, kept, caller, language, response)


@router.delete(f"{SEARCHES}/{{searchId}}", status_code=204, responses=problem_responses(401, 403, 404, 412, 428, 503))
async def delete_search(
    caller: CurrentPerson, connection: PersonalConnection, kept: SearchId, demanded: DemandedVersions
) -> None:
    """Delete a saved search. Whoever watches it is shown that it is gone."""
    await keeping.delete(connection, searches.TABLE, kept, demanded)


@router.get(SHORTLISTS, responses=problem_responses(401, 503))
async def saved_shortlists(caller: CurrentPerson, connection: PersonalConnection, response: Response) -> ShortlistsOut:
    """Return the shortlists that the caller sees, with the plots that they see."""
    response.headers["Cache-Control"] = "private, no-store"
    found = await shortlists.shortlists(connection, caller.audience_of(PLOTS).impersonal)
    return ShortlistsOut(shortlists=[shortlist_out(one) for one in found])


@router.post(SHORTLISTS, status_code=201, responses=problem_responses(401, 403, 409, 413, 422, 503))
async def make_shortlist(
    request: Request, caller: CurrentPerson, connection: PersonalConnection, response: Response, wanted: ShortlistIn
) -> ShortlistOut:
    """Make a shortlist under a name of the caller's own. A name that they have already is refused (409)."""
    kept = await shortlists.save(connection, wanted.name, wanted.plots, is_shared=wanted.is_shared)
    response.headers["Location"] = absolute_url(request, f"/api{SHORTLISTS}/{kept}")
    return await _one_shortlist(connection, kept, caller, response)


@router.post(f"{SHORTLISTS}/{{shortlistId}}/plots", responses=problem_responses(401, 403, 404, 409, 413, 503))
async def change_plots(
    caller: CurrentPerson, connection: PersonalConnection, response: Response, kept: ShortlistId, wanted: PlotsChange
) -> ShortlistOut:
    """Add plots at the end, and take plots off, whatever others do at the same time; nothing of theirs is lost."""
    if wanted.remove:
        await shortlists.take_off(connection, kept, wanted.remove)
    await shortlists.add(connection, kept, wanted.add)
    return await _one_shortlist(connection, kept, caller, response)


@router.patch(f"{SHORTLISTS}/{{shortlistId}}", responses=problem_responses(401, 403, 404, 409, 412, 413, 422, 428, 503))
async def change_shortlist(
    caller: CurrentPerson,
    connection: PersonalConnection,
    response: Response,
    kept: ShortlistId,
    demanded: DemandedVersions,
    wanted: ShortlistChange,
) -> ShortlistOut:
    """Rename or share a shortlist, or put its plots in another order. Refused (412) if it was changed since."""
    await keeping.change(connection, shortlists.TABLE, kept, demanded, Change(wanted.name, wanted.is_shared))
    if wanted.plots is not None:
        await shortlists.order(connection, kept, wanted.plots, caller.audience_of(PLOTS).impersonal)
    return await _one_shortlist(connection, kept, caller, response)


@router.delete(
    f"{SHORTLISTS}/{{shortlistId}}", status_code=204, responses=problem_responses(401, 403, 404, 412, 428, 503)
)
async def delete_shortlist(
    caller: CurrentPerson, connection: PersonalConnection, kept: ShortlistId, demanded: DemandedVersions
) -> None:
    """Delete a shortlist."""
    await keeping.delete(connection, shortlists.TABLE, kept, demanded)


def properties_for(caller: Caller) -> tuple[str, ...]:
    """Return the properties of plots that a caller sees."""
    sight = sight_of(caller)
    return sight.properties if sight else ()


async def _one_search(
    connection: AsyncConnection, kept: int, caller: Caller, language: str, response: Response
) -> SearchOut:
    found = search_out(await searches.search(connection, kept, properties_for(caller)), caller, language)
    response.headers.update({"ETag": found.etag, "Cache-Control": "private, no-store"})
    return found


async def _one_shortlist(connection: AsyncConnection, kept: int, caller: Caller, response: Response) -> ShortlistOut:
    found = shortlist_out(await shortlists.shortlist(connection, kept, caller.audience_of(PLOTS).impersonal))
    response.headers.update({"ETag": found.etag, "Cache-Control": "private, no-store"})
    return found
