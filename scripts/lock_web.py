"""Write maps/web/package-lock.json anew, without any address: ``make lock``.

npm leaves out where packages were fetched from, as .npmrc says, but keeps where their authors ask for money.
"""

import json
import subprocess
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "maps" / "web"


def main() -> None:
    """Let npm resolve what package.json names, and take the addresses out of what it writes."""
    subprocess.run(["npm", "--prefix", WEB, "install", "--package-lock-only", "--silent"], check=True)
    path = WEB / "package-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
