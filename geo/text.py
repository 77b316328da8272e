"""Words in two languages."""

from typing import NamedTuple


class Text(NamedTuple):
    """The same words in German and in English."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        """The English words for ``en``, else the German ones."""
        return self.en if language == "en" else self.de
