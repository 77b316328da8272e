"""The agency's design in Word documents: colours and font of our template, and the logo as a picture."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import typst

from geo.profile import profile
from maps import design, fonts
from maps.figures.report.pictures.illustration import Illustration

OURS = "Calibri"
"""The font of our template, which computers with Word have."""
LOGO_MM = (14, 70)
"""The space for the logo: height and width."""
DPI = 300
SOURCE = b"""
#let logo = json(bytes(sys.inputs.logo))
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(logo.bytes), format: logo.format, height: logo.height * 1mm)
"""


def in_own_design(template: Path) -> BytesIO | None:
    """Return our template with the agency's tones and font in place of our own; None if it has none of them."""
    changes = {
        ours[1:].upper(): own[1:].upper()
        for ours, own in zip(design.OF_DOCUMENTS, design.tones(), strict=True)
        if ours != own
    }
    if family := fonts.own_family():
        changes[OURS] = family.translate(str.maketrans(dict.fromkeys('<>&"')))
    if not changes:
        return None
    changed = BytesIO()
    with zipfile.ZipFile(template) as read, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            content = read.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                for ours, own in changes.items():
                    content = content.replace(f'"{ours}"'.encode(), f'"{own}"'.encode())
            written.writestr(name, content)
    changed.seek(0)
    return changed


def logo_for_word() -> Illustration | None:
    """Return the agency's logo as a picture; Word shows no SVG by itself."""
    found = design.logo()
    if found is None:
        return None
    width, height = found.fitting(*LOGO_MM)
    sent = {"bytes": list(found.content), "format": found.suffix, "height": height}
    png = typst.compile(SOURCE, format="png", ppi=DPI, sys_inputs={"logo": json.dumps(sent)})
    assert isinstance(png, bytes)
    agency = profile().publisher.name
    return Illustration("logo", agency, agency, "", png, width, height)
