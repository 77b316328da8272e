"""A report's maps and charts state their figures, are true to scale, and are readable in grey and by screen readers."""

import io
import re
from decimal import Decimal
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import psycopg
import pytest
import shapely
from coloraide import Color
from PIL import Image

from geo.figures.kpis import INDICATORS
from geo.figures.report.content import content
from geo.periods import parse_period
from geo.store.database import conninfo
from maps.figures.report.pictures.charts import BAR, EARLIER, Aim, Course, targets_chart, trends_chart
from maps.figures.report.pictures.city import LAID, PLANNED, RING, maps
from maps.figures.report.pictures.deals import PRIVATE, PUBLIC
from maps.figures.report.pictures.drawing import illustrations
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.pictures.places import Counted, Place, Places, Spot, drawable
from maps.figures.report.pictures.shades import FILLS, shades
from maps.figures.report.reading import places_of, read
from maps.printed import legends
from maps.printed.sheet import text_width, wrapped
from maps.style import Style
from maps.texts import in_period
from tests.records import Connection

H2 = parse_period("2023-H2")
MM_PER_INCH = 25.4
INDICATOR = {indicator.key: indicator for indicator in INDICATORS}
AIMS = (
    Aim("davon: Verkauf in m²", "m²", Decimal(5000), Decimal(54900)),
    Aim("Anfragen", None, Decimal(200), Decimal(197)),
    Aim("Ohne Ziel", "km", None, Decimal(3)),
    Aim("Ziel null", None, Decimal(0), Decimal(1)),
)
COURSES = tuple(
    Course(name, unit, ("2023-H1", "2023-H2"), (None, Decimal(54900)), (None, Decimal(5000)))
    for name, unit in (("Verkauf in m²", "m²"), ("Trassen", "km"), ("Anfragen", None), ("Und noch eine", None))
)


@pytest.fixture(scope="module")
def drawn(sample_url: str) -> dict[str, Illustration]:
    """The maps of the sample data in German, by their keys."""
    with psycopg.connect(conninfo(sample_url)) as connection:
        found = drawable(read(connection, H2))
    return {one.key: one for one in maps(found, "de")}


@pytest.mark.parametrize(
    ("name", "german", "english"),
    [
        ("2025", "im Jahr 2025", "in 2025"),
        ("2025-H1", "im 1. Halbjahr 2025", "in H1 2025"),
        ("2025-Q3", "im 3. Quartal 2025", "in Q3 2025"),
        ("2025-07", "im Juli 2025", "in July 2025"),
    ],
)
def test_a_title_says_in_which_period_as_one_says_it(name: str, german: str, english: str) -> None:
    period = parse_period(name)
    assert [in_period(period, language) for language in ("de", "en")] == [german, english]
    assert targets_chart(AIMS[:1], period, "de").title == f"Ziel und Ist {german}"


