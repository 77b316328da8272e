"""Reads a profile, and says of each mistake in which file and key it is and what is allowed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from geo.errors import ConfigurationError
from geo.profile.model import Profile
from geo.profile.units import UNIT_TAGS
from geo.toml import NoToml, read_toml

FILE = "profile.toml"


class ProfileError(ConfigurationError):
    """A profile cannot be used; ``problems`` are all its mistakes, each with its key and what is allowed."""

    def __init__(self, path: Path, problems: list[str], hint: str = "") -> None:
        more = f" ({len(problems) - 1} more: flurwerk profile check)" if len(problems) > 1 else ""
        super().__init__(f"{path}: {problems[0]}{more}", hint)
        self.path = path
        self.problems = problems


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
        hint = f"FLURWERK_PROFILE names the folder with {FILE}; flurwerk init DIR makes one."
        raise ProfileError(path, ["There is no such file."], hint) from None
    except OSError as error:
        raise ProfileError(path, [f"It cannot be read: {error.strerror}."]) from None
    except UnicodeDecodeError:
        raise ProfileError(path, ["It is not UTF-8."], "Save it as UTF-8.") from None
    except NoToml as error:
        raise ProfileError(path, [f"It is not TOML: {error}."]) from None
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


WORDS = {
    "string_type": "write a text in quotation marks",
    "tuple_type": 'write a list: ["…"]',
    "dict_type": "write a table",
    "model_type": "write a table",
}
"""What is to be written where a value is of another type."""


def _problems(error: ValidationError, given: dict[str, Any]) -> Iterable[str]:
    for each in error.errors(include_url=False):
        key = ".".join(_named(each["loc"], given))
        if each["type"] == "extra_forbidden":
            yield f"{key}: there is no such key."
        elif each["type"] == "missing":
            yield f"{key} is missing."
        else:
            reason = WORDS.get(each["type"]) or each["msg"].removeprefix("Value error, ").removesuffix(".")
            yield f"{key}: {reason}; given: {each['input']!r}." if _is_short(each["input"]) else f"{key}: {reason}."


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
