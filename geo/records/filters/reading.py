"""A filter's text or JSON becomes a tree of bounded size.

The parser of ``cql2`` recurses on the machine's stack and tries some brackets twice a level: a few thousand nested
signs end the process, thirty open brackets take it for hours. Whatever could do so is refused before.
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
"""The most nodes of a tree, besides coordinates."""
MOST_VERTICES = 10_000
NUMBERS = 4
"""The most nodes of a vertex: itself and its coordinates."""
MOST_WORDS = 1_000
MOST_EFFORT = 3_000_000
"""Characters that the parser may read, counting each twice for every open bracket around it."""

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
"""Words after which a bracket is no call of a function."""


def parse(text: str, language: Language) -> Any:
    """The filter as the tree of CQL2-JSON. Raises FilterError."""
    if "\0" in text:
        raise FilterError("The filter contains a NUL character.", "Leave it out.")
    if len(text) > LONGEST:
        raise FilterError(f"The filter is longer than {LONGEST:,} characters.", "Simplify its geometries.")
    if language == "cql2-text":
        _check_text(text)
        tree = _by_cql2(text, is_json=False)
    else:
        # Judged before it is parsed, by its own brackets.
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise FilterError(
                f"The filter is no JSON ({error}).", "See https://www.opengis.net/doc/IS/cql2/1.0."
            ) from None
        check(given)
        tree = _by_cql2(text, is_json=True)
    check(tree)
    return tree


def check(tree: Any) -> None:
    """Refuse a tree that is too deep or too large, without recursion."""
    nodes = 0
    waiting: list[tuple[Any, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > DEEPEST:
            raise FilterError("The filter is nested too deeply.", f"At most {DEEPEST} levels are understood.")
        if nodes > LARGEST + NUMBERS * MOST_VERTICES:
            raise FilterError("The filter is too large.", f"At most {LARGEST:,} parts are understood.")
        if isinstance(node, str) and "\0" in node:
            raise FilterError("The filter contains a NUL character.", "Leave it out.")
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
    except BaseException as error:  # a panic of the parser is no Exception
        raise FilterError(f"The filter cannot be read: {_reason(error)}.", "Check its spelling and brackets.") from None


def _reason(error: BaseException) -> str:
    """The parser's message; of a drawing only where it points to and the last line, shortened."""
    text = str(error).encode("utf-8", "replace").decode()
    place = re.search(r"--> (\d+):(\d+)", text)
    if not place:
        return " ".join(text.split())[:200].rstrip(".")
    return f"it breaks off at line {place[1]}, character {place[2]}"


def _check_text(text: str) -> None:
    # A geometry's brackets and signs are harmless, once it is known to be one.
    bare = WKT.sub(_without_coordinates, text)
    words = depth = effort = last = 0
    is_call = False
    calls: list[bool] = []
    for token in TOKEN.finditer(bare):
        effort += (token.end() - last) << depth
        last = token.end()
        words += token.lastgroup in ("word", "other")
        if words > MOST_WORDS or effort > MOST_EFFORT or len(calls) > DEEPEST:
            raise FilterError("The filter is too long or nested too deeply.", "Write it with fewer brackets and words.")
        if token[0] in "([{":
            calls.append(is_call)
            depth += not is_call
        elif token[0] in ")]}":
            if not calls:
                raise FilterError(f"A bracket is closed at character {token.end()} that was never opened.")
            depth -= not calls.pop()
        is_call = token.lastgroup == "word" and token[0].lower() not in OPERATORS
    if calls:
        raise FilterError("A bracket is opened and never closed.", "Close it.")


def _without_coordinates(found: re.Match[str]) -> str:
    """As long a text that keeps only the brackets behind the geometry's own."""
    surplus = ")" * (found[0].count(")") - found[0].count("("))
    missing = "(" * (found[0].count("(") - found[0].count(")"))
    return "POINT".ljust(len(found[0]) - len(surplus + missing)) + surplus + missing


def unknown(name: object, what: str, known: list[str]) -> FilterError:
    """What is raised for a name that is not among the known ones."""
    return FilterError(f"{quoted(name)} is no {what} here.", f"Known are: {', '.join(known)}.")
