"""What `flurwerk doctor` finds."""

from enum import StrEnum
from typing import NamedTuple

from geo.text import Text


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
    what: Text
    remedy: Text = Text("", "")


def ok(subject: str, what: Text) -> Finding:
    """Return that all is well."""
    return Finding(subject, State.OK, what)


def advice(subject: str, what: Text, remedy: Text) -> Finding:
    """Return that something is better changed."""
    return Finding(subject, State.ADVICE, what, remedy)


def fault(subject: str, what: Text, remedy: Text) -> Finding:
    """Return that something is wrong."""
    return Finding(subject, State.FAULT, what, remedy)
