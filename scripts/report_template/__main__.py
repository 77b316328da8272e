"""Write maps/figures/report/templates/report.docx: ``python -m scripts.report_template``."""

from pathlib import Path
from typing import Any

from docx import Document

from scripts.report_template import parts
from scripts.report_template.building import LANDSCAPE, PORTRAIT, set_page, turn
from scripts.report_template.styles import define, element, in_order

TEMPLATE = Path(__file__).parents[2] / "maps/figures/report/templates/report.docx"


def main() -> None:
    """Write the template."""
    template().save(TEMPLATE)


def template() -> Any:
    """Return the template."""
    document: Any = Document()
    define(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "{{ subject }}", "{{ agency }}", ""
    properties.language = "{{ language }}"
    set_page(document.sections[0], PORTRAIT)
    parts.first_page(document)
    turn(document, LANDSCAPE)
    parts.indicators(document)
    turn(document, PORTRAIT)
    parts.corrections(document)
    parts.pictures(document)
    parts.splits(document)
    parts.rules(document)
    parts.doubts(document)
    parts.origin(document)
    parts.records(document)
    roots = [document.element, document.styles.element]
    roots += [part._element for section in document.sections for part in (section.header, section.footer)]
    for root in roots:
        in_order(root)
    document.settings.element.insert(0, element("w:autoHyphenation", val="true"))
    return document


if __name__ == "__main__":
    main()
