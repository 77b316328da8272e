"""Makes a report's document or its maps in a separate process, for the web service.

The input is a packed job (maps.figures.report.job).
"""

from geo.errors import FlurwerkError
from maps.process import run_module


class ReportTooSlow(FlurwerkError):
    """A report's document took longer than allowed."""


class ReportsBusy(FlurwerkError):
    """The maximum number of documents is being made at once."""


async def make(sent: bytes, seconds: float, module: str = "maps.figures.report") -> bytes:
    """Return the file. Raises ReportTooSlow or maps.process.ProcessFailed."""
    try:
        return await run_module(module, sent, seconds)
    except TimeoutError:
        raise ReportTooSlow("Making the report took too long.", "Make it with flurwerk report.") from None


async def show_maps(sent: bytes, seconds: float) -> bytes:
    """Return the maps for the web page, as JSON (maps.figures.report.web_maps). Raises like `make`."""
    return await make(sent, seconds, "maps.figures.report.web_maps")
