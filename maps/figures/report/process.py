"""Has a report's document or its maps made by a process of its own, for the web service.

What it is sent is a packed job (maps.figures.report.job), which is no business of this module: packing one takes
geopandas.
"""

from geo.errors import FlurwerkError
from maps.process import made_by


class ReportTooSlow(FlurwerkError):
    """A report's document took longer than it may."""


class ReportsBusy(FlurwerkError):
    """As many documents are being made as may be at once."""


async def make(sent: bytes, seconds: float, module: str = "maps.figures.report") -> bytes:
    """The file. Raises ReportTooSlow, or maps.process.ProcessFailed."""
    try:
        return await made_by(module, sent, seconds)
    except TimeoutError:
        raise ReportTooSlow("Making the report took too long.", "Make it by flurwerk report.") from None


async def show_maps(sent: bytes, seconds: float) -> bytes:
    """The maps as a page shows them, as JSON (maps.figures.report.showing). Raises like `make`."""
    return await make(sent, seconds, "maps.figures.report.showing")
