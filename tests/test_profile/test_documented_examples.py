"""What the documents show of a profile can be written under what ``flurwerk init`` writes."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import matplotlib
import pytest

from tests.test_profile.conftest import command

ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
TOWN = ("--name", "Luchwalde", "--ags", "12063999", "--publisher", "W", "--parts", "Ortsteil", "Ortsteile")


def examples(document: str) -> list[str]:
    """Return the document's tables of a profile; mappings of files have columns instead."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for block in blocks if "columns" not in tomllib.loads(block)]


@pytest.mark.parametrize("document", ["setup.md", "own_indicators.md", "modules_and_terms.md"])
def test_examples_of_a_document_can_be_used_together(document: str, tmp_path: Path):
    """Each is put where the page says: under the table that ``init`` has written, or at the end."""
    folder = tmp_path / "town"
    assert command("init", str(folder), *TOWN, profile="").returncode == 0
    profile = folder / "profile.toml"
    text = profile.read_text(encoding="utf-8")
    shown = examples(document)
    assert len(shown) > 1
    for block in shown:
        text = put(text, block)
    profile.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "sample_data" / "second" / "logo.svg", folder)
    shutil.copy(FONTS / "DejaVuSerif.ttf", folder / "haus-regular.ttf")
    shutil.copy(FONTS / "DejaVuSerif-Bold.ttf", folder / "haus-bold.ttf")
    checked = command("profile", "check", profile=folder)
    assert (checked.returncode, checked.stdout.count("no mistakes")) == (0, 1), checked.stdout + checked.stderr


def put(text: str, block: str) -> str:
    """Return the profile with an example's tables: in place of the same keys of a table that it has."""
    for table in re.split(r"^(?=\[)", block, flags=re.MULTILINE):
        heading, _, lines = table.partition("\n")
        if not heading.startswith("["):
            continue
        if heading.startswith("[[") or f"\n{heading}\n" not in text:
            text += f"\n{table}"
            continue
        before, after = text.split(f"\n{heading}\n", 1)
        own, rest = re.split(r"(?=^\[)|\Z", after, maxsplit=1, flags=re.MULTILINE)
        given: dict[str, Any] = tomllib.loads(lines)
        kept = [line for line in own.splitlines() if line.split(" = ")[0] not in given]
        text = "\n".join([before, heading, *kept, lines, rest])
    return text
