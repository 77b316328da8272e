"""GeoJSON: what a file says about itself, wherever it says it, before its features are read.

A CRS that is not understood must not be taken for degrees, and one that is given as a link is not asked for.
"""

import json
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.loading.reading.pages import refuse_page
from geo.loading.reasons import of_refusals
from geo.loading.report import LoadRefused
from geo.store.database import SRID
from geo.text import Text

CRS_MEMBER = re.compile(rb'"crs"\s*:\s*(?=\{|null)')
# The same with letters as JSON may escape them. It takes ten times as long to find.
ESCAPED_MEMBER = re.compile(rb'"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)"\s*:\s*(?=\{|null)')
ESCAPED_LETTERS = (b"\\u0063", b"\\u0072", b"\\u0073")
LARGEST_MEMBER = 100_000
COUNTS = re.compile(rb'"(numberMatched|numberReturned)"\s*:\s*(\d+)')
# What makes GDAL run a pipeline that the file describes.
PIPELINE = b"gdal_streamed_alg"


def check_geojson(path: Path) -> str | None:
    """Return the CRS that the file names, None if it names none. What is no name is returned as it is written.

    Raises LoadRefused if the file is one page of several, or names several CRS, or one by a link.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if (
            not bytes(content[:64]).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
            or PIPELINE in content[:4096]
        ):
            raise LoadRefused(of_refusals.damaged(path.name, "GeoJSON"), of_refusals.EXPORT_AGAIN)
        head, tail = _outside_features(content)
        counts = {name.decode(): number.decode() for name, number in COUNTS.findall(head + tail)}
        refuse_page(path.name, counts.get("numberMatched"), counts.get("numberReturned"))
        names = {name for end in _members(content) if (name := _name(path, content, end))}
        if any(rest[end : end + 4] == b"null" for rest in (head, tail) for end in _members(rest)):
            names.add("null")
    if len(names) > 1:
        raise several_crs(path.name, names)
    return names.pop() if names else None


def several_crs(file: str, names: set[str]) -> LoadRefused:
    """Return the refusal of a file that names several CRS."""
    return LoadRefused(
        of_refusals.several_crs(file, sorted(names)),
        Text("Exportieren Sie die Daten in einem einzigen.", "Export the data in one CRS."),
    )


def _outside_features(content: mmap.mmap) -> tuple[bytes, bytes]:
    """Return what stands before and after the list of features."""
    start = content.find(b'"features"')
    if start < 0:
        return b"", b""
    return content[:start], content[max(content.rfind(b"]"), start) :]


def _members(content: mmap.mmap | bytes) -> list[int]:
    """Return where the values of all members named crs begin."""
    if content.find(b"\\u00") >= 0 and any(content.find(letter) >= 0 for letter in ESCAPED_LETTERS):
        return [match.end() for match in ESCAPED_MEMBER.finditer(content)]
    return [match.end() for match in _matches(content, b'"crs"', CRS_MEMBER)]


def _matches(content: mmap.mmap | bytes, word: bytes, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Yield the matches of a pattern that begins with a word, which is found faster alone."""
    at = content.find(word)
    while at >= 0:
        if match := pattern.match(content, at):
            yield match
        at = content.find(word, at + 1)


def _name(path: Path, content: mmap.mmap, at: int) -> str | None:
    """Return the name in the member that begins there, None if it is not a CRS but an attribute of that name."""
    if content[at : at + 1] != b"{":
        return None
    try:
        member, _ = json.JSONDecoder().raw_decode(content[at : at + LARGEST_MEMBER].decode("utf-8", "replace"))
    except ValueError:
        return None
    properties = member.get("properties")
    if not isinstance(properties, dict) or not isinstance(member.get("type"), str):
        return None
    return _named(path, member["type"].lower(), properties)


def _named(path: Path, kind: str, properties: dict[str, Any]) -> str:
    name = properties.get("name") or properties.get("urn")
    if kind in {"name", "ogc"} and isinstance(name, str):
        return name
    code = properties.get("code")
    if kind == "epsg" and isinstance(code, int | str):
        return f"EPSG:{code}"
    if kind in {"link", "url"} or {"href", "url"} & properties.keys():
        raise LoadRefused(
            Text(
                f"{path.name} nennt das Koordinatensystem durch einen Link, dem nicht gefolgt wird.",
                f"{path.name} names its CRS by a link, which is not followed.",
            ),
            Text(
                f"Entfernen Sie crs aus der Datei, und nennen Sie es mit --crs EPSG:{SRID}.",
                f"Remove the member crs from the file, and name it: --crs EPSG:{SRID}.",
            ),
        )
    return json.dumps(properties)
