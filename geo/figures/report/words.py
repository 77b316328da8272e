"""The words of the report's table, in the agency's own terms."""

from geo.profile.wording import termed
from geo.text import Text

FLURWERKS = {
    "target": Text("Ziel", "Target"),
    "actual": Text("Ist", "Actual"),
    "remark": Text("Bemerkung", "Remark"),
}
"""The words as Flurwerk has them, by their keys ``report.…`` in the profile."""

TARGET, ACTUAL, REMARK = (termed(f"report.{key}", text) for key, text in FLURWERKS.items())
"""What is aimed at, what is achieved, and what people note on it."""
