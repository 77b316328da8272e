"""The transformation of a file's coordinates to the database's CRS: by which operation, how exactly, and whether the
coordinates can be meant that way."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from geo.loading.crs import crs_label, read_crs
from geo.loading.grids import use_installed_grids
from geo.loading.reasons import of_shapes
from geo.loading.report import LoadRefused
from geo.loading.whereabouts import fitting_crs
from geo.store.database import SRID
from geo.text import Text

Geometries = np.ndarray[Any, np.dtype[np.object_]]
Coordinates = np.ndarray[Any, np.dtype[np.float64]]

LARGEST_ERROR_M = 1.0
"""The accuracy that a transformation must have if users do not say which one suffices."""

SURROUNDINGS_DEG = 0.02
"""Half the width of the area around a file's middle for which the best operation is looked up."""

MARGIN_DEG = 6.0
"""How far outside the area that the database's CRS is meant for coordinates may lie, in degrees of longitude."""

use_installed_grids()


@dataclass(frozen=True, slots=True)
class Operation:
    """One way from a CRS to the database's, with its accuracy in metres. ``grid`` is the file that it reads, if any."""

    transformer: Transformer
    accuracy: float
    grid: str | None
    name: str


def projection_of(crs: str | None, accuracy: float | None = None) -> "Projection":
    """Return the transformation from a CRS. Raises LoadRefused if it is missing or unknown."""
    if crs is None:
        raise LoadRefused(of_shapes.NO_CRS, of_shapes.NAME_CRS)
    return Projection(crs, accuracy)


