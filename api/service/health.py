"""Health checks: whether the service is alive, and whether it is ready."""

import asyncio
from typing import Annotated, Literal

import anyio.to_thread
from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.service.dependencies import CurrentService
from api.service.openapi import problem_responses
from geo.access import Role
from geo.migrate import refuse_other_schema
from geo.settings import Settings
from geo.store.database import connect_to_read
from geo.store.pools import Pool, borrow_autocommit

router = APIRouter(prefix="/api/health", tags=["Health"])


class Health(BaseModel):
    """The state of the service."""

    status: Annotated[Literal["alive", "ready"], Field(examples=["ready"])]


@router.get("/live")
async def live() -> Health:
    """Respond while the process is running, regardless of the database. For orchestrators that restart the service."""
    return Health(status="alive")


@router.get("/ready", responses=problem_responses(503))
async def ready(service: CurrentService) -> Health:
    """Respond with 200 if the service can handle requests of every role.

    Each of its connection pools gets an answer from the database, which has this version's schema or that of the next
    one.
    """
    await asyncio.gather(*(_ask(pool) for pool in (*service.pools.values(), service.tiles.pool)))
    async with service.checking:
        await anyio.to_thread.run_sync(_check_schema, service.settings)
    return Health(status="ready")


async def _ask(pool: Pool) -> None:
    async with borrow_autocommit(pool) as connection:
        await connection.execute("select")


def _check_schema(settings: Settings) -> None:
    with connect_to_read(settings, Role.PUBLIC.login) as connection:
        refuse_other_schema(connection)
