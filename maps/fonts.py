"""The fonts of pictures and documents: the agency's own, if its profile names one, and Source Sans of the package.

Letters that the agency's own lacks are taken from Source Sans.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from geo.profile import ProfileError, profile
from geo.profile.reading import FILE
from geo.text import Text

FONT = "Source Sans 3"
FONTS = files("maps").joinpath("vendor/source-sans")
"""The folder with the package's own files."""
WEIGHTS = {400: "SourceSans3-Regular.ttf", 600: "SourceSans3-Semibold.ttf"}


def own_files() -> dict[int, Path]:
    """Return the files of the agency's own font by weight, 400 and 600; none if it has no font of its own."""
    own = profile()
    named = {400: own.design.font.regular, 600: own.design.font.bold}
    return {weight: own.folder / name for weight, name in named.items() if name}


@cache
def own_family() -> str | None:
    """Return the name of the agency's own font, as its file has it. Raises ProfileError if it cannot be read."""
    keys = {400: "design.font.regular", 600: "design.font.bold"}
    names = {weight: family_of(path, keys[weight]) for weight, path in own_files().items()}
    if len({*names.values()}) > 1:
        de = " und ".join(f"„{name}“" for name in names.values())
        en = " and ".join(f"“{name}”" for name in names.values())
        raise _error(
            Text(
                f"design.font: Die Dateien gehören zu verschiedenen Familien: {de}.",
                f"design.font: the files are of different families: {en}.",
            )
        )
    return names.get(400)


def families() -> list[str]:
    """Return the names of the fonts in which documents are set, the first before the next."""
    own = own_family()
    return [own, FONT] if own else [FONT]


@contextmanager
def folder() -> Iterator[Path]:
    """Open a folder with the files of all these fonts and nothing else."""
    with ExitStack() as stack:
        packaged = stack.enter_context(as_file(FONTS))
        if not own_files():
            yield packaged
            return
        together = Path(stack.enter_context(TemporaryDirectory(prefix="flurwerk-fonts-")))
        for path in (*packaged.glob("*.ttf"), *own_files().values()):
            copy(path, together)
        yield together


@contextmanager
def weights() -> Iterator[dict[int, Path]]:
    """Open the files of the first of these fonts by weight, 400 and 600."""
    with ExitStack() as stack:
        yield own_files() or {
            weight: stack.enter_context(as_file(FONTS.joinpath(name))) for weight, name in WEIGHTS.items()
        }


def family_of(path: Path, key: str) -> str:
    """Return the name of the family of a font's file, which the profile's key names. Raises ProfileError."""
    from fontTools.ttLib import TTFont

    try:
        with TTFont(path) as font:
            font.ensureDecompiled()
            name = font["name"].getBestFamilyName()
    # What fontTools raises of a damaged table is whatever its code happened to come across.
    except Exception as error:
        raise _error(
            Text(
                f"{key}: {path}: Die Schrift ist nicht brauchbar (Meldung: {error}).",
                f"{key}: {path}: it is no font that can be used ({error}).",
            )
        ) from None
    if not name:
        raise _error(
            Text(
                f"{key}: {path}: Die Schrift nennt den Namen ihrer Familie nicht.",
                f"{key}: {path}: it does not say its family's name.",
            )
        )
    return str(name)


def _error(problem: Text) -> ProfileError:
    return ProfileError(profile().folder / FILE, [problem])
