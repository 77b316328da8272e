"""What all sections of a profile are made of."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from geo.text import Text


def _text(given: Any) -> Any:
    if isinstance(given, str):
        return Text(given, given)
    if isinstance(given, dict) and given.keys() == {"de", "en"}:
        return Text(**given)
    if isinstance(given, Text):
        return given
    raise ValueError('write a text, or both { de = "…", en = "…" }')


Words = Annotated[Text, BeforeValidator(_text)]
"""A text in German and English: ``{ de = "…", en = "…" }``, or one for both."""


class Section(BaseModel):
    """A table of the profile. Unknown keys are errors: a misspelt one would have no effect."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, str_min_length=1, use_attribute_docstrings=True
    )
