"""Translation of a file's values into codes: by the mapping, else by the layer's own codes and their labels."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from geo.loading.converting.shown import shown
from geo.loading.mapping import EVERYTHING
from geo.records.layers.layer import Codes
from geo.text import key_text


class CodeTable:
    """The translations of a column's values. ``used`` counts the rows of each translation that nobody asked for.

    The mapping's own entries come first, then the layer's codes and their labels, in either language, with and without
    what they add in brackets. Upper and lower case, and how accents are encoded, make no difference unless two entries
    differ by nothing else. The mapping's entry ``*`` stands for all other values, ``""`` for empty cells.
    """

    def __init__(self, mapped: Mapping[str, Any], listed: Codes | None) -> None:
        self._mapped = {key_text(value): code for value, code in mapped.items()}
        self._folded = _unambiguous((folded(value), code) for value, code in self._mapped.items())
        self._listed = listed or {}
        self._labels = _unambiguous(
            (folded(name), code) for code in self._listed for name in _names(code, *self._listed[code])
        )
        self.used: Counter[tuple[str, str]] = Counter()

    def translated(self, value: Any) -> Any:
        """Return the code for a value, or the value itself if nothing translates it."""
        text = key_text(shown(value))
        if text in self._mapped:
            return self._mapped[text]
        if folded(text) in self._folded:
            return self._folded[folded(text)]
        if text in self._listed or not text:
            return value
        if folded(text) in self._labels:
            return self._labels[folded(text)]
        return self._mapped.get(EVERYTHING, value)

    def translates(self, value: Any) -> bool:
        """Return whether a value has a code, even if that equals the value."""
        text = key_text(shown(value))
        if text in self._mapped or folded(text) in self._folded:
            return True
        return bool(text) and text not in self._listed and (folded(text) in self._labels or EVERYTHING in self._mapped)

    def listed(self, value: Any) -> Any:
        """Return what the mapping itself lists for a value that cannot be read, or the value."""
        text = key_text(shown(value))
        return self._mapped.get(text, value) if text else value

    def is_told(self, value: Any) -> bool:
        """Return whether a value's translation is told: if it is neither the mapping's own nor none at all."""
        text = key_text(shown(value))
        return bool(text) and text not in self._mapped and self.translated(value) != value


def folded(text: str) -> str:
    """Return a text as it is compared with codes: without its case, in the form of keys."""
    return key_text(text.casefold())


def _names(code: str, german: str, english: str) -> set[str]:
    labels = {german, english}
    return {code, *labels, *(label.partition(" (")[0] for label in labels)}


def _unambiguous(pairs: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    ambiguous: set[str] = set()
    for name, code in pairs:
        if found.setdefault(name, code) != code:
            ambiguous.add(name)
    return {name: code for name, code in found.items() if name not in ambiguous}
