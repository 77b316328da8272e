"""What `flurwerk doctor` finds."""

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """How it is with something."""

    OK = "ok"
    ADVICE = "advice"
    """It works; something is better changed."""
    FAULT = "fault"
    """The service, or a command, does not work or is not safe."""


class Finding(NamedTuple):
    """One thing that was looked at: its state, what was found, and what to do if it is not ok."""

    subject: str
    state: State
    what: str
    remedy: str = ""


def ok(subject: str, what: str) -> Finding:
    """Return that all is well."""
    return Finding(subject, State.OK, what)


def advice(subject: str, what: str, remedy: str) -> Finding:
    """Return that something is better changed."""
    return Finding(subject, State.ADVICE, what, remedy)


def fault(subject: str, what: str, remedy: str) -> Finding:
    """Return that something is wrong."""
    return Finding(subject, State.FAULT, what, remedy)
