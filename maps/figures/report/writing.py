"""Makes a report's documents, as bytes or as files in a folder."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from maps.figures.report.content import Edition, content

Form = Literal["docx", "xlsx", "pdf", "csv", "json", "html", "md", "pictures"]
FORMS: tuple[Form, ...] = get_args(Form)
MEDIA_TYPES: dict[Form, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "pictures": "application/zip",
}
DRAWN: tuple[Form, ...] = ("docx", "pdf", "html", "md", "pictures")
"""The forms that need the report's pictures."""
PDF_TEMPLATE = "figures/report/templates/report.typ"


def document(edition: Edition, form: Form, template: Path | None = None) -> bytes:
    """Return one document. ``template`` is the agency's own Word template; raises BrokenTemplate if it is invalid."""
    if form == "docx":
        from maps.figures.report.word import word

        return word(edition, template)
    if form == "pdf":
        from maps.typesetting import typeset

        found = content(edition)
        return typeset(PDF_TEMPLATE, found, found["day"])
    if form == "xlsx":
        from maps.figures.report.workbook import workbook

        return workbook(edition)
    if form in ("html", "md"):
        from maps.figures.report import pages

        return pages.page(edition) if form == "html" else pages.markdown(edition)
    if form == "pictures":
        return _packed(edition)
    from maps.figures.report import tables

    return tables.table(edition) if form == "csv" else tables.document(edition)


def write(edition: Edition, folder: Path, forms: Sequence[Form] = FORMS, template: Path | None = None) -> list[Path]:
    """Write the documents into a folder, which is created if needed, and return the files in order.

    A draft's file names say so. The form "pictures" gives SVG and PNG files; Markdown adds the SVG files it links to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, bytes] = {}
    for form in dict.fromkeys(forms):
        if form in ("md", "pictures"):
            made |= _files(edition, is_for_print=form == "pictures")
        if form != "pictures":
            made[f"{edition.name}.{form}"] = document(edition, form, template)
    for name, held in made.items():
        (folder / name).write_bytes(held)
    return [folder / name for name in made]


def _files(edition: Edition, *, is_for_print: bool) -> dict[str, bytes]:
    """Return the picture files by name: SVG, and PNG as well for print."""
    found: dict[str, bytes] = {}
    for one in edition.pictures:
        found[f"{edition.name}-{one.key}.svg"] = one.svg.encode()
        if is_for_print:
            found[f"{edition.name}-{one.key}.png"] = one.png
    return found


def _packed(edition: Edition) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in _files(edition, is_for_print=True).items():
            archive.writestr(name, held)
    return stream.getvalue()
