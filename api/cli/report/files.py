"""Makes the files of a report, each document in a process of its own."""

from collections.abc import Callable, Sequence
from pathlib import Path

from geo.figures.report.model import Report
from geo.profile import profile
from geo.settings import Language, Settings
from geo.store.database import Connection
from maps.figures.report.job import Job
from maps.figures.report.process import make_files
from maps.figures.report.reading import places_of
from maps.figures.report.writing import DRAWN, Form


def files_of_report(
    connection: Connection,
    report: Report,
    settings: Settings,
    language: Language,
    forms: Sequence[Form],
    template: Path | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> dict[str, bytes]:
    """Return the report's files in these formats by name, telling `make_files`' progress. Raises what it raises."""
    places = places_of(connection, report) if {*forms} & {*DRAWN} else None
    own = template or settings.report_template
    # While the processes work, nothing is asked, and an open transaction would hold back the clean-up of tables.
    connection.rollback()
    job = Job(forms[0], language, profile().publisher.name, report, places, own and str(own))
    return make_files(job, forms, progress)
