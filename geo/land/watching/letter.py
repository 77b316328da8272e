"""A digest as an e-mail: plain text and simple HTML, German or English."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import NamedTuple

from geo import formatting
from geo.land.watching.events import Event
from geo.periods import CITY_TIME
from geo.profile import profile
from geo.settings import Settings
from geo.text import Text, key_text

MOST_LINES = 100
"""How many changes a mail tells one by one."""
LONGEST_SUBJECT = 120
PANEL = "#panel=watched"


class Section(NamedTuple):
    """What is watched, and what happened to it, the latest first."""

    title: Text
    events: Sequence[Event]


class Digest(NamedTuple):
    """What a person is told by one mail."""

    email: str
    language: str
    message_id: str
    sections: Sequence[Section]
    is_repeated: bool
    """Whether it was handed over before, and may have arrived."""

    @property
    def changes(self) -> int:
        """The number of changes."""
        return sum(len(section.events) for section in self.sections)


def letter(digest: Digest, settings: Settings, now: datetime) -> EmailMessage:
    """Return the mail. Its headers hold no line breaks, whatever records are called."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject(digest)
    message["From"] = Address(profile().publisher.name, addr_spec=settings.smtp_from or "flurwerk@localhost.invalid")
    message["To"] = Address(addr_spec=digest.email)
    message["Date"] = now
    message["Message-ID"] = digest.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = digest.language
    url = settings.public_url and settings.public_url.rstrip("/")
    if url:
        message["List-Unsubscribe"] = f"<{url}/{PANEL}>"
    message.set_content("\n".join(_text(digest, url)) + "\n", cte="quoted-printable")
    message.add_alternative(_html(digest, url), subtype="html", cte="quoted-printable")
    return message


def subject(digest: Digest) -> str:
    """Return what the mail is about: 3 Änderungen: Grundstück: Hafen 12; Gespeicherte Suche: GI."""
    one = digest.changes == 1
    many = Text(
        "1 Änderung" if one else f"{formatting.number(digest.changes)} Änderungen",
        "1 change" if one else f"{formatting.number(digest.changes, 'en')} changes",
    )
    named = "; ".join(key_text(section.title.in_language(digest.language)) for section in digest.sections)
    text = f"{many.in_language(digest.language)} – {named}"
    return text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1].rstrip()}…"


REPEATED = Text(
    "Diese Übersicht wurde schon einmal abgeschickt. Ob sie ankam, ist ungewiss.",
    "This digest was sent once before. It is uncertain whether it arrived.",
)
GREETING = Text("Guten Tag,", "Hello,")
HAPPENED = Text(
    "das ist mit dem geschehen, was Sie beobachten:",
    "this is what happened to what you watch:",
)
ON_THE_MAP = Text("Auf der Karte ansehen", "Look at it on the map")
UNSUBSCRIBE = Text(
    "Sie bekommen diese E-Mail, weil auf der Karte von {name} unter „Beobachtet“ die Tagesübersicht an diese Adresse "
    "eingestellt ist. Dort lässt sie sich auch abbestellen.",
    "You receive this e-mail because the daily digest to this address is set on the map of {name}, under “Watched”. "
    "There you can also unsubscribe.",
)


def _text(digest: Digest, url: str | None) -> Iterator[str]:
    language = digest.language
    yield GREETING.in_language(language)
    yield ""
    if digest.is_repeated:
        yield REPEATED.in_language(language)
        yield ""
    yield HAPPENED.in_language(language)
    for title, events in _shown(digest):
        yield ""
        yield key_text(title)
        for event in events:
            yield f"- {_line(event, language)}"
    yield ""
    if more := _more(digest):
        yield more
    if url:
        yield f"{ON_THE_MAP.in_language(language)}: {url}/{PANEL}"
    yield ""
    yield "-- "
    yield UNSUBSCRIBE.in_language(language).format(name=profile().publisher.name)


def _html(digest: Digest, url: str | None) -> str:
    language = digest.language
    parts = [
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">',
        f"<title>{escape(subject(digest))}</title></head>",
        '<body style="max-width: 40rem; font-family: sans-serif; line-height: 1.4">',
        f"<p>{GREETING.in_language(language)}</p>",
    ]
    if digest.is_repeated:
        parts.append(f"<p><strong>{REPEATED.in_language(language)}</strong></p>")
    parts.append(f"<p>{HAPPENED.in_language(language)}</p>")
    for title, events in _shown(digest):
        parts.append(f'<h2 style="margin: 1.4em 0 0.3em; font-size: 1.05em">{escape(title)}</h2>\n<ul>')
        parts += [f"<li>{_entry(event, language, url)}</li>" for event in events]
        parts.append("</ul>")
    if more := _more(digest):
        parts.append(f"<p>{more}</p>")
    if url:
        parts.append(f'<p><a href="{escape(url)}/{PANEL}">{ON_THE_MAP.in_language(language)}</a></p>')
    hint = escape(UNSUBSCRIBE.in_language(language).format(name=profile().publisher.name))
    parts.append(f'<hr>\n<p style="font-size: 0.85em">{hint}</p>\n</body></html>')
    return "\n".join(parts) + "\n"


def _shown(digest: Digest) -> Iterator[tuple[str, Sequence[Event]]]:
    """Yield title and events of each section, as many events altogether as a mail tells."""
    left = MOST_LINES
    for section in digest.sections:
        events = section.events[:left]
        left -= len(events)
        if events:
            yield section.title.in_language(digest.language), events


def _more(digest: Digest) -> str | None:
    count = digest.changes - MOST_LINES
    if count <= 0:
        return None
    if digest.language == "en":
        return f"and {formatting.number(count, 'en')} more"
    return f"und {formatting.number(count)} weitere"


def _line(event: Event, language: str) -> str:
    name = f"{key_text(event.name)}: " if event.name else ""
    return f"{_when(event, language)}, {name}{event.sentence.in_language(language)}"


def _entry(event: Event, language: str, url: str | None) -> str:
    name = escape(event.name or "")
    if event.name and event.is_shown and url:
        name = f'<a href="{escape(url)}/#selected=plots/{event.plot}">{name}</a>'
    told = f"{name}: " if name else ""
    return f"{_when(event, language)}, {told}{escape(event.sentence.in_language(language))}"


def _when(event: Event, language: str) -> str:
    at = event.at.astimezone(CITY_TIME)
    return f"{formatting.day(at.date(), language)}, {at:%H:%M}" + (" Uhr" if language == "de" else "")
