"""Lists the packages that Flurwerk contains or needs, with their licences: ``make docs``.

Python packages are those in requirements.lock, with the licences in their metadata; JavaScript and fonts are those in
maps/vendor/manifest.json. A licence that is unknown or incompatible with Flurwerk's own is an error.
"""

import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
MAPS = ROOT / "maps"
DOCUMENT = ROOT / "docs" / "third_party_licences.md"

# Permissive licences, and those whose terms apply only to their own files or library.
COMPATIBLE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "LGPL-2.1-only",
    "LGPL-3.0-only",
    "MIT",
    "MIT-CMU",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Zlib",
}
# Classifiers that name exactly one licence. "BSD License" stands for several.
CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
# Read from the licence files of packages whose metadata are not exact.
READ_FROM_FILES = {
    "contourpy": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "uvloop": "Apache-2.0 OR MIT",
}

HEAD = """\
# Third parties' licences

Written by `make docs` from `requirements.lock` and `maps/vendor/manifest.json`; do not edit.

Flurwerk itself is licensed under the [EUPL 1.2](../LICENSE). The binary wheels of some Python packages contain further
libraries, such as GDAL, GEOS, PROJ and libpq; their licences are in those wheels. PostgreSQL and PostGIS are separate
programs, installed by the system's package manager or the container image.
"""


class LicenceError(Exception):
    """A package's licence is missing, unknown or not compatible; the message is a sentence for the reader."""


def main() -> int:
    """Write the document; return the exit status."""
    try:
        DOCUMENT.write_text(document(), "utf-8")
    except LicenceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def document() -> str:
    """Return the list as Markdown. Raises LicenceError."""
    python = [
        f"| {name} | {', '.join(versions)} | {python_licence(name)} |"
        for name, versions in sorted(locked(LOCK.read_text("utf-8")).items())
    ]
    web = [
        f"| {package['name']} | {package['version']} | {accepted(package['name'], package['licence'])} "
        f"| [text]({text_of(package)}) |"
        for package in manifest_packages()
    ]
    parts = [
        HEAD,
        "## JavaScript and fonts in the wheel\n",
        "| package | version | licence | |\n|---|---|---|---|\n" + "\n".join(web) + "\n",
        "## Python packages\n",
        "For running and building. Where several versions are locked, each is for other versions of Python.\n",
        "| package | version | licence |\n|---|---|---|\n" + "\n".join(python) + "\n",
    ]
    return "\n".join(parts)


def locked(lock: str) -> dict[str, list[str]]:
    """Return the locked versions of each package."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", lock, re.MULTILINE):
        versions.setdefault(name, []).append(version)
    return versions


def python_licence(name: str) -> str:
    """Return the SPDX expression of an installed package. Raises LicenceError."""
    try:
        expression = READ_FROM_FILES.get(name) or stated(distribution(name))
    except PackageNotFoundError:
        raise LicenceError(f"{name} is locked but not installed: run make setup.") from None
    if expression is None:
        raise LicenceError(
            f"{name} does not state its licence. Read its licence file and add it to READ_FROM_FILES in {__file__}."
        )
    return accepted(name, expression)


def stated(package: Distribution) -> str | None:
    """Return the licence that the metadata state as an SPDX expression, or None if they do not name exactly one."""
    metadata = package.metadata
    for text in (*metadata.get_all("License-Expression", ()), *metadata.get_all("License", ())):
        try:
            return canonicalize_license_expression(text)
        except InvalidLicenseExpression:
            continue
    classifiers = [name for name in metadata.get_all("Classifier") or () if name.startswith("License ::")]
    return CLASSIFIERS.get(classifiers[0]) if len(classifiers) == 1 else None


def accepted(name: str, expression: str) -> str:
    """Return the expression if one of its alternatives is compatible in all its parts. Raises LicenceError."""
    if not any(set(alternative.split(" AND ")) <= COMPATIBLE for alternative in expression.split(" OR ")):
        raise LicenceError(
            f"{name} is licensed under {expression}, which is not known to be compatible with the EUPL 1.2. "
            f"Replace the package, or add the licence to COMPATIBLE in {__file__} after checking it."
        )
    return expression


def manifest_packages() -> list[dict[str, Any]]:
    """Return the vendored packages, in the manifest's order. Raises LicenceError if a vendored folder is not listed."""
    packages: list[dict[str, Any]] = json.loads((MAPS / "vendor" / "manifest.json").read_text("utf-8"))["packages"]
    listed = {MAPS / package["folder"] / package["name"] for package in packages}
    for folder in (*(MAPS / "vendor").iterdir(), *(MAPS / "web" / "vendor").iterdir()):
        if folder.is_dir() and folder not in listed:
            raise LicenceError(f"{folder.relative_to(ROOT)} is not listed in maps/vendor/manifest.json.")
    return packages


def text_of(package: dict[str, Any]) -> str:
    """Return the link to a vendored package's licence text. Raises LicenceError if there is none."""
    for entry in package["files"]:
        if Path(entry["path"]).name.startswith("LICENSE"):
            return f"../maps/{package['folder']}/{entry['path']}"
    raise LicenceError(f"{package['name']} is vendored without its licence text: add it to maps/vendor/manifest.json.")


if __name__ == "__main__":
    sys.exit(main())
