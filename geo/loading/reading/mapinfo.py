"""MapInfo tables (.tab, .mif), whose texts are in the encoding that they name, or in one that nobody says."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute

from geo.loading.converting.columns import RawColumn
from geo.loading.reading.gis import GisSource
from geo.loading.reading.source import Batch
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_files, of_refusals, of_values
from geo.loading.report import LoadRefused, Problem

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

CHARSET = re.compile(rb"charset\s+\"?(\w+)", re.IGNORECASE)
BEGINNING = 4096


class MapInfoSource(GisSource):
    """One MapInfo table. GDAL decodes its texts only if the table names their encoding."""

    def __init__(self, path: Path, layer: str, options: ReadingOptions) -> None:
        super().__init__(path, layer, replace(options, encoding=None))
        with path.open("rb") as file:
            charset = CHARSET.search(file.read(BEGINNING))
        is_named = charset is not None and charset[1].lower() != b"neutral"
        self.zeros: Counter[str] = Counter()
        self.texts = "utf-8" if is_named else _known(options.encoding or "utf-8")

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the features with the wanted columns. Texts that cannot be decoded are problems, zeros are told."""
        for batch in super().batches(wanted, with_geometry):
            columns, problems = dict(batch.columns), list(batch.problems)
            for name, column in batch.columns.items():
                assert not isinstance(column, list)
                if pa.types.is_string(column.type):
                    columns[name] = self._decoded(column, name, batch.rows.tolist(), problems)
                else:
                    self.zeros[name] += pc.sum(pc.equal(column.cast(pa.float64()), 0)).as_py() or 0
            yield replace(batch, columns=columns, problems=problems)
        self.notes += [of_files.zeros(name, rows) for name, rows in self.zeros.items() if rows]

    def _values(self, column: Any) -> RawColumn:
        # Decoded later: GDAL delivers bytes that are no UTF-8.
        return column

    def _decoded(self, column: pa.Array, name: str, rows: list[int], problems: list[Problem]) -> pa.Array:
        texts: list[str | None] = []
        for row, value in zip(rows, column.cast(pa.binary()).to_pylist(), strict=True):
            if value is None:
                texts.append(None)
                continue
            try:
                texts.append(value.decode(self.texts))
            except UnicodeDecodeError:
                texts.append(None)
                shown = value.decode(self.texts, "replace")
                problems.append(Problem(row, None, name, shown, of_values.undecodable(self.texts)))
        return pa.array(texts, pa.string())


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise LoadRefused(of_refusals.unknown_encoding(encoding), of_refusals.KNOWN_ENCODINGS) from error
