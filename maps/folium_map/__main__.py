"""Draw the overview map: ``python -m maps.folium_map`` turns its content (JSON on stdin) into the document (stdout)."""

import json
import sys

from geo.unused_imports import block_imports


def main() -> None:
    """Read the content and write the document."""
    block_imports()
    from maps.folium_map.overview import document

    sys.stdout.buffer.write(document(json.load(sys.stdin.buffer)).encode())


if __name__ == "__main__":
    main()
