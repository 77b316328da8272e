"""Editions of the sample's report: published, with a correction, and with hostile texts."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TypeVar

from geo.figures.report.model import Cause, Correction, Doubt, RatioSide, Status
from geo.records.layers.layer import Text
from maps.figures.report.content import Edition
from maps.figures.report.writing import FORMS, Form, document, files_of

Row = TypeVar("Row")

MODEL = Path(__file__).parents[1] / "data" / "report-2023" / "kennzahlen.csv"
AGENCY = "Wirtschaftsförderung Musterstadt"
HASH = "0123456789abcdef" * 4
FORMULA = '=HYPERLINK("http://example.org";"Bericht")'
HOSTILE = (
    FORMULA,
    "@SUM(1;2)",
    "+49 231 000",
    "-3 weniger",
    "{{ 7 * 7 }} {% for x in y %} {_{ x }_}",
    "<script>alert(1)</script> & <b>fett</b>",
    '#panic("Typst") *fett* $x^2$ @verweis <marke>',
    "| eine | Zelle | ![Bild](http://example.org/x.svg) `code`",
    "Glocke\x07 und Ende\ufffe",
    "\tEinzug",
)
CORRECTION = Correction(
    period="2023-H1",
    key="public_land_m2",
    label=Text("davon: Verkauf öffentlicher Grundstücke in m²", "of these: public land sold in m²"),
    unit=Text("m²", "m²"),
    decimals=0,
    exact=Decimal("-3187"),
    shown=Decimal("-3200"),
    causes=(
        Cause(
            "transactions",
            41,
            "vk-041",
            Decimal("-3187"),
            Text("Verkauf vk-041 storniert am 12.02.2024", "sale vk-041 cancelled on 12 Feb 2024"),
        ),
    ),
)
SHARE = replace(
    CORRECTION,
    unit=Text("%", "%"),
    causes=(replace(CORRECTION.causes[0], side=RatioSide("share:numerator", Text("m²", "m²"))),),
)
"""A share in % of which a record's m² are the numerator."""
CORRECTED = Text(
    "Korrektur zu 2023-H1: −3.200 m² (Verkauf vk-041 storniert am 12.02.2024)",
    "Correction to 2023-H1: −3,200 m² (sale vk-041 cancelled on 12 Feb 2024)",
)
DOUBT = Doubt(
    check="derived_date",
    label=Text("Abgeleitetes Datum", "Derived date"),
    advice=Text("Das Datum nachtragen.", "Enter the date."),
    layer="trenches",
    id=17,
    source="sample",
    source_id="tr-017",
    detail="laid_on",
    keys=("trench_laid_km",),
)


def model() -> list[dict[str, str]]:
    """The rows of the model report."""
    with MODEL.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines_in_model(lines: Iterable[Row], label: Callable[[Row], str]) -> list[Row]:
    """The lines of a report that the model report also has; it lacks indicators that were added later."""
    known = {" ".join(row["indicator"].split()) for row in model()}
    return [line for line in lines if " ".join(label(line).split()) in known]


def published(edition: Edition) -> Edition:
    """The edition of a release."""
    status = Status(
        state="release",
        recorded_at=datetime(2024, 1, 15, 11, 30, tzinfo=UTC),
        version="1.2.3",
        number=2,
        published_by="berichtswesen",
        reason="Nachmeldung",
        accepted="Grundstück folgt",
        hash=HASH,
    )
    return replace(edition, report=replace(edition.report, status=status))


def corrected(edition: Edition) -> Edition:
    """The edition with a correction of an earlier report, and a finding."""
    return replace(edition, report=replace(edition.report, corrections=(CORRECTION,), doubts=(DOUBT,)))


def hostile(edition: Edition) -> Edition:
    """The edition with remarks and names that look like formulas, placeholders and markup."""
    lines = [
        replace(line, remark=text, label=Text(text, text)) if text else line
        for line, text in zip(edition.report.lines, (*HOSTILE, *[""] * 99), strict=False)
    ]
    return replace(edition, report=replace(edition.report, lines=tuple(lines)), agency=FORMULA)


def printed(row: dict[str, str]) -> list[str]:
    """A row's figures as the report prints them in German, with plain spaces."""
    unit = row["unit"] if row["unit"] not in ("", "Anzahl") else ""
    is_annual = bool(row["actual_year"])
    found: list[str] = []
    for name in ("target_year", "actual_h1", "target_h2", "actual_h2"):
        value = row["actual_year"] if is_annual and name == "actual_h2" else row[name]
        if not value:
            found.append("laufender Prozess" if row["position"] == "39" and name == "actual_h2" else "–")
            continue
        decimals = 1 if unit in ("Mio. €", "%") else 0
        text = f"{Decimal(value):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
        text = f"{text} {unit}".strip()
        found.append(f"{text} (Jahr)" if is_annual and name == "actual_h2" else text)
    return found


def plain_spaces(text: str) -> str:
    """The text with plain instead of non-breaking spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def files(
    edition: Edition, forms: Sequence[Form] = FORMS, make: Callable[[Form], bytes] | None = None
) -> dict[str, bytes]:
    """The edition's files by name, made in this process, or of the documents that ``make`` returns."""
    make = make or partial(document, edition)
    found = [files_of(edition, form, b"" if form == "pictures" else make(form)) for form in forms]
    return {name: content for files in found for name, content in files.items()}
