"""An agency's own indicators, from its records to its documents, by the command alone: ten lines of TOML each."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from geo.formatting import printed
from geo.store.database import conninfo
from geo.text import Text
from tests.conftest import own_database
from tests.records import plot, sale, square, update
from tests.test_profile.conftest import command

PLACE = """\
[place]
name = "Seeberg"
ags = "05913999"
state = "NW"
crs = "EPSG:25832"

[publisher]
name = "Wirtschaftsförderung Seeberg"

[areas]
land = { de = "Flächen", en = "Land" }

[products]
sales = { de = "Verkauf", en = "Sales" }

[goals]
A = "Mehr Unternehmen in der Stadt."
B = "Keine neuen Flächen, wo alte brachliegen."
"""
SETTLED = """
[[indicators]]
key = "companies_settled"
label = { de = "Ansiedlungen", en = "Companies settled" }
rule = "Ansiedlungen nach dem Tag der Ansiedlung."
layer = "settlements"
date = "settled_reached_on"
area = "land"
product = "sales"
position = 60
goals = ["A"]
"""
REUSED = """
[[indicators]]
key = "reused_ha"
label = { de = "Verkaufte Brachflächen in ha", en = "Brownfield sold in ha" }
rule = "Vereinbarte Flächen der Verkäufe von Brachflächen nach dem Tag der Vereinbarung."
layer = "transactions"
filter = "kind = 'sale' AND plot.brownfield = true"
date = "agreed_on"
property = "area_m2"
unit = "ha"
rounding = 0.01
area = "land"
product = "sales"
position = 61
goals = ["B"]
"""
FIELDS = '{ symbol = "Fußballfelder", of = "m²", factor = 0.00014 }'
SOLD = "".join(
    f"""
[[indicators]]
key = "sold_{position}"
label = "Verkauft, gerundet auf {rounding}"
rule = "Vereinbarte Flächen der Verkäufe."
layer = "transactions"
filter = "kind = 'sale'"
date = "agreed_on"
property = "area_m2"
unit = {unit}
rounding = {rounding}
public = true
area = "land"
product = "sales"
position = {position}
"""
    for position, (rounding, unit) in enumerate([("0.1", '"m²"'), ("1", '"m²"'), ("100", '"m²"'), ("0.01", FIELDS)], 62)
)
RATIO = """
[[ratios]]
key = "reused_share"
label = { de = "Anteil der Brachflächen", en = "Share of brownfield" }
rule = "Verkaufte Brachflächen von allen verkauften Flächen."
numerator = "reused_m2"
denominator = "sold_63"
area = "land"
product = "sales"
position = 70

