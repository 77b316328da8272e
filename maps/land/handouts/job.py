"""What the process that makes a hand-out is told. It imports nothing but the standard library."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["expose", "shortlist"]
Form = Literal["pdf", "xlsx"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a reader may ask: the agency and a team of it, no person."""

    agency: str
    team: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    web: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Under which licence the public records are."""

    licence: str
    licence_url: str


@dataclass(frozen=True, slots=True)
class Job:
    """A hand-out to be made of a dossier (geo.land.dossiers), as JSON has it, on that day (ISO 8601)."""

    kind: Kind
    form: Form
    language: Literal["de", "en"]
    day: str
    contact: Contact
    source: Source
    dossier: dict[str, Any]


def packed(job: Job) -> bytes:
    """The job as it is sent."""
    return json.dumps(asdict(job)).encode()


def unpacked(sent: bytes) -> Job:
    """The job that was sent."""
    found = json.loads(sent)
    return Job(**found | {"contact": Contact(**found["contact"]), "source": Source(**found["source"])})
