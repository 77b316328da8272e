"""Write maps/web/package-lock.json without any URL: ``make lock``.

By the setting in .npmrc, npm omits the packages' download URLs, but it keeps the URLs for funding.
"""

import json
import subprocess
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "maps" / "web"


def main() -> None:
    """Let npm resolve the packages in package.json, and remove the funding URLs from the lock file."""
    subprocess.run(["npm", "--prefix", WEB, "install", "--package-lock-only", "--silent"], check=True)
    path = WEB / "package-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
