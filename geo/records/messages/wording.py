"""The names of layers, columns and codes in sentences."""

from collections.abc import Callable, Iterable

from geo.records.layers import ALL_LAYERS
from geo.records.layers.layer import Codes, Column, Text


def quoted(text: Text) -> Text:
    """Return the text in each language's quotation marks."""
    return Text(f"„{text.de}“", f"“{text.en}”")


def title(table: str) -> Text:
    """Return a layer's title in quotation marks; the table's name if it is not a layer."""
    layer = ALL_LAYERS.get(table)
    return quoted(layer.title if layer else Text(table, table))


def label(table: str, column: str) -> Text:
    """Return a column's label in quotation marks."""
    return quoted(ALL_LAYERS[table].label(column))


def labels(table: str, columns: Iterable[str]) -> Text:
    """Return several columns' labels in quotation marks, separated by commas."""
    named = [label(table, column) for column in columns]
    return Text(", ".join(each.de for each in named), ", ".join(each.en for each in named))


def own_column(table: str, column: str) -> Column | None:
    """Return the layer's column of that name; None if it is common to all layers or unknown."""
    layer = ALL_LAYERS.get(table)
    return next((each for each in layer.columns if each.name == column), None) if layer else None


def with_unit(table: str, column: str) -> Text:
    """Return a column's label in quotation marks, followed by its unit."""
    known = own_column(table, column)
    named = label(table, column)
    if not known or not known.unit:
        return named
    unit = known.unit.value.symbol
    return Text(f"{named.de} ({unit.de})", f"{named.en} ({unit.en})")


def code_list(codes: Codes) -> Text:
    """Return all codes with their meanings, separated by commas."""

    def listed(word: Callable[[Text], str]) -> str:
        return ", ".join(f"{code} = {word(meaning)}" for code, meaning in codes.items())

    return Text(listed(lambda meaning: meaning.de), listed(lambda meaning: meaning.en))