class Projection:
    """The transformation from a file's CRS. Its operation is chosen for the place of the first geometries."""

    def __init__(self, name: str, accuracy: float | None = None) -> None:
        """Raise LoadRefused if there is no such CRS. ``accuracy`` are the metres that suffice."""
        self.crs = read_crs(name)
        self.name = crs_label(self.crs)
        self.accuracy = accuracy
        self.is_same = self.crs.to_epsg() == SRID
        self.operation: Operation | None = None
        self.note: Text | None = None

    @property
    def millimetre(self) -> float:
        """The length of a millimetre in the units of the CRS. Degrees are taken where they are longest."""
        factor = self.crs.axis_info[0].unit_conversion_factor or 1.0
        return 0.001 / (factor * EARTH_RADIUS_M if self.crs.is_geographic else factor)

    def transform(self, values: Geometries) -> tuple[Geometries, list[tuple[int, str, Text]]]:
        """Return the transformed geometries, and index, coordinates and reason of those that cannot be meant.

        Raises LoadRefused if no operation is exact enough.
        """
        present = ~shapely.is_missing(values)
        moved = values
        if not self.is_same and present.any():
            if self.operation is None:
                self.operation = self._choose(shapely.get_coordinates(values[present]))
                self.note = transformed(self.name, self.operation)
            moved = np.asarray(shapely.transform(values, self._project), object)
        elsewhere = np.flatnonzero(present & ~_within(shapely.bounds(moved)))
        return moved, self._explain(values, moved, elsewhere)

    def _project(self, coordinates: Coordinates) -> Coordinates:
        if self.operation is None:
            return coordinates
        return np.column_stack(self.operation.transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    def _explain(self, values: Geometries, moved: Geometries, elsewhere: Any) -> list[tuple[int, str, Text]]:
        if not len(elsewhere):
            return []
        strays = np.array([_first_outside(values[index], moved[index]) for index in elsewhere])
        swapped = _within(np.tile(self._project(strays[:, ::-1]), 2))
        fitting = fitting_crs(strays, self.name)
        return [
            (int(index), f"x {x:.12g}, y {y:.12g}", of_shapes.not_in_crs(self.name, is_swapped, crs))
            for index, (x, y), is_swapped, crs in zip(elsewhere, strays, swapped, fitting, strict=True)
        ]

    def _choose(self, coordinates: Coordinates) -> Operation:
        """Return the most accurate operation for the middle of these coordinates. Raises LoadRefused."""
        possible, missing = operations(self.crs, self._surroundings(coordinates))
        if not possible:
            raise LoadRefused(
                Text(
                    f"Koordinaten in {self.name} lassen sich nicht genau umrechnen.",
                    f"Coordinates in {self.name} cannot be transformed exactly.",
                ),
                Text(
                    f"Rechnen Sie die Datei in EPSG:{SRID} um, mit einem Programm, das die Gitterdateien hat.",
                    f"Transform the file to EPSG:{SRID} with a program that has the grid shift files.",
                ),
            )
        best = possible[0]
        better = {grid: accuracy for grid, accuracy in missing.items() if accuracy < best.accuracy}
        if self.accuracy is not None:
            suffices = best.accuracy <= self.accuracy
        else:
            suffices = best.accuracy <= LARGEST_ERROR_M and (best.grid is not None or not better)
        if suffices:
            return best
        raise _too_inexact(self.name, best.accuracy, better)

    def _surroundings(self, coordinates: Coordinates) -> AreaOfInterest:
        with warnings.catch_warnings(action="ignore"):
            locate = Transformer.from_crs(self.crs, "OGC:CRS84", always_xy=True)
        # The middle value, since a few wild coordinates would shift a mean.
        finite = coordinates[np.isfinite(coordinates).all(axis=1)]
        x, y = locate.transform(*np.median(finite, axis=0)) if len(finite) else (np.inf, np.inf)
        west, south, east, north = meant_for()
        if not (west - MARGIN_DEG <= x <= east + MARGIN_DEG and south <= y <= north):
            return AreaOfInterest(west, south, east, north)
        half = SURROUNDINGS_DEG
        return AreaOfInterest(x - half, y - half, x + half, y + half)


EARTH_RADIUS_M = 6_378_137.0


def operations(crs: CRS, area: AreaOfInterest) -> tuple[list[Operation], dict[str, float]]:
    """Return the operations from a CRS to the database's in an area, the most accurate first.

    Also returns the grids of those that would be possible if they were installed, with the accuracy in metres.
    Operations whose accuracy is unknown are left out.
    """
    with warnings.catch_warnings(action="ignore"):
        try:
            group = TransformerGroup(crs, SRID, always_xy=True, allow_ballpark=False, area_of_interest=area)  # pyright: ignore[reportArgumentType]
        except ProjError:
            return [], {}
    possible = [_operation(transformer) for transformer in group.transformers]
    missing = {
        grid.short_name: operation.accuracy
        for operation in group.unavailable_operations
        for grid in operation.grids
        if not grid.available and operation.accuracy >= 0
    }
    return sorted((one for one in possible if one.accuracy >= 0), key=lambda one: one.accuracy), missing


def transformed(name: str, operation: Operation) -> Text:
    """Return the note that tells by which operation and how exactly coordinates were transformed."""
    return of_shapes.transformed(name, f"EPSG:{SRID}", operation.name, operation.accuracy)


@lru_cache(maxsize=1)
def meant_for() -> tuple[float, float, float, float]:
    """Return the area that the database's CRS is meant for: west, south, east, north in degrees."""
    area = CRS(SRID).area_of_use
    assert area
    return area.bounds


@lru_cache(maxsize=1)
def _plausible() -> tuple[float, float, float, float]:
    """Return the extent of that area and its margin in the database's CRS."""
    west, south, east, north = meant_for()
    to_plane = Transformer.from_crs("EPSG:4258", SRID, always_xy=True)
    return to_plane.transform_bounds(west - MARGIN_DEG, south, east + MARGIN_DEG, north)


def _within(bounds: Coordinates) -> np.ndarray[Any, np.dtype[np.bool_]]:
    left, bottom, right, top = _plausible()
    return (bounds[:, 0] >= left) & (bounds[:, 1] >= bottom) & (bounds[:, 2] <= right) & (bounds[:, 3] <= top)


def _first_outside(delivered: Any, moved: Any) -> Sequence[float]:
    outside = ~_within(np.tile(shapely.get_coordinates(moved), 2))
    return shapely.get_coordinates(delivered)[int(np.argmax(outside))]


def _operation(transformer: Transformer) -> Operation:
    steps = [step for step in transformer.operations or () if step.accuracy >= 0]
    grids = [grid.short_name for step in steps for grid in step.grids]
    name = ", ".join(dict.fromkeys(_shown_grid(grid) for grid in grids)) or ", ".join(
        step.name.removeprefix("Inverse of ") for step in steps
    )
    return Operation(transformer, transformer.accuracy, grids[0] if grids else None, name)


def _shown_grid(file: str) -> str:
    return "BeTA2007" if file == "de_adv_BETA2007.tif" else file


def _too_inexact(name: str, accuracy: float, better: dict[str, float]) -> LoadRefused:
    allowed = f"--accuracy {accuracy:g}"
    if not better:
        return LoadRefused(
            of_shapes.too_inexact(name, accuracy),
            Text(f"Genügt das, geben Sie {allowed} an.", f"If this suffices, {allowed} allows that."),
        )
    grid = min(better, key=lambda file: better[file])
    if grid == "de_adv_BETA2007.tif":
        where = Text("Installieren Sie Debians Paket proj-data", "Install Debian's package proj-data")
    else:
        where = Text("Legen Sie es in den Ordner von PROJ", "Put it into PROJ's folder")
    return LoadRefused(
        of_shapes.too_inexact(name, accuracy, grid, better[grid]),
        Text(
            f"{where.de}, oder geben Sie {allowed} an, wenn das genügt.",
            f"{where.en}, or if this suffices: {allowed} allows that.",
        ),
    )
