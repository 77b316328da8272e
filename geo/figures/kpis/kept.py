"""Which indicators the agency keeps: those of kept layers that its profile (geo.profile.modules) leaves on."""

from collections.abc import Collection
from difflib import get_close_matches

from geo.figures.kpis.indicator import Indicator
from geo.profile import ProfileError, profile
from geo.profile.reading import FILE
from geo.text import Text, joined


def is_kept(indicator: Indicator) -> bool:
    """Return whether the report has the indicator. A family's members are off with their family."""
    modules = profile().modules
    return modules.off.isdisjoint(indicator.layers) and indicator.key.split(":")[0] not in modules.indicators_off


def key_of_profile(indicator: Indicator) -> str:
    """Return the profile's key by which an indicator is off, such as ``modules.mobile``."""
    modules = profile().modules
    off = next((layer for layer in indicator.layers if layer in modules.off), None)
    return modules.keys_of(off) if off else "modules.indicators_off"


def refuse_unknown(known: Collection[str]) -> None:
    """Raise ProfileError if the profile switches off an indicator that there is not among the known keys."""
    for key in profile().modules.indicators_off:
        if key not in known:
            near = get_close_matches(key, known, 1)
            suggestion = Text(f" Meinten Sie „{near[0]}“?", f" Did you mean “{near[0]}”?") if near else ""
            allowed = ", ".join(sorted(known))
            raise ProfileError(
                profile().folder / FILE,
                [
                    joined(
                        Text(
                            f"modules.indicators_off: Die Kennzahl „{key}“ gibt es nicht.",
                            f"modules.indicators_off: there is no indicator “{key}”.",
                        ),
                        suggestion,
                        Text(f" Erlaubt: {allowed}.", f" Allowed: {allowed}."),
                    )
                ],
            )
