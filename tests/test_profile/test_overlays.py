"""Overlays of the profile: mistakes, what is asked for, and what an answer about a place becomes."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from geo.ground.addresses import feature_info_url, legend_urls, tile_template
from geo.ground.asking import Answer, NoAnswer, ask
from geo.ground.overlays import LARGEST, LONGEST_TEXT, MOST_FEATURES, Told, read
from geo.profile.reading import ProfileError
from tests.map_service import HOSTILE
from tests.test_profile.test_services import HOST, STYLE, WMS, XYZ, profile_with


def test_an_overlay_is_transparent_and_tells_its_legend_and_its_places() -> None:
    (plan,) = profile_with(overlays=[{**WMS, "layers": "plans,borders", "info_format": "text/html"}]).overlays
    assert "TRANSPARENT=TRUE" in tile_template(plan, transparent=True)
    common = f"{HOST}/dop?SERVICE=WMS&REQUEST=GetLegendGraphic&VERSION=1.3.0&FORMAT=image/png&SLD_VERSION=1.1.0&LAYER="
    assert legend_urls(plan) == [f"{common}plans", f"{common}borders"]
    asked = feature_info_url(plan, (0, 0, 10, 10), 101, 5)
    for part in ("QUERY_LAYERS=plans,borders", "INFO_FORMAT=text/html", "I=50&J=50", "BBOX=0.000,0.000,10.000,10.000"):
        assert part in asked
    (older,) = profile_with(overlays=[{**WMS, "version": "1.1.1", "legend": f"{HOST}/legend.png"}]).overlays
    assert "SRS=EPSG:3857&WIDTH=101&HEIGHT=101&X=50&Y=50" in feature_info_url(older, (0, 0, 10, 10), 101, 5)
    assert legend_urls(older) == [f"{HOST}/legend.png"]


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ([STYLE], "overlays.style: kind: an overlay is wms, wmts or xyz"),
        ([{**XYZ, "info_format": "text/plain"}], "info_format: only a WMS tells what lies at a place"),
        ([{**WMS, "info_format": "text/xml"}], "overlays.wms.info_format: Input should be 'text/plain', 'text/html'"),
        ([{**WMS, "opacity": 0}], "overlays.wms.opacity: Input should be greater than 0"),
        ([{**WMS, "legend": "legend.png"}], "overlays.wms.legend: write an address"),
        ([WMS, WMS], "the key wms is given twice"),
    ],
)
def test_a_mistake_is_told_with_its_key(tables: list[dict[str, Any]], problem: str) -> None:
    """As everywhere in the profile."""
    with pytest.raises(ProfileError) as refused:
        profile_with(overlays=tables)
    assert problem in refused.value.problems[0]


def answer(kind: str, text: str) -> Answer:
    """What a service has answered."""
    return Answer(text.encode(), kind, "utf-8")


def test_a_plain_answer_stays_as_it_is() -> None:
    assert read(answer("text/plain", f"  {HOSTILE}\n")) == Told([], HOSTILE)
    assert len(read(answer("text/plain", "x" * 10 * LONGEST_TEXT)).text) == LONGEST_TEXT


def test_of_html_the_text_is_left() -> None:
    """Scripts and styles have none."""
    page = (
        "<html><head><title>T</title><style>b{}</style></head><body><h1>Plan</h1><table><tr><th>Nr.</th><td>Hö 252</td>"
    )
    page += f"</tr><tr><th>Art</th><td>GE &lt;b&gt;</td></tr></table>{HOSTILE}</body></html>"
    assert read(answer("text/html", page)).text == "Plan\nNr.\tHö 252\nArt\tGE <b>"


def test_of_geojson_the_properties_are_left_as_texts() -> None:
    features = [
        {"properties": {"<b>Nr</b>": HOSTILE, "leer": None, "m2": 12.5, "teile": [1, "ä"]}},
        {"properties": None},
    ]
    found = read(answer("application/json", json.dumps({"features": features})))
    assert found.features == [[("<b>Nr</b>", HOSTILE), ("m2", "12.5"), ("teile", '[1, "ä"]')], []]
    many = json.dumps({"features": [{"properties": {"a": 1}}] * 50})
    assert len(read(answer("application/geo+json", many)).features) == MOST_FEATURES


@pytest.mark.parametrize("text", ["", "<html>", "[]", '{"features": 1}', '{"features": [1]}', "[" * 100_000])
def test_what_is_no_geojson_is_no_answer(text: str) -> None:
    with pytest.raises(NoAnswer, match="not answered with GeoJSON"):
        read(answer("application/json", text))


@pytest.mark.parametrize(
    "part", ["<!--", "<![", "<a ", "<a b='", '<a b="" ', "<", "</", "<script>", "</script", "&#", "&amp"]
)
def test_broken_markup_takes_no_time(part: str) -> None:
    """Python's own parser took two minutes for one kind of it, and gave up with an error at another."""
    read(answer("text/html", part * (LARGEST // len(part))))


def test_attributes_and_inline_elements_leave_the_text_as_it_is() -> None:
    page = '<p title="a>b" alt=it\'s>Bodenrichtwert:\n <b>250</b> €/m² <!-- <p>alt --><br/>1 < 2 &amp; 3<!DOCTYPE x><i'
    assert read(answer("text/html", page)).text == "Bodenrichtwert: 250 €/m²\n1 < 2 & 3"


def test_what_no_answer_of_ours_can_hold_is_left_out() -> None:
    """Halves of pairs, which JSON can name, and control characters."""
    features = '{"features": [{"properties": {"a\\ud800": "b\\udfff\\u0000", "c": ["\\ud800"]}}]}'
    assert read(answer("application/json", features)).features == [[("a", "b"), ("c", '[""]')]]
    assert read(Answer(b"a +2AA- b", "text/plain", "utf-7")).text == "a  b"


@pytest.mark.parametrize("sent", [
    b"nonsense",
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
    b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf of it",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nno number",
])  # fmt: skip
def test_what_is_no_whole_answer_of_http_is_none(sent: bytes) -> None:
    with _sending(sent) as address, pytest.raises(NoAnswer):
        ask(address, time.monotonic() + 20, LARGEST, ("text/",))


def test_the_deadline_holds_for_the_head_too() -> None:
    """A service that sends a byte now and then would have kept a thread for ever."""
    with (
        _sending(b"HTTP/1.1 200 OK\r\nX: ", repeated=b"x") as address,
        pytest.raises(NoAnswer, match=r"timed out|too long"),
    ):
        ask(address, time.monotonic() + 0.3, LARGEST, ("text/",))


@contextmanager
def _sending(first: bytes, *, repeated: bytes = b"") -> Iterator[str]:
    """A server that sends these bytes to whoever comes, and then others one by one until it ends."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError), listening.accept()[0] as client:
                client.recv(10_000)
                client.sendall(first)
                while repeated and not over.wait(0.05):
                    client.sendall(repeated)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize("charset", ["idna", "undefined", "hex", "klingon"])
def test_what_is_no_encoding_of_texts_is_no_answer(charset: str) -> None:
    with pytest.raises(NoAnswer):
        read(Answer(b"x\xff", "text/plain", charset))
