"""Draws how the cost of counting grows."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from counting.table import Row

SHOWN = {
    "a period's totals": ("#1b3a5c", "o"),
    "trench_laid_km": ("#c8552b", "s"),
    "funded_connections": ("#2a7f62", "^"),
    "trench_planned_km": ("#8a6d1d", "D"),
    "inquiries": ("#6b6b6b", "v"),
}
GOALS_MS = (1000, 3000)


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw two panels, now and as recorded then: median time by the city's size, both axes logarithmic."""
    mpl.rcParams["font.size"] = 9
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for panel, title, goal, is_past in zip(panels, ("now", "as recorded then"), GOALS_MS, (False, True), strict=True):
        _draw_panel(panel, rows, is_past=is_past)
        panel.axhline(goal, color="#444444", linewidth=0.8, linestyle=(0, (5, 3)))
        panel.text(1, goal * 1.1, f"goal for a period's totals: {goal / 1000:g} s", color="#444444")
        panel.set_title(title, loc="left", fontweight="bold")
        panel.set_xlabel("times a city of 600,000 people")
    panels[0].set_ylabel("median, warm (ms)")
    panels[1].legend(loc="lower right", frameon=False)
    figure.savefig(path, dpi=150)


def _draw_panel(panel: Axes, rows: Sequence[Row], *, is_past: bool) -> None:
    for title, (colour, marker) in SHOWN.items():
        found = [row for row in rows if row.title == title]
        taken = [(row.past if is_past else row.now).median_ms for row in found]
        panel.plot([row.scale for row in found], taken, color=colour, marker=marker, label=title)
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_minor_formatter(NullFormatter())
    panel.grid(which="major", color="#dddddd", linewidth=0.6)
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)
