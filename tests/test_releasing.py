"""What a release is made of agrees with itself: version, changelog, links of the documents at the top."""

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


def test_the_changelog_has_the_version_and_what_is_new_since() -> None:
    """“Unreleased” comes first, then the project's version; versions and days descend."""
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
def test_links_between_documents_lead_somewhere(name: str) -> None:
    """Each relative link is a file of the repository, and a heading that it names stands there."""
    file = REPOSITORY / name
    for link in re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", file.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), f"{name} links to {link}, which does not exist"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{name} links to {link}, which has no such heading"
