"""Declarations of indicators, read as a profile in this process."""

import tomllib
from typing import Any

from geo.figures.kpis import BUILT_IN, Indicator, land
from geo.figures.kpis.declared import registry
from geo.profile import Profile, packaged_profile
from geo.profile.reading import FILE, profile_of
from geo.profile.writing import toml
from tests.test_profile.conftest import SECOND

LINE = """
label = "L"
rule = "R"
area = "customers"
product = "services"
"""


def read(text: str) -> Profile:
    """Return the profile of the second town with these tables."""
    return profile_of(tomllib.loads(f"{SECOND}\n{text}"), packaged_profile() / FILE)


def declared(text: str) -> dict[str, Indicator]:
    """Return by key all indicators of the second town's profile with these tables."""
    made = registry(read(text), BUILT_IN, land.FAMILIES)
    return {indicator.key: indicator for indicator in made.indicators}


def indicator(table: str = "indicators", /, **given: Any) -> str:
    """Return the entry of an indicator, with the keys every line needs unless they are given."""
    known = {"label": "L", "rule": "R", "area": "customers", "product": "services", "position": 90, "key": "own"}
    lines = [f"{name.rstrip('_')} = {_written(value)}" for name, value in {**known, **given}.items()]
    return "\n".join([f"[[{table}]]", *lines, ""])


def _written(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith("{") else toml(value)
