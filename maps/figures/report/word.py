"""The report as a Word document, from a template that an agency can replace with its own (docs/report.md)."""

import re
import zipfile
from collections.abc import Mapping
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from geo.errors import FlurwerkError
from geo.text import Text, clean
from maps.figures.report.content import Edition, content
from maps.figures.report.own_design import in_own_design, logo_for_word
from maps.figures.report.pictures.illustration import Illustration

TEMPLATE = files("maps.figures.report").joinpath("templates/report.docx")
PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
LANGUAGES = {"de": "de-DE", "en": "en-GB"}
DOCUMENTED = Text("docs/report.md nennt die Platzhalter.", "docs/report.md lists the placeholders.")


class BrokenTemplate(FlurwerkError):
    """The agency's own Word template cannot be filled."""


class DescribedImage(InlineImage):
    """An inline picture with a text alternative."""

    def __init__(self, template: DocxTemplate, picture: Illustration) -> None:
        super().__init__(template, BytesIO(picture.png), Mm(picture.width), Mm(picture.height))
        self.alt, self.name = printable(picture.alt), printable(picture.title)

    def _insert_image(self) -> str:
        made = super()._insert_image()
        before, drawn, after = re.split(r"(<wp:inline.*</wp:inline>)", made, maxsplit=1, flags=re.DOTALL)
        inline: Any = parse_xml(drawn)
        for properties in inline.iter(qn("wp:docPr"), qn("pic:cNvPr")):
            properties.set("descr", self.alt)
            properties.set("name", self.name)
        return before + inline.xml + after


def word(edition: Edition, template: Path | None = None) -> bytes:
    """Return the document. Raises BrokenTemplate if the agency's own template cannot be filled."""
    if template is not None:
        return _filled(edition, template)
    with as_file(TEMPLATE) as shipped:
        return _filled(edition, shipped, in_own_design(shipped))


def placeholders(edition: Edition, template: DocxTemplate | None = None) -> dict[str, Any]:
    """Return the values of the template's placeholders, including the pictures if a template is given."""
    found = printable(content(edition))
    drawn = {one.key: one for one in edition.pictures}
    for number, one in enumerate((*found["charts"], *found["maps"]), 1):
        one["number"] = number
        del one["svg"]
        if template is not None:
            one["picture"] = DescribedImage(template, drawn[one["key"]])
    shown = logo_for_word()
    logo = DescribedImage(template, shown) if shown and template is not None else ""
    return found | {"span": len(found["columns"]) + (3 if found["has_goals"] else 2), "logo": logo}


def printable(value: Any) -> Any:
    """Return the value with all texts stripped of characters that a document cannot contain."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {name: printable(part) for name, part in value.items()}
    return [printable(part) for part in value] if isinstance(value, list) else value


def _filled(edition: Edition, path: Path, changed: BytesIO | None = None) -> bytes:
    """Fill the template at the path; ``changed`` is the same in the agency's design."""
    template: Any = DocxTemplate(changed or str(path))
    # The template is not trusted: its placeholders can access nothing but the report, and their values are escaped.
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        template.init_docx()
        context = placeholders(edition, template)
        _check(template, environment, context, path)
        template.render(context, environment, autoescape=True)
        _finish(template, edition.language)
        stream = BytesIO()
        template.save(stream)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BrokenTemplate(
            Text(f"{path} ist kein Word-Dokument (Meldung: {error}).", f"{path} is not a Word document ({error})."),
            Text("Speichern Sie die Vorlage als .docx.", "Save the template as .docx."),
        ) from error
    except UndefinedError as error:
        raise BrokenTemplate(
            Text(
                f"{path} hat einen unbekannten Platzhalter (Meldung: {error.message}).",
                f"{path} has an unknown placeholder: {error.message}.",
            ),
            DOCUMENTED,
        ) from error
    except (TemplateError, XMLSyntaxError, TypeError) as error:
        near = _suspect(path, environment)
        place = f", near “{near}”" if near else ""
        raise BrokenTemplate(
            Text(
                f"{path} lässt sich nicht ausfüllen (Meldung: {_first_line(error)}{place}).",
                f"{path} cannot be filled: {_first_line(error)}{place}.",
            ),
            DOCUMENTED,
        ) from error
    return stream.getvalue()


def _check(template: DocxTemplate, environment: SandboxedEnvironment, context: Mapping[str, Any], path: Path) -> None:
    unknown = sorted(template.get_undeclared_template_variables(environment, dict(context)))
    if unknown:
        named = ", ".join(f"“{name}”" for name in unknown)
        raise BrokenTemplate(
            Text(f"{path} hat einen unbekannten Platzhalter: {named}.", f"{path} has an unknown placeholder: {named}."),
            DOCUMENTED,
        )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def _suspect(path: Path, environment: SandboxedEnvironment) -> str:
    """Return the first placeholder with a syntax error (unclosed or unparsable), or an empty text."""
    for paragraph in Document(str(path)).element.body.iter(qn("w:p")):
        text = "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
        if any(text.count(first) != text.count(last) for first, last in (("{{", "}}"), ("{%", "%}"))):
            return text[:80]
        for placeholder in PLACEHOLDER.findall(text):
            try:
                environment.parse(placeholder)
            except TemplateError:
                return placeholder[:80]
    return ""


def _finish(template: DocxTemplate, language: str) -> None:
    """Do what placeholders cannot: set column widths from the cells, and the proofing language."""
    document: Any = template.docx
    for table in document.element.body.iter(qn("w:tbl")):
        _fit(table)
    for properties in document.element.body.iter(qn("w:tcPr")):
        span, width = properties.find(qn("w:gridSpan")), properties.find(qn("w:tcW"))
        if span is not None and width is not None:
            width.addnext(span)
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None:
        known = defaults.find(qn("w:lang"))
        if known is None:
            known = OxmlElement("w:lang")
            defaults.append(known)
        known.set(qn("w:val"), LANGUAGES[language])


def _fit(table: Any) -> None:
    """Set the widths of a table's columns to those of the cells in its longest row."""
    rows = [row.findall(qn("w:tc")) for row in table.findall(qn("w:tr"))]
    longest = max(rows, key=len, default=[])
    widths = [cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}") for cell in longest]
    if not widths or any(width is None for width in widths):
        return
    grid = table.find(qn("w:tblGrid"))
    for column in list(grid):
        grid.remove(column)
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), width.get(qn("w:w")))
        grid.append(column)
