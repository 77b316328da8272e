"""Reads a GML file by the XLeitstelle's model, writes it again, and prints its features: FILE AGAIN.

Run by the interpreter that has GDAL's Python bindings, with xplan-tools in its path (`make test-exchange`).
"""

# pyright: reportMissingImports=false
import json
import sys

from xplan_tools.interface import repo_factory


def main(file: str, again: str) -> None:
    """Print each feature with its type and the values that the model has accepted."""
    collection = repo_factory(file).get_all()
    repo_factory(again).save_all(collection)
    features = [
        {"type": feature.get_name(), **feature.model_dump(mode="json", exclude_none=True)}
        for feature in collection.get_features()
    ]
    print(json.dumps({"schema": collection.appschema, "version": collection.version, "features": features}))


if __name__ == "__main__":
    main(*sys.argv[1:])
