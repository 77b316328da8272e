"""Version, changelog and links between the documents are consistent."""

import re
import tomllib
from datetime import date

import pytest

from tests.remains import REPOSITORY

TOP = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    *sorted(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "docs").glob("*.md")),
]


def test_the_changelog_lists_the_version_and_unreleased_changes() -> None:
    """“Unreleased” comes first, then the project's version; versions and dates descend."""
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[0] == "Unreleased"
    releases = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) – (\d{4}-\d{2}-\d{2})", heading) for heading in headings[1:]]
    found = [(tuple(map(int, release.groups()[:3])), date.fromisoformat(release[4])) for release in releases if release]
    assert len(found) == len(releases) > 0
    assert headings[1].startswith(f"{version} – ")
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("name", TOP)
def test_documents_have_no_marks_of_an_unfinished_merge(name: str) -> None:
    assert not re.search(r"^(<{7}|={7}|>{7})( |$)", (REPOSITORY / name).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", TOP)
def test_links_between_documents_have_targets(name: str) -> None:
    """Each relative link leads to a file in the repository and, if it has an anchor, to a heading of that file."""
    file = REPOSITORY / name
    for link in re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", file.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), f"{name} links to {link}, which does not exist"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{name} links to {link}, which has no such heading"
