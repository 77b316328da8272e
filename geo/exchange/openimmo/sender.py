"""Who offers: from the settings of the agency, never from a record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from geo.errors import ConfigurationError
from geo.exchange.openimmo.elements import Content
from geo.profile import profile
from geo.settings import Settings
from geo.text import Text

TOWN = re.compile(r"(?P<plz>\d{5})\s+(?P<ort>\S.*)")
STREET = re.compile(r"(?P<strasse>.*\D)\s+(?P<hausnummer>\d+\s?[a-zA-Z]?(\s?[-–/]\s?\d+\s?[a-zA-Z]?)?)")


@dataclass(frozen=True, slots=True)
class Person:
    """Who of the agency answers for an object."""

    name: str
    position: str | None
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Sender:
    """The agency as a provider in OpenImmo, and its team whom people ask."""

    firm: str
    provider_id: str
    name: str
    email: str | None
    phone: str | None
    address: str | None
    web: str | None
    municipality_key: str

    def contact(self, person: Person | None = None) -> Mapping[str, Content | None]:
        """Return the content of `kontaktperson`, in the schema's order: a person's, else the team's.

        What portals send back goes to the team in any case.
        """
        place = address_parts(self.address)
        return {
            "email_zentrale": self.email,
            "email_direkt": person and person.email,
            "tel_zentrale": self.phone,
            "tel_durchw": person and person.phone,
            "name": person.name if person else self.name,
            "position": person and person.position,
            "firma": self.firm,
            "strasse": place.get("strasse"),
            "hausnummer": place.get("hausnummer"),
            "plz": place.get("plz"),
            "ort": place.get("ort"),
            "email_feedback": self.email,
            "url": self.web,
        }


def sender(settings: Settings) -> Sender:
    """Return the sender. Raises ConfigurationError without a way to reach it, which OpenImmo requires."""
    if not (settings.contact_email or settings.contact_phone):
        raise ConfigurationError(
            Text(
                "OpenImmo verlangt für jedes Objekt einen Ansprechpartner.",
                "OpenImmo requires a contact for each object.",
            ),
            Text(
                "Setzen Sie FLURWERK_CONTACT_EMAIL oder FLURWERK_CONTACT_PHONE.",
                "Set FLURWERK_CONTACT_EMAIL or FLURWERK_CONTACT_PHONE.",
            ),
        )
    return Sender(
        firm=profile().publisher.name,
        provider_id=settings.openimmo_anid or "",
        name=settings.contact_team or profile().publisher.name,
        email=settings.contact_email,
        phone=settings.contact_phone,
        address=settings.contact_address,
        web=settings.contact_url or profile().publisher.url,
        municipality_key=profile().place.ags,
    )


def address_parts(address: str | None) -> dict[str, str]:
    """Return `strasse`, `hausnummer`, `plz` and `ort` of "Marktweg 3, 12345 Musterau", as far as they are told apart.

    A town may lack its postcode behind a street with a number. Everything else stays in `strasse`.
    """
    lines = [line.strip() for line in (address or "").split(",") if line.strip()]
    found: dict[str, str] = {}
    if lines and (town := TOWN.fullmatch(lines[-1])):
        found = town.groupdict()
        lines = lines[:-1]
    elif len(lines) > 1 and STREET.fullmatch(lines[-2]) and lines[-1].replace(" ", "").isalpha():
        found = {"ort": lines.pop()}
    street = ", ".join(lines)
    if len(lines) == 1 and (numbered := STREET.fullmatch(street)):
        return {"strasse": numbered["strasse"], "hausnummer": numbered["hausnummer"], **found}
    return ({"strasse": street} if street else {}) | found
