"""Makes a report's documents and maps in separate processes, one after another.

No process has the memory of all: drawing takes some 160 MB, typesetting some 200 MB. The input of each is a packed job
(maps.figures.report.job).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from geo.errors import FlurwerkError, ProcessKilled
from maps.figures.report.content import Edition
from maps.figures.report.job import Job, dump_job, load_pictures
from maps.figures.report.writing import DRAWN, Form, files_of
from maps.process import run_module

DOCUMENTS = "maps.figures.report"
PICTURES = "maps.figures.report.all_pictures"
WEB_MAPS = "maps.figures.report.web_maps"
TYPESETTING = "maps.typesetting"


class ReportTooSlow(FlurwerkError):
    """A report's document took longer than allowed."""


class ReportsBusy(FlurwerkError):
    """The maximum number of documents is being made at once."""


class DocumentNotMade(FlurwerkError):
    """The process that makes a document was killed."""


async def make(sent: bytes, form: Form, seconds: float) -> bytes:
    """Return the file of a packed job of this form. Raises ReportTooSlow or what maps.process.run_module raises."""
    async with _in_time(seconds):
        made = await run_module(DOCUMENTS, sent, seconds)
        return await run_module(TYPESETTING, made, seconds) if form == "pdf" else made


async def show_maps(sent: bytes, seconds: float) -> bytes:
    """Return the maps for the web page, as JSON (maps.figures.report.web_maps). Raises like `make`."""
    async with _in_time(seconds):
        return await run_module(WEB_MAPS, sent, seconds)


def make_files(
    job: Job, forms: Sequence[Form], progress: Callable[[int, int | None], None] | None = None
) -> dict[str, bytes]:
    """Return the files of all forms by name, with the pictures drawn once; the job's own form is ignored.

    ``progress`` is told how many of all steps are done: the pictures, and each form. Raises DocumentNotMade if a
    process is killed, or what maps.process.run_module raises.
    """
    wanted = list(dict.fromkeys(forms))
    is_drawn = bool(job.places and {*forms} & {*DRAWN})
    steps = len(wanted) + is_drawn
    if is_drawn:
        _tell(progress, 0, steps)
        drawn = _unless_killed("The maps and charts were", PICTURES, dump_job(replace(job, form="pictures")))
        job = replace(job, pictures=load_pictures(drawn))
    edition = Edition(job.report, job.pictures, job.agency, job.language)
    files: dict[str, bytes] = {}
    for done, form in enumerate(wanted, is_drawn):
        _tell(progress, done, steps)
        made = b"" if form == "pictures" else _document(job, form, edition.name)
        files |= files_of(edition, form, made)
    _tell(progress, steps, steps)
    return files


def _tell(progress: Callable[[int, int | None], None] | None, done: int, steps: int) -> None:
    if progress:
        progress(done, steps)


def _document(job: Job, form: Form, name: str) -> bytes:
    what = f"{name}.{form} was"
    pictures = job.pictures if form in DRAWN else ()
    made = _unless_killed(what, DOCUMENTS, dump_job(replace(job, form=form, places=None, pictures=pictures)))
    return _unless_killed(what, TYPESETTING, made) if form == "pdf" else made


def _unless_killed(what: str, module: str, sent: bytes) -> bytes:
    """Return what the process makes; ``what`` begins the sentence of the error."""
    try:
        return asyncio.run(run_module(module, sent, None))
    except ProcessKilled as error:
        hint = "Nothing of the report was kept. Repeat it; if it happens again, provide more memory."
        raise DocumentNotMade(f"{what} not made. {error.message}", hint) from error


@asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise ReportTooSlow("Making the report took too long.", "Make it with flurwerk report.") from None
