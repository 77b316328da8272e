"""Converts rows of geo.land.matching.match_sql to facts and wishes."""

from collections.abc import Mapping
from typing import Any

from geo.land.matching.distances import ACCESS_KINDS
from geo.land.matching.match import Facts, Near, Wish


def facts(row: Mapping[str, Any]) -> Facts:
    """Return the facts of a plot."""
    values = dict(row)
    layer, metres = values.pop("fibre_layer"), values.pop("fibre_m")
    names = values.pop("access_names") or {}
    access = {code: values.pop(f"{code}_m") for code in ACCESS_KINDS}
    center = (values.pop("longitude"), values.pop("latitude"))
    return Facts(
        **values
        | {
            "admits": tuple(values["admits"]),
            "restrictions": tuple((kind, severity) for kind, severity in values["restrictions"] or ()),
            "reserved_for": tuple(values["reserved_for"] or ()),
            "fibre": None if metres is None else Near(layer, metres),
            "access": {
                code: Near(names.get(ACCESS_KINDS[code]), away) for code, away in access.items() if away is not None
            },
            "center": center,
        }
    )


def wish(row: Mapping[str, Any]) -> Wish:
    """Return the wish of an inquiry."""
    values = {name: value for name, value in row.items() if name not in ("longitude", "latitude", "place_m")}
    place = None if row["longitude"] is None else (row["longitude"], row["latitude"])
    return Wish(**values | {"districts": tuple(row["districts"] or ()), "place": place})
