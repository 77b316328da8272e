"""How a file is read: what it does not say itself, and which part of it is meant."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """What users may say about a file. Everything left out is found out, or asked for by a refusal.

    ``decimal`` is the decimal separator (``,`` or ``.``), for files in which numbers such as ``1.234`` are ambiguous;
    ``sheet`` the name of a workbook's sheet; ``layer`` that of a GIS file's layer; ``header_row`` the row number of the
    column names, counted from 1; ``hidden_rows`` says what becomes of rows that a spreadsheet hides.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    layer: str | None = None
    header_row: int | None = None
    hidden_rows: Literal["skip", "load"] | None = None
