"""docs/architecture.md and its picture match the code."""

import ast
import re
from collections.abc import Iterator

import pytest

from scripts import architecture_picture
from tests.remains import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "architecture.md"
REFERENCES = sorted(set(re.findall(r"`((?:geo|maps|api)/[\w./]+):([\w.]+)`", DOCUMENT.read_text("utf-8"))))


def names(tree: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[str]:
    """Yield the functions, classes and methods that a module defines."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from names(node, f"{prefix}{node.name}.")


@pytest.mark.parametrize(("path", "name"), REFERENCES, ids=[f"{path}:{name}" for path, name in REFERENCES])
def test_the_document_names_existing_code(path: str, name: str) -> None:
    """Each `path:name` is a function, class or method of that file, or a procedure of that SQL file."""
    file = REPOSITORY / path
    assert file.is_file(), f"docs/architecture.md names {path}, which does not exist: name the file that does this now."
    text = file.read_text("utf-8")
    if file.suffix == ".py":
        found = set(names(ast.parse(text)))
    else:
        found = set(re.findall(r"create (?:or replace )?(?:function|procedure) (\w+)", text))
    assert name in found, f"docs/architecture.md names {name}, which {path} does not define: name what does this now."


def test_the_document_describes_all_flows() -> None:
    """Request, load, figure, tile and edit, each in several steps; the folders and documents that it names exist."""
    text = DOCUMENT.read_text("utf-8")
    flows = re.split(r"^### ", text.partition("## The flows")[2].partition("## Where")[0], flags=re.MULTILINE)[1:]
    assert [flow.split()[1] for flow in flows] == ["request:", "load", "figure", "tile", "edit"]
    assert all(len(re.findall(r"^\d+\. ", flow, re.MULTILINE)) >= 4 for flow in flows)
    for path in re.findall(r"`((?:geo|maps|api|tests)/[\w./]*)`", text):
        assert (REPOSITORY / path).exists(), f"docs/architecture.md names {path}, which does not exist."
    for link in re.findall(r"\]\(([\w./]+)\)", text):
        assert (DOCUMENT.parent / link).is_file(), f"docs/architecture.md links to {link}, which does not exist."


def test_each_neighbourhood_is_described() -> None:
    """Each package directly below geo/ has a row in the table."""
    table = DOCUMENT.read_text("utf-8").partition("| `geo/` |")[2].partition("| `maps/` |")[0]
    folders = {path.parent.name for path in (REPOSITORY / "geo").glob("*/__init__.py")}
    assert folders <= set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_the_picture_is_drawn_from_todays_imports() -> None:
    """It must be drawn again when modules or the imports between neighbourhoods change."""
    drawn = architecture_picture.PICTURE.read_text("utf-8")
    assert drawn == architecture_picture.picture(), "run .venv/bin/python -m scripts.architecture_picture"


def test_boxes_are_drawn_above_what_they_import() -> None:
    """The longest chain of imports determines the row; an import implied by others gets no arrow."""
    edges = {"app": {"land", "records", "store"}, "land": {"records"}, "records": {"store"}, "store": set()}
    assert architecture_picture.rows(edges) == [["app"], ["land"], ["records"], ["store"]]
    assert architecture_picture.reduced(edges) == {
        "app": {"land"},
        "land": {"records"},
        "records": {"store"},
        "store": set(),
    }


def test_circular_imports_cannot_be_drawn() -> None:
    """The error names the modules that form the cycle."""
    with pytest.raises(ValueError, match=r"^land, records import each other in a cycle\.$"):
        architecture_picture.rows({"records": {"land"}, "land": {"records"}})
