"""Makes a report's documents, and writes files into a folder."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, get_args

from maps.figures.report.content import Edition, content

if TYPE_CHECKING:
    from maps.typesetting import Manuscript

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
PICTURE_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
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

        return typeset(*_typeset_parts(edition))
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


def manuscript(edition: Edition) -> "Manuscript":
    """Return what is typeset as PDF."""
    from maps import typesetting

    return typesetting.manuscript(*_typeset_parts(edition))


def files_of(edition: Edition, form: Form, made: bytes) -> dict[str, bytes]:
    """Return the files of a form by name, given its document; a draft's file names say so.

    Of the form "pictures" these are SVG and PNG files, whatever is given; Markdown adds the SVG files it links to.
    """
    drawn = _files(edition, is_for_print=form == "pictures") if form in ("md", "pictures") else {}
    return drawn if form == "pictures" else {**drawn, f"{edition.name}.{form}": made}


def media_type_of(name: str) -> str:
    """Return the media type of one of the files of `files_of`."""
    return {**MEDIA_TYPES, **PICTURE_TYPES}[name.rpartition(".")[2]]  # pyright: ignore[reportArgumentType]


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files into a folder, which must exist, and return their paths in order.

    They appear, and replace others of the same names, once all of them have been written.
    """
    with TemporaryDirectory(prefix=".unfinished-", dir=folder) as unfinished:
        for name, held in files.items():
            (Path(unfinished) / name).write_bytes(held)
        return [(Path(unfinished) / name).replace(folder / name) for name in files]


def _typeset_parts(edition: Edition) -> tuple[str, dict[str, Any], str]:
    """Return template, content and day of the PDF."""
    found = content(edition)
    return PDF_TEMPLATE, found, found["day"]


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
