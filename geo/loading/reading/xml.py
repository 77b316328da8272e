"""The beginning of XML files, read before GDAL or a parser of ours reads the rest."""

from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from geo.loading.reasons import of_files, of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

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
            of_files.document_type(path.name, format_name),
            Text(
                "Exportieren Sie die Daten noch einmal, oder entfernen Sie ihn.",
                "Export the data again, or remove it.",
            ),
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
        raise LoadRefused(of_refusals.damaged_at(path.name, format_name, error), of_refusals.EXPORT_AGAIN) from error
    raise AssertionError("expat accepts no document without a root")
