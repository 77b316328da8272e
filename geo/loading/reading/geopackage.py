"""GeoPackage as SQLite stores it: values that differ from their column's type, which GDAL would coerce, are read raw.

SQLite checks no types: a column of dates may hold ``31.12.2022`` or 44926, for which GDAL delivers 1970-01-01, and a
column of a type that GDAL does not know is left out by it. One statement finds such columns; only they are read by
SQLite itself.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit, shown
from geo.loading.reading.arrow_values import not_utf8, simple
from geo.loading.reasons import of_values
from geo.loading.report import LoadRefused
from geo.text import Text

INTEGERS = {"int16": 2**15, "int32": 2**31, "int64": 2**63}
LARGEST_EXACT = 2**53
"""Beyond it, not every whole number is a floating point number too."""

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class GeoPackageValues:
    """The columns of a GeoPackage's table or view. ``info`` is what GDAL tells about it. Raises sqlite3.Error."""

    deleted = 0
    notes: tuple[Text, ...] = ()

    def __init__(self, path: Path, table: str, info: dict[str, Any]) -> None:
        self.path = path
        self.table = table
        types = zip(info["ogr_types"], info["dtypes"], strict=True)
        self.types: dict[str, tuple[str, str]] = {
            name: (ogr_type, str(dtype)) for name, (ogr_type, dtype) in zip(info["fields"], types, strict=True)
        }
        with self._open() as database:
            columns = [name for _, name, *_ in database.execute(f"pragma table_info({_quoted(table)})")]
            (self.counted,) = database.execute(f"select count(*) from {_quoted(table)}").fetchone()
            view = database.execute("select 1 from sqlite_master where name = ? and type = 'view'", [table]).fetchone()
        fid, geometry = info["fid_column"], info["geometry_name"]
        self.names = [name for name in columns if name not in {fid, geometry}]
        # GDAL numbers the rows of a view that names no feature number.
        self.fid = fid or ("null" if view else "rowid")

    def inexact(self, names: Sequence[str]) -> list[str]:
        """Return those columns that have values which GDAL would not deliver as they are."""
        tests = {name: self._misfit(name) for name in names if name in self.names}
        doubtful = {name: test for name, test in tests.items() if test}
        found: Sequence[int | None] = ()
        if doubtful:
            maxima = ", ".join(f"max({_quoted(name)} is not null and ({test}))" for name, test in doubtful.items())
            with self._open() as database:
                found = database.execute(f"select {maxima} from {_quoted(self.table)}").fetchone()
        return [
            *(name for name, test in tests.items() if not test),
            *(name for name, is_found in zip(doubtful, found, strict=True) if is_found),
        ]

    @contextmanager
    def reading(self, names: Sequence[str]) -> Iterator[Callable[[list[int]], dict[str, RawColumn]]]:
        """Give a function that returns these columns of the next rows, whose feature numbers GDAL has delivered."""
        listed = ", ".join([_expression(self.fid), *map(_quoted, names)])
        order = " order by 1" if self.fid == "rowid" else ""
        with self._open() as database:
            database.text_factory = _text
            cursor = database.execute(f"select {listed} from {_quoted(self.table)}{order}")

            def columns(fids: list[int]) -> dict[str, RawColumn]:
                rows = cursor.fetchmany(len(fids))
                if len(rows) < len(fids) or (self.fid != "null" and [row[0] for row in rows] != fids):
                    raise LoadRefused(
                        Text(
                            f"Die Zeilen von {self.path.name} sind in Unordnung, oder ein anderes Programm ändert sie "
                            "gerade.",
                            f"{self.path.name} has its rows in disorder, or another program is changing it.",
                        ),
                        Text(
                            "Schließen Sie die Programme, in denen die Datei offen ist, oder exportieren Sie sie noch "
                            "einmal.",
                            "Close the programs that have it open, or export it again.",
                        ),
                    )
                return {name: [self._value(name, row[place]) for row in rows] for place, name in enumerate(names, 1)}

            yield columns

    def _misfit(self, name: str) -> str | None:
        """Return the condition under which GDAL does not deliver a value as it is; None if it may do so with any."""
        column = _quoted(name)
        ogr_type, dtype = self.types.get(name, ("", ""))
        if ogr_type == "OFTString":
            # GDAL ends a text at a NUL.
            return f"typeof({column}) <> 'text' or instr(cast({column} as blob), x'00') > 0"
        if ogr_type == "OFTDate":
            # Without a modifier, SQLite takes the 30th of February as it is.
            return f"date({column}, '+0 days') is not {column}"
        if dtype == "bool":
            return f"typeof({column}) <> 'integer' or {column} not in (0, 1)"
        if dtype in INTEGERS:
            limit = INTEGERS[dtype]
            return f"typeof({column}) <> 'integer' or {column} not between {-limit} and {limit - 1}"
        if dtype == "float64":
            whole = f"typeof({column}) = 'integer' and {column} between {-LARGEST_EXACT} and {LARGEST_EXACT}"
            return f"typeof({column}) <> 'real' and not ({whole})"
        return None

    def _value(self, name: str, value: Any) -> Any:
        ogr_type, dtype = self.types.get(name, ("", ""))
        if ogr_type in {"OFTDate", "OFTDateTime"}:
            return _day(value)
        if dtype == "bool" and value in (0, 1) and isinstance(value, int):
            return bool(value)
        return simple(value)

    def _open(self) -> closing[sqlite3.Connection]:
        """Open the file for reading. Raises sqlite3.Error."""
        # QGIS leaves files in WAL mode, for which SQLite would make files beside them, in folders where it may not.
        being_written = any(self.path.with_name(self.path.name + end).exists() for end in ("-wal", "-journal"))
        mode = "mode=ro" if being_written else "mode=ro&immutable=1"
        return closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?{mode}", uri=True))


def _text(value: bytes) -> str | Unfit:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return not_utf8(value)


def _day(value: Any) -> Any:
    """Return a day or time as its ISO text. What is no such text is ``Unfit``, unless it is empty."""
    text = shown(value)
    if isinstance(value, Unfit) or not text:
        return value if text else None
    return text if isinstance(value, str) and DAY.match(text) else Unfit(text, of_values.NOT_THIS_DATE)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _expression(fid: str) -> str:
    return fid if fid in {"null", "rowid"} else _quoted(fid)
