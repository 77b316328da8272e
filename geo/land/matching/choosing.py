"""Reads and checks the weights, hard criteria and reaches of a request."""

import math
from collections.abc import Iterable, Mapping, Sequence

from geo.land.matching.distances import FIBRE_REACH_M
from geo.land.matching.match import MOST_WEIGHT, REACHES, Choices, Reach
from geo.land.matching.rules import RULES
from geo.records.features import BadParameter

FARTHEST_M = 100_000


def choose(
    weights: Mapping[str, float] | None = None,
    hard: Iterable[str] | None = None,
    reaches: Mapping[str, Sequence[float]] | None = None,
) -> Choices:
    """Return the choices; the rules' own values apply to what is not set. Raises BadParameter."""
    for key, weight in (weights or {}).items():
        _check_key("weights", key, RULES)
        if not 0 <= weight <= MOST_WEIGHT:
            raise BadParameter(
                "weights", f"{key} cannot have the weight {weight:g}.", f"Weights range from 0 to {MOST_WEIGHT}."
            )
    chosen = None if hard is None else frozenset(hard)
    for key in sorted(chosen or ()):
        _check_key("hard", key, RULES)
    for key, metres in (reaches or {}).items():
        _check_key("reaches", key, REACHES)
        _check_reach(key, metres)
    changed = {key: Reach(*metres) for key, metres in (reaches or {}).items()}
    return Choices(weights or {}, chosen, {**REACHES, **changed})


def read_weights(text: str | None) -> dict[str, float]:
    """Parse weights such as ``size:3,fibre:0.5``. Raises BadParameter."""
    return {key: values[0] for key, values in _read("weights", text, 1, "size:3,fibre:0")}


def read_reaches(text: str | None) -> dict[str, tuple[float, ...]]:
    """Parse reaches in metres such as ``fibre:50:500,motorway:2000:5000``. Raises BadParameter."""
    return dict(_read("reaches", text, 2, "fibre:50:500"))


def read_hard(text: str | None) -> list[str] | None:
    """Parse keys such as ``size,zoning``. An empty text makes all criteria soft, None leaves the defaults."""
    return None if text is None else [key.strip() for key in text.split(",") if key.strip()]


def _read(parameter: str, text: str | None, many: int, example: str) -> list[tuple[str, tuple[float, ...]]]:
    found: list[tuple[str, tuple[float, ...]]] = []
    for part in filter(None, (text or "").split(",")):
        key, *numbers = part.strip().split(":")
        try:
            values = tuple(map(float, numbers))
        except ValueError:
            values = ()
        if len(values) != many or not all(map(math.isfinite, values)):
            raise BadParameter(parameter, f"“{part[:80]}” cannot be read.", f"Write something like {example}.")
        if key in dict(found):
            raise BadParameter(parameter, f"“{key}” occurs twice.", f"Write something like {example}.")
        found.append((key, values))
    return found


def _check_key(parameter: str, key: str, known: Mapping[str, object]) -> None:
    if key not in known:
        raise BadParameter(parameter, f"“{key[:80]}” is unknown.", f"Known values: {', '.join(known)}.")


def _check_reach(key: str, metres: Sequence[float]) -> None:
    most = FIBRE_REACH_M if key == "fibre" else FARTHEST_M
    if len(metres) != 2 or not 0 <= metres[0] < metres[1] <= most:
        raise BadParameter(
            "reaches",
            f"The reach of {key} is not valid.",
            f"Give two distances in metres, the first smaller than the second, which may be at most {most:,}.",
        )
