"""Prepares a report for writing, with the pictures that its formats need."""

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
    """Return the report in this language, with pictures if one of the formats needs them."""
    drawn: list[Illustration] = []
    if {*forms} & {*DRAWN}:
        # Imports matplotlib and geopandas, which would delay a mere publication by a second.
        from maps.figures.report.pictures.drawing import illustrations
        from maps.figures.report.reading import places_of

        drawn = illustrations(report, places_of(connection, report), language)
    return Edition(report, drawn, settings.publisher_name, language)
