"""Fetches the JavaScript and CSS that maps carry with them from npm: ``make vendor``.

maps/vendor/manifest.json names each package with its version, its licence, the folder below maps/ in which its files
go, and the checksum of every file taken from it.
Without an option the files must match those checksums; ``--update`` writes the checksums of what npm gave, for a
change of version.
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
    """Fetch every package of the manifest; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="accept changed files and write their checksums")
    update = parser.parse_args().update
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text("utf-8"))
    changed = [path for package in manifest["packages"] for path in fetch(package, update)]
    if changed and not update:
        print(f"Not as in {MANIFEST.name}: {', '.join(changed)}. Run with --update to accept.", file=sys.stderr)
        return 1
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


def fetch(package: dict[str, Any], update: bool) -> list[str]:
    """Write the package's files; returns those whose checksum differs (they are written only on ``update``)."""
    changed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, tarfile.open(pack(package, Path(folder))) as archive:
        for entry in package["files"]:
            member = archive.extractfile(entry["from"])
            if member is None:
                raise FileNotFoundError(f"{entry['from']} is no file of {package['name']} {package['version']}")
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
    """The package's archive, from the registry that npm is set up with."""
    subprocess.run(
        ["npm", "pack", f"{package['name']}@{package['version']}", "--silent", "--pack-destination", folder],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.tgz")
    return archive


if __name__ == "__main__":
    sys.exit(main())
