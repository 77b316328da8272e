"""Answers of web services that contain only some of the records, saved as files."""

from geo.formatting import number
from geo.loading.report import LoadRefused
from geo.text import Text


def refuse_page(name: str, matched: str | None, returned: str | None) -> None:
    """Refuse a file that says it contains only a part of the records (OGC API – Features, WFS 2.0)."""
    if matched and returned and matched.isdecimal() and returned.isdecimal() and int(returned) < int(matched):
        raise LoadRefused(
            Text(
                f"{name} ist nur eine Seite einer Antwort: Sie enthält {number(int(returned))} von "
                f"{number(int(matched))} Objekten.",
                f"{name} is one page of an answer: it contains {returned} of {matched} features.",
            ),
            Text(
                "Rufen Sie alle in einer Datei ab, oder exportieren Sie die Daten noch einmal.",
                "Request all of them in one file, or export the data again.",
            ),
        )
