"""The definitions of indicators that releases may contain: python -m tests.test_releases.keeping adds new ones.

A release is computed again by the definition that it contains, so every definition has to work for ever: never remove
one from the file.
"""

import json
from pathlib import Path
from typing import Any

from geo.figures.kpis import FAMILIES, INDICATORS, Indicator
from geo.figures.report.model import Definition

FILE = Path(__file__).with_name("definitions.jsonl")


def stored_definitions() -> list[dict[str, Any]]:
    """Return what each stored definition counts, oldest first."""
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()] if FILE.is_file() else []


def current_definitions() -> list[dict[str, Any]]:
    """Return the same for today's definitions; for a family, that of a member."""
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
    found = stored_definitions()
    found += [definition for definition in current_definitions() if definition not in found]
    FILE.write_text("".join(f"{json.dumps(definition, ensure_ascii=False)}\n" for definition in found), "utf-8")
