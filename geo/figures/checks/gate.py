"""The quality gate before publishing: findings that affect the period's figures must be accepted with a reason."""

from collections.abc import Sequence

from geo.errors import FlurwerkError
from geo.figures.checks.period import PeriodFinding
from geo.periods import Period
from geo.text import Text

LONGEST_REASON = 2000
"""The maximum length of a reason in characters. Reasons are printed in the report."""


class FindingsOpen(FlurwerkError):
    """Findings affect the figures to be published, and no reason was given to accept them."""


class UnusableReason(FlurwerkError):
    """The given reason is blank or too long."""


def accepted(findings: Sequence[PeriodFinding], period: Period, reason: str | None) -> str | None:
    """Return the reason to store with the release, None if there is nothing to accept.

    Raises FindingsOpen for findings without a reason, and UnusableReason if the reason is blank or too long.
    """
    given = None if reason is None else " ".join(reason.split())
    if given is not None and not 0 < len(given) <= LONGEST_REASON:
        raise UnusableReason(
            Text("Der Grund lässt sich nicht speichern.", "The reason cannot be stored."),
            Text(
                f"Schreiben Sie einen Satz von höchstens {LONGEST_REASON} Zeichen.",
                f"Write a sentence of at most {LONGEST_REASON} characters.",
            ),
        )
    if not findings:
        return None
    if given is None:
        checks = ", ".join(dict.fromkeys(found.finding.check for found in findings))
        raise FindingsOpen(
            Text(
                f"{len(findings)} Prüfhinweise betreffen die Zahlen von {period.name} ({checks}).",
                f"{len(findings)} findings affect the figures of {period.name} ({checks}).",
            ),
            Text(
                f"flurwerk check --period {period.name} nennt sie; berichtigen Sie sie, oder "
                "veröffentlichen Sie mit --accept GRUND.",
                f"List them with flurwerk check --period {period.name}; correct them, or publish with --accept REASON.",
            ),
        )
    return given
