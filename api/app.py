"""Assembles the web service from its routers and middleware."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from api import access
from api.figures import kpis
from api.figures.report import differences, documents, files, parts, periods, reports
from api.land import cutting, demand, handouts, reservations, supply, surroundings
from api.land.matching import routes
from api.land.saved import routes as saved
from api.land.watching import routes as watching
from api.pages import advisors, looking, overlays, overview
from api.pages import loading as loading_page
from api.pages import report as report_pages
from api.records import activity, attachments, batches, changes, deliveries, live, loads, search, undo
from api.records.ogc import collections, dcat, editing, history, items, queryables, schema
from api.records.tiles import tiles, tilesets
from api.rollout import delays, handovers, progress, sites
from api.service import assets, health, problems
from api.service.connections import ANONYMOUS, pool_sizes
from api.service.dependencies import Service, refuse_unknown_parameters
from api.service.kept_routes import remove_switched_off
from api.service.limits import Limits
from api.service.middleware import Envelope
from api.service.openapi import DESCRIPTION, Application, document
from geo.access import Role
from geo.access.roles import TILE_LOGIN
from geo.errors import ClusterError
from geo.records.exports import FILES
from geo.records.tiles import TileCache
from geo.settings import Settings
from geo.store.database import database_url
from geo.store.objects import object_store
from geo.store.pools import Pool, make_pool

ROUTERS = (
    health.router,
    access.router,
    document,
    collections.router,
    changes.router,
    live.router,
    activity.router,
    undo.router,
    batches.router,
    attachments.router,
    deliveries.router,
    loads.router,
    cutting.router,
    history.router,
    dcat.router,
    tilesets.router,
    kpis.router,
    search.router,
    surroundings.router,
    reservations.router,
    supply.router,
    demand.router,
    advisors.router,
    overlays.router,
    looking.router,
    progress.router,
    delays.router,
    handovers.router,
    sites.router,
    routes.router,
    saved.router,
    watching.router,
    handouts.router,
    periods.router,
    reports.router,
    parts.router,
    documents.router,
    differences.router,
    files.router,
    report_pages.router,
    loading_page.router,
    overview.router,
    assets.router,
)

log = logging.getLogger("flurwerk.api")

UNCOMPRESSED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    # Its lines tell of progress: compressed, they would arrive together at the end.
    deliveries.NDJSON,
    *attachments.SUFFIXES,
    *(known.media_type for known in FILES.values() if not known.media_type.startswith("text/")),
)
"""Media types that are sent uncompressed: they are compressed already, or too large to be worth the time."""


def create_app(settings: Settings) -> FastAPI:
    """Return the application. It starts even without its database and answers 503 until that is available."""
    # Read now: later, a logo or a font that the profile names might have been moved, and no page could be shown.
    assets.contents()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await asyncio.to_thread(database_url, settings)
        except ClusterError as error:
            log.error("%s", error)
        async with AsyncExitStack() as stack:
            sizes = pool_sizes(settings)
            pools = {role: await stack.enter_async_context(_pool(settings, role, sizes[role.login])) for role in Role}
            tile_pool = make_pool(settings, TILE_LOGIN, min_size=0, max_size=sizes[TILE_LOGIN], autocommit_writes=True)
            cache = TileCache(await stack.enter_async_context(tile_pool), settings.tile_cache_mb)
            streams = live.streams_of(settings, pools)
            stack.callback(streams.close)
            app.state.service = Service(settings, pools, cache, streams, object_store(settings))
            yield

    app = Application(
        title="Flurwerk",
        version=version("flurwerk"),
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(Envelope, audience=settings.anonymous_audience),
            *_cors(settings),
            Middleware(
                Limits,
                largest_body=settings.largest_body,
                larger={
                    deliveries.UPLOADS: settings.largest_delivery,
                    attachments.UPLOADS: settings.largest_attachment,
                },
            ),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5, exclude_content_types=UNCOMPRESSED),
        ],
    )
    problems.add_handlers(app)
    # Routes are tried in order, so the most frequent ones are first. These two refuse unknown parameters themselves:
    # those of the items are the properties of the collection.
    app.include_router(tiles.router)
    app.include_router(items.router)
    for router in ROUTERS:
        remove_switched_off(router)
        app.include_router(router, dependencies=[Depends(refuse_unknown_parameters)])
    app.include_router(queryables.router)
    app.include_router(schema.router)
    app.include_router(editing.router)
    return app


def _cors(settings: Settings) -> list[Middleware]:
    """Return the CORS middleware for the configured origins; none where anonymous callers see internal records."""
    if not settings.cors_origins or settings.anonymous_audience != "public":
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Content-Crs",
                "If-Match",
                "If-None-Match",
                "Idempotency-Key",
            ],
            expose_headers=["Link", "ETag", "Content-Crs", "Location", "Retry-After"],
        )
    ]


def _pool(settings: Settings, role: Role, size: int) -> Pool:
    """Return the role's connection pool. The anonymous one keeps a connection open, as most callers have no token."""
    is_anonymous = role is ANONYMOUS[settings.anonymous_audience]
    # Every sign-in starts as the public role and records when the token was used.
    return make_pool(
        settings, role.login, min_size=int(is_anonymous), max_size=size, autocommit_writes=role is Role.PUBLIC
    )
