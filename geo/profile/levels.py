"""Levels of a city's parts below the upper one: statistical districts, quarters, cadastral districts …"""

from collections.abc import Sequence
from typing import Annotated

from geo.profile.section import Section, Words, Wrong, shaped
from geo.text import Text

UPPER = "district"
"""The level of the parts that together make up the city."""

RESERVED = frozenset(
    {
        *(UPPER, "month", "part"),
        *("key", "label", "unit", "period", "target", "actual", "actual_rounded", "remark", "recorded"),
        *("layer", "id", "source", "source_id", "date", "amount"),
    }
)
"""Names that a split or a column beside it has already: a second column with one would hide the first."""


class Level(Section):
    """A level of parts (``[[levels]]``), by which every figure can be split."""

    key: Annotated[
        str,
        shaped(
            "[a-z][a-z_]{0,29}",
            Text(
                "der Schlüssel einer Ebene besteht aus höchstens 30 kleinen Buchstaben und _",
                "a level's key consists of small letters and _, 30 at most",
            ),
        ),
    ]
    """Its name in files and commands, in small letters: ``kind`` of the layer districts, ``flurwerk kpi --by KEY``."""

    singular: Words
    """What one of its parts is called."""

    plural: Words
    """What its parts are called."""

    parent: str = UPPER
    """The level whose parts it divides: ``district`` or one that stands before it."""


STATISTICAL = Level(
    key="statistical",
    singular=Text("Statistischer Bezirk", "Statistical district"),
    plural=Text("Statistische Bezirke", "Statistical districts"),
)
"""The level of a profile that names none."""


def checked(levels: Sequence[Level]) -> Sequence[Level]:
    """Return the levels. Raises ValueError for a key that is reserved or given twice, and for an unknown parent."""
    known = [UPPER]
    for level in levels:
        if level.key in RESERVED:
            raise Wrong(
                Text(
                    f"{level.key} ist als Schlüssel nicht frei; vergeben sind {', '.join(sorted(RESERVED))}",
                    f"{level.key} is not free as a key; taken are {', '.join(sorted(RESERVED))}",
                )
            )
        if level.key in known:
            raise Wrong(Text(f"zwei Ebenen haben den Schlüssel {level.key}", f"two levels have the key {level.key}"))
        if level.parent not in known:
            raise Wrong(
                Text(
                    f"über {level.key} steht {level.parent}; erlaubt ist hier: {', '.join(known)}",
                    f"the parent of {level.key} is {level.parent}; allowed here: {', '.join(known)}",
                )
            )
        known.append(level.key)
    return levels
