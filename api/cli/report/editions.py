"""A report as it is written: with the pictures that its forms need."""

from collections.abc import Sequence

from geo.figures.report.model import Report
from geo.settings import Language, Settings
from geo.store.database import Connection
from maps.figures.report.content import Edition
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.writing import DRAWN, Form


def edition_of(
    connection: Connection, report: Report, settings: Settings, language: Language, forms: Sequence[Form]
) -> Edition:
    """The report in this language, for these forms."""
    drawn: list[Illustration] = []
    if {*forms} & {*DRAWN}:
        # matplotlib and geopandas: for who only publishes, a second of waiting for nothing.
        from maps.figures.report.pictures.drawing import illustrations, places_of

        drawn = illustrations(report, places_of(connection, report), language)
    return Edition(report, drawn, settings.publisher_name, language)
