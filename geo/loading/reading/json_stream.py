"""A JSON file of features, decoded one by one: numbers exactly, bytes that are no text noted, nothing guessed."""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from geo.loading.converting.shown import Unfit
from geo.loading.reading.arrow_values import undecodable
from geo.loading.reasons import of_files, of_refusals, of_values
from geo.loading.report import LoadRefused
from geo.text import Text

CHUNK = 1 << 20
SPACE = re.compile(r"[ \t\r\n\x1e]*")
"""Blanks, and the record separator before each feature of a sequence (RFC 8142)."""

FEATURES = "features"


class JsonFeatures:
    """The file's top-level members in ``members``, filled while its features are iterated.

    A file with one feature, or a sequence of them, has no members.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.path = path
        self.encoding = encoding or _marked_encoding(path)
        try:
            b"a".decode(self.encoding)
        except LookupError as error:
            raise LoadRefused(of_refusals.unknown_encoding(encoding), of_refusals.KNOWN_ENCODINGS) from error
        except UnicodeError:
            pass  # UTF-16 has no such single byte
        self.members: dict[str, Any] = {}
        self.codec = self.encoding.removesuffix("-sig")
        self._decoder = EXACT
        self._text = ""
        self._place = 0
        self._ended = False

    def __iter__(self) -> Iterator[Any]:
        """Yield the features: dictionaries, or whatever stands in their place. Raises LoadRefused on damage."""
        return self._decoded(EXACT)

    def outlines(self) -> Iterator[Any]:
        """Yield the features in less time, with numbers that may be rounded and repeated members left out."""
        return self._decoded(ROUGH)

    def _decoded(self, decoder: json.JSONDecoder) -> Iterator[Any]:
        self._decoder = decoder
        self._text, self._place, self._ended = "", 0, False
        # Bytes that are no text become lone surrogates, by which ``text`` recognises them.
        with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="") as self._file:
            try:
                while self._sign():
                    yield from self._document()
            except (json.JSONDecodeError, RecursionError, UnicodeError) as error:
                raise LoadRefused(
                    of_refusals.damaged_at(self.path.name, "JSON", str(error)[:120]),
                    Text(
                        "Holen Sie die ganze Datei noch einmal, oder exportieren Sie die Daten noch einmal.",
                        "Get the whole file again, or export the data again.",
                    ),
                ) from error

    def text(self, value: str) -> str | Unfit:
        """Return a text of the file, or its bytes if they are no text in the file's encoding."""
        if value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            return self._undecodable(value)
        return value

    def _undecodable(self, value: str) -> Unfit:
        try:
            raw = value.encode(self.codec, "surrogateescape")
        except UnicodeEncodeError:  # half a character, written as an escape
            return Unfit(value.encode("utf-8", "backslashreplace").decode(), of_values.LOST_CHARACTER)
        return undecodable(raw, self.codec)

    def _document(self) -> Iterator[Any]:
        self._expect("{")
        members: dict[str, Any] = {}
        features = False
        while self._sign() != "}":
            if members or features:
                self._expect(",")
                self._sign()
            key = self._value()
            self._expect(":")
            if key == FEATURES and self._sign() == "[":
                if features:
                    raise json.JSONDecodeError("a second list of features", self._text, self._place)
                features = True
                yield from self._list()
            else:
                self._sign()
                members[key] = self._value()
        self._expect("}")
        if features or "type" not in members or members["type"] != "Feature":
            self.members |= members
        else:
            yield members

    def _list(self) -> Iterator[Any]:
        self._expect("[")
        first = True
        while self._sign() != "]":
            if not first:
                self._expect(",")
                self._sign()
            first = False
            yield self._value()
        self._expect("]")

    def _value(self) -> Any:
        """Decode the value at the present place, reading as much of the file as it takes."""
        while True:
            try:
                value, end = self._decode()
                # A number at the end of what was read may go on.
                if end < len(self._text) or self._ended:
                    self._place = end
                    return value
            except json.JSONDecodeError:
                if self._ended:
                    raise
            self._read()

    def _decode(self) -> tuple[Any, int]:
        try:
            return self._decoder.raw_decode(self._text, self._place)
        except json.JSONDecodeError:
            raise
        except (InvalidOperation, ValueError):  # a number of more digits than its type has
            return _decoder(_number).raw_decode(self._text, self._place)

    def _sign(self) -> str:
        """Skip blanks and return the next character, an empty text at the file's end."""
        while True:
            found = SPACE.match(self._text, self._place)
            assert found
            self._place = found.end()
            if self._place < len(self._text) or self._ended:
                return self._text[self._place : self._place + 1]
            self._read()

    def _expect(self, sign: str) -> None:
        if self._sign() != sign:
            raise json.JSONDecodeError(f"{sign} is missing", self._text, self._place)
        self._place += 1

    def _read(self) -> None:
        # Twice what is left, so that a long feature is not decoded again for each of its pieces.
        chunk = self._file.read(max(CHUNK, len(self._text) - self._place))
        self._text = self._text[self._place :] + chunk
        self._place = 0
        self._ended = not chunk


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key in found:
            values = [value for name, value in pairs if name == key]
            if any(value != values[0] or type(value) is not type(values[0]) for value in values):
                found[key] = Unfit(" | ".join(map(_as_text, values))[:200], of_files.TWICE_IN_JSON)
    return found


def _as_text(value: Any) -> str:
    return json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)


def _number(text: str) -> Decimal | Unfit:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of more digits than Decimal has
        return Unfit(text[:80], of_values.NOT_A_NUMBER)


def _constant(name: str) -> Unfit | None:
    return None if name == "NaN" else Unfit(name, of_values.INFINITE)


def _decoder(number: Callable[[str], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_float=number, parse_int=number, parse_constant=_constant)


EXACT = _decoder(Decimal)
ROUGH = json.JSONDecoder()


def _marked_encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(2)
    return "utf-16" if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8-sig"
