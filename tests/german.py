"""What it takes for a refusal to be told in German."""

import re

from geo.errors import BilingualError

ENGLISH = re.compile(
    r"\b(the|is|are|has|have|of|not|and|or|with|which|cannot|it|its|be|to|from|by|for|but|this|that|there|get|add)\b"
)
"""Words that hardly any English sentence does without, and no German one has; nor names of files and columns here."""
QUOTED = re.compile(r"\(Meldung: .*\)", re.DOTALL)
"""What a library or the system has said, in whatever language."""


def english_words(text: str) -> list[str]:
    """The words that show that a text is not German. Quotations, paths and marked names do not count."""
    return ENGLISH.findall(re.sub(r"„[^“]*“|--\S+|\[[^\]]*\]|`[^`]*`|\S*/\S*", "", QUOTED.sub("", text)))


def in_german(error: BilingualError) -> str:
    """The error's German message and hint on one line, which must be another text than the English ones."""
    for german, english in zip(error.parts("de"), error.parts("en"), strict=True):
        assert german, error
        assert german != english
    return error.one_line("de")