[[indicators]]
key = "reused_m2"
label = "Verkaufte Brachflächen in m²"
rule = "Wie in Hektar."
layer = "transactions"
filter = "kind = 'sale' AND plot.brownfield = true"
date = "agreed_on"
property = "area_m2"
area = "land"
product = "sales"
position = 69
"""
OFFERED = """
[[indicators]]
key = "offered_share"
label = { de = "Anteil angebotener Flächen", en = "Share of land offered" }
rule = "Fläche der angebotenen Grundstücke an der des Stadtgebiets."
layer = "plots"
from = "offered_on"
measure = "area_share"
rounding = 0.01
area = "land"
product = "sales"
position = 71
"""
EXACT = Decimal("81949.55")
PRINTED = {"sold_62": "81.949,6 m²", "sold_63": "81.950 m²", "sold_64": "81.900 m²", "sold_65": "11,47 Fußballfelder"}
"""The same area, rounded to 0.1, 1, 100, and told in another unit to 0.01."""


class Agency(NamedTuple):
    """The folder of a profile, its database, and the documents of 2023-H2 as they are published."""

    profile: Path
    url: str
    documents: Path

    def run(self, *arguments: str) -> str:
        """Run the command and return what it prints; it must succeed."""
        done = command(*arguments, profile=self.profile, FLURWERK_DATABASE_URL=self.url)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def document(self, suffix: str) -> bytes:
        """Return the published report in a format."""
        (path,) = self.documents.glob(f"flurwerk-2023-H2.{suffix}")
        return path.read_bytes()


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory, server_url: str, districts_template: str) -> Iterator[Agency]:
    """An agency that has loaded its records and published the second half of 2023."""
    folder = tmp_path_factory.mktemp("agency")
    (folder / "profile.toml").write_text(PLACE + SETTLED + REUSED + SOLD + RATIO + OFFERED, encoding="utf-8")
    area = square(395000, 5705000, 500)
    (folder / "areas.csv").write_text(f'source_id,name,major_project,geometry\na,Hafen,false,"{area}"\n')
    settled = "".join(f"s{day},a,2023-08-{day:02}\n" for day in (1, 2, 3, 4))
    (folder / "settlements.csv").write_text(f"source_id,industrial_area,settled_on\n{settled}")
    with own_database(server_url, districts_template) as url:
        made = Agency(folder, url, folder / "documents")
        made.run("migrate")
        made.run("profile", "check")
        made.run("load", "industrial_areas", str(folder / "areas.csv"), "--source", "file", "--crs", "EPSG:25832")
        made.run("load", "settlements", str(folder / "settlements.csv"), "--source", "file")
        with psycopg.connect(conninfo(url)) as connection:
            brown = plot(connection, brownfield=True, side=400, offered_on="2023-01-01")
            green = plot(connection, x=405000, side=400)
            sale(connection, plot=brown, area_m2=Decimal("40000.05"), agreed_on="2023-08-01")
            sale(connection, plot=brown, area_m2=Decimal("1949.50"), agreed_on="2023-09-01")
            sale(connection, plot=green, area_m2=40000, agreed_on="2023-09-01")
        made.run("report", "2023-H2", "--publish", "--accept", "geprüft")
        made.run("report", "2023-H2", "--out", str(made.documents), "--lang", "de")
        yield made


def test_a_line_is_ten_lines_of_toml() -> None:
    """The issue's measure; what is special about a line takes further ones."""
    assert len([line for line in SETTLED.splitlines() if line]) == 10


def test_figures_splits_and_records_come_for_nothing(agency: Agency) -> None:
    table = csv.DictReader(io.StringIO(agency.run("kpi", "2023-H2", "--format", "csv")))
    figures = {each["key"]: each for each in table}
    assert (figures["companies_settled"]["actual"], figures["companies_settled"]["label"]) == ("4", "Ansiedlungen")
    assert (figures["reused_ha"]["actual"], figures["reused_ha"]["actual_rounded"]) == ("4.194955", "4.19")
    assert {figures[key]["actual"] for key in ("sold_62", "sold_63", "sold_64")} == {"81949.55"}
    assert figures["reused_share"]["actual_rounded"] == "51.2"
    parts = agency.run("kpi", "2023-H2", "--by", "district", "--key", "reused_share", "--format", "csv").splitlines()
    assert [(row.split(",")[1], row.split(",")[6]) for row in parts[1:]] == [("West", "100"), ("Ost", "0")]
    table = agency.run("kpi", "2023-H2", "--by", "district", "--key", "reused_share", "--lang", "de")
    assert re.findall(r"(West|Ost) .*│\s+([\d,]+) │", table) == [("West", "100,0"), ("Ost", "0,0")]
    rows = agency.run("kpi", "2023-H2", "--rows", "--key", "reused_share", "--format", "csv").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["reused_m2"] * 2 + ["sold_63"] * 3
    months = agency.run("kpi", "2023-H2", "--by", "month", "--key", "companies_settled", "--format", "csv").splitlines()
    assert [row.split(",")[6] for row in months[1:]] == ["0", "4", "0", "0", "0", "0"]
    assert "## `companies_settled`" in agency.run("kpi", "--document")


@pytest.mark.parametrize("output", ["table", "html", "md", "docx", "pdf", "overview"])
def test_a_figure_is_printed_alike_in_every_output(agency: Agency, output: str, tmp_path: Path) -> None:
    if output == "table":
        text = agency.run("kpi", "2023-H2", "--lang", "de")
    elif output == "overview":
        page = tmp_path / "map.html"
        agency.run("map", "overview", "--period", "2023-H2", "--audience", "internal", "--out", str(page))
        text = page.read_text("utf-8")
    else:
        text = _text(agency.document(output), output)
    bare = " ".join(text.split()).replace("\\", "")
    for figure in PRINTED.values():
        number, _, unit = figure.partition(" ")
        # The overview has the unit in an element of its own.
        assert (number if output == "overview" else f"{number} {unit}") in bare
    assert "51,2" in bare


