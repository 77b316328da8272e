"""The definitions of indicators that releases out there may keep: python -m tests.test_releases.keeping adds new ones.

A release is computed again by the definition that it keeps. So whatever was a definition once has to work for ever:
nothing is ever taken from the file.
"""

import json
from pathlib import Path
from typing import Any

from geo.figures.kpis import FAMILIES, INDICATORS, Indicator
from geo.figures.report.model import Definition

FILE = Path(__file__).with_name("definitions.jsonl")


def kept() -> list[dict[str, Any]]:
    """What each definition counts, in the order in which they came to be."""
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()] if FILE.is_file() else []


def present() -> list[dict[str, Any]]:
    """The same of the definitions of today; of a family, that of a member."""
    members = [family.expand("phoenix-west", "PHOENIX West") for family in FAMILIES]
    return [_counted(indicator) for indicator in (*INDICATORS, *members)]


def _counted(indicator: Indicator) -> dict[str, Any]:
    definition = Definition.of(indicator)
    return {
        "key": definition.key,
        "layer": definition.layer,
        "kind": definition.kind.value,
        "parameters": definition.parameters,
        "contributions": definition.contributions,
    }


if __name__ == "__main__":
    found = kept()
    found += [definition for definition in present() if definition not in found]
    FILE.write_text("".join(f"{json.dumps(definition, ensure_ascii=False)}\n" for definition in found), "utf-8")
