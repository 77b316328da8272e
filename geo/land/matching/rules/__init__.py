"""The rules by which plots are matched with an inquiry, in the order in which they are shown."""

from geo.land.matching.match import Rule
from geo.land.matching.rules import land, place, terms
from geo.records.layers.kept import are_kept

LOOKS_AT: dict[str, tuple[str, ...]] = {"fibre": ("trenches", "connections"), "access": ("access_points",)}
"""The layers beside those of land that a rule looks at. If the agency does not keep one of them, there is no rule."""

RULES: dict[str, Rule] = {
    rule.key: rule for rule in (*land.RULES, *place.RULES, *terms.RULES) if are_kept(*LOOKS_AT.get(rule.key, ()))
}
