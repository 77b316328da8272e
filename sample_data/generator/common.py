"""Helpers for all parts of the generator: the seed, calendar functions, smooth noise."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Row = dict[str, Any]
Floats = NDArray[np.float64]
T = TypeVar("T")
G = TypeVar("G", bound=BaseGeometry)

SEED = 2023_02
# The sample shows what was known on this day: no actual date is later.
CUTOFF = dt.date(2024, 6, 30)
# Centimetres, as in the cadastre. Shared corners remain shared, since equal numbers are rounded equally.
DECIMALS = 2


def rng_for(topic: str) -> np.random.Generator:
    """Return a separate generator for each topic, so that a change in one does not affect the others' numbers."""
    return np.random.default_rng([SEED, zlib.crc32(topic.encode())])


def pick(rng: np.random.Generator, weighted: Mapping[T, float]) -> T:
    """Return a random key of a table of weights."""
    keys = list(weighted)
    weights = np.array([weighted[key] for key in keys], dtype=float)
    return keys[int(rng.choice(len(keys), p=weights / weights.sum()))]


def one_of(rng: np.random.Generator, values: Sequence[T]) -> T:
    """Return a random element, all equally likely."""
    return values[int(rng.integers(len(values)))]


def chance(rng: np.random.Generator, share: float) -> bool:
    """Return True in the given share of calls."""
    return bool(rng.random() < share)


def words(text: str) -> list[str]:
    """Return the words of a text, which may have several lines."""
    return text.split()


def days(number: float) -> dt.timedelta:
    """Return a time span of whole days."""
    return dt.timedelta(days=int(number))


def between(rng: np.random.Generator, low: float, high: float) -> int:
    """Return a random whole number from low to high, both included."""
    return int(rng.integers(int(low), int(high) + 1))


def working_day(day: dt.date, first: dt.date | None = None, last: dt.date | None = None) -> dt.date:
    """Return the day itself or, at a weekend, a near weekday within the given bounds."""
    if day.weekday() < 5:
        return day
    earlier = day - days(day.weekday() - 4)
    later = day + days(7 - day.weekday())
    if (first is None or earlier >= first) and (last is None or earlier <= last):
        return earlier
    return later if last is None or later <= last else day


def random_day(rng: np.random.Generator, first: dt.date, last: dt.date) -> dt.date:
    """Return a random weekday of the interval, both ends included."""
    return working_day(first + days(between(rng, 0, (last - first).days)), first, last)


def until(day: dt.date | None, last: dt.date = CUTOFF) -> dt.date | None:
    """Return the day, or None if it is after the last known day."""
    return day if day is not None and day <= last else None


def half_year(year: int, half: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a half-year."""
    return (dt.date(year, 1, 1), dt.date(year, 6, 30)) if half == 1 else (dt.date(year, 7, 1), dt.date(year, 12, 31))


class Waves:
    """A smooth vector field of a few sine waves, which bends straight plans like the streets of a grown city."""

    def __init__(self, topic: str, bands: Sequence[tuple[float, float]], per_band: int = 5) -> None:
        """Each band is (amplitude, wavelength) in metres."""
        rng = rng_for(topic)
        directions, phases, amplitudes = [], [], []
        for amplitude, wavelength in bands:
            for _ in range(per_band):
                angle = rng.uniform(0, 2 * np.pi)
                length = wavelength * rng.uniform(0.7, 1.4)
                directions.append(2 * np.pi / length * np.array([np.cos(angle), np.sin(angle)]))
                phases.append(rng.uniform(0, 2 * np.pi, size=2))
                amplitudes.append(amplitude / np.sqrt(per_band))
        self._directions = np.array(directions)
        self._phases = np.array(phases)
        self._amplitudes = np.array(amplitudes)

    def __call__(self, xy: Floats) -> Floats:
        """Return the displaced coordinates."""
        angles = (xy - np.array([393_000.0, 5_708_000.0])) @ self._directions.T
        shift = np.stack(
            [(np.sin(angles + self._phases[:, axis]) * self._amplitudes).sum(axis=1) for axis in (0, 1)],
            axis=1,
        )
        return xy + shift


def checked(geometry: BaseGeometry, kind: type[G]) -> G:
    """Return the geometry typed as the expected kind, since shapely's operations do not declare it."""
    if not isinstance(geometry, kind):
        raise TypeError(f"a {geometry.geom_type} instead of a {kind.__name__}")
    return geometry


def rounded(geometry: G) -> G:
    """Return the geometry rounded to whole centimetres."""
    return shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))
