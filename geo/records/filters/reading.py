"""Parses a filter's text or JSON to a tree of limited size.

The parser of ``cql2`` recurses on the machine's stack and tries some brackets twice per level: a few thousand nested
operators crash the process, and thirty open brackets keep it busy for hours. Such filters are refused before parsing.
"""

import json
import re
from typing import Any, Literal

import cql2

from geo.records.filters.expression import FilterError, quoted

Language = Literal["cql2-text", "cql2-json"]

LONGEST = 1_000_000
DEEPEST = 50
LARGEST = 10_000
"""The maximum number of nodes of a tree, without coordinates."""
MOST_VERTICES = 10_000
NUMBERS = 4
"""The maximum number of nodes of a vertex: itself and its coordinates."""
MOST_WORDS = 1_000
MOST_EFFORT = 3_000_000
"""The maximum number of characters for the parser to read, where each open bracket around a character doubles it."""

NUMBER = r"[-+]?[\d.]+(?:[eE][-+]?\d+)?"
POSITION = rf"{NUMBER}(?:\s+{NUMBER}){{1,3}}"
WKT = re.compile(
    r"\b(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON)\s*(?:Z\s*)?"
    rf"\([\s(]*{POSITION}(?:[\s()]*,[\s(]*{POSITION})*[\s)]*\)",
    re.ASCII | re.IGNORECASE,
)
TOKEN = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|(?P<number>\d[\w.]*(?:[eE][-+]?\d+)?)|(?P<word>\w[\w.:]*)|(?P<bracket>[()\[\]{}])"
    r"|(?P<other>[^\s\w'\",()])"
)
OPERATORS = {"and", "or", "not", "in", "like", "between", "is", "null", "div"}
"""Words after which a bracket does not begin a function call."""


def parse(text: str, language: Language) -> Any:
    """Return the filter as a CQL2-JSON tree. Raises FilterError."""
    if "\0" in text:
        raise FilterError("The filter contains a NUL character.", "Remove it.")
    if len(text) > LONGEST:
        raise FilterError(f"The filter is longer than {LONGEST:,} characters.", "Simplify its geometries.")
    if language == "cql2-text":
        _check_text(text)
        tree = _by_cql2(text, is_json=False)
    else:
        # Checked before the parser sees it.
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise FilterError(
                f"The filter is not valid JSON ({error}).", "See https://www.opengis.net/doc/IS/cql2/1.0."
            ) from None
        check(given)
        tree = _by_cql2(text, is_json=True)
    check(tree)
    return tree


def check(tree: Any) -> None:
    """Raise FilterError if a tree is too deep or too large. Works without recursion."""
    nodes = 0
    waiting: list[tuple[Any, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > DEEPEST:
            raise FilterError("The filter is nested too deeply.", f"At most {DEEPEST} levels are allowed.")
        if nodes > LARGEST + NUMBERS * MOST_VERTICES:
            raise FilterError("The filter is too large.", f"At most {LARGEST:,} parts are allowed.")
        if isinstance(node, str) and "\0" in node:
            raise FilterError("The filter contains a NUL character.", "Remove it.")
        if isinstance(node, dict):
            waiting += [(value, depth + 1) for pair in node.items() for value in pair]
        elif isinstance(node, list):
            waiting += [(value, depth + 1) for value in node]


def _by_cql2(text: str, *, is_json: bool) -> Any:
    try:
        parsed = cql2.parse_json(text) if is_json else cql2.parse_text(text)
        return parsed.to_json()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of the parser is not an Exception
        raise FilterError(f"The filter cannot be read: {_reason(error)}.", "Check its spelling and brackets.") from None


def _reason(error: BaseException) -> str:
    """Return the parser's message, shortened; if it points to a place in the text, only that place."""
    text = str(error).encode("utf-8", "replace").decode()
    place = re.search(r"--> (\d+):(\d+)", text)
    if not place:
        return " ".join(text.split())[:200].rstrip(".")
    return f"there is an error at line {place[1]}, character {place[2]}"


def _check_text(text: str) -> None:
    # Brackets and signs within a WKT geometry are harmless.
    bare = WKT.sub(_without_coordinates, text)
    words = depth = effort = last = 0
    is_call = False
    calls: list[bool] = []
    for token in TOKEN.finditer(bare):
        effort += (token.end() - last) << depth
        last = token.end()
        words += token.lastgroup in ("word", "other")
        if words > MOST_WORDS or effort > MOST_EFFORT or len(calls) > DEEPEST:
            raise FilterError("The filter is too long or nested too deeply.", "Use fewer brackets and words.")
        if token[0] in "([{":
            calls.append(is_call)
            depth += not is_call
        elif token[0] in ")]}":
            if not calls:
                raise FilterError(f"The bracket closed at character {token.end()} was never opened.")
            depth -= not calls.pop()
        is_call = token.lastgroup == "word" and token[0].lower() not in OPERATORS
    if calls:
        raise FilterError("A bracket is opened but never closed.", "Close it.")


def _without_coordinates(found: re.Match[str]) -> str:
    """Return a text of the same length that keeps only the surplus brackets of the geometry."""
    surplus = ")" * (found[0].count(")") - found[0].count("("))
    missing = "(" * (found[0].count("(") - found[0].count(")"))
    return "POINT".ljust(len(found[0]) - len(surplus + missing)) + surplus + missing


def unknown(name: object, what: str, known: list[str]) -> FilterError:
    """Return the exception for a name that is not among the known ones."""
    return FilterError(f"{quoted(name)} is not a known {what}.", f"Known: {', '.join(known)}.")
