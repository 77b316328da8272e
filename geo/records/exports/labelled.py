"""The content of lists for people: labels as headings, words instead of codes, and what Excel reads as it is meant."""

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import date

from psycopg import sql

from geo.csv_cells import csv_cell
from geo.file_names import file_name
from geo.periods import CITY_TIME
from geo.records.exports.export import Export, Field, Kind
from geo.records.exports.fields import cell, csv_safe, kind_of
from geo.records.layers.layer import COMMON_COLUMNS, Codes, Column, Layer, Text
from geo.records.search.titles import referred, target_of
from geo.settings import Language

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which Excel knows that a text is UTF-8."""

INTERNAL = Text("intern", "internal")
NOT_TO_BE_PASSED_ON = Text("intern – nicht zur Weitergabe", "internal – not to be passed on")
YES_AND_NO = {"true": Text("ja", "yes"), "false": Text("nein", "no")}
LONGEST_SHEET_NAME = 31

READ_OTHERWISE = (
    r"^\s*([0-9.,][0-9 .,:/%€eE+-]*|wahr|falsch|(?=.*[0-9])[0-9]{0,4}[ ./-]*"
    r"(jan(uar)?|feb(ruar)?|mär(z)?|apr(il)?|mai|juni?|juli?|aug(ust)?|sep(tember)?|okt(ober)?|nov(ember)?|dez(ember)?)"
    r"[ ./-]*[0-9]{0,4})\s*$"
)
"""Matches a text that a German Excel takes for something else: of the key 05 it makes 5, of house number 3/5 a day in
May, of 5.000 a number. Valid in PostgreSQL, without regard to case."""


def list_fields(export: Export, types: Iterable[tuple[str, str]]) -> list[Field]:
    """Return the columns of a list in the requested order; ``types`` are names and types of the view's columns."""
    known = dict(types)
    return [Field(name, kind_of(known[name])) for name in export.wanted.properties]


def written_kind(export: Export, field: Field) -> Kind:
    """Return the type of a field's cells: text if words stand for its values."""
    is_named = target_of(export.layer, field.name, export.audiences) is not None
    return Kind.TEXT if is_named or _is_worded(export.layer, field) else field.kind


def heading(layer: Layer, name: str, language: Language) -> str:
    """Return a column's label with its unit: Restfläche (m²)."""
    column = _column(layer, name)
    label = column.label.in_language(language)
    return f"{label} ({column.unit.symbol(language)})" if column.unit else label


def list_file_name(export: Export, day: date) -> str:
    """Return the name of a list's file in words: Gewerbegrundstücke-intern-2023-12-31.csv."""
    words = [export.layer.title, *([INTERNAL] if export.is_internal else [])]
    return file_name(" ".join(word.in_language(export.language) for word in words), day, export.format.suffix)


def sheet_name(export: Export) -> str:
    """Return the name of a list's sheet, which says whether it is internal."""
    mark = f" ({INTERNAL.in_language(export.language)})" if export.is_internal else ""
    title = re.sub(r"[\[\]:*?/\\]", " ", export.layer.title.in_language(export.language))
    return f"{title[: LONGEST_SHEET_NAME - len(mark)]}{mark}"


def mark(export: Export) -> str:
    """Return the note that a list is not for the public; an empty text for one that is."""
    return NOT_TO_BE_PASSED_ON.in_language(export.language) if export.is_internal else ""


def first_lines(export: Export, fields: Iterable[Field]) -> bytes:
    """Return what a CSV file has before its records: that it is internal, if it is, and the headings."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\n")
    if internal := mark(export):
        writer.writerow([internal])
    writer.writerow([csv_cell(heading(export.layer, field.name, export.language)) for field in fields])
    return f"{BYTE_ORDER_MARK}{lines.getvalue()}".encode()


def list_cell(export: Export, field: Field) -> sql.Composable:
    """Return the expression of a value. Numbers and dates of CSV are written as a German Excel reads them."""
    is_csv = export.format.key == "csv-excel"
    column = sql.Identifier("r", field.name)
    if target_of(export.layer, field.name, export.audiences):
        is_past = export.wanted.as_of is not None
        name = referred(export.layer, field.name, column, export.audiences, is_past=is_past)
        name = name or column
        return sql.SQL("coalesce({}, {}::text)").format(_excel_text(name) if is_csv else name, column)
    if _is_worded(export.layer, field) or field.kind is Kind.TEXT:
        words = _words(export, field, column)
        if not is_csv:
            return words
        # A single number of several is one that Excel may read.
        return csv_safe(words) if field.kind is Kind.NUMBERS else _excel_text(words)
    if not is_csv:
        return cell(export, field)
    if field.kind is Kind.NUMBER:
        return sql.SQL("replace({}::numeric::text, '.', ',')").format(column)
    if field.kind is Kind.DATE:
        return sql.SQL("to_char({}, 'DD.MM.YYYY')").format(column)
    if field.kind is Kind.TIMESTAMP:
        form = "to_char({} at time zone {}, 'DD.MM.YYYY HH24:MI:SS')"
        return sql.SQL(form).format(column, sql.Literal(CITY_TIME.key))
    return column


def natural(types: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the columns of text, which lists sort as people do, for `geo.records.features.selecting.order`."""
    return frozenset(name for name, column_type in types if column_type == "text")


def _excel_text(text: sql.Composable) -> sql.Composable:
    """Return the text as Excel keeps it: in quotation marks after an equals sign if it would read something else."""
    form = "case when {0} ~* {1} then '=\"' || {0} || '\"' else {2} end"
    return sql.SQL(form).format(text, _literal(READ_OTHERWISE), csv_safe(text))


def _column(layer: Layer, name: str) -> Column:
    return layer.column(name) if layer.has_column(name) else COMMON_COLUMNS[name]


def _is_worded(layer: Layer, field: Field) -> bool:
    return bool(_column(layer, field.name).codes) or field.kind in (Kind.BOOLEAN, Kind.LIST, Kind.NUMBERS)


def _words(export: Export, field: Field, column: sql.Composable) -> sql.Composable:
    codes = _column(export.layer, field.name).codes
    if field.kind not in (Kind.LIST, Kind.NUMBERS):
        return _word(YES_AND_NO if field.kind is Kind.BOOLEAN else codes, export.language, column)
    part = sql.SQL("replace(p.part::text, '.', ',')" if field.kind is Kind.NUMBERS else "p.part::text")
    form = "(select string_agg({}, '; ' order by p.position) from unnest({}) with ordinality as p (part, position))"
    return sql.SQL(form).format(_word(codes, export.language, part), column)


def _word(codes: Codes | None, language: Language, value: sql.Composable) -> sql.Composable:
    if not codes:
        return value
    words = json.dumps({code: text.in_language(language) for code, text in codes.items()}, ensure_ascii=False)
    return sql.SQL("coalesce({}::jsonb ->> {}::text, {}::text)").format(_literal(words), value, value)


def _literal(text: str) -> sql.Literal:
    # The statement has parameters, of which a single percent sign would be one.
    return sql.Literal(text.replace("%", "%%"))
