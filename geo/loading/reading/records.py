"""The form of CSV files: their delimiter, and the number of records, counted without Python's CSV reader."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from geo.loading.reasons import of_tables
from geo.loading.report import LoadRefused, Problem
from geo.text import Text

DELIMITERS = ";,\t|"
BLOCK_ROWS = 16
"""Excel writes CSV in blocks of so many rows, and leaves out the last columns of a block if all are empty in it."""
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
"""The line before the header by which Excel is told the delimiter."""
QUOTED = re.compile(r'"[^"]*"')


class Delimiter(NamedTuple):
    """A file's delimiter, and whether a line of its own before the header names it."""

    char: str
    is_declared: bool


def find_delimiter(path: Path, lines: list[str], asked: str | None) -> Delimiter:
    """Return the delimiter: the one asked for, or declared, or else the most frequent one in the header.

    ``lines`` are the file's first ones that are not blank. Raises LoadRefused if they contradict or are undecided.
    """
    if asked is not None and (len(asked) != 1 or asked in '"\r\n'):
        raise LoadRefused(
            Text(f"{asked!r} kann kein Trennzeichen sein.", f"{asked!r} cannot be a delimiter."),
            Text(
                'Nennen Sie ein einziges Zeichen, etwa delimiter = ";".',
                'Name one character, such as delimiter = ";".',
            ),
        )
    if lines and (declared := SEPARATOR_LINE.fullmatch(lines[0])):
        if asked not in {None, declared[1]}:
            raise LoadRefused(
                Text(
                    f"{path.name} gibt selbst das Trennzeichen {declared[1]} an, die Zuordnung aber {asked}.",
                    f"{path.name} declares the delimiter {declared[1]}, but the mapping names {asked}.",
                ),
                Text(
                    "Berichtigen Sie delimiter in der Zuordnung, oder entfernen Sie es.",
                    "Correct the mapping's delimiter, or remove it.",
                ),
            )
        return Delimiter(declared[1], True)
    return Delimiter(asked or _most_frequent(path, lines), False)


def _most_frequent(path: Path, lines: list[str]) -> str:
    counts = [{sign: QUOTED.sub("", line).count(sign) for sign in DELIMITERS} for line in lines[:2]]
    if not counts:
        return DELIMITERS[0]
    most = max(counts[0].values())
    likely = [sign for sign in DELIMITERS if counts[0][sign] == most]
    if most == 0 or len(likely) == 1:
        return likely[0]
    # The one that the next line has as often.
    fitting = [sign for sign in likely if counts[-1][sign] == most]
    if len(fitting) != 1:
        raise LoadRefused(
            Text(
                f"Das Trennzeichen von {path.name} ist unklar: Die Kopfzeile hat {' und '.join(likely)} gleich oft.",
                f"The delimiter of {path.name} is unclear: the header has {' and '.join(likely)} equally often.",
            ),
            Text('Nennen Sie es in der Zuordnung: delimiter = ";".', 'Name it in the mapping: delimiter = ";".'),
        )
    return fitting[0]


def count_records(path: Path, lines: Iterable[str], delimiter: str) -> int:
    """Return the number of records, blank ones too: of line ends outside quotation marks.

    Raises LoadRefused if a quotation mark is not closed, naming its line.
    """
    cut = re.escape(delimiter)
    whole = re.compile(rf'(^|{cut})"(?:[^"]|"")*"(?={cut}|[\r\n]*$)')
    opening = re.compile(rf'(?:^|{cut})"')
    closing = re.compile(rf'(?:[^"]|"")*"(?={cut}|[\r\n]*$)')
    records, opened = 0, 0
    for number, line in enumerate(lines, 1):
        rest = line
        if opened:
            end = closing.match(rest) if '"' in rest else None
            if not end:
                continue
            rest, opened = rest[end.end() :], 0
        if '"' in rest and opening.search(whole.sub(r"\1", rest)):
            opened = number
        else:
            records += 1
    if opened:
        raise LoadRefused(
            of_tables.unclosed_quotation(path.name, opened),
            Text(
                "Schließen oder entfernen Sie es: Was folgt, ist vom Text dieser Zelle nicht zu unterscheiden.",
                "Close it, or remove it: what follows cannot be told from the text of that cell.",
            ),
        )
    return records


def swallowed_rows(number: int, cells: list[str], names: list[str], delimiter: str) -> list[Problem]:
    """Return a problem for each cell of several lines of which one has as many delimiters as a whole row."""
    return [
        Problem(number, None, names[place] if place < len(names) else None, cell[:80], of_tables.SWALLOWED_ROWS)
        for place, cell in enumerate(cells)
        if len(names) > 1
        and ("\n" in cell or "\r" in cell)
        and any(line.count(delimiter) == len(names) - 1 for line in cell.splitlines()[1:])
    ]


class RowLengths:
    """Tells rows that end early from those whose last, empty cells Excel has left out.

    Excel does that in whole blocks of 16 rows: all rows of such a block have the same length.
    """

    def __init__(self, expected: int, delimiter: str) -> None:
        self.expected = expected
        self.delimiter = delimiter
        self.omitted = 0
        self._block = 0
        self._lengths: set[int] = set()
        self._short: list[Problem] = []

    def check(self, rows: list[tuple[int, list[str]]]) -> list[Problem]:
        """Return the problems of blocks that these rows complete. ``finish`` returns those of the last one."""
        problems: list[Problem] = []
        for number, cells in rows:
            block = (number - 1) // BLOCK_ROWS
            if block != self._block:
                problems += self.finish()
                self._block = block
            length = len(cells)
            if length:
                self._lengths.add(length)
            if 0 < length < self.expected:
                text = self.delimiter.join(cells)[:80]
                self._short.append(Problem(number, None, None, text, of_tables.SHORT_ROW))
        return problems

    def finish(self, is_cut: bool = False) -> list[Problem]:
        """Return the problems of the last block. ``is_cut``: the file's last row has no line end."""
        short, regular = self._short, len(self._lengths) == 1 and not is_cut
        self._short, self._lengths = [], set()
        if regular:
            self.omitted += len(short)
            return []
        return short
