"""Texts in two languages."""

from typing import NamedTuple


class Text(NamedTuple):
    """The same text in German and in English."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the English text for ``en``, else the German one."""
        return self.en if language == "en" else self.de
