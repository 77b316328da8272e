"""Has a report's document made by a process of its own, for the web service."""

from geo.errors import FlurwerkError
from maps.process import made_by
from maps.report.job import Job, packed


class ReportTooSlow(FlurwerkError):
    """A report's document took longer than it may."""


async def make(job: Job, seconds: float) -> bytes:
    """The file. Raises ReportTooSlow, or maps.process.ProcessFailed."""
    try:
        return await made_by("maps.report", packed(job), seconds)
    except TimeoutError:
        raise ReportTooSlow("Making the report took too long.", "Make it by flurwerk report.") from None
