"""The gate before publishing: findings that touch the period's figures are accepted with a reason, or stop it."""

from collections.abc import Sequence

from geo.errors import FlurwerkError
from geo.figures.checks.period import PeriodFinding
from geo.periods import Period

LONGEST_REASON = 2000
"""In characters; it is printed in the report."""


class FindingsOpen(FlurwerkError):
    """Findings touch the figures that are to be published, and nobody has said why that may be."""


class UnusableReason(FlurwerkError):
    """What was given as a reason says nothing, or too much."""


def accepted(findings: Sequence[PeriodFinding], period: Period, reason: str | None) -> str | None:
    """The reason to store with the release; None where nothing had to be accepted.

    Raises FindingsOpen where there are findings and no reason, and UnusableReason for a blank or endless one.
    """
    given = None if reason is None else " ".join(reason.split())
    if given is not None and not 0 < len(given) <= LONGEST_REASON:
        raise UnusableReason(
            "The reason cannot be stored.", f"Write a sentence, of at most {LONGEST_REASON} characters."
        )
    if not findings:
        return None
    if given is None:
        checks = ", ".join(dict.fromkeys(found.finding.check for found in findings))
        raise FindingsOpen(
            f"{len(findings)} findings touch the figures of {period.name} ({checks}).",
            f"See flurwerk check --period {period.name}; correct them, or publish with --accept REASON.",
        )
    return given
