"""Which records stand behind each figure of the demand: the inquiries that wait, and the plots that fit them."""

from geo.land.demand.rows import SIZE_CLASSES, DemandRow
from geo.records.provenance import Condition, Provenance, equals

WAITING = (
    Condition("status", "=", "open"),
    Condition("duplicate_of", "is null"),
    Condition("kind", "<>", "property"),
)


def behind_row(row: DemandRow) -> dict[str, Provenance]:
    """What stands behind each figure of a row, by its name in geo.land.demand.document; nothing behind a zero.

    Which plots fit is no property of theirs, so they are named one by one, as are the inquiries that none fits.
    """
    found = {"inquiries": Provenance("inquiries", None, (*WAITING, *_parts(row)))}
    if row.plots:
        named = Condition("id", "in", tuple(sorted(row.plots)))
        found |= {
            "plots": Provenance("plots", None, (named,)),
            "plots_ha": Provenance("plots", "remaining_m2", (named,)),
        }
    if row.unmet:
        found["unmet"] = Provenance("inquiries", None, (Condition("id", "in", tuple(sorted(row.unmet))),))
    return found


def _parts(row: DemandRow) -> list[Condition]:
    found: list[Condition] = []
    for dimension, code in row.part.items():
        if dimension != "size_class":
            # Of a property with several values, = asks whether it holds one.
            found.append(equals("districts" if dimension == "district" else dimension, code))
        elif code is None:
            found.append(Condition("wanted_m2", "is null"))
        else:
            found.append(Condition("wanted_m2", ">=", SIZE_CLASSES[code].least_m2))
            end = SIZE_CLASSES[code].end_m2
            found += [] if end is None else [Condition("wanted_m2", "<", end)]
    return found
