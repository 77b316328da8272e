"""The encoding of a Shapefile's texts: as users say, else as the .cpg file or the .dbf's language byte say."""

import codecs
import re

from geo.loading.report import LoadRefused
from geo.text import Text

LANGUAGE_BYTE = 29
"""Where in its header a .dbf names its code page."""

CODE_PAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x08: "cp865", 0x09: "cp437", 0x0A: "cp850", 0x0B: "cp437",
    0x0D: "cp437", 0x0E: "cp850", 0x0F: "cp437", 0x10: "cp850", 0x11: "cp437", 0x12: "cp850", 0x13: "cp932",
    0x14: "cp850", 0x15: "cp437", 0x16: "cp850", 0x17: "cp865", 0x18: "cp437", 0x19: "cp437", 0x1A: "cp850",
    0x1B: "cp437", 0x1C: "cp863", 0x1D: "cp850", 0x1F: "cp852", 0x22: "cp852", 0x23: "cp852", 0x24: "cp860",
    0x25: "cp850", 0x26: "cp866", 0x37: "cp850", 0x40: "cp852", 0x4D: "cp936", 0x4E: "cp949", 0x4F: "cp950",
    0x50: "cp874", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x66: "cp865",
    0x67: "cp861", 0x6A: "cp737", 0x6B: "cp857", 0x78: "cp950", 0x79: "cp949", 0x7A: "cp936", 0x7B: "cp932",
    0x7C: "cp874", 0x86: "cp737", 0x87: "cp852", 0x88: "cp857", 0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254",
    0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
"""ESRI's and dBase's numbers of code pages, as GDAL's documentation of the driver lists them."""

LATIN_1 = codecs.lookup("latin-1").name
NUMBERED = re.compile(r"(?:ansi|oem|cp|windows|ibm|ldid)?[ _/-]*(\d+)")


def dbf_encoding(named: str | None, cpg: bytes | None, language: int, file: str) -> str:
    """Return the name of the encoding. Without any hint it is UTF-8, which cannot be mistaken for another.

    ``cpg`` is the content of the .cpg file. Raises LoadRefused if an encoding is unknown.
    """
    if named:
        return _known(named, named, file)
    if cpg and (text := cpg.decode("ascii", "replace").strip().strip("\ufeff").casefold()):
        return _windows(_known(_python_name(text), text, file))
    return CODE_PAGES.get(language, "utf-8")


def _python_name(text: str) -> str:
    if text.startswith("ldid") and (number := NUMBERED.fullmatch(text)):
        return CODE_PAGES.get(int(number[1]), "utf-8")
    if number := NUMBERED.fullmatch(text):
        digits = number[1]
        if digits == "65001":
            return "utf-8"
        return f"iso8859-{digits[4:]}" if digits.startswith("8859") else f"cp{digits}"
    return text.replace("iso 8859", "iso8859").replace("iso-8859", "iso8859").replace("iso88591", "iso8859-1")


def _windows(name: str) -> str:
    # Programs that write Latin-1 mean Windows-1252, which has letters where Latin-1 has control characters.
    return "cp1252" if name == LATIN_1 else name


def _known(name: str, shown: str, file: str) -> str:
    try:
        b"a".decode(name)
        return codecs.lookup(name).name
    except (LookupError, UnicodeError) as error:
        raise LoadRefused(
            Text(
                f"Die Kodierung {shown[:40]}, die für {file} genannt ist, gibt es nicht.",
                f"There is no encoding {shown[:40]}, which was named for {file}.",
            ),
            Text(
                "Nennen Sie eine bekannte: --encoding utf-8, --encoding cp1252 oder --encoding latin-1.",
                "Specify a known one: --encoding utf-8, --encoding cp1252 or --encoding latin-1.",
            ),
        ) from error
