"""The beginning of XML files, read before GDAL or a parser of ours reads the rest."""

from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from geo.loading.report import LoadRefused

CHUNK = 1 << 16


class Root(NamedTuple):
    """The root element: its namespace, its name without a prefix, its attributes, and all namespaces it declares."""

    namespace: str
    name: str
    attributes: dict[str, str]
    namespaces: frozenset[str]


class _Seen(Exception):
    """The root element has been read."""


def read_root(path: Path, format_name: str) -> Root:
    """Return the root element.

    Raises LoadRefused if the file is not XML, or has a document type: its entities may expand to gigabytes or read
    other files.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    declared: set[str] = set()
    found: list[Root] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        found.append(Root(namespace, local, plain, frozenset(declared)))
        raise _Seen

    def doctype(*_: object) -> None:
        raise LoadRefused(
            f"{path.name} has a document type (DOCTYPE), which {format_name} does not need and which may be harmful.",
            "Export the data again, or remove it.",
        )

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    parser.StartNamespaceDeclHandler = lambda _, uri: declared.add(uri or "")
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
    except _Seen:
        return found[0]
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise LoadRefused(
            f"{path.name} is not a {format_name} file, or is damaged ({error}).", "Export the data again."
        ) from error
    raise AssertionError("expat accepts no document without a root")
