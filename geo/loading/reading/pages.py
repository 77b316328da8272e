"""Answers of web services that contain only some of the records, saved as files."""

from geo.loading.report import LoadRefused


def refuse_page(name: str, matched: str | None, returned: str | None) -> None:
    """Refuse a file that says it contains only a part of the records (OGC API – Features, WFS 2.0)."""
    if matched and returned and matched.isdecimal() and returned.isdecimal() and int(returned) < int(matched):
        raise LoadRefused(
            f"{name} is one page of an answer: it contains {returned} of {matched} features.",
            "Request all of them in one file, or export the data again.",
        )