def plain_spaces(text: str) -> str:
    """The text with plain instead of non-breaking spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def texts(svg: str) -> list[str]:
    """The texts of a picture, without their halos."""
    return [
        plain_spaces(item.text or "").strip()
        for item in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_the_maps_state_their_figures_with_german_numbers(drawn: dict[str, Illustration]) -> None:
    for key, sentence in {
        "land": "Öffentliche Flächen: 54.900 m² in 2 Vorgängen.",
        "trenches": "Verlegt: 82 km.",
        "connections": "606 Anschlüsse.",
        "mobile": "29 Suchkreise.",
    }.items():
        assert sentence in plain_spaces(drawn[key].alt)
    assert "In Planung: 221 km. Nach Stadtbezirken: Hörde 52,5," in plain_spaces(drawn["trenches"].alt)
    assert "221\N{NO-BREAK SPACE}km" in drawn["trenches"].alt
    assert "In Planung: 221 km" in texts(drawn["trenches"].svg)
    assert "Scharnhorst 241, Innenstadt-Nord 140" in drawn["connections"].alt


def test_text_stays_text_and_every_map_has_north_arrow_scale_bar_and_legend(drawn: dict[str, Illustration]) -> None:
    for one in drawn.values():
        found = texts(one.svg)
        assert "N" in found
        assert "5 km" in found
        assert "Source Sans 3" in one.svg
    assert {"Scharnhorst", "241", "51–100", "keine"} <= {*texts(drawn["connections"].svg)}
    assert "36.221 m²" in texts(drawn["land"].svg)


def test_a_picture_has_300_dots_per_inch(drawn: dict[str, Illustration]) -> None:
    for one in (*drawn.values(), targets_chart(AIMS, H2, "de")):
        with Image.open(io.BytesIO(one.png)) as picture:
            assert picture.width == pytest.approx(one.width / MM_PER_INCH * 300, abs=2)
            assert picture.height == pytest.approx(one.height / MM_PER_INCH * 300, abs=2)
            assert round(picture.info["dpi"][0]) == 300


def test_a_search_ring_is_drawn_to_scale() -> None:
    """A ring of 1 km in a city of 20 km, on a map of 170 mm."""
    ring = Spot(Decimal(1), shapely.Point(400000, 5705000), 1000)
    city = Place("Stadt", shapely.box(390000, 5700000, 410000, 5710000))
    counted = Counted(INDICATOR["mobile_requests"], Decimal(1), {"Stadt": Decimal(1)}, [ring], 1)
    (one,) = maps(Places(H2, [city], [], {"mobile_requests": counted}), "de")
    points_per_metre = 170 / MM_PER_INCH * 72 / (20_000 * 1.04)
    widths = [extent(path) for path in re.findall(r' d="([^"]+)"', one.svg)]
    assert any(width == pytest.approx(2000 * points_per_metre, rel=0.01) for width in widths)


def extent(path: str) -> float:
    """How wide a path is."""
    across = [float(number) for number in re.findall(r"[ML] ([\d.-]+) ", path)]
    return max(across) - min(across) if across else 0


def test_an_empty_city_has_no_maps(connection: Connection) -> None:
    """A map without a record would say that nothing was built, where nothing is recorded."""
    assert maps(drawable(read(connection, H2)), "de") == []


def lightness(color: str) -> float:
    """How light a colour is in a grey print, from 0 to 100."""
    return Color(color).convert("lab")["lightness"]


def form(style: Style) -> tuple[object, ...]:
    """What remains of a sign without its colours."""
    return style.dash, style.hatch, style.symbol, style.weight


def test_a_grey_print_is_still_readable() -> None:
    for one, other in ((LAID, PLANNED), (PUBLIC, PRIVATE)):
        assert form(one) != form(other)
        assert one.dash != other.dash or one.hatch != other.hatch
    for darker, lighter in pairwise(reversed(FILLS)):
        assert lightness(lighter) - lightness(darker) >= 7
    assert lightness(str(EARLIER.fill)) - lightness(str(BAR.fill)) >= 30
    assert RING.weight > 1


@pytest.mark.parametrize(
    ("most", "labels"),
    [
        (0, ["keine"]),
        (3, ["keine", "1", "2", "3"]),
        (241, ["keine", "1–50", "51–100", "101–150", "151–200", "201–250"]),
        (4321, ["keine", "1–1.000", "1.001–2.000", "2.001–3.000", "3.001–4.000", "4.001–5.000"]),
    ],
)
def test_classes_of_a_figure_by_district_have_round_limits_and_cover_every_value(most: int, labels: list[str]) -> None:
    found = shades([Decimal(0), Decimal(most)], "de")
    assert [shade.label for shade in found] == labels
    for amount in range(most + 1):
        assert sum(Decimal(amount) in shade for shade in found) == 1


@cache
def chart(language: str) -> Illustration:
    """The chart of targets."""
    return targets_chart(AIMS, H2, language)


def test_the_chart_of_targets_states_shares_and_figures() -> None:
    found = texts(chart("de").svg)
    assert {"1.098 %", "54.900 m²", "5.000 m²", "Verkauf in m²", "ohne Ziel"} <= {*found}
    assert "Verkauf in m²: Ist 54.900 m², Ziel 5.000 m²" in plain_spaces(chart("de").alt)
    assert "Verkauf in m²: Actual 54,900 m², Target 5,000 m²" in plain_spaces(chart("en").alt)


def test_the_chart_of_half_years_has_a_panel_for_each_indicator_and_a_dash_for_unknown_values() -> None:
    one = trends_chart(COURSES, H2, "de")
    found = texts(one.svg)
    assert {"Trassen in km", "Verkauf in m²", "Anfragen", "H2 23", "–", "54.900"} <= {*found}
    assert "Trassen: 2023-H1 –, 2023-H2 54.900 km" in plain_spaces(one.alt)


def test_a_dollar_sign_in_a_name_is_no_formula() -> None:
    one = targets_chart([Aim("Preis $x^2$ <b> & mehr", None, Decimal(1), Decimal(1))], H2, "de")
    assert "Preis $x^2$ <b> & mehr" in texts(one.svg)


def test_the_same_picture_is_the_same_file() -> None:
    assert targets_chart(AIMS, H2, "de") == targets_chart(AIMS, H2, "de")


def test_long_labels_are_wrapped_and_end_with_an_ellipsis() -> None:
    lines = wrapped("Anzahl umgesetzter geförderter Breitbandanschlüsse im Stadtgebiet Dortmund", 30, 7, lines=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(text, 7) <= 30 for text in lines)


def test_a_legend_wider_than_its_picture_continues_in_a_second_line() -> None:
    key = legends.Key("ein Eintrag der Legende", BAR)
    assert legends.legend_height([key] * 2, 170) < legends.legend_height([key] * 6, 170)


def test_a_half_year_without_targets_has_no_chart_of_them(sample: Connection) -> None:
    report = content(sample, parse_period("2023-H1"))
    drawn = illustrations(report, places_of(sample, report), "de")
    assert [one.key for one in drawn] == ["trends", "land", "trenches", "connections", "mobile"]


def test_a_year_s_report_marks_no_half_year_as_its_own() -> None:
    found = texts(trends_chart(COURSES, parse_period("2023"), "de").svg)
    assert "Ist je Halbjahr" in found
    assert "Ist 2023" not in found
