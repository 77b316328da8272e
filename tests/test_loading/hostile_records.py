"""Made-up records full of what goes wrong in files, and what may be stored of each value."""

# ruff: noqa: DTZ001 - times without a zone are the city's own, and have to stay that.

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import shapely
from hypothesis import strategies as st

from geo.text import key_text

BERLIN = ZoneInfo("Europe/Berlin")

LAYERS: dict[str, dict[str, str]] = {
    "connections": {
        "source_id": "key", "address": "text", "dwellings": "whole", "down_mbit": "number", "passed_on": "day",
        "geometry": "Point",
    },
    "trenches": {"source_id": "key", "note": "text", "laid_on": "day", "geometry": "MultiLineString"},
    "plots": {
        "source_id": "key", "name": "text", "official_area_m2": "number", "divisible": "truth", "available_from": "day",
        "geometry": "MultiPolygon",
    },
}  # fmt: skip
"""The columns that are written of each layer, and what they hold."""


class Case(NamedTuple):
    """Records of one layer. ``heights`` is whether their geometries have heights."""

    layer: str
    rows: list[dict[str, Any]]
    heights: bool = False

    @property
    def kinds(self) -> dict[str, str]:
        """What the columns hold, without the geometry."""
        return {name: kind for name, kind in LAYERS[self.layer].items() if name != "geometry"}

    @property
    def shape_kind(self) -> str:
        """The layer's type of geometry."""
        return LAYERS[self.layer]["geometry"]

    def column(self, name: str) -> list[Any]:
        """The values of a column."""
        return [row[name] for row in self.rows]


# Texts that are delivered where a number, a day, or yes or no belongs, and what they may mean; None: refused.
NUMBERS: dict[str, str | None] = {
    "12 m2": None, "1234,5": "1234.5", "1.234,5": "1234.5", "1,234.5": "1234.5", "1.234": "1.234", "1,234": "1.234",
    "1e3": "1000", "0x10": None, "1_000": None, "nan": None, "inf": None, "*****": None, "NULL": None, "½": None,
    "12-": None, "5 %": None, "#NV": None, "+5": "5", "007": "7", "1 000": None, "1'000": None, "=1+1": None,
}  # fmt: skip
DAYS: dict[str, str | None] = {
    "31.12.2022": "2022-12-31", "2022-1-5": "2022-01-05", "2022-12-31T23:30:00Z": "2023-01-01",
    "2022-12-31T23:30:00+01:00": "2022-12-31", "2022-12-31 23:30:00": "2022-12-31", "2022-02-30": None,
    "31.02.2022": None, "12/31/2022": None, "1.1.22": None, "44926": None, "20221231": None, "0000-00-00": None,
    "heute": None, "31.12.2022 25:00": None, "2022-13-01": None, "1. Januar 2023": None, "2022": None,
}  # fmt: skip
TRUTHS: dict[str, str | None] = {
    "ja": "true", "J": "true", "j": "true", "WAHR": "true", "nein": "false", "n": "false", "1": "true", "0": "false",
    "x": None, "2": None, "-": None, "vielleicht": None,
}  # fmt: skip

