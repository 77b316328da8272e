"""Draws all pictures of a report."""

from collections.abc import Sequence
from dataclasses import replace

from geo.figures.report.model import Cell, Line, Report
from geo.periods import parse_period
from maps.figures.report.pictures.charts import Aim, Course, targets_chart, trends_chart
from maps.figures.report.pictures.city import maps
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.pictures.places import drawable
from maps.figures.report.reading import Found


def illustrations(report: Report, found: Found, language: str) -> list[Illustration]:
    """Draw all pictures of the report: charts of the computed indicators, then maps.

    The chart of targets is omitted if no targets are set.
    """
    period = parse_period(report.period)
    aims = _aims(report, language)
    courses = _courses(report, language)
    charts = [
        *([targets_chart(aims, period, language)] if any(aim.target for aim in aims) else []),
        *([_with_changes(trends_chart(courses, period, language), report, language)] if courses else []),
    ]
    return [*(_named(chart, report) for chart in charts), *maps(drawable(found), language)]


def _named(chart: Illustration, report: Report) -> Illustration:
    """Return the chart with the name of the part of the city whose figures it shows, if the report is of one."""
    if not report.part:
        return chart
    return replace(chart, title=f"{report.part.name}: {chart.title}", alt=f"{report.part.name}: {chart.alt}")


def _with_changes(chart: Illustration, report: Report, language: str) -> Illustration:
    """Return the chart of trends, with a note of the indicators that are defined otherwise within its periods."""
    changes = (f"{one.label.in_language(language)}: {one.text.in_language(language)}" for one in report.redefinitions)
    return replace(chart, note=" ".join(changes))


def _aims(report: Report, language: str) -> list[Aim]:
    """The table's computed indicators, with the target and the actual of the report's own period."""
    own = {column.content: at for at, column in enumerate(report.columns) if column.period == report.period}
    found: list[Aim] = []
    for line in _computed(report.lines):
        target = line.cells[own["target"]].shown if "target" in own else None
        actual = line.cells[own["actual"]] if "actual" in own else Cell()
        unit, is_recorded = _unit(line, language), not actual.not_recorded
        found.append(
            Aim(line.label.in_language(language), unit, target, actual.shown, line.decimals, is_recorded=is_recorded)
        )
    return found


def _courses(report: Report, language: str) -> list[Course]:
    return [
        Course(
            line.label.in_language(language),
            _unit(line, language),
            [point.period for point in report.trends[line.key]],
            [point.shown for point in report.trends[line.key]],
            [point.target for point in report.trends[line.key]],
            line.decimals,
        )
        for line in _computed([*report.lines, *report.key_figures])
        if line.key in report.trends
    ]


def _unit(line: Line, language: str) -> str | None:
    return line.unit.in_language(language) if line.unit else None


def _computed(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if not line.is_manual]
