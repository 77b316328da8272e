"""The reference system in which places are stored and measured: what it is called, and whether it suits.

PROJ is asked through pyproj, which is imported only where it is needed: it takes longer than most commands.
"""

import re
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

from geo.text import Text

if TYPE_CHECKING:
    from pyproj import CRS

GERMANY = (5.8, 47.2, 15.1, 55.1)
"""West, south, east and north of Germany in degrees, as migration 0041 has them."""

LARGEST_DISTORTION = 0.01
"""By how much lengths in a system may differ from those on the ground, as a share; UTM stays below 0.002."""

ETRS89_UTM = range(25828, 25839)
"""The codes of ETRS89 / UTM zones 28 to 38."""

EAST_FIRST = {
    3043: 25831, 3044: 25832, 3045: 25833,
    31466: 5676, 31467: 5677, 31468: 5678, 31469: 5679,
    4839: 5243,
}  # fmt: skip
"""Systems of Germany whose first axis points north, each with the same one whose first axis points east."""


@cache
def name_of(srid: int) -> str:
    """Return what people call the system, such as "ETRS89 / UTM 32N". Raises pyproj's CRSError for an unknown one."""
    # Known without PROJ.
    if srid in ETRS89_UTM:
        return f"ETRS89 / UTM {srid - 25800}N"
    return _crs(srid).name.replace(" UTM zone ", " UTM ")


def label_of(srid: int) -> str:
    """Return code and name, such as "EPSG:25832 (ETRS89 / UTM 32N)". Raises pyproj's CRSError for an unknown one."""
    return f"EPSG:{srid} ({name_of(srid)})"


@cache
def definition_of(srid: int) -> str:
    """Return the system in the notation of PROJ.4, which proj4js reads: ``+proj=utm +zone=32 +ellps=GRS80 …``.

    The shift of another datum than ETRS89 is that of seven parameters, which is true to some metres.
    """
    # Known without PROJ.
    if srid in ETRS89_UTM:
        return f"+proj=utm +zone={srid - 25800} +ellps=GRS80 +units=m +no_defs +type=crs"
    crs = _crs(srid)
    with warnings.catch_warnings(action="ignore"):
        # pyproj warns that the notation does not hold all of a definition; of those that suit it does.
        written = crs.to_proj4()
    return written.replace(" +units=", f"{_shift(crs)} +units=", 1)


def _shift(crs: "CRS") -> str:
    """Return `` +towgs84=…`` of the system's datum by PROJ's best operation without a grid, if it has one."""
    from pyproj.aoi import AreaOfInterest
    from pyproj.transformer import TransformerGroup

    assert crs.geodetic_crs is not None
    # The stubs have two classes of that name.
    area: Any = AreaOfInterest(*crs.area_of_use.bounds) if crs.area_of_use else None
    with warnings.catch_warnings(action="ignore"):
        group = TransformerGroup(
            crs.geodetic_crs, "EPSG:4326", always_xy=True, allow_ballpark=False, area_of_interest=area
        )
    for transformer in group.transformers:
        found = dict(re.findall(r"\+?(\w+)=(\S+)", transformer.definition))
        if "convention" in found and "grids" not in found:
            turned = "" if found["convention"] == "position_vector" else "-"
            turns = [turned + found.get(name, "0") for name in ("rx", "ry", "rz")]
            values = [*(found.get(name, "0") for name in "xyz"), *turns, found.get("s", "0")]
            return " +towgs84=" + ",".join(values).replace("--", "")
    return ""


def problem_of(srid: int) -> Text | None:
    """Return why places cannot be stored and measured in this system, with what to do; None if they can."""
    from pyproj.exceptions import CRSError

    try:
        crs = _crs(srid)
    except CRSError:
        return Text(
            f"PROJ kennt kein System EPSG:{srid}; die Vermessung der Agentur kennt seinen Code, etwa EPSG:25832",
            f"PROJ knows no system EPSG:{srid}; the agency's surveyors know its code, such as EPSG:25832",
        )
    return _of_its_kind(crs) or _of_its_axes(srid, crs) or _of_its_scale(crs)


def _of_its_kind(crs: "CRS") -> Text | None:
    if crs.is_geographic:
        return Text(
            f"{crs.name} ist in Grad, und Längen werden in Metern gemessen; nennen Sie ein projiziertes System",
            f"{crs.name} is in degrees, and lengths are measured in metres; name a projected system",
        )
    if not crs.is_projected or len(crs.axis_info) != 2:
        return Text(
            f"{crs.name} ist kein projiziertes System mit zwei Achsen; nennen Sie eines, etwa EPSG:25832",
            f"{crs.name} is not a projected system of two axes; name one, such as EPSG:25832",
        )
    return None


def _of_its_axes(srid: int, crs: "CRS") -> Text | None:
    for axis in crs.axis_info:
        if axis.unit_conversion_factor != 1.0:
            return Text(
                f"{crs.name} hat die Einheit {axis.unit_name}; nennen Sie ein System in Metern",
                f"{crs.name} is in the unit {axis.unit_name}; name a system in metres",
            )
    directions = [axis.direction for axis in crs.axis_info]
    if directions == ["north", "east"]:
        instead = (
            Text(f"EPSG:{EAST_FIRST[srid]}, dasselbe", f"EPSG:{EAST_FIRST[srid]}, the same")
            if srid in EAST_FIRST
            else Text("ein System", "a system")
        )
        return Text(
            f"{crs.name} nennt den Hochwert zuerst, worüber Programme uneins sind; nennen Sie {instead.de} mit dem "
            "Rechtswert zuerst",
            f"{crs.name} has the northing first, about which programs disagree; name {instead.en} with easting first",
        )
    if directions != ["east", "north"]:
        return Text(
            f"{crs.name} hat Achsen nach {' und '.join(directions)}; sie müssen nach Osten und Norden zeigen",
            f"{crs.name} has axes to the {' and the '.join(directions)}; they must be to the east and the north",
        )
    return None


def _of_its_scale(crs: "CRS") -> Text | None:
    """Return whether lengths are wrong where the system is meant to be used in Germany."""
    import numpy as np
    from pyproj import Proj

    area = crs.area_of_use
    west, south, east, north = area.bounds if area else GERMANY
    west, south = max(west, GERMANY[0]), max(south, GERMANY[1])
    east, north = min(east, GERMANY[2]), min(north, GERMANY[3])
    if west >= east or south >= north:
        return Text(
            f"{crs.name} ist nicht für Deutschland gedacht ({area.name if area else '?'})",
            f"{crs.name} is not meant for Germany ({area.name if area else '?'})",
        )
    longitudes, latitudes = np.meshgrid(np.linspace(west, east, 5), np.linspace(south, north, 5))
    factors: Any = Proj(crs).get_factors(longitudes, latitudes)
    scales = np.concatenate([factors.meridional_scale.ravel(), factors.parallel_scale.ravel()])
    worst = float(scales[np.argmax(np.abs(scales - 1))])
    if not abs(worst - 1) <= LARGEST_DISTORTION:
        return Text(
            f"{crs.name} ist nicht maßstäblich: 1 km am Boden ist darin bis zu {worst:.3g} km; "
            "nennen Sie ein System der Vermessung, etwa EPSG:25832",
            f"{crs.name} is not true to scale: 1 km on the ground is up to {worst:.3g} km in it; "
            "name a system for surveying, such as EPSG:25832",
        )
    return None


@cache
def _crs(srid: int) -> "CRS":
    from pyproj import CRS

    return CRS.from_epsg(srid)
