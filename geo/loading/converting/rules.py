"""Converters that follow a mapping's rule for a column: prefix, unit, notation of dates; and the joining of columns."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from geo.loading.converting.cells import Cell, SheetColumn, refusal
from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit, shown
from geo.loading.converting.units import factor, units_of
from geo.loading.converting.values import Converter, Decimals, Unreadable, read_number, to_date, to_key, to_text
from geo.loading.mapping import ValueRule
from geo.loading.reasons import of_columns, of_values
from geo.loading.report import LoadRefused
from geo.records.layers.layer import Layer
from geo.store.catalogue import TableColumn
from geo.text import Text


def ruled_converter(
    convert: Converter, layer: Layer, column: TableColumn, decimals: Decimals, rule: ValueRule
) -> Converter:
    """Return the column's converter, made to follow the mapping's rule.

    Raises LoadRefused if the rule does not suit the column.
    """
    if rule.unit:
        convert = _in_unit(convert, _factor(layer, column, rule.unit), rule.unit, decimals)
    if rule.date_format:
        convert = _in_date_format(convert, column, rule.date_format)
    if rule.prefix:
        convert = _prefixed(convert, column, rule.prefix)
    return convert


def joined(parts: list[RawColumn], separator: str) -> list[Any]:
    """Return the values of several columns joined row by row, without empty ones; None where all are empty.

    A spreadsheet's cell that cannot be read as text makes the joined one unreadable.
    """
    lists = [part if isinstance(part, list) else part.to_pylist() for part in parts]
    if not any(isinstance(part, SheetColumn) for part in parts):
        return [_joined(row, separator) for row in zip(*lists, strict=True)]
    return SheetColumn(
        next((Cell(shown(value), refused=reason) for value in row if (reason := refusal(value, as_text=True))), None)
        or _joined(row, separator)
        for row in zip(*lists, strict=True)
    )


def _joined(row: tuple[Any, ...], separator: str) -> str | Unfit | None:
    if unfit := next((value for value in row if isinstance(value, Unfit)), None):
        return unfit
    return separator.join(filter(None, map(shown, row))) or None


def _factor(layer: Layer, column: TableColumn, unit: str) -> Decimal:
    own = layer.column(column.name).unit if layer.has_column(column.name) else None
    found = factor(unit, own)
    if found is None:
        known = ", ".join(units_of(own))
        raise LoadRefused(
            of_columns.not_convertible(column.name, unit, Text(own.symbol("de"), own.symbol("en")) if own else None),
            Text(f"Umrechnen lassen sich: {known}.", f"Units that convert: {known}.")
            if known
            else of_columns.remove_rule("unit", column.name),
        )
    return found


def _in_unit(convert: Converter, size: Decimal, unit: str, decimals: Decimals) -> Converter:
    def in_unit(value: Any) -> str | None:
        if isinstance(value, str):
            value = value.strip().removesuffix(unit).rstrip()
        number = read_number(value, decimals)
        return None if number is None else convert(number * size)

    return in_unit


def _in_date_format(convert: Converter, column: TableColumn, date_format: str) -> Converter:
    if convert is not to_date:
        raise LoadRefused(
            Text(
                f"Die Zuordnung gibt {column.name} ein date_format, aber die Spalte enthält kein Datum.",
                f"The mapping gives {column.name} a date_format, but it is not a date.",
            ),
            of_columns.remove_rule("date_format", column.name),
        )

    def from_text(value: Any) -> str | None:
        if isinstance(value, date):
            return to_date(value)
        if not (text := shown(value)):
            return None
        try:
            # The day as written: a time zone that the text may name is that of its own day.
            return to_date(datetime.strptime(text, date_format).date())  # noqa: DTZ007
        except ValueError:
            raise Unreadable(of_values.not_in_date_format(date_format)) from None

    return from_text


def _prefixed(convert: Converter, column: TableColumn, prefix: str) -> Converter:
    if convert not in (to_text, to_key):
        raise LoadRefused(
            Text(
                f"Die Zuordnung gibt {column.name} ein prefix, aber die Spalte enthält keinen Text.",
                f"The mapping gives {column.name} a prefix, but it is not a text.",
            ),
            of_columns.remove_rule("prefix", column.name),
        )

    def prefixed(value: Any) -> str | None:
        text = convert(value)
        return None if text is None else convert(prefix + text)

    return prefixed
