"""The two charts of a report: actuals against targets, and the trend over six reported periods."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo.figures.kpis.recorded import NOT_RECORDED
from geo.formatting import number, printed
from geo.periods import Period
from geo.rhythm import own_rhythm
from geo.text import Text
from maps import design, style
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.words import say
from maps.printed.legends import Key, add_legend, legend_height
from maps.printed.sheet import Size, page, paper, png, svg, wrapped
from maps.style import Style
from maps.texts import in_period, period_name

WIDTH = 170
QUIET = "#56616d"
HAIRLINE = "#cfd5db"
OWN = design.colour() or style.PERIOD
BAR = Style(OWN, 0.6, fill=OWN)
"""Of the report's own period: in the agency's colour, if it has one."""
EARLIER = Style("#8d98a5", 0.6, fill="#c3cad2")
TARGET = Style(style.INK, 2.4)

ROW_MM, HEAD_MM = 9.0, 7.0
LABEL_MM, BARS_MM = 66.0, 58.0
MOST = 2.0
"""A bar is drawn up to this multiple of its target; a longer one is shown as broken."""

COLUMNS = 3
PANEL_MM = Size(53.0, 40.0)
GUTTER_MM = 5.5
PLOT_MM = 23.0
"""The maximum height of a panel's bars."""
NAMES_UNIT = re.compile(r" in \S+$")


@dataclass(frozen=True, slots=True)
class Aim:
    """An indicator's target and actual, rounded for print; ``unit`` is None for counts.

    ``actual`` is None if it is not recorded.
    """

    label: str
    unit: str | None
    target: Decimal | None
    actual: Decimal | None
    decimals: int = 0
    is_recorded: bool = True

    def formatted(self, value: Decimal | None, language: str) -> str:
        """Return a value with its unit, or a dash for None."""
        return printed(value, self.decimals, _same(self.unit), language)

    def attained(self, language: str) -> str:
        """Return the actual with its unit, or that it is not recorded."""
        return self.formatted(self.actual, language) if self.is_recorded else NOT_RECORDED.in_language(language)


@dataclass(frozen=True, slots=True)
class Course:
    """An indicator over several reported periods; None where there is no figure."""

    label: str
    unit: str | None
    periods: Sequence[str]
    actuals: Sequence[Decimal | None]
    targets: Sequence[Decimal | None]
    decimals: int = 0


def targets_chart(aims: Sequence[Aim], period: Period, language: str) -> Illustration:
    """Draw a bar for each indicator, as long as its actual's share of the target."""
    named = period_name(period, language)
    keys = [Key(say("this_period", language, period=named), BAR), Key(say("target", language), TARGET, "tick")]
    below = legend_height(keys, WIDTH)
    size = Size(WIDTH, HEAD_MM + ROW_MM * len(aims) + below)
    with page(size) as figure:
        axes = _millimetres(figure)
        _target_head(axes, size, len(aims), language)
        for order, aim in enumerate(aims):
            _target_row(axes, aim, size.height - HEAD_MM - ROW_MM * (order + 0.5), language)
        add_legend(figure, keys)
        drawn, printed = svg(figure), png(figure)
    title = say("chart_targets", language, in_period=in_period(period, language))
    summaries = [
        f"{_short(aim.label)}: "
        f"{say('actual', language)} {aim.attained(language)}, "
        f"{say('target', language)} {aim.formatted(aim.target, language)}"
        for aim in aims
    ]
    return Illustration("targets", title, f"{title}. {'; '.join(summaries)}.", drawn, printed, *size)


