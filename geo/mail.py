"""Sends e-mail by the mail server of the settings. Nothing is known here of what is sent."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from geo.errors import ConfigurationError, FlurwerkError
from geo.settings import Settings
from geo.text import Text

TIMEOUT_S = 30
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class MailServerDown(FlurwerkError):
    """The mail server does not answer or does not take mail from here; later it may."""


class NotTaken(FlurwerkError):
    """The mail server refused this message or its recipient. It has not been sent."""


class Unsure(FlurwerkError):
    """The connection broke while the message was handed over: it may have been sent."""


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Yield a session with the mail server, encrypted and signed in as the settings say.

    Raises ConfigurationError if settings are missing, MailServerDown if there is no such session.
    """
    host = settings.smtp_host
    if host is None or settings.smtp_from is None:
        name = "FLURWERK_SMTP_HOST" if host is None else "FLURWERK_SMTP_FROM"
        raise ConfigurationError(
            Text(f"{name} fehlt: Es wird keine E-Mail verschickt.", f"{name} is missing: no e-mail is sent."),
            Text(
                "Setzen Sie den Mailserver und die Absenderadresse (docs/operations.md).",
                "Set the mail server and the sender's address (docs/operations.md).",
            ),
        )
    port = settings.smtp_port or PORTS[settings.smtp_security]
    try:
        session = _open(settings, host, port)
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerDown(
            Text(
                f"Der Mailserver {host}:{port} nimmt nichts an (Meldung: {reason(error)}).",
                f"The mail server {host}:{port} takes no mail ({reason(error)}).",
            ),
            Text(
                "Es ging nichts verloren; der nächste Lauf versucht es wieder. Prüfen Sie die Einstellungen: "
                "flurwerk doctor",
                "Nothing is lost; the next run tries again. Check the settings: flurwerk doctor",
            ),
        ) from None
    try:
        yield session
    finally:
        with suppress(OSError, smtplib.SMTPException):
            session.quit()


def send(session: smtplib.SMTP, message: EmailMessage, handing_over: Callable[[], None]) -> None:
    """Send a message to its one recipient.

    ``handing_over`` is called once the server has agreed to take it, before it gets the text: from then on it may be
    sent. Raises NotTaken, MailServerDown (both: it was not sent) and Unsure.
    """
    try:
        _expect(session.mail(_address(message["From"])))
        _expect(session.rcpt(_address(message["To"])))
    except smtplib.SMTPResponseException as error:
        _forget(session)
        raise _not_taken(error) from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerDown(_broken(error), _AGAIN) from None
    handing_over()
    try:
        code, answer = session.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        _forget(session)
        raise _not_taken(error) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure(_broken(error), _AGAIN) from None
    if code != 250:
        _forget(session)
        raise _not_taken(smtplib.SMTPDataError(code, answer))


def is_alive(session: smtplib.SMTP) -> bool:
    """Return whether the mail server still listens: it may have ended a session, or let it time out."""
    with suppress(OSError, smtplib.SMTPException):
        return session.noop()[0] == 250
    return False


def reason(error: Exception) -> str:
    """Return a server's or the system's message as one short line."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        text = f"{error.smtp_code} {text}"
    else:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:300].rstrip(".")


_AGAIN = Text("Der nächste Lauf versucht es wieder.", "The next run tries again.")


def _open(settings: Settings, host: str, port: int) -> smtplib.SMTP:
    if settings.smtp_security == "tls":
        session = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        session = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    try:
        session.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            session.starttls(context=ssl.create_default_context())
            session.ehlo()
        if settings.smtp_user:
            session.login(settings.smtp_user, settings.smtp_password or "")
    except BaseException:
        session.close()
        raise
    return session


def _address(header: object) -> str:
    (address,) = header.addresses  # pyright: ignore[reportAttributeAccessIssue]
    return address.addr_spec


def _expect(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, text)


def _forget(session: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        session.rset()


def _not_taken(error: smtplib.SMTPResponseException) -> NotTaken:
    return NotTaken(
        Text(f"Der Mailserver lehnt ab (Meldung: {reason(error)}).", f"The mail server refuses it ({reason(error)})."),
        _AGAIN if 400 <= error.smtp_code < 500 else Text("Prüfen Sie die Adresse.", "Check the address."),
    )


def _broken(error: Exception) -> Text:
    return Text(
        f"Die Verbindung zum Mailserver ist abgebrochen (Meldung: {reason(error)}).",
        f"The connection to the mail server broke ({reason(error)}).",
    )
