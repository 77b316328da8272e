"""The job that is sent to the process that makes a hand-out. Imports only the standard library."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["expose", "shortlist"]
Form = Literal["pdf", "xlsx"]


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact for readers: the agency and a team, not a person."""

    agency: str
    team: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    web: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The licence of the public records."""

    licence: str
    licence_url: str


@dataclass(frozen=True, slots=True)
class Job:
    """A hand-out to make from a dossier (geo.land.dossiers, as JSON), dated ``day`` (ISO 8601).

    ``background`` is the key of the one that its reader has chosen for maps; None is the default.
    """

    kind: Kind
    form: Form
    language: Literal["de", "en"]
    day: str
    contact: Contact
    source: Source
    dossier: dict[str, Any]
    background: str | None = None


def dump_job(job: Job) -> bytes:
    """Return the job as JSON (UTF-8)."""
    return json.dumps(asdict(job)).encode()


def load_job(sent: bytes) -> Job:
    """Return the job encoded by `dump_job`."""
    found = json.loads(sent)
    return Job(**found | {"contact": Contact(**found["contact"]), "source": Source(**found["source"])})
