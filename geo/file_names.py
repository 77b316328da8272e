"""The names of files that people get, in words."""

import re
from datetime import date
from unicodedata import normalize
from urllib.parse import quote

LONGEST = 100
"""Characters; with the day and the folders before it, a name must not become too long for Windows."""
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def file_name(words: str, day: date, suffix: str) -> str:
    """Return a file's name: Exposé-Hafen-Fläche-2-2023-12-31.pdf. Of the words, letters, digits and _ remain."""
    name = "-".join(re.findall(r"\w+", normalize("NFC", words)))[:LONGEST].rstrip("-")
    return f"{name}-{day:%Y-%m-%d}{suffix}"


def attachment(name: str) -> str:
    """Return the header that has a file saved by this name (RFC 6266), in ASCII by programs that know no more."""
    plain = normalize("NFKD", name.translate(UMLAUTS)).encode("ascii", "ignore").decode()
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
