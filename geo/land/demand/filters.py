"""The records behind each figure of the demand: the waiting inquiries, and the plots that fit them."""

from geo.land.demand.rows import SIZE_CLASSES, DemandRow
from geo.records.provenance import Condition, Provenance, equals

WAITING = (
    Condition("status", "=", "open"),
    Condition("duplicate_of", "is null"),
    Condition("kind", "<>", "property"),
)


def row_provenance(row: DemandRow) -> dict[str, Provenance]:
    """Return the records behind each figure of a row, by the figure's name in geo.land.demand.document.

    Fitting is not a property of a record, so plots that fit, and inquiries that no plot fits, are listed by their ids.
    There is no entry for figures of zero plots or unmet inquiries.
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
            # For a property with several values, = tests whether it contains the value.
            found.append(equals("districts" if dimension == "district" else dimension, code))
        elif code is None:
            found.append(Condition("wanted_m2", "is null"))
        else:
            found.append(Condition("wanted_m2", ">=", SIZE_CLASSES[code].least_m2))
            end = SIZE_CLASSES[code].end_m2
            found += [] if end is None else [Condition("wanted_m2", "<", end)]
    return found