HOSTILE = [
    "", " ", "00123", "12345678901234567890", "1e5", "=1+1", "'=1+1", "''", "-5", "+49 231", "@SUM(A1)", 'a"b', '"',
    "a;b,c\td|e", "a\nb", "a\r\nb", "a\rb", "\ta", "Mu\u0308ller", "\u00a0a\u00a0", "a\u200bb", "\ufeffa", "a\u00adb",
    "\x00", "a\x0bb", "\x1fa\x1f", "\u2028a", "_x000D_", "_x0041_", "a  b", "&amp;", "<b>", "]]>", "\\n", "\\", "NULL",
    "None", "nan", "true", "2023-05-03", "31.12.2022", "€", "ﬁ", "İ", "ß", "😀", "\U0010ffff", "\ufffe", "\x85", "''=",
    "#N/A", "Ã¼", "\ufffd", "\x7f", "\x80", "%%d", "{}", "^J", "'", "a'b", "$a", "é" * 130,
]  # fmt: skip
PLAIN = st.text(st.sampled_from("abzÄößéŠ 0123456789-.,()"), min_size=1, max_size=12).map(lambda text: f"A{text}z")
ORDINARY = st.sampled_from(
    ["Münsterstraße 12 a", "Am Hafen", "Übergang (Nord)", "Gärten, Öfen & Co.", "Haus-Nr. 7", "A 1"]
)
TEXTS = st.one_of(
    st.none(), st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=[]), max_size=10), PLAIN
)
FIGURES = st.one_of(
    st.none(),
    st.sampled_from(sorted(NUMBERS)),
    st.integers(-(10**6), 10**6),
    st.sampled_from([10**20, -(2**63), 2**53 + 1, 1e16, 1e-7, 0.1 + 0.2, 9999999999.994, -0.0, 1e300]),
    st.decimals(-(10**7), 10**7, places=2),
    st.floats(-1e9, 1e9, allow_subnormal=False),
)
ZONES = st.sampled_from([UTC, BERLIN, timezone(timedelta(hours=-5)), timezone(timedelta(hours=14))])
MOMENTS = st.datetimes(datetime(1890, 1, 1), datetime(2210, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
TURNS = st.sampled_from([datetime(2022, 12, 31, 23, 30), datetime(2023, 1, 1, 0, 30), datetime(2022, 7, 31, 22, 30)])
TIMES = st.one_of(
    st.none(),
    st.sampled_from(sorted(DAYS)),
    st.dates(date(1890, 1, 1), date(2210, 1, 1)),
    st.one_of(MOMENTS, TURNS),
    st.builds(lambda moment, zone: moment.replace(tzinfo=zone), st.one_of(MOMENTS, TURNS), ZONES),
)
YES_OR_NO = st.one_of(st.none(), st.booleans(), st.sampled_from(sorted(TRUTHS)))
EAST, NORTH = (
    st.floats(385000, 400000).map(lambda x: round(x, 3)),
    st.floats(5703000, 5713000).map(lambda y: round(y, 3)),
)
STRAY = st.sampled_from([0.0, -1e9, 1e300, 180.0, 32390000.0, 1e-300])


def shapes(kind: str, heights: bool, hostile: bool) -> st.SearchStrategy[Any]:
    """Return geometries of a layer's type: single and multiple ones, with holes, empty ones and ones far away."""
    x, y = EAST, NORTH
    if kind == "Point":
        one = st.builds(shapely.Point, x, y)
        odd = [st.builds(shapely.Point, STRAY, y), st.just(shapely.Point()), one.map(lambda p: shapely.MultiPoint([p]))]
    elif kind == "MultiLineString":
        one = st.lists(st.tuples(x, y), min_size=2, max_size=4, unique=True).map(shapely.LineString)
        odd = [
            st.lists(one, min_size=1, max_size=2).map(shapely.MultiLineString),
            st.just(shapely.LineString()),
            st.builds(lambda x, y: shapely.LineString([(x, y), (390000, 5710000)]), STRAY, y),
        ]
    else:
        one = st.builds(_square, x, y, st.booleans())
        odd = [
            st.builds(lambda x, y: shapely.MultiPolygon([_square(x, y, False), _square(x + 100, y, True)]), x, y),
            st.just(shapely.Polygon()),
        ]
    found = st.one_of(one, *odd, st.none()) if hostile else one
    return found.map(lambda shape: shapely.force_3d(shape, 12.5)) if heights else found


def _square(x: float, y: float, hole: bool) -> shapely.Polygon:
    rings = [(x + 2, y + 2), (x + 2, y + 4), (x + 4, y + 4), (x + 4, y + 2)]
    return shapely.Polygon([(x, y), (x, y + 10), (x + 10, y + 10), (x + 10, y)], [rings] if hole else [])


@st.composite
def cases(draw: st.DrawFn, layers: Sequence[str] = tuple(LAYERS), hostile: bool = True) -> Case:
    """Return records of a layer; ones that are not hostile may be refused by no format."""
    layer = draw(st.sampled_from(layers))
    heights = hostile and draw(st.booleans())
    values = {
        "text": TEXTS if hostile else ORDINARY,
        "whole": FIGURES if hostile else st.integers(1, 1000),
        "number": FIGURES if hostile else st.decimals(1, 999, places=1),
        "day": TIMES if hostile else st.dates(date(1990, 1, 1), date(2025, 1, 1)),
        "truth": YES_OR_NO if hostile else st.booleans(),
    }
    count = draw(st.integers(1, 5))
    ends = TEXTS.map(lambda text: text or "") if hostile else st.just("")
    rows: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        row: dict[str, Any] = {}
        for name, kind in LAYERS[layer].items():
            if kind == "key":
                row[name] = draw(st.sampled_from(["", "0", "00"])) + f"{number}{draw(ends)}"
            else:
                row[name] = draw(values[kind] if kind in values else shapes(kind, heights, hostile))
        rows.append(row)
    return Case(layer, rows, heights)


def mended(case: Case, whole: set[int], cells: set[tuple[int, str]]) -> Case:
    """Return the case without the rows ``whole``, and with ordinary values in these cells of the others."""
    x, y = 390000.5, 5710000.5
    shapes: dict[str, Any] = {
        "Point": shapely.Point(x, y),
        "MultiLineString": shapely.LineString([(x, y), (x + 10, y)]),
        "MultiPolygon": _square(x, y, False),
    }
    shape = shapely.force_3d(shapes[case.shape_kind], 12.5) if case.heights else shapes[case.shape_kind]
    ordinary = {"text": "Az", "whole": 3, "number": 2.5, "truth": True, "day": date(2020, 5, 1)}
    rows: list[dict[str, Any]] = []
    for index, row in enumerate(case.rows):
        mended_row = dict(row)
        for name, kind in LAYERS[case.layer].items():
            if (index, name) in cells:
                mended_row[name] = f"mended {index}" if kind == "key" else ordinary.get(kind, shape)
        if index not in whole:
            rows.append(mended_row)
    return Case(case.layer, rows, case.heights)


def has_time(value: Any) -> bool:
    """Return whether a value for a day has a time that is not midnight, by its own clock or the city's."""
    if isinstance(value, str):
        return ":" in value
    if not isinstance(value, datetime):
        return False
    local = value.astimezone(BERLIN) if value.tzinfo else value
    return local.time() != time(0) and (value.time() != time(0) or value.date() != local.date())


def may_be_stored(kind: str, value: Any, decimals: int | None = None) -> set[str | None]:
    """Return what may be stored of a value that was delivered; what is not among it has to be refused.

    ``decimals`` are those that the column keeps, if it may round.
    """
    if value is None:
        return {None}
    match kind:
        case "key":
            return {key_text(value) or None}
        case "text":
            return {
                unicodedata.normalize("NFC", value.strip()) or None,
                unicodedata.normalize("NFC", value).strip() or None,
            }
        case "day":
            return _day(value)
        case "truth":
            meant = TRUTHS.get(value) if isinstance(value, str) else str(value).lower()
            return {meant} - {None}
    return _figure(kind, value, decimals)


def _day(value: Any) -> set[str | None]:
    if isinstance(value, str):
        return {DAYS.get(value)} - {None}
    if isinstance(value, datetime):
        value = (value.astimezone(BERLIN) if value.tzinfo else value).date()
    return {value.isoformat()} if 1900 <= value.year < 2200 else set()


def _figure(kind: str, value: Any, decimals: int | None) -> set[str | None]:
    meant = NUMBERS[value] if isinstance(value, str) else repr(value) if isinstance(value, float) else str(value)
    if meant is None or not math.isfinite(float(meant)):
        return set()
    number = Decimal(meant)
    if kind == "whole" and (number != number.to_integral_value() or abs(number) >= 2**31):
        return set()
    if decimals is not None and abs(number) < 10**20:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return {plain_number(number)}


def plain_number(number: Decimal | str) -> str:
    """Return a number in one notation, to compare it: without zeros at the end."""
    text = f"{Decimal(number):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Able:
    """What the writer of a format can express. Values that it cannot are left away before they are written."""

    typed: bool = False
    """Whether all values of a column are of one type."""
    zones: bool = True
    """Whether its times may have zones."""
    naive: bool = True
    """Whether they may have none."""
    single: bool = False
    """Whether a geometry has only one part."""
    is_dbf: bool = False
    """Whether it has days without times, of eight digits, and truth values of one letter."""
    bad: re.Pattern[str] = SURROGATES
    """The characters that it cannot write."""
    encoding: str = "utf-8"
    longest: int = 2000
    """The number of bytes of a text."""
    empties: bool = True
    """Whether its writer can write empty geometries. All layers need one: an empty one is refused, or as missing."""
    strays: bool = True
    """Whether its writer can write geometries that are not on the earth."""
    heights: bool = True
    missing: bool = True
    """Whether numbers, days, truth values and geometries may be missing."""
    without: frozenset[str] = frozenset()
    """Kinds of values that it does not have."""

    def only(self, **others: Any) -> "Able":
        """Return the same with other abilities."""
        return replace(self, **others)

    def express(self, case: Case) -> Case:
        """Return the case without what the format cannot express."""
        modes = {name: _mode(case.column(name)) for name, kind in case.kinds.items() if kind == "day"}
        rows = [
            {
                name: self._shape(value)
                if name == "geometry"
                else self._value(case.kinds[name], value, modes.get(name))
                for name, value in row.items()
            }
            for row in case.rows
        ]
        return Case(case.layer, rows, case.heights and self.heights)

    def _value(self, kind: str, value: Any, mode: str | None) -> Any:
        if kind in self.without:
            return None
        if value is not None and kind in {"key", "text"}:
            return self._text(value)
        if self.typed and isinstance(value, str):
            value = None
        if isinstance(value, str) and self.is_dbf and kind in {"truth", "day"}:
            return value[:1] if kind == "truth" else _eight_digits(value[:8])
        if kind == "day" and isinstance(value, date):
            value = self._time(value, mode)
        if self.typed and isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**31 - 1:
            value = None
        if self.typed and kind == "whole" and not isinstance(value, int):
            value = None
        if self.typed and kind == "number" and value is not None:
            value = float(value)
        if value is None and not self.missing:
            return {"whole": 0, "number": 0.0, "truth": False}.get(kind)
        return value

    def _time(self, value: date, mode: str | None) -> date:
        if isinstance(value, datetime) and not self.zones:
            value = value.replace(tzinfo=None)
        if isinstance(value, datetime) and not value.tzinfo and not self.naive:
            value = value.replace(tzinfo=UTC)
        if not self.naive:
            mode = "zoned" if mode == "naive" else mode
        if not self.zones:
            mode = "naive" if mode == "zoned" else mode
        if self.is_dbf or (self.typed and mode == "date"):
            return date(value.year, value.month, value.day)
        if self.typed:
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, 12)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.astimezone(UTC) if mode == "zoned" else aware.replace(tzinfo=None)
        return value

    def _text(self, value: str) -> str:
        text = self.bad.sub("", value).encode(self.encoding, "ignore" if self.encoding != "utf-8" else "surrogatepass")
        return text[: self.longest].decode(self.encoding, "ignore" if len(text) > self.longest else "surrogatepass")

    def _shape(self, shape: Any) -> Any:
        if shape is None:
            return None if self.missing else shapely.Point(390000, 5710000)
        is_stray = not shape.is_empty and (max(map(abs, shape.bounds)) > 1e8 or shape.bounds[1] < 1e6)
        if (shape.is_empty and not self.empties) or (is_stray and not self.strays):
            return self._shape(None)
        shape = shapely.get_geometry(shape, 0) if self.single and not shape.is_empty else shape
        return shape if self.heights else shapely.force_2d(shape)


def _eight_digits(text: str) -> date | str:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else text
    except ValueError:
        return text


def _mode(values: Sequence[Any]) -> str:
    first = next((value for value in values if isinstance(value, date)), None)
    if isinstance(first, datetime):
        return "zoned" if first.tzinfo else "naive"
    return "date"
