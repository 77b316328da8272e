"""Which of a layer's columns those of a file resemble, by name, label and content; and which layer a file resembles."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from geo.loading.columns import POINT_COLUMNS, WKT_COLUMN
from geo.loading.converting.codes import CodeTable, folded
from geo.loading.profiling import ColumnProfile, Kind
from geo.records.layers.layer import COMMON_COLUMNS, Layer
from geo.store.catalogue import Table, TableColumn

CLOSE_ENOUGH = 0.84
"""The smallest similarity of two names at which one is suggested for the other."""

HALF = 0.5
# How German offices and GIS programs head coordinates and identifiers.
EASTINGS = {"x", "e", "ost", "ostwert", "rechtswert", "rw", "east", "easting", "lon", "longitude", "laenge"}
NORTHINGS = {"y", "n", "nord", "nordwert", "hochwert", "hw", "north", "northing", "lat", "latitude", "breite"}
IDENTIFIERS = re.compile(r"\b(id|nr|nummer|kennung|key|uuid|objid|objectid|gmlid|oid|fid|schluessel|kennzeichen)\b")
SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "_": " ", "-": " ", ".": " "})


@dataclass(frozen=True, slots=True)
class Match:
    """A column of a file and the layer's column that it resembles, from 0 (not at all) to 1 (by its very name)."""

    header: str
    target: str
    likeness: float


def suggest(layer: Layer, table: Table, profiles: list[ColumnProfile], *, reads_geometry: bool) -> list[Match]:
    """Return the best assignment of the file's columns to the layer's, each used once at most.

    ``reads_geometry`` is whether the file's format has geometries of its own.
    """
    candidates = [
        Match(profile.header, target, likeness)
        for profile in profiles
        for target, likeness in _targets(layer, table, profile, reads_geometry)
    ]
    chosen: dict[str, Match] = {}
    used: set[str] = set()
    for match in sorted(candidates, key=lambda match: -match.likeness):
        if match.header not in used and match.target not in chosen:
            chosen[match.target] = match
            used.add(match.header)
    if "source_id" not in chosen and (found := _identifier(profiles, used)):
        chosen["source_id"] = found
    return list(chosen.values())


def resemblance(matches: list[Match], profiles: list[ColumnProfile], table: Table, geometry_fits: bool) -> float:
    """Return how much a file resembles a layer, from 0 to 1, by its columns' matches and the type of its geometries.

    What only one of both has counts against it, and columns that every layer has do not count for it.
    """
    own = [match for match in matches if match.target not in {*COMMON_COLUMNS, *POINT_COLUMNS, WKT_COLUMN, "name"}]
    required = {column.name for column in table.loadable if column.required and not column.has_default}
    matched = sum(match.likeness for match in own)
    lacking = len(required - {match.target for match in matches} - {"source_id"})
    largest = max(len(profiles), 1)
    return max(matched / (largest + lacking), 0.0) * (1.0 if geometry_fits else 0.3)


def _targets(layer: Layer, table: Table, profile: ColumnProfile, reads_geometry: bool) -> list[tuple[str, float]]:
    head = _plain(profile.header)
    if table.geometry_type and not reads_geometry:
        if profile.kind is Kind.WKT:
            return [(WKT_COLUMN, 1.0)]
        if table.geometry_type == "Point" and profile.kind is Kind.NUMBER and head in EASTINGS | NORTHINGS:
            return [("x" if head in EASTINGS else "y", 1.0)]
    found: list[tuple[str, float]] = []
    for column in table.loadable:
        likeness = _likeness(layer, column, profile, head)
        if likeness >= CLOSE_ENOUGH:
            found.append((column.name, likeness))
    return found


def _likeness(layer: Layer, column: TableColumn, profile: ColumnProfile, head: str) -> float:
    """Return how much a file's column resembles one of the layer's: by name and label, and by what it holds."""
    label = layer.label(column.name)
    names = {_plain(column.name), _plain(label.de), _plain(label.en)}
    names |= {_plain(text.partition(" (")[0]) for text in label}
    by_name = max(_similar(head, name) for name in names)
    # Whoever names a column as ours means it, whatever it holds: what cannot be read is refused then.
    if by_name < 1 and not _can_hold(column, profile):
        return 0.0
    codes = layer.column(column.name).codes if layer.has_column(column.name) else None
    if codes and profile.values and profile.is_complete:
        table = CodeTable({}, codes)
        known = sum(table.translated(value) in codes for value in profile.values) / len(profile.values)
        # That most values are codes of a column, or labels of its codes, says more than how they are headed.
        return max(by_name, CLOSE_ENOUGH + known / 10 if known > HALF else 0.0)
    return by_name


def _can_hold(column: TableColumn, profile: ColumnProfile) -> bool:
    if profile.kind is Kind.EMPTY or column.references:
        return True
    if column.type == "date":
        return profile.kind is Kind.DATE
    if column.type.startswith(("numeric", "integer", "bigint")):
        return profile.kind is Kind.NUMBER
    if column.type == "boolean":
        return profile.kind in {Kind.TRUTH, Kind.NUMBER} or len(profile.values) <= 2
    return True


def _identifier(profiles: list[ColumnProfile], used: set[str]) -> Match | None:
    """Return the column that identifies the file's rows, if one does by its name and its values."""
    unique = [profile for profile in profiles if profile.is_unique and profile.header not in used]
    named = [profile for profile in unique if IDENTIFIERS.search(_plain(profile.header))]
    return Match(named[0].header, "source_id", 0.9) if named else None


def _similar(head: str, name: str) -> float:
    return 1.0 if head == name else SequenceMatcher(None, head, name).ratio()


def _plain(text: str) -> str:
    # Folding has made ß into ss.
    return " ".join(folded(text).translate(SPELLINGS).split())
