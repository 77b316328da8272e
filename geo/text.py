"""Texts in two languages, and the form in which texts and keys are stored."""

import re
import unicodedata
from typing import NamedTuple


class Text(NamedTuple):
    """The same text in German and in English."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the English text for ``en``, else the German one."""
        return self.en if language == "en" else self.de


def joined(*parts: Text | str) -> Text:
    """Return the parts one after the other, in each language; what is no Text is the same in both."""
    both = [part if isinstance(part, Text) else Text(part, part) for part in parts]
    return Text("".join(part.de for part in both), "".join(part.en for part in both))


# As in flurwerk.key_text (0034_key_texts.sql): control characters, soft hyphen, zero-width characters and joiners,
# marks of direction, variation selectors, byte order mark.
INVISIBLE = re.compile(
    r"[\u0001-\u0008\u000e-\u001b\u007f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
SPACES = re.compile(r"[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")

UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""What XML has no form for, and so no document or workbook: one such character makes the whole file unreadable."""


def clean(text: str) -> str:
    """Return a text without the characters that documents and workbooks cannot contain."""
    return UNPRINTABLE.sub("", text)


def key_text(written: str) -> str:
    """Return a key, code, reference or header in the form in which it is stored and compared.

    Composed (NFC), without what nobody sees, any run of spaces as one space, none at the ends. Upper and lower case and
    leading zeros stay. The database refuses any other form of a source and a source_id.
    """
    return unicodedata.normalize("NFC", SPACES.sub(" ", INVISIBLE.sub("", written)).strip(" "))


def stored_text(written: str) -> str:
    """Return a text for people in the form in which it is stored: composed (NFC), and otherwise as it is."""
    return unicodedata.normalize("NFC", written)
