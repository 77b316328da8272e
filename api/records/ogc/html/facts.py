"""Formats the properties of features for people: labels, labels of codes, localized numbers and dates, units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from api.records.ogc.html.words import WORDS
from geo.formatting import day, number
from geo.periods import CITY_TIME
from geo.records.layers.layer import Column, Layer
from geo.records.layers.views import COMMON

NAME = "name"
NAMES = (NAME, "number", "address", "key")
"""The properties that can name a feature; the first one with a value is used."""


def in_reading_order(names: Iterable[str]) -> list[str]:
    """Return the properties, with those that all layers have in common last."""
    return sorted(names, key=lambda name: name in COMMON)


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a property: its name, label, unit and hint."""

    name: str
    label: str
    unit: str | None
    is_number: bool
    hint: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A property's value as text; ``target`` is the layer and id of the record that it refers to."""

    head: Head
    text: str
    target: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Formats a layer's properties, given the types of its columns and the layers that they refer to."""

    layer: Layer
    types: Mapping[str, str]
    references: Mapping[str, str]
    language: str

    def head(self, name: str) -> Head:
        """Return the heading of a property."""
        column = self._column(name)
        is_number = self.types.get(name) in ("numeric", "integer", "bigint") and name not in self.references
        return Head(
            name,
            self.layer.label(name).in_language(self.language),
            column.unit.symbol(self.language) if column and column.unit else None,
            is_number,
            column.hint.in_language(self.language) if column and column.hint else None,
        )

    def fact(self, name: str, value: Any) -> Fact:
        """Return a property with its formatted value."""
        target = (self.references[name], value) if name in self.references and isinstance(value, int) else None
        return Fact(self.head(name), self._text(name, value), target)

    def title(self, feature: Mapping[str, Any]) -> str:
        """Return the title of a feature: its name, or the layer's title with the feature's number."""
        properties = feature["properties"]
        found = next((str(properties[name]) for name in NAMES if properties.get(name)), None)
        return found or f"{self.layer.title.in_language(self.language)}, {self._number(feature['id'])}"

    def _column(self, name: str) -> Column | None:
        return self.layer.column(name) if self.layer.has_column(name) else None

    def _number(self, record: Any) -> str:
        return f"No. {record}" if self.language == "en" else f"Nr. {record}"

    def _text(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, list):
            return ", ".join(self._text(name, part) for part in value)
        if isinstance(value, bool):
            return WORDS["yes" if value else "no"].in_language(self.language)
        if name in self.references:
            return self._number(value)
        if isinstance(value, int | Decimal):
            return number(Decimal(value), self.language)
        return self._words(name, str(value))

    def _words(self, name: str, value: str) -> str:
        column = self._column(name)
        if column and column.codes and value in column.codes:
            return column.codes[value].in_language(self.language)
        if self.types.get(name) == "date":
            return day(date.fromisoformat(value), self.language)
        if self.types.get(name) == "timestamp with time zone":
            instant = datetime.fromisoformat(value).astimezone(CITY_TIME)
            clock = f"{instant:%H:%M} Uhr" if self.language == "de" else f"{instant:%H:%M}"
            return f"{day(instant.date(), self.language)}, {clock}"
        return value
