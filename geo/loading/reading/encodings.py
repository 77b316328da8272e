"""Text files: their bytes, packed or not, and whether they are text in the encoding that they are said to have."""

import codecs
import gzip
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO, cast

from geo.loading.reading.markup import LARGEST_PART
from geo.loading.reasons import of_encodings, of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

CHUNK = 1 << 20
CANDIDATES = ("cp1252", "cp850", "mac_roman")
"""What German files are written in that are not UTF-8: by Windows, by DOS, by old Macs."""
SINGLE_BYTE = frozenset({"cp1252", "iso8859-1", "iso8859-15", "cp850", "cp437", "mac-roman", "mac_roman"})
LETTERS = {"Lu", "Ll", "Lt", "Lo"}
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
"""Byte order marks. UTF-16 is what Excel calls "Unicode text"."""
UNMARKED: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""The encoding by which of the first four bytes are NUL."""


END_MARK = "\x1a"
"""What DOS programs write at the end of a text."""


class Checked(NamedTuple):
    """What a check found: the number of lines, and whether the last one is complete."""

    lines: int
    ends_with_newline: bool


def open_bytes(path: Path) -> BinaryIO:
    """Open a file, unpacking it if its name ends in ``.gz``."""
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")


def open_text(path: Path, encoding: str) -> TextIO:
    """Open a file as text with its line ends as they are."""
    if path.suffix.lower() == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding=encoding, newline=""))
    return path.open(encoding=encoding, newline="")


def without_end_mark(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines, the last one without the mark by which DOS programs end a text."""
    last = None
    for line in lines:
        if last is not None:
            yield last
        last = line
    if last is not None and (rest := last.rstrip(END_MARK)):
        yield rest


def marked_encoding(path: Path) -> str | None:
    """Return the encoding that the file's byte order mark tells, None if it has none. Raises LoadRefused.

    UTF-16 is recognised without a mark as well: every second byte of its Latin letters is NUL, which no other text has.
    """
    with _refusing_damage(path), open_bytes(path) as file:
        start = file.read(4)
    marked = next((encoding for mark, encoding in MARKS.items() if start.startswith(mark)), None)
    return marked or UNMARKED.get(tuple(byte == 0 for byte in start))