def trends_chart(courses: Sequence[Course], period: Period, language: str) -> Illustration:
    """Draw a small chart for each indicator, all on the same layout, with the report's own period highlighted."""
    named = period_name(period, language)
    has_own = any(period.name in course.periods for course in courses)
    reported = {name: say(word, language) for name, word in zip(("period", "periods"), own_rhythm().names, strict=True)}
    keys = [
        *([Key(say("this_period", language, period=named), BAR)] if has_own else []),
        Key(say("earlier" if has_own else "by_period", language, **reported), EARLIER),
        Key(say("target", language), TARGET, "line"),
    ]
    rows = -(-len(courses) // COLUMNS)
    size = Size(WIDTH, PANEL_MM.height * rows + legend_height(keys, WIDTH))
    with page(size) as figure:
        axes = _millimetres(figure)
        for order, course in enumerate(courses):
            row, column = divmod(order, COLUMNS)
            left, top = column * (PANEL_MM.width + GUTTER_MM), size.height - row * PANEL_MM.height
            _panel(axes, course, period, (left, top), language)
        add_legend(figure, keys)
        drawn, printed = svg(figure), png(figure)
    title = say("chart_trends", language, **reported)
    summaries = [f"{_short(course.label)}: {_course_summary(course, language)}" for course in courses]
    return Illustration("trends", title, f"{title}. {'; '.join(summaries)}.", drawn, printed, *size)


def _target_head(axes: Axes, size: Size, rows: int, language: str) -> None:
    top = size.height - HEAD_MM
    for share in (0, 50, 100, 150, 200):
        x = LABEL_MM + BARS_MM * share / 100 / MOST
        axes.plot((x, x), (top, top - ROW_MM * rows), color=HAIRLINE, linewidth=0.5, zorder=0)
        _write(axes, x, top + 1.6, f"{share}\N{NO-BREAK SPACE}%", size=6.5, color=QUIET, ha="center")
    for text, x in (("actual", _right_edge(1)), ("target", _right_edge(2))):
        _write(axes, x, top + 1.6, say(text, language), size=6.5, color=QUIET, ha="right")
    _write(axes, 0, top + 1.6, say("share", language), size=6.5, color=QUIET)


def _right_edge(column: int) -> float:
    return LABEL_MM + BARS_MM + 4 + 21 * column


def _target_row(axes: Axes, aim: Aim, y: float, language: str) -> None:
    lines = wrapped(_short(aim.label), LABEL_MM - 4, 7.2, lines=2)
    _lines(axes, 0, y, lines, 7.2)
    _write(axes, _right_edge(1), y, aim.attained(language), size=8, weight="semibold", ha="right")
    _write(axes, _right_edge(2), y, aim.formatted(aim.target, language), size=8, ha="right")
    if not aim.target or aim.actual is None:
        if not aim.target:
            _write(axes, LABEL_MM, y, say("no_target", language), size=6.5, color=QUIET)
        return
    share = float(aim.actual / aim.target)
    width = BARS_MM * min(max(share, 0), MOST) / MOST
    axes.barh(y, width, 4.2, LABEL_MM, facecolor=BAR.fill, linewidth=0, zorder=2)
    if share > MOST:
        for x in (width - 6, width - 4.6):
            known: Any = {"color": style.PAPER, "linewidth": 1.4, "zorder": 3}
            axes.plot((LABEL_MM + x - 1, LABEL_MM + x + 1), (y - 2.6, y + 2.6), **known)
    text = f"{number(Decimal(share * 100), language, 0)}\N{NO-BREAK SPACE}%"
    if share > MOST:
        _write(axes, LABEL_MM + BARS_MM - 8, y, text, size=6.5, weight="semibold", color=style.PAPER, ha="right")
    aimed = LABEL_MM + BARS_MM / MOST
    axes.plot((aimed, aimed), (y - 3.1, y + 3.1), color=style.PAPER, linewidth=3.2, zorder=4)
    axes.plot((aimed, aimed), (y - 3.1, y + 3.1), color=TARGET.color, linewidth=1.8, zorder=5)


def _panel(axes: Axes, course: Course, period: Period, corner: tuple[float, float], language: str) -> None:
    left, top = corner
    label = _short(course.label)
    if course.unit and not NAMES_UNIT.search(label):
        label = f"{label} in\N{NO-BREAK SPACE}{course.unit}"
    lines = wrapped(label, PANEL_MM.width, 7.2, lines=2, weight="semibold")
    for order, line in enumerate(lines):
        _write(axes, left, top - 3.4 - order * 7.2 * 0.42, line, size=7.2, weight="semibold")
    base = top - PANEL_MM.height + 5.5
    values = [value for value in (*course.actuals, *course.targets) if value is not None]
    most = max([*values, Decimal(1)])
    step = PANEL_MM.width / max(len(course.periods), 1)
    height = PLOT_MM - 4
    for order, (name, actual, target) in enumerate(zip(course.periods, course.actuals, course.targets, strict=True)):
        x = left + step * (order + 0.5)
        drawn = BAR if name == period.name else EARLIER
        tall = height * float(max(actual or Decimal(0), Decimal(0)) / most)
        axes.bar(x, tall, step * 0.7, base, facecolor=drawn.fill, edgecolor=drawn.color, linewidth=0.4, zorder=2)
        if target is not None:
            aimed = base + height * float(target / most)
            ends = (x - step * 0.42, x + step * 0.42)
            axes.plot(ends, (aimed, aimed), color=style.PAPER, linewidth=2.6, zorder=3)
            axes.plot(ends, (aimed, aimed), color=TARGET.color, linewidth=1.3, zorder=4)
        above = base + max(
            tall, height * float((target or Decimal(0)) / most) if _collides(actual, target, most) else 0
        )
        text = printed(actual, course.decimals, None, language)
        weight = "semibold" if drawn is BAR else "normal"
        _write(axes, x, above + 1.9, text, size=5.8, weight=weight, ha="center")
        year, _, half = name.partition("-")
        _write(axes, x, base - 2, f"{half} {year[2:]}", size=5.8, color=QUIET, ha="center")
    axes.plot((left, left + PANEL_MM.width), (base, base), color=QUIET, linewidth=0.6, zorder=5)


def _collides(actual: Decimal | None, target: Decimal | None, most: Decimal) -> bool:
    """Return whether the figure above its bar would overlap the mark of the target."""
    return target is not None and Decimal(0) <= target - (actual or Decimal(0)) < most * Decimal("0.2")


def _course_summary(course: Course, language: str) -> str:
    pairs = zip(course.periods, course.actuals, strict=True)
    return ", ".join(f"{name} {printed(value, course.decimals, _same(course.unit), language)}" for name, value in pairs)


def _same(unit: str | None) -> Text | None:
    return Text(unit, unit) if unit else None


def _short(label: str) -> str:
    """Return a label that reads on its own, without the leading “of these”."""
    for beginning in ("davon: ", "of these: "):
        label = label.removeprefix(beginning)
    return label[:1].upper() + label[1:]


def _millimetres(figure: Figure) -> Axes:
    """Add axes over the whole figure whose unit is a millimetre."""
    size = paper(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, size.width), ylim=(0, size.height))
    axes.set_autoscale_on(False)
    return axes


def _lines(axes: Axes, x: float, y: float, lines: Sequence[str], size: float) -> None:
    """Write lines of text, vertically centred on ``y``."""
    apart = size * 0.42
    for order, line in enumerate(lines):
        _write(axes, x, y + apart * ((len(lines) - 1) / 2 - order), line, size=size)


def _write(axes: Axes, x: float, y: float, text: str, **known: Any) -> None:
    shown = {"color": style.INK, "ha": "left", **known, "fontsize": known["size"]}
    del shown["size"]
    shown["fontweight"] = shown.pop("weight", "normal")
    axes.text(x, y, text, va="center_baseline", parse_math=False, zorder=6, **shown)
