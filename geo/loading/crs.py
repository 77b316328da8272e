"""The names of coordinate reference systems: EPSG codes, WKT, URNs, and the names that the AdV gives them."""

import re
from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.loading.report import LoadRefused
from geo.store.database import SRID
from geo.text import Text

# The AdV's names of plane systems, as its data models define them (GeoInfoDok 6.0 and 7.1, "Koordinatenreferenz-
# systeme"). The Gauss-Krüger names may end in a state's realisation (_NW177), which its national CRS stands for: they
# differ by less than the accuracy of any transformation of them. Baden-Württemberg's omits the zone in its eastings.
ADV_PLANE = {
    "ETRS89_UTM31": 25831,
    "ETRS89_UTM32": 25832,
    "ETRS89_UTM33": 25833,
    "ETRS89_LAT-LON": 4258,
    "DE_DHDN_3GK2": 31466,
    "DE_DHDN_3GK3": 31467,
    "DE_DHDN_3GK4": 31468,
    "DE_DHDN_3GK5": 31469,
    "DE_RD-83_3GK4": 3398,
    "DE_RD-83_3GK5": 3399,
    "DE_PD-83_3GK3": 3396,
    "DE_PD-83_3GK4": 3397,
    "DE_42-83_3GK3": 2397,
    "DE_42-83_3GK4": 2398,
    "DE_42-83_3GK5": 2399,
}
# Heights are dropped, so that only the names matter.
ADV_HEIGHTS = re.compile(r"DE_(DHHN(12|85|92|2016)_(NOH|NH|NN)|DHN92_NH|AMST.*|KRON.*)|ETRS89_H", re.IGNORECASE)
# How JSON-FG writes a code: [EPSG:25832].
CURIE = re.compile(r"\[(\w+:\w+)\]")
ADV_PREFIX = re.compile(r"urn:adv:crs:", re.IGNORECASE)
ADV_STATE = re.compile(r"_(?!BW100)[A-Z]{2}\d{1,3}$")

LATITUDE_FIRST = frozenset({"ETRS89_LAT-LON"})


def read_crs(name: str) -> CRS:
    """Return the CRS with that name. Raises LoadRefused if there is none, or if it is not tied to the earth."""
    known = _known(name.strip()) if name.strip() else None
    if known is None:
        raise LoadRefused(
            Text(f"Das Koordinatensystem {name[:60]} ist unbekannt.", f"The CRS {name[:60]} is unknown."),
            Text(
                f"Nennen Sie eines mit seinem EPSG-Code: --crs EPSG:{SRID}.",
                f"Name one by its EPSG code: --crs EPSG:{SRID}.",
            ),
        )
    if known.is_engineering or not (known.is_geographic or known.is_projected or known.is_compound):
        raise LoadRefused(
            Text(
                f"Das Koordinatensystem {known.name} hat keinen Bezug zur Erdoberfläche.",
                f"The CRS {known.name} is not tied to the earth.",
            ),
            Text(f"Nennen Sie das richtige: --crs EPSG:{SRID}.", f"Name the right one: --crs EPSG:{SRID}."),
        )
    return known


def crs_label(crs: CRS) -> str:
    """Return what messages call the CRS: ``EPSG:…`` if it has a code, else its name."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def is_latitude_first(name: str) -> bool:
    """Return whether the AdV's name is that of a system whose files write the latitude first."""
    plane = ADV_PREFIX.sub("", name.strip()).split("*")[0]
    return plane.upper() in LATITUDE_FIRST


def is_northing_first(name: str) -> bool:
    """Return whether a CRS's own order of axes begins with the latitude or northing. False if it is unknown.

    False too for the AdV's names (`is_latitude_first`).
    """
    known = _known(name.strip()) if name.strip() else None
    axes = known.axis_info if known is not None else []
    return bool(axes) and axes[0].direction.lower() == "north" and not is_latitude_first(name)


@lru_cache(maxsize=64)
def _known(name: str) -> CRS | None:
    name = CURIE.sub(r"\1", name)
    code = _adv_code(name)
    try:
        known = CRS.from_user_input(code or (int(name) if name.isdecimal() else name))
    except CRSError:
        return None
    # Old .prj files add shift parameters of unknown accuracy. The system that they name has better ones in PROJ.
    return known.source_crs if known.is_bound and known.source_crs else known


def _adv_code(name: str) -> int | None:
    """Return the EPSG code of a name of the AdV, such as ``urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH``."""
    plane, *heights = ADV_PREFIX.sub("", name).split("*")
    if not all(ADV_HEIGHTS.fullmatch(height) for height in heights):
        return None
    return ADV_PLANE.get(ADV_STATE.sub("", plane.upper()))