def check_text(path: Path, encoding: str) -> Checked:
    """Refuse a file that is not text in that encoding, or probably not, naming the line."""
    decoder = _decoder(encoding)()
    utf8 = None if _is_unicode(encoding) else codecs.getincrementaldecoder("utf-8")()
    plain = True
    lines, size, last = 0, 0, ""
    for chunk in _chunks(path):
        size += len(chunk)
        if size > LARGEST_PART and path.suffix.lower() == ".gz":
            raise LoadRefused(of_refusals.unpacks_to_more_than(path.name, LARGEST_PART), of_refusals.SPLIT)
        if not _is_wide(encoding) and (nul := chunk.find(b"\0")) >= 0:
            line = lines + _line_ends(chunk[:nul].decode("latin-1"), last) + 1
            raise LoadRefused(of_encodings.nul_byte(path.name, line), of_encodings.SAVE_AGAIN)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            raise _undecodable(path, encoding, lines, error) from error
        if not chunk.isascii():
            _refuse_doubtful(path, encoding, chunk, lines)
            plain = False
        utf8 = _still_utf8(utf8, chunk)
        lines += _line_ends(text, last)
        last = text.rstrip(END_MARK)[-1:] or last
    if utf8 and not plain:
        raise LoadRefused(of_encodings.other_encoding(path.name, "UTF-8", encoding), of_refusals.OMIT_ENCODING)
    complete = last in {"\n", "\r"}
    return Checked(lines + (not complete), complete)


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the file's bytes, and an empty chunk at the end."""
    with _refusing_damage(path), open_bytes(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk
    yield b""


@contextmanager
def _refusing_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise LoadRefused(
            Text(
                f"{path.name} ist keine gzip-Datei, oder sie ist beschädigt oder abgeschnitten.",
                f"{path.name} is not a gzip file, or is damaged or truncated.",
            ),
            of_refusals.GET_WHOLE,
        ) from error


def _decoder(encoding: str) -> type[codecs.IncrementalDecoder]:
    try:
        # Python also has codecs that are no encodings of text, such as rot13.
        "a".encode(encoding)
        return codecs.getincrementaldecoder(encoding)  # pyright: ignore[reportReturnType]
    except (LookupError, ValueError) as error:
        raise LoadRefused(
            of_refusals.unknown_encoding(encoding),
            Text(
                "Bekannt sind unter anderem utf-8, cp1252, cp850 und mac_roman.",
                "Known encodings include utf-8, cp1252, cp850 and mac_roman.",
            ),
        ) from error


def _line_ends(text: str, before: str) -> int:
    """Return the number of line ends in a text. ``before`` is the last character before it."""
    ends = text.count("\n")
    if "\r" in text:
        ends += text.count("\r") - text.count("\r\n")
    return ends - (before == "\r" and text.startswith("\n"))


def _still_utf8(decoder: codecs.IncrementalDecoder | None, chunk: bytes) -> codecs.IncrementalDecoder | None:
    try:
        if decoder:
            decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return None
    return decoder


def _undecodable(path: Path, encoding: str, lines: int, error: UnicodeError) -> LoadRefused:
    name = encoding.removesuffix("-sig").upper()
    if not isinstance(error, UnicodeDecodeError):
        return LoadRefused(of_encodings.not_in(path.name, name), of_encodings.NAME_REAL)
    line = lines + error.object.count(b"\n", 0, error.start) + 1
    likely = _likely_encoding(error.object)
    if _is_unicode(encoding):
        hint = of_encodings.SAVE_OR_NAME[likely]
    elif likely == encoding:
        hint = of_encodings.NAME_REAL_OR_SAVE
    else:
        hint = of_encodings.probably(likely)
    return LoadRefused(of_encodings.not_in(path.name, name, line), hint)


def _likely_encoding(data: bytes) -> str:
    """Return which of CANDIDATES makes most bytes beside letters German ones."""
    return max(CANDIDATES, key=lambda encoding: len(_german(encoding).findall(data)))


@cache
def _german(encoding: str) -> re.Pattern[bytes]:
    letters = "".join(char for char in "äöüÄÖÜß" if _encodes(char, encoding)).encode(encoding)
    return re.compile(rb"(?<=[A-Za-z])[%b]|[%b](?=[A-Za-z])" % (re.escape(letters), re.escape(letters)))


def _encodes(char: str, encoding: str) -> bool:
    return char.encode(encoding, "ignore") != b""


def _refuse_doubtful(path: Path, encoding: str, chunk: bytes, lines: int) -> None:
    """Refuse a file in which words make sense only in another encoding, such as Stra§e or StraÃe for Straße."""
    declared = codecs.lookup(encoding).name
    if declared not in SINGLE_BYTE:
        return
    for candidate in CANDIDATES:
        if codecs.lookup(candidate).name != declared and (found := _misread(declared, candidate).search(chunk)):
            start, end = _word(chunk, found.start())
            word = chunk[start:end]
            line = lines + chunk.count(b"\n", 0, start) + 1
            seen, meant = word.decode(encoding, "replace"), word.decode(candidate, "replace")
            raise LoadRefused(
                of_encodings.doubtful(path.name, encoding, candidate, line, seen, meant),
                of_encodings.name_or_save(candidate),
            )
    if declared == "iso8859-1" and (found := re.search(rb"[\x80-\x9f]", chunk)):
        line = lines + chunk.count(b"\n", 0, found.start()) + 1
        raise LoadRefused(
            of_encodings.control_character(path.name, encoding, line),
            of_encodings.name_real_probably(_likely_encoding(chunk)),
        )


def _word(chunk: bytes, place: int) -> tuple[int, int]:
    start, end = place, place
    while start > 0 and (chunk[start - 1 : start].isalpha() or chunk[start - 1] > 127):
        start -= 1
    while end < len(chunk) and (chunk[end : end + 1].isalpha() or chunk[end] > 127):
        end += 1
    return start, end


BEGINNINGS = {
    "Ä": rb"nder|rzt|cker|pfel|mter|lter|rger|hnl|quiv",
    "Ö": rb"ffn|ffe|kol|sch|rtl",
    "Ü": rb"ber|bung|brig|bert",
}
"""How German words go on after a first letter that in another encoding is some language's letter, too."""


@cache
def _misread(declared: str, real: str) -> re.Pattern[bytes]:
    """Return the pattern of bytes beside letters that are German letters in one encoding and absurd in the other."""
    kinds: dict[str, bytes] = {"small": b"", "capital": b"", "wrong_case": b"", "eszett": b""}
    letters = b"A-Za-z"
    others: list[bytes] = []
    for code in range(0x80, 0x100):
        byte = bytes([code])
        seen, meant = byte.decode(declared, "replace"), byte.decode(real, "replace")
        is_letter = unicodedata.category(seen) in LETTERS
        if is_letter or meant in "äöüß":
            letters += re.escape(byte)
        if meant in "äöüß" and not is_letter:
            kinds["small"] += byte
        elif meant in "ÄÖÜ" and not is_letter:
            kinds["capital"] += byte
        elif meant in "ÄÖÜ" and seen not in "ÄÖÜ":
            others.append(rb"(?<![A-Za-z\x80-\xff])%b(?:%b)" % (re.escape(byte), BEGINNINGS[meant]))
            if seen.islower():
                others.append(rb"[A-Z]%b[A-Z]" % re.escape(byte))
        elif meant in "äöüß" and seen.isupper():
            kinds["wrong_case"] += byte
        elif meant == "ß" and seen == "á":
            kinds["eszett"] += byte
    patterns = {
        "small": rb"[%(letters)b][%(codes)b][%(letters)b]",
        "capital": rb"(?<![A-Za-z\x80-\xff])[%(codes)b][a-z]|[A-Z][%(codes)b][A-Z]",
        "wrong_case": rb"[a-z][%(codes)b]",
        "eszett": rb"[ao][%(codes)b]",
    }
    parts = [
        patterns[kind] % {b"letters": letters, b"codes": re.escape(codes)} for kind, codes in kinds.items() if codes
    ]
    return re.compile(b"|".join([*parts, *others]) or rb"(?!)")


def _is_unicode(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith("utf")


def _is_wide(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
