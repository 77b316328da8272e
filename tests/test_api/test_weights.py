"""All Accept-style headers are parsed by the same rules, even malformed ones."""

import asyncio
import math
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.records.ogc.bodies import message_language
from api.service.weights import accepted_encoding, weights
from geo.settings import load_settings

MALFORMED = ("q=2", "q=nan", "q=inf", "q=-1", "q=1.001", "q=0.1234", "q=.5", "q=1e0", "q=", "q", "q =1", "q=x", "q=٠")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", {}),
        (" , ,", {}),
        ("gzip", {"gzip": 1}),
        ("GZIP;Q=0.5, br", {"gzip": 0.5, "br": 1}),
        ("a;q=0, b;q=0., c;q=0.001, d;q=1.000, e;q=1.", {"a": 0, "b": 0, "c": 0.001, "d": 1, "e": 1}),
        ("gzip ; q=1 ; x=2", {"gzip": 1}),
        ("text/html;level=1;q=0.3", {"text/html": 0.3}),
        ("text/html;q=0.3, text/html;level=1;q=0.7", {"text/html": 0.7}),
        ('text/html;title="a, b;q=0";q=0.4, */*', {"text/html": 0.4, "*/*": 1}),
        ("a;q=0.5;q=1", {"a": 0.5}),
        *((f"a;{parameter}, b", {"a": 0, "b": 1}) for parameter in MALFORMED),
    ],
)
def test_a_malformed_weight_counts_as_zero_and_a_missing_one_as_one(header: str, expected: dict[str, float]) -> None:
    assert weights(header) == expected


@given(st.text(alphabet=st.sampled_from('abq=;, ."\\*/-01259naif'), max_size=60) | st.text(max_size=60))
def test_in_any_header_names_are_not_empty_and_weights_are_between_zero_and_one(header: str) -> None:
    found = weights(header)
    assert all(name == name.strip() != "" and 0 <= weight <= 1 for name, weight in found.items())
    assert not any(map(math.isnan, found.values()))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.integers(0, 1000), max_size=5))
def test_weights_of_three_decimals_are_read_as_written(written: dict[str, int]) -> None:
    header = ", ".join(f"{name};q={thousandths / 1000:.3f}" for name, thousandths in written.items())
    assert weights(header) == {name: thousandths / 1000 for name, thousandths in written.items()}


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP;q=1.0, zstd;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("zstd;q=0, *", "gzip"),
        ("*", "zstd"),
        ("gzip;q=x", None),
        ("gzip;q=2, zstd;q=nan", None),
        ("gzip; q=1; x=2", "gzip"),
    ],
)
def test_the_compression_is_the_one_that_the_client_prefers(header: str | None, chosen: str | None) -> None:
    assert accepted_encoding(header) == chosen


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en;q=0.5, de-AT", "de"),
        ("de;q=2, en;q=0.1", "en"),
        ("de;q=nan, en;q=0.1", "en"),
        ("de;q=0.5;x=1, en;q=0.4", "de"),
        ("fr, de;q=0", "en"),
        (None, "en"),
    ],
)
def test_the_language_is_the_known_one_with_the_largest_weight(header: str | None, language: str) -> None:
    service: Any = SimpleNamespace(settings=load_settings(language="en"))
    assert asyncio.run(message_language(service, None, header)) == language


def test_assets_import_neither_tiles_nor_features() -> None:
    others = ("api.records.tiles", "api.records.ogc")
    program = f"import sys, api.service.assets; sys.exit(any(name.startswith({others}) for name in sys.modules))"
    subprocess.run([sys.executable, "-c", program], check=True)