def test_a_workbook_shows_the_same_digits(agency: Agency) -> None:
    sheet = load_workbook(io.BytesIO(agency.document("xlsx"))).worksheets[0]
    found = {row[3].value: row[8] for row in sheet.iter_rows(min_row=5)}
    formats = {rounding: found[f"Verkauft, gerundet auf {rounding}"] for rounding in ("0.1", "1", "100", "0.01")}
    assert {key: (cell.value, cell.number_format) for key, cell in formats.items()} == {
        "0.1": (81949.6, "#,##0.0"),
        "1": (81950, "#,##0"),
        "100": (81900, "#,##0"),
        "0.01": (11.47, "#,##0.00"),
    }


def test_lines_stand_with_their_product_and_goals_are_whole_sentences(agency: Agency) -> None:
    report = json.loads(agency.document("json"))
    assert [line["key"] for line in report["lines"]][:3] == ["companies_settled", "reused_ha", "sold_62"]
    assert {line["area"]["de"] for line in report["lines"][:8]} == {"Flächen"}
    assert report["goals"]["B"]["de"] == "Keine neuen Flächen, wo alte brachliegen."
    assert report["lines"][0]["goals"] == ["A"]


def test_what_is_published_is_verified_and_later_differences_are_explained(agency: Agency) -> None:
    agency.run("report", "verify", "2023-H2")
    assert "Kein Unterschied" in agency.run("report", "diff", "2023-H2", "--lang", "de")
    with psycopg.connect(conninfo(agency.url)) as connection:
        (first,) = connection.execute("select min(id) from transactions").fetchone() or (0,)
        (offered,) = connection.execute("select min(id) from plots").fetchone() or (0,)
        update(connection, "transactions", first, area_m2=20000)
        update(connection, "plots", offered, offered_on="2024-01-01")
    agency.run("report", "verify", "2023-H2")
    changed = json.loads(agency.run("report", "diff", "2023-H2", "--format", "json"))
    figures = {row["key"]: (row["before"], row["after"]) for row in changed if row["what"] == "figure"}
    assert figures["sold_63"] == (81949.55, 61949.5)
    assert figures["reused_share"] == pytest.approx((51.189, 35.431), abs=0.001)
    causes = {row["cause"] for row in changed if row["what"] == "record"}
    assert len(causes) == 2
    assert {row["unit"] for row in changed if row["key"] == "offered_share:numerator"} == {"m²"}
    assert {row["unit"] for row in changed if row["key"] == "offered_share"} == {"%"}
    agency.run("report", "2024-H1", "--format", "json", "--out", str(agency.documents))
    (later,) = agency.documents.glob("flurwerk-2024-H1*.json")
    found = {one["key"]: one for one in json.loads(later.read_text("utf-8"))["corrections"]}
    (cause,) = found["offered_share"]["causes"]
    assert Decimal(cause["amount"]) == -160000
    assert cause["side"] == {"key": "offered_share:numerator", "unit": {"de": "m²", "en": "m²"}}
    assert found["offered_share"]["unit"] == {"de": "%", "en": "%"}
    assert "side" not in found["sold_63"]["causes"][0]
    agency.run("report", "2024-H1", "--format", "csv", "--out", str(agency.documents), "--lang", "de")
    (later,) = agency.documents.glob("flurwerk-2024-H1*.csv")
    rows = csv.DictReader(io.StringIO(later.read_text("utf-8")))
    corrections = {row["key"]: row["correction"] for row in rows if row["correction"]}
    assert corrections["sold_63"] == "-20000.05"
    assert Decimal(corrections["reused_share"]).quantize(Decimal("0.01")) == Decimal("-15.76")


def test_the_formatter_keeps_what_is_set_and_pads_what_is_rounded() -> None:
    unit = Text("ha", "ha")
    for value, decimals, text in (("81.9", 2, "81,90 ha"), ("81.9", 0, "81,9 ha"), ("-1200", 0, "−1.200 ha")):
        assert printed(Decimal(value), decimals, unit) == text.replace(" ", "\N{NO-BREAK SPACE}")
    assert printed(None, 2, unit) == "–"


def _text(content: bytes, output: str) -> str:
    if output == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())
    if output == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return content.decode()
