"""FlatGeobuf, where GDAL's Arrow stream is wrong: missing geometries, and whole numbers that a float does not hold."""

from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyogrio.raw

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit
from geo.loading.reading.arrow_values import exact
from geo.loading.reading.gis import GisSource
from geo.loading.reasons import of_values

# pyarrow creates these functions at run time, so pyright does not see them.
pc: Any = pyarrow.compute

FIRST_UNSURE = float(2**53)
"""From here on floats do not hold all whole numbers. GDAL delivers a column of the type ULong as floats."""


class FlatGeobufSource(GisSource):
    """One FlatGeobuf file."""

    def _values(self, column: Any) -> RawColumn:
        if pa.types.is_float64(column.type) and pc.any(pc.greater_equal(pc.abs(column), FIRST_UNSURE)).as_py():
            return [_sure(value) for value in column.to_pylist()]
        return exact(column)

    def _wkb(self, column: Any, first: int) -> Any:
        """Return the geometries: read one by one where some are missing, since the stream's offsets lead nowhere."""
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            read = pyogrio.raw.read(
                self.path, layer=self.layer, columns=[], skip_features=first, max_features=len(column)
            )
            return pa.array(read[2], pa.binary())
        return column


def _sure(value: float | None) -> float | Unfit | None:
    if value is None or abs(value) < FIRST_UNSURE or not value.is_integer():
        return value
    return Unfit(str(int(value)), of_values.UNSURE_DIGITS)
