"""What all sections of a profile are made of."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from unicodedata import category

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from geo.text import Text, joined

UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's categories of what no line of text has: control characters, halves of pairs, ends of lines."""


class Wrong(ValueError):
    """A value that a profile cannot have; ``text`` says why, or what to write instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def shaped(pattern: str, words: Text) -> AfterValidator:
    """Return the rule that a text has this form as a whole; ``words`` say so to whom the pattern says nothing."""
    form = re.compile(pattern, re.ASCII)

    def check(given: str) -> str:
        if not form.fullmatch(given):
            raise Wrong(words)
        return given

    return AfterValidator(check)


def one_line(given: str, lead: str = "") -> str:
    """Return a text that is printed on one line. Raises ValueError, which begins with ``lead``, if it cannot be."""
    for character in given:
        if category(character) in UNPRINTABLE:
            code = f"U+{ord(character):04X}"
            reason = Text(
                f"es wird in einer Zeile gedruckt und darf das Zeichen {code} nicht haben",
                f"it is printed on one line, and cannot have the character {code}",
            )
            raise Wrong(joined(lead, reason))
    return given


OneLine = Annotated[str, Field(max_length=200), AfterValidator(one_line)]
"""A name, or another text that is printed on a line."""


def _line(given: Any) -> Any:
    # Long texts are written on several lines.
    return one_line(" ".join(given.split())) if isinstance(given, str) else given


def _text(given: Any) -> Any:
    if isinstance(given, str):
        return Text(_line(given), _line(given))
    if isinstance(given, dict) and given.keys() == {"de", "en"}:
        return Text(**{language: _line(each) for language, each in given.items()})
    if isinstance(given, Text):
        return given
    raise Wrong(
        Text(
            'schreiben Sie einen Text, oder beide { de = "…", en = "…" }',
            'write a text, or both { de = "…", en = "…" }',
        )
    )


Words = Annotated[Text, BeforeValidator(_text)]
"""A text in German and English: ``{ de = "…", en = "…" }``, or one for both."""


def _strictly(kind: type, words: Text) -> Callable[[Any], Any]:
    def check(given: Any) -> Any:
        if type(given) is not kind:
            raise Wrong(words)
        return given

    return check


SWITCHED = Text("schreiben Sie true oder false, ohne Anführungszeichen", "write true or false, without quotation marks")
COUNTED = Text("schreiben Sie eine ganze Zahl, ohne Anführungszeichen", "write a whole number, without quotation marks")

Switch = Annotated[bool, BeforeValidator(_strictly(bool, SWITCHED))]
"""Whether something is so."""

Whole = Annotated[int, BeforeValidator(_strictly(int, COUNTED))]
"""A whole number."""


def _day(given: Any) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:
        raise Wrong(Text("schreiben Sie einen Tag als 2024-12-31", "write a day as 2024-12-31")) from None


Day = Annotated[date, BeforeValidator(_day)]
"""A day. Numbers are none: they would be taken for seconds since 1970."""


class Section(BaseModel):
    """A table of the profile. Unknown keys are errors: a misspelt one would have no effect."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        str_min_length=1,
        str_max_length=10_000,
        use_attribute_docstrings=True,
    )
