"""Writes geo/records/layers/column_types.json from a migrated database: ``python -m scripts.column_types``."""

import json
import re
from pathlib import Path

from geo.migrate import connect_migrated
from geo.records.layers import LAYERS
from geo.settings import load_settings
from geo.store.catalogue import describe
from geo.store.database import Connection

FILE = Path(__file__).resolve().parent.parent / "geo" / "records" / "layers" / "column_types.json"
MODIFIER = re.compile(r"\(.*?\)")


def document(connection: Connection) -> str:
    """Return the file's content: by layer and column the type, and the layer referred to."""
    found: dict[str, dict[str, str]] = {}
    for layer in LAYERS:
        found[layer] = {
            column.name: MODIFIER.sub("", column.type) + (f" → {column.references}" if column.references else "")
            for column in describe(connection, layer).columns
        }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    with connect_migrated(load_settings()) as migrated:
        FILE.write_text(document(migrated), "utf-8")
