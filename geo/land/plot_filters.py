"""The filters of plots on the map, as data: the page builds its inputs from them, saved searches their conditions."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

from geo.text import Text

Kind = Literal["text", "range", "codes", "severity", "flag", "at_most", "since", "ends_within"]
Group = Literal["size", "use", "state", "place", "price"]

LONGEST = 2_000
"""The most characters of one filter's value."""
LARGEST_NUMBER = 1e12
MOST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class PlotFilter:
    """A filter: a property of the plots, its kind of input, and the group in which the page shows it.

    ``steps`` are values to choose from, in the ``unit`` entered; times ``factor`` they are in the unit stored.
    """

    property: str
    kind: Kind
    group: Group
    steps: Sequence[int] | None = None
    factor: int | None = None
    unit: str | None = None


FILTERS = (
    PlotFilter("name", "text", "place"),
    PlotFilter("remaining_m2", "range", "size", unit="m²"),
    PlotFilter("divisible", "flag", "size"),
    PlotFilter("zoning", "codes", "use"),
    PlotFilter("horizon", "codes", "state"),
    PlotFilter("servicing", "codes", "state"),
    PlotFilter("restriction", "severity", "state"),
    PlotFilter("status", "codes", "state"),
    PlotFilter("reserved_until", "ends_within", "state", steps=(7, 14, 30, 90)),
    PlotFilter("brownfield", "flag", "state"),
    PlotFilter("checked_on", "since", "state"),
    PlotFilter("ownership", "codes", "use"),
    PlotFilter("asking_price_eur_m2", "range", "price", unit="€/m²"),
    PlotFilter("district", "codes", "place"),
    PlotFilter("fibre_m", "at_most", "place", steps=(0, 50, 100, 250, 500, 1000), unit="m"),
    PlotFilter("motorway_m", "at_most", "place", steps=(1, 2, 3, 5, 10), factor=1000, unit="km"),
    PlotFilter("rail_m", "at_most", "place", steps=(1, 2, 5, 10), factor=1000, unit="km"),
    PlotFilter("port_m", "at_most", "place", steps=(1, 2, 5, 10), factor=1000, unit="km"),
)

BY_PROPERTY: Mapping[str, PlotFilter] = {one.property: one for one in FILTERS}
SEARCHED = ("name", "address", "plan_name")
"""The properties in which the filter of text looks."""

WILDCARDS = re.compile(r"[%_\\]")

Condition = Mapping[str, Any]
"""A condition as CQL2 JSON."""


class UnusableFilter(ValueError):
    """The value of a filter cannot be read."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fault:
    """A filter that cannot be applied, and why not."""

    property: str
    reason: Text


def for_page() -> list[dict[str, Any]]:
    """Return the filters for the page's configuration, in their order."""
    return [{name: value for name, value in asdict(one).items() if value is not None} for one in FILTERS]


def faults(values: Mapping[str, object], properties: Collection[str]) -> list[Fault]:
    """Return which filters a reader who sees these properties of plots cannot apply."""
    found: list[Fault] = []
    for name, value in values.items():
        if name not in BY_PROPERTY:
            found.append(Fault(name, Text("Diesen Filter gibt es nicht.", "There is no such filter.")))
        elif name not in properties:
            found.append(
                Fault(
                    name,
                    Text(
                        "Diese Angabe führt die Einrichtung nicht, oder Sie dürfen sie nicht sehen.",
                        "The agency does not keep this property, or you may not see it.",
                    ),
                )
            )
        else:
            try:
                condition(BY_PROPERTY[name], value, date(2000, 1, 1))
            except UnusableFilter as error:
                found.append(Fault(name, error.reason))
    return found


def conditions(values: Mapping[str, object], today: date, properties: Collection[str]) -> Condition | None:
    """Return the condition that all filters together are, None for no filter.

    ``properties`` are those that the reader sees. Only for filters without `faults`: raises UnusableFilter, KeyError.
    """
    parts = [condition(BY_PROPERTY[name], value, today, properties) for name, value in values.items()]
    return _all(parts) if parts else None


def condition(kind_of: PlotFilter, value: object, today: date, properties: Collection[str] = SEARCHED) -> Condition:
    """Return the condition of one filter as the page writes its value. Raises UnusableFilter."""
    if not isinstance(value, str) or not value or len(value) > LONGEST or "\0" in value:
        raise UnusableFilter(Text("Der Wert fehlt oder ist zu lang.", "The value is missing or too long."))
    name = kind_of.property
    match kind_of.kind:
        case "text":
            return _contains(value, properties)
        case "codes":
            return {"op": "in", "args": [{"property": name}, value.split(",")]}
        case "flag":
            return _compare(name, "=", _one_of(value, {"1": True, "0": False}))
        case "severity":
            chosen = _one_of(value, {"none": ["none"], "minor": ["none", "minor"]})
            return {"op": "in", "args": [{"property": name}, chosen]}
        case "since":
            return _compare(name, ">=", {"date": _day(value)})
        case "ends_within":
            days = int(_number(value, MOST_DAYS))
            return _compare(name, "<=", {"date": (today + timedelta(days=days)).isoformat()})
        case "at_most":
            return _compare(name, "<=", _number(value) * (kind_of.factor or 1))
        case "range":
            return _all(list(_range(name, value)))


def _range(name: str, value: str) -> Iterator[Condition]:
    least, dots, most = value.partition("..")
    if not dots or not (least.strip() or most.strip()):
        raise _not_a_number(value)
    if least.strip():
        yield _compare(name, ">=", _number(least.strip()))
    if most.strip():
        yield _compare(name, "<=", _number(most.strip()))


def _all(parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}


def _compare(name: str, sign: str, value: object) -> Condition:
    return {"op": sign, "args": [{"property": name}, value]}


def _contains(text: str, properties: Collection[str]) -> Condition:
    like = f"%{WILDCARDS.sub('', text.lower())}%"
    parts = [
        {"op": "like", "args": [_casei({"property": name}), _casei(like)]} for name in SEARCHED if name in properties
    ]
    return {"op": "or", "args": parts}


def _casei(value: object) -> Condition:
    return {"op": "casei", "args": [value]}


def _one_of(value: str, known: Mapping[str, Any]) -> Any:
    if value not in known:
        raise UnusableFilter(Text(f"„{value[:40]}“ ist keine Wahl.", f"“{value[:40]}” is not a choice."))
    return known[value]


def _number(value: str, most: float = LARGEST_NUMBER) -> float | int:
    if not re.fullmatch(r"-?\d{1,13}(\.\d{1,6})?", value, re.ASCII) or abs(float(value)) > most:
        raise _not_a_number(value)
    return float(value) if "." in value else int(value)


def _not_a_number(value: str) -> UnusableFilter:
    return UnusableFilter(Text(f"„{value[:40]}“ ist keine Zahl.", f"“{value[:40]}” is not a number."))


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise UnusableFilter(Text(f"„{value[:40]}“ ist kein Tag.", f"“{value[:40]}” is not a day.")) from None
