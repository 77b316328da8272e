"""Reads a profile, and says of each mistake in which file and key it is and what is allowed."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from geo.errors import ConfigurationError
from geo.profile.model import Profile
from geo.profile.section import Wrong
from geo.profile.units import UNIT_TAGS
from geo.text import Text, joined
from geo.toml import NoToml, read_toml

FILE = "profile.toml"


class ProfileError(ConfigurationError):
    """A profile cannot be used; ``problems`` are all its mistakes, each with its key and what is allowed."""

    def __init__(self, path: Path, problems: Sequence[Text], hint: Text | str = "") -> None:
        count = len(problems) - 1
        more = (
            Text(f" ({count} weitere: flurwerk profile check)", f" ({count} more: flurwerk profile check)")
            if count
            else ""
        )
        super().__init__(joined(f"{path}: ", problems[0], more), hint)
        self.path = path
        self.told = tuple(problems)

    @property
    def problems(self) -> list[str]:
        """All mistakes in English."""
        return [problem.en for problem in self.told]


def packaged_profile() -> Path:
    """Return the folder of the sample city's profile and data: inside the installed package, or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "sample_data"
    return inside if inside.is_dir() else package.parent / "sample_data"


def read_profile(folder: Path) -> Profile:
    """Return the profile of a folder. Raises ProfileError with all mistakes."""
    path = folder / FILE
    try:
        given = read_toml(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        hint = Text(
            f"FLURWERK_PROFILE nennt den Ordner mit {FILE}; flurwerk init DIR legt einen an.",
            f"FLURWERK_PROFILE names the folder with {FILE}; flurwerk init DIR makes one.",
        )
        raise ProfileError(path, [Text("Die Datei gibt es nicht.", "There is no such file.")], hint) from None
    except OSError as error:
        raise ProfileError(path, [_message("Sie ist nicht zu lesen", "It cannot be read", error.strerror)]) from None
    except UnicodeDecodeError:
        problem = Text("Sie ist nicht UTF-8.", "It is not UTF-8.")
        raise ProfileError(path, [problem], Text("Speichern Sie sie als UTF-8.", "Save it as UTF-8.")) from None
    except NoToml as error:
        raise ProfileError(path, [_message("Sie ist kein TOML", "It is not TOML", error)]) from None
    return profile_of(given, path)


def profile_of(given: dict[str, Any], path: Path) -> Profile:
    """Return the profile that these tables of a file describe. Raises ProfileError with all mistakes."""
    try:
        profile = Profile.model_validate(given).within(path.parent)
    except ValidationError as error:
        raise ProfileError(path, list(_problems(error, given))) from None
    if problems := [*profile.contradictions(), *profile.design.problems(path.parent)]:
        raise ProfileError(path, problems)
    return profile


def _message(de: str, en: str, cause: object) -> Text:
    return Text(f"{de} (Meldung: {cause}).", f"{en}: {cause}.")


WORDS = {
    "string_type": Text("schreiben Sie einen Text in Anführungszeichen", "write a text in quotation marks"),
    "tuple_type": Text('schreiben Sie eine Liste: ["…"]', 'write a list: ["…"]'),
    "dict_type": Text("schreiben Sie eine Tabelle", "write a table"),
    "model_type": Text("schreiben Sie eine Tabelle", "write a table"),
}
"""What is to be written where a value is of another type."""

GERMAN = {
    "literal_error": "erlaubt ist {expected}",
    "string_too_short": "der Text ist leer",
    "string_too_long": "der Text hat mehr als {max_length} Zeichen",
    "greater_than": "die Zahl muss größer sein als {gt}",
    "greater_than_equal": "die Zahl muss mindestens {ge} sein",
    "less_than_equal": "die Zahl darf höchstens {le} sein",
    "decimal_parsing": "schreiben Sie eine Zahl",
    "decimal_type": "schreiben Sie eine Zahl",
    "int_parsing": "schreiben Sie eine ganze Zahl",
    "int_type": "schreiben Sie eine ganze Zahl",
    "decimal_max_digits": "die Zahl hat mehr als {max_digits} Ziffern",
}
"""The German of pydantic's own messages, by its names of mistakes; others are quoted."""


def _problems(error: ValidationError, given: dict[str, Any]) -> Iterable[Text]:
    for each in error.errors(include_url=False):
        key = ".".join(_named(each["loc"], given))
        if each["type"] == "extra_forbidden":
            yield Text(f"{key}: Diesen Schlüssel gibt es nicht.", f"{key}: there is no such key.")
        elif each["type"] == "missing":
            yield Text(f"{key} fehlt.", f"{key} is missing.")
        else:
            shown = repr(each["input"]) if _is_short(each["input"]) else None
            end = Text(f"; angegeben: {shown}.", f"; given: {shown}.") if shown else "."
            yield joined(f"{key}: ", _reason(each), end)


def _reason(error: ErrorDetails) -> Text:
    """Return why a value cannot be used, without a full stop."""
    if words := WORDS.get(error["type"]):
        return words
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Wrong):
        return Text(cause.text.de.removesuffix("."), cause.text.en.removesuffix("."))
    message = error["msg"].removeprefix("Value error, ").removesuffix(".")
    german = GERMAN.get(error["type"])
    if german is None:
        return Text(f"nicht brauchbar (Meldung: {message})", message)
    return Text(german.format(**error.get("ctx", {})).replace(" or ", " oder "), message)


def _named(loc: Iterable[int | str], given: Any) -> Iterator[str]:
    """Yield the parts of a key as they stand in the file; an entry of a list of tables has its own key."""
    for part in loc:
        if part in ("[key]", *UNIT_TAGS):
            continue
        try:
            given = given[part]
        except (KeyError, IndexError, TypeError):
            given = None
        own = given.get("key") if isinstance(part, int) and isinstance(given, dict) else None
        yield own if isinstance(own, str) and own.strip() else str(part)


def _is_short(value: object) -> bool:
    return isinstance(value, str | int | float | bool) and len(repr(value)) < 80
