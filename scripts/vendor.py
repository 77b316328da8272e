"""Fetches the JavaScript and CSS that the maps contain from npm: ``make vendor``.

maps/vendor/manifest.json lists each package with its version, its licence, the folder below maps/ for its files, and
the checksum of every file taken from it. By default the fetched files must match these checksums; ``--update`` writes
the checksums of the fetched files, after a change of version.
"""

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

MAPS = Path(__file__).resolve().parent.parent / "maps"
MANIFEST = MAPS / "vendor" / "manifest.json"


def main() -> int:
    """Fetch every package of the manifest; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="accept changed files and write their checksums")
    update = parser.parse_args().update
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text("utf-8"))
    changed = [path for package in manifest["packages"] for path in fetch(package, update)]
    if changed and not update:
        print(f"Differ from {MANIFEST.name}: {', '.join(changed)}. Run with --update to accept.", file=sys.stderr)
        return 1
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


def fetch(package: dict[str, Any], update: bool) -> list[str]:
    """Write the package's files; return those whose checksum differs, which are written only with ``update``."""
    changed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, tarfile.open(pack(package, Path(folder))) as archive:
        for entry in package["files"]:
            member = archive.extractfile(entry["from"])
            if member is None:
                raise FileNotFoundError(f"{package['name']} {package['version']} has no file {entry['from']}")
            content = member.read()
            checksum = sha256(content).hexdigest()
            if checksum != entry["sha256"]:
                changed.append(entry["path"])
            if update or checksum == entry["sha256"]:
                entry["sha256"] = checksum
                target = MAPS / package["folder"] / entry["path"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
    return changed


def pack(package: dict[str, Any], folder: Path) -> Path:
    """Download the package's archive from npm's configured registry and return its path."""

    subprocess.run(
        ["npm", "pack", f"{package['name']}@{package['version']}", "--silent", "--pack-destination", folder],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.tgz")
    return archive


if __name__ == "__main__":
    sys.exit(main())
