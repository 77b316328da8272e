"""Which columns hold keys, and what a file's spelling of keys and texts has cost: told, never changed in silence."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute

from geo.loading.converting.columns import UNUSUAL_IN_KEYS, RawColumn
from geo.loading.converting.values import Converter, Decimals, converter, to_key, to_keys, to_text, to_texts
from geo.loading.report import LoadRefused
from geo.records.layers import LAYERS
from geo.store.catalogue import Table, TableColumn
from geo.text import Text, key_text, stored_text

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

KEYS = frozenset({"source_id", "key", "parent_key", "kpi", "cluster", "parcels"})
"""Columns by which records are recognised or grouped; references and columns with a code list are keys as well."""

UNUSUAL = re.compile(UNUSUAL_IN_KEYS)

PLAIN_SPACES = " \t\r\n"
"""What goes at the ends of a text without being told."""

COMPOSED = {to_text, to_texts}
IN_FORM = {to_key, to_keys}


def converter_of(table: Table, column: TableColumn, decimals: Decimals) -> Converter:
    """Return the converter to a column of a layer: texts that are keys get the form of keys."""
    if column.references:
        return to_key
    if column.type in {"text", "text[]"} and _is_key(table, column.name):
        return to_key if column.type == "text" else to_keys
    return converter(column.type, decimals)


def named_codes(codes: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the mapping's codes by their names in the form of keys. Raises LoadRefused if two names become one."""
    found: dict[str, dict[str, Any]] = {}
    for column, translations in codes.items():
        named = found.setdefault(column, {})
        for name, value in translations.items():
            if named.setdefault(key_text(name), value) != value:
                raise LoadRefused(
                    Text(
                        f"Die Zuordnung übersetzt {name} in {column} auf zwei Weisen.",
                        f"The mapping translates {name} of {column} in two ways.",
                    ),
                    Text("Die Namen sehen gleich aus: Behalten Sie einen.", "The names look the same: keep one."),
                )
    return found


class Respelt(NamedTuple):
    """How many cells of a column were spelt in another form, and the first of them as delivered."""

    cells: int
    example: str


def respelt(column: RawColumn, converter: Converter) -> Respelt | None:
    """Return how many of a file's cells are stored in another form than delivered, plain spaces at the ends aside."""
    if converter not in COMPOSED | IN_FORM:
        return None
    stored = key_text if converter in IN_FORM else _trimmed
    counted = _unusual(column, converter in IN_FORM)
    changed = {text: count for text, count in counted.items() if stored(text) != text.strip(PLAIN_SPACES)}
    return Respelt(sum(changed.values()), next(iter(changed))) if changed else None


def _trimmed(text: str) -> str:
    return stored_text(text.strip())


def _unusual(column: RawColumn, is_key: bool) -> Counter[str]:
    """Return the texts that the form may change, and how often they occur."""
    if isinstance(column, list) or not pa.types.is_string(column.type):
        cells = column if isinstance(column, list) else column.to_pylist()
        parts = (part for cell in cells for part in (cell if isinstance(cell, list) else [cell]))
        return Counter(part for part in parts if isinstance(part, str) and UNUSUAL.search(part))
    if is_key:
        unusual = column.filter(pc.match_substring_regex(column, UNUSUAL_IN_KEYS))
    else:
        composed = pc.utf8_normalize(pc.utf8_trim_whitespace(column), "NFC")
        unusual = column.filter(pc.not_equal(composed, pc.utf8_trim(column, PLAIN_SPACES)))
    return Counter({each["values"]: each["counts"] for each in unusual.value_counts().to_pylist()})


def _is_key(table: Table, name: str) -> bool:
    return name in KEYS or any(column.name == name and column.codes for column in LAYERS[table.name].columns)
