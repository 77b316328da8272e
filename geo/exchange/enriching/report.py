"""What an enrichment did or would do, plot by plot, and its output as CSV or JSON."""

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from geo.csv_cells import csv_cell
from geo.exchange.errors import ExchangeRefused
from geo.records.layers.layer import Text


class Action(StrEnum):
    """What happened to a column of a plot."""

    SET = "set"
    RENEWED = "renewed"
    OVERWRITTEN = "overwritten"
    KEPT = "kept"
    AMBIGUOUS = "ambiguous"
    UNCOVERED = "uncovered"
    REFUSED = "refused"


ACTIONS = {
    Action.SET: Text("eingetragen", "entered"),
    Action.RENEWED: Text("erneuert", "renewed"),
    Action.OVERWRITTEN: Text("überschrieben", "overwritten"),
    Action.KEPT: Text("behalten", "kept"),
    Action.AMBIGUOUS: Text("nicht eindeutig", "ambiguous"),
    Action.UNCOVERED: Text("keine Angabe", "no information"),
    Action.REFUSED: Text("abgewiesen", "refused"),
}


class Entry(NamedTuple):
    """A column of a plot: what happened to it, its value before, the register's, and the proof or the reason."""

    plot: str
    name: str
    column: str
    action: Action
    before: str | None
    after: str | None
    reason: Text


@dataclass(slots=True)
class Enrichment:
    """The outcome for all plots. ``unchanged`` counts columns that say already what the register says.

    With an entry that is refused, nothing was written.
    """

    plots: int = 0
    entries: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    notes: list[Text] = field(default_factory=list)
    dry_run: bool = False

    @property
    def counts(self) -> Counter[Action]:
        """How many columns of plots had each outcome."""
        return Counter(entry.action for entry in self.entries)

    @property
    def ok(self) -> bool:
        """Whether everything was written, or would have been."""
        return not self.counts[Action.REFUSED]


def write_report(entries: list[Entry], path: Path, language: str) -> None:
    """Write the entries to a ``.csv`` or ``.json`` file. Raises ExchangeRefused if that is not possible."""
    cells = [(*entry[:3], str(entry.action), *entry[4:6], entry.reason.in_language(language)) for entry in entries]
    if path.suffix.lower() == ".json":
        records = [dict(zip(Entry._fields, row, strict=True)) for row in cells]
        text = json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    else:
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(Entry._fields)
        writer.writerows([csv_cell(cell) for cell in row] for row in cells)
        text = "\ufeff" + stream.getvalue()
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ExchangeRefused(
            Text(
                f"{path} lässt sich nicht schreiben (Meldung: {error.strerror}).",
                f"{path} cannot be written ({error.strerror}).",
            ),
            Text("Wählen Sie einen anderen Ort.", "Choose another place."),
        ) from error
