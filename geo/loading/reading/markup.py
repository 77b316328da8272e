"""XML inside ZIP packages (XLSX, ODS), read as a stream and within limits."""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType
from zipfile import BadZipFile, ZipFile

from geo.loading.reasons import of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

CHUNK = 1 << 18
LARGEST_PART = 1 << 30
"""Bytes that a part of a package, or a compressed file, may unpack to."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""The first bytes of old Office files (.xls), and of new ones that are protected by a password."""

LOCKED = RuntimeError
"""What zipfile raises for passwords, and a kind of it for ways of compression that it does not know."""


class Damaged(Exception):
    """A package is not what its format demands."""


@contextmanager
def refusing_damage(path: Path, kind: Text, suffix: str) -> Iterator[None]:
    """Turn the errors of damaged packages into LoadRefused. ``kind`` says what the file is not."""
    try:
        yield
    except (Damaged, BadZipFile, ExpatError, KeyError, IndexError, ValueError, EOFError, OSError, zlib.error) as error:
        with path.open("rb") as file:
            is_old = file.read(4) == OLD_OFFICE
        if is_old:
            raise LoadRefused(
                Text(
                    f"{path.name} ist durch ein Passwort geschützt oder eine alte Excel-Datei.",
                    f"{path.name} is protected by a password, or an old Excel file.",
                ),
                Text(f"Speichern Sie sie ohne Passwort als {suffix}.", f"Save it as {suffix} without one."),
            ) from error
        raise LoadRefused(
            Text(
                f"{path.name} ist {kind.de}, oder die Datei ist beschädigt.",
                f"{path.name} is {kind.en}, or is damaged.",
            ),
            Text(f"Speichern Sie sie noch einmal als {suffix}.", f"Save it again as {suffix}."),
        ) from error
    except LOCKED as error:
        raise LoadRefused(
            of_refusals.encrypted(path.name),
            Text(f"Speichern Sie sie ohne Passwort als {suffix}.", f"Save it as {suffix} without a password."),
        ) from error


@contextmanager
def open_part(path: Path, name: str) -> Iterator[BinaryIO]:
    """Open a part of a package. Raises LoadRefused if it unpacks to more than LARGEST_PART."""
    with ZipFile(path) as package:
        if package.getinfo(name).file_size > LARGEST_PART:
            raise LoadRefused(of_refusals.unpacks_to_more_than(path.name, LARGEST_PART), of_refusals.SPLIT)
        with package.open(name) as part:
            yield part  # pyright: ignore[reportReturnType]


def parser() -> XMLParserType:
    """Return an XML parser that refuses document types, which office files do not have and bombs need."""
    made = ParserCreate()
    made.buffer_text = True
    made.buffer_size = 1 << 16
    made.StartDoctypeDeclHandler = _refuse_doctype
    return made


def parsed(reader: XMLParserType, stream: BinaryIO) -> Iterator[None]:
    """Parse a stream chunk by chunk. Yield after each, so that what was found so far can be handed on."""
    while chunk := stream.read(CHUNK):
        reader.Parse(chunk, False)
        yield
    reader.Parse(b"", True)
    yield


def elements(stream: BinaryIO) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of a small document in order, with their attributes, all named without their prefixes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((local(name), {local(key): value for key, value in attributes.items()}))

    reader = parser()
    reader.StartElementHandler = start
    for _ in parsed(reader, stream):
        pass
    return found


def local(name: str) -> str:
    """Return an XML name without its prefix."""
    return name.rpartition(":")[2]


def tags(stream: BinaryIO, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Yield the tags that match, found in the plain bytes: a view of the document that owes nothing to its parser."""
    rest = b""
    while chunk := stream.read(CHUNK):
        text = rest + chunk
        cut = text.rfind(b">") + 1
        yield from pattern.finditer(text, 0, cut)
        rest = text[cut:]


def _refuse_doctype(*_: object) -> None:
    raise Damaged("an office file with a document type")
