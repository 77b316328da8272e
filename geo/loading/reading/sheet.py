"""XLSX: reads the sheet named like the layer, or else the first one. Cells keep the types they have in Excel."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from geo.loading.converting.values import Decimals
from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.reading_options import ReadingOptions
from geo.loading.report import LoadRefused


class SheetSource(Source):
    """One sheet of a workbook."""

    def __init__(self, path: Path, layer: str, options: ReadingOptions) -> None:
        super().__init__()
        self.path = path
        self.decimals = Decimals(options.decimal or ",", certain=bool(options.decimal))
        with self._quiet(), closing(self._workbook()) as book:
            if not book.sheetnames:
                raise LoadRefused(f"{path.name} has no sheet.", "Save the table as a sheet of the workbook.")
            self.sheet = layer if layer in book.sheetnames else book.sheetnames[0]
            sheet = book[self.sheet]
            header = next(sheet.iter_rows(values_only=True), ())
            self.total = max(sheet.max_row - 1, 0) if sheet.max_row else None
        self.names = ["" if cell is None else str(cell) for cell in header]

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the rows with the wanted columns, in batches. Rows without any value are skipped."""
        places = [self.names.index(name) for name in wanted]
        with closing(self._workbook()) as book:
            cells_of_rows = guarded(book[self.sheet].iter_rows(min_row=2, values_only=True), self._quiet)
            numbered = enumerate(cells_of_rows, 2)
            while block := list(islice(numbered, BATCH_ROWS)):
                rows = [(n, cells) for n, cells in block if any(cell not in (None, "") for cell in cells)]
                if rows:
                    columns: dict[str, Any] = {
                        name: [cells[place] if place < len(cells) else None for _, cells in rows]
                        for name, place in zip(wanted, places, strict=True)
                    }
                    yield Batch(np.array([number for number, _ in rows], np.int64), columns)

    def _workbook(self) -> Any:
        try:
            with self._quiet():
                return openpyxl.load_workbook(self.path, read_only=True, data_only=True)
        except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
            raise LoadRefused(
                f"{self.path.name} is not an Excel workbook, or is damaged.", "Save it again as .xlsx."
            ) from error

    @staticmethod
    @contextmanager
    def _quiet() -> Iterator[None]:
        # openpyxl warns about styles and validations that it skips; they do not affect the values.
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            yield
