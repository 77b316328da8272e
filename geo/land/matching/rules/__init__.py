"""The rules by which plots are matched with an inquiry, in the order in which they are shown."""

from geo.land.matching.match import Rule
from geo.land.matching.rules import land, place, terms

RULES: dict[str, Rule] = {rule.key: rule for rule in (*land.RULES, *place.RULES, *terms.RULES)}
