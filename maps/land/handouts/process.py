"""Makes a hand-out in a separate process."""

from geo.errors import FlurwerkError
from maps.land.handouts.job import Job, dump_job
from maps.process import run_module


class HandoutTooSlow(FlurwerkError):
    """A hand-out took longer than allowed."""


async def make(job: Job, seconds: float) -> bytes:
    """Return the file. Raises HandoutTooSlow or maps.process.ProcessFailed."""
    try:
        return await run_module("maps.land.handouts", dump_job(job), seconds)
    except TimeoutError:
        raise HandoutTooSlow("Making the hand-out took too long.", "Request fewer plots at once.") from None
