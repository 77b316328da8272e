"""The licences of everything that Flurwerk ships with are listed, known and compatible."""

import json
from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path
from typing import cast

import pytest

from scripts import third_party_licences as licences


class Package:
    """A package with the given metadata."""

    def __init__(self, **headers: str) -> None:
        self.metadata = Message()
        for name, value in headers.items():
            self.metadata[name.replace("_", "-")] = value


def stated(**headers: str) -> str | None:
    return licences.stated(cast(Distribution, Package(**headers)))


def test_the_list_is_current() -> None:
    """`make docs` must be run after a change of a lock file or the manifest."""
    assert licences.DOCUMENT.read_text("utf-8") == licences.document(), "run make docs"


def test_every_locked_package_is_listed() -> None:
    """No line of the lock file is skipped, whatever its marker."""
    lines = [line for line in licences.LOCK.read_text("utf-8").splitlines() if "==" in line and line[0] not in " #"]
    assert sum(map(len, licences.locked("\n".join(lines)).values())) == len(lines) > 60


def test_the_most_exact_metadata_are_preferred() -> None:
    """The SPDX expression first, then the short text, then a classifier that names one licence."""
    classifier = "License :: OSI Approved :: Apache Software License"
    assert stated(License_Expression="mit", License="BSD", Classifier=classifier) == "MIT"
    assert stated(License="MPL-2.0", Classifier=classifier) == "MPL-2.0"
    assert stated(License="See the file", Classifier=classifier) == "Apache-2.0"
    assert stated(Classifier="License :: OSI Approved :: BSD License") is None
    assert stated() is None


@pytest.mark.parametrize("expression", ["MIT", "MIT AND Zlib", "GPL-3.0-only OR MIT", "GPL-3.0-only OR MIT AND 0BSD"])
def test_one_compatible_alternative_is_enough(expression: str) -> None:
    assert licences.accepted("x", expression) == expression


@pytest.mark.parametrize(
    "expression",
    ["AGPL-3.0-only", "MIT AND SSPL-1.0", "SSPL-1.0 OR MIT AND SSPL-1.0", "(MIT OR 0BSD) AND SSPL-1.0"],
)
def test_an_incompatible_licence_is_refused_by_name(expression: str) -> None:
    with pytest.raises(licences.LicenceError, match=r"^x is licensed under .*not known to be compatible"):
        licences.accepted("x", expression)


def test_a_package_without_a_licence_or_installation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(licences.LicenceError, match=r"^no-such-package is locked but not installed"):
        licences.python_licence("no-such-package")
    monkeypatch.setattr(licences, "READ_FROM_FILES", {})
    with pytest.raises(licences.LicenceError, match=r"^jinja2 does not state its licence\."):
        licences.python_licence("jinja2")


def test_only_packages_that_need_an_exception_have_one() -> None:
    """A package that states its licence exactly, or is no longer used, must be removed from the table."""
    locked = licences.locked(licences.LOCK.read_text("utf-8"))
    assert set(licences.READ_FROM_FILES) <= set(locked)
    for name in licences.READ_FROM_FILES:
        assert licences.stated(licences.distribution(name)) is None, name


def test_vendored_files_have_a_manifest_entry_and_a_licence_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names a folder that is not listed, or a package without its text."""
    (tmp_path / "maps" / "vendor" / "stray").mkdir(parents=True)
    (tmp_path / "maps" / "web" / "vendor").mkdir(parents=True)
    (tmp_path / "maps" / "vendor" / "manifest.json").write_text(json.dumps({"packages": []}))
    monkeypatch.setattr(licences, "ROOT", tmp_path)
    monkeypatch.setattr(licences, "MAPS", tmp_path / "maps")
    with pytest.raises(licences.LicenceError, match=r"^maps/vendor/stray is not listed in"):
        licences.manifest_packages()
    with pytest.raises(licences.LicenceError, match=r"^bare is vendored without its licence text"):
        licences.text_of({"name": "bare", "folder": "vendor", "files": [{"path": "bare/bare.js"}]})
