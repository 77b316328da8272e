"""Indicators reported by other teams, and the actuals they reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg.rows import class_row

from geo.records.layers.layer import Text
from geo.store.database import Connection


@dataclass(frozen=True, slots=True)
class ManualIndicator:
    """An indicator whose actuals people enter. ``annual``: it has a target and an actual for the year only."""

    key: str
    position: int
    area: str
    product: str
    label: str
    label_en: str | None
    unit: str | None
    decimals: int
    goals: list[str] | None
    annual: bool

    @property
    def words(self) -> Text:
        """The label in both languages; the German one is used if there is no English one."""
        return Text(self.label, self.label_en or self.label)


@dataclass(frozen=True, slots=True)
class ManualActual:
    """What was reported for a period: a number or a text, by whom and when."""

    key: str
    period: str
    value: Decimal | None
    text: str | None
    entered_by: str
    entered_at: datetime


def manual_indicators(connection: Connection) -> list[ManualIndicator]:
    """Return all manual indicators, in the report's order."""
    with connection.cursor(row_factory=class_row(ManualIndicator)) as cursor:
        return cursor.execute(
            """
            select key, position, area, product, label, label_en, unit, decimals, goals, annual
            from manual_indicators
            order by position, key
            """
        ).fetchall()


def manual_actuals(connection: Connection, periods: Sequence[str]) -> dict[tuple[str, str], ManualActual]:
    """Return what was reported for these periods, by key and name of the period."""
    with connection.cursor(row_factory=class_row(ManualActual)) as cursor:
        found = cursor.execute(
            """
            select
                i.key,
                a.period,
                a.value,
                a.text,
                a.recorded_by as entered_by,
                a.recorded_from as entered_at
            from manual_actuals as a
            join manual_indicators as i on i.id = a.indicator
            where a.period = any (%s)
            """,
            [list(periods)],
        ).fetchall()
    return {(actual.key, actual.period): actual for actual in found}
