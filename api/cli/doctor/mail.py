"""Looks at the mail server that takes the daily digests."""

from collections.abc import Iterator

from api.cli.doctor.finding import Finding, advice, fault, ok
from geo.errors import FlurwerkError
from geo.mail import mail_server
from geo.settings import Settings
from geo.text import Text


def mail_findings(settings: Settings) -> Iterator[Finding]:
    """Yield what was found; nothing is sent. Whoever wants no digests sets no server, which is no fault."""
    if settings.smtp_host is None:
        yield ok("mail", Text("Es werden keine E-Mails verschickt.", "No e-mail is sent."))
        return
    try:
        with mail_server(settings):
            pass
    except FlurwerkError as error:
        message, hint = error.texts
        yield fault("mail", message, hint)
        return
    is_open = settings.smtp_security == "none"
    yield ok("mail", Text(f"{settings.smtp_host} nimmt E-Mails an.", f"{settings.smtp_host} takes mail."))
    if is_open and settings.smtp_host not in ("localhost", "127.0.0.1", "::1"):
        yield advice(
            "mail",
            Text("E-Mails gehen unverschlüsselt an den Mailserver.", "Mail goes to the mail server unencrypted."),
            Text("Setzen Sie FLURWERK_SMTP_SECURITY=starttls.", "Set FLURWERK_SMTP_SECURITY=starttls."),
        )
    if settings.public_url is None:
        yield advice(
            "mail",
            Text("In den Tagesübersichten ist kein Link zur Karte.", "The digests have no link to the map."),
            Text("Setzen Sie FLURWERK_PUBLIC_URL.", "Set FLURWERK_PUBLIC_URL."),
        )
