"""Reading of WKB and WKT with the kinds of geometry that GEOS does not know: those with arcs, and surfaces."""

import re
import struct
from collections.abc import Iterator

import numpy as np

from geo.loading.curves import Node, NotAGeometry, Points

KINDS = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
    8: "CircularString",
    9: "CompoundCurve",
    10: "CurvePolygon",
    11: "MultiCurve",
    12: "MultiSurface",
    15: "PolyhedralSurface",
    16: "TIN",
    17: "Triangle",
}
BY_NAME = {kind.upper(): kind for kind in KINDS.values()}
# Their parts are bare lists of points, or of rings, without a kind of their own.
HAS_RINGS = frozenset({"Polygon", "Triangle"})
HAS_POINTS = frozenset({"LineString", "CircularString"})
# What a part in parentheses without a name is, by the kind that it is in.
BARE_PART = {
    "Polygon": "LineString",
    "Triangle": "LineString",
    "MultiPoint": "Point",
    "MultiLineString": "LineString",
    "MultiPolygon": "Polygon",
    "CompoundCurve": "LineString",
    "CurvePolygon": "LineString",
    "MultiCurve": "LineString",
    "MultiSurface": "Polygon",
    "PolyhedralSurface": "Polygon",
    "TIN": "Polygon",
}
DEEPEST = 8
"""How deeply collections may be nested."""

EWKB_Z, EWKB_M, EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


def node_from_wkb(data: bytes) -> Node:
    """Read ISO WKB or EWKB. Heights and measures are dropped. Raises NotAGeometry."""
    try:
        node, end = _from_wkb(data, 0, 0)
    except (struct.error, KeyError, IndexError) as error:
        raise NotAGeometry from error
    if end != len(data):
        raise NotAGeometry
    return node


def _from_wkb(data: bytes, at: int, depth: int) -> tuple[Node, int]:
    if depth > DEEPEST or data[at] > 1:
        raise NotAGeometry
    order = "<" if data[at] else ">"
    (code,) = struct.unpack_from(f"{order}I", data, at + 1)
    at += 9 if code & EWKB_SRID else 5
    plain = code & 0x0FFFFFFF
    dimensions = (2, 3, 3, 4)[plain // 1000] + bool(code & EWKB_Z) + bool(code & EWKB_M)
    kind = KINDS[plain % 1000]
    if kind == "Point":
        return Node(kind, *_coordinates(data, at, order, 1, dimensions)), at + 8 * dimensions
    (count,) = struct.unpack_from(f"{order}I", data, at)
    at += 4
    if kind in HAS_POINTS:
        return Node(kind, *_coordinates(data, at, order, count, dimensions)), at + 8 * dimensions * count
    parts: list[Node] = []
    for _ in range(count):
        if kind in HAS_RINGS:
            (length,) = struct.unpack_from(f"{order}I", data, at)
            part = Node("LineString", *_coordinates(data, at + 4, order, length, dimensions))
            at += 4 + 8 * dimensions * length
        else:
            part, at = _from_wkb(data, at, depth + 1)
        parts.append(part)
    return Node(kind, parts=parts), at


def _coordinates(data: bytes, at: int, order: str, count: int, dimensions: int) -> tuple[Points]:
    if at + 8 * count * dimensions > len(data):
        raise NotAGeometry
    numbers = np.frombuffer(data, f"{order}f8", count * dimensions, at)
    return (numbers.reshape(count, dimensions)[:, :2].astype(np.float64),)


CODES = {kind: code for code, kind in KINDS.items()}


def wkb_from_node(node: Node) -> bytes:
    """Return WKB of a geometry as it was read: rings that are not closed stay so, for the checks to find them."""
    head = struct.pack("<BI", 1, CODES[node.kind])
    if node.points is not None:
        count = b"" if node.kind == "Point" else struct.pack("<I", len(node.points))
        return head + count + node.points.astype("<f8").tobytes()
    parts = b"".join(wkb_from_node(part)[5:] if node.kind in HAS_RINGS else wkb_from_node(part) for part in node.parts)
    return head + struct.pack("<I", len(node.parts)) + parts


TOKEN = re.compile(r"\s*([A-Za-z]+|[(),]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|$)")


def node_from_wkt(text: str) -> Node:
    """Read WKT, in which parts may have names of their own. Heights and measures are dropped. Raises NotAGeometry."""
    tokens = _tokens(text)
    try:
        node = _from_wkt(tokens, _word(next(tokens)), 0)
    except StopIteration as error:
        raise NotAGeometry from error
    if next(tokens, ""):
        raise NotAGeometry
    return node


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while found := TOKEN.match(text, at):
        yield found[1]
        if found.end() == at or found[1] == "":
            return
        at = found.end()
    raise NotAGeometry


def _word(token: str) -> str:
    name = token.upper()
    # PostGIS appends the dimensions to the name, as in CIRCULARSTRINGZ.
    kind = BY_NAME.get(name) or BY_NAME.get(re.sub(r"(ZM|Z|M)$", "", name))
    if kind is None:
        raise NotAGeometry
    return kind


def _from_wkt(tokens: Iterator[str], kind: str, depth: int) -> Node:
    token = next(tokens)
    if token.upper() in {"Z", "M", "ZM"}:
        token = next(tokens)
    if token.upper() == "EMPTY":
        return Node(kind, np.empty((0, 2))) if kind in HAS_POINTS or kind == "Point" else Node(kind)
    return _in_parentheses(tokens, token, kind, depth)


def _in_parentheses(tokens: Iterator[str], token: str, kind: str, depth: int) -> Node:
    if token != "(" or depth > DEEPEST:
        raise NotAGeometry
    if kind in HAS_POINTS or kind == "Point":
        return Node(kind, _point_list(tokens))
    parts: list[Node] = []
    while True:
        token = next(tokens)
        if token == "(":
            if kind not in BARE_PART:
                raise NotAGeometry
            parts.append(_in_parentheses(tokens, token, BARE_PART[kind], depth + 1))
        else:
            parts.append(_from_wkt(tokens, _word(token), depth + 1))
        match next(tokens):
            case ",":
                continue
            case ")":
                return Node(kind, parts=parts)
        raise NotAGeometry


def _point_list(tokens: Iterator[str]) -> Points:
    points: list[list[float]] = [[]]
    for token in tokens:
        match token:
            case ",":
                points.append([])
            case ")":
                break
            case _:
                points[-1].append(_number(token))
    if any(not 2 <= len(point) <= 4 for point in points):
        raise NotAGeometry
    return np.array([point[:2] for point in points], np.float64)


def _number(token: str) -> float:
    try:
        return float(token)
    except ValueError as error:
        raise NotAGeometry from error
