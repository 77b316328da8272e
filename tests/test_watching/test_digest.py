"""The daily digest against a real SMTP server: every change once, whatever breaks, to those who may see it."""

import asyncio
import email
import email.policy
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from click.testing import CliRunner, Result

from api.cli import main
from geo.access import tokens
from geo.land.watching import letter
from geo.land.watching.sending import LOCK
from tests.records import Connection, delete, update
from tests.remains import ENDS_WITH_US
from tests.test_api.helpers import REPOSITORY
from tests.test_watching.conftest import As, far_plot
from tests.test_watching.test_watches import EAST, watch

ANNA, BERT, RITA = "anna@example.org", "bert@example.org", "rita@example.org"


class Mailbox:
    """What the server has taken, and how it misbehaves."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.on_data: Callable[[], str | None] = lambda: None
        self.is_taking_one_each = False
        self._sessions_with_mail: set[int] = set()

    def _ending(self, session: Session) -> str | None:
        return "421 4.7.0 too many mails" if id(session) in self._sessions_with_mail else None

    async def handle_MAIL(  # noqa: N802
        self, _: SMTP, session: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._ending(session) or "250 OK"

    async def handle_NOOP(  # noqa: N802
        self, _: SMTP, session: Session, __: Envelope, ___: str
    ) -> str:
        return self._ending(session) or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.is_taking_one_each:
            self._sessions_with_mail.add(id(session))
        assert isinstance(envelope.content, bytes)
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.on_data() or "250 taken"

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """Recipient and subject of each mail."""
        return [(str(one["To"]), str(one["Subject"])) for one in self.taken]

    def plain(self, at: int = -1) -> str:
        """The plain text of a mail."""
        return text(self.taken[at], "plain")


class OnAnyPort(Controller):
    """A server on a port that the system chooses."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def text(message: EmailMessage, kind: str) -> str:
    """The text of a mail, without the soft line breaks of its transfer."""
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content()


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Controller, Mailbox]]:
    """A mail server on this machine."""
    mailbox = Mailbox()
    controller = OnAnyPort(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller, mailbox
    controller.stop()


@pytest.fixture
def mailbox(
    server: tuple[Controller, Mailbox], city: Connection, city_url: str, monkeypatch: pytest.MonkeyPatch
) -> Mailbox:
    """The server's mailbox, empty, and settings that name the server."""
    controller, mailbox = server
    mailbox.__init__()
    set_up(monkeypatch, city_url, controller.port)
    return mailbox


def set_up(monkeypatch: pytest.MonkeyPatch, city_url: str, smtp_port: int, **more: str) -> None:
    given = {
        "DATABASE_URL": city_url,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "SMTP_SECURITY": "none",
        "SMTP_FROM": "karte@example.org",
        "PUBLIC_URL": "https://karte.example.org/",
    }
    for name, value in {**given, **more}.items():
        monkeypatch.setenv(f"FLURWERK_{name}", value)


def digest(*options: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["digest", *options])
    assert result.exit_code == status, (result.output, result.exception)
    return result


def subscribe(as_person: As, **addresses: str) -> None:
    """Have people watch the east, and get digests in German."""
    for name, address in addresses.items():
        person = as_person(name)
        watch(person, area=EAST, name="Osten")
        person.ok("PUT", "/api/watches/digest", {"email": address})


def test_each_change_is_mailed_once_in_german_sentences_with_german_figures(
    as_person: As, city: Connection, mailbox: Mailbox
) -> None:
    subscribe(as_person, Anna=ANNA)
    assert "nothing to tell" in digest().output
    assert mailbox.taken == []
    plot = far_plot(city, "Am <Feld> & Wiese", asking_price_eur_m2=1250)
    watch(as_person("Anna"), plot=plot)
    update(city, "plots", plot, asking_price_eur_m2=1270.5)
    digest()
    [message] = mailbox.taken
    assert str(message["Subject"]) == "2 Änderungen – Grundstück: Am <Feld> & Wiese; Gebiet: Osten"
    assert str(message["To"]) == ANNA
    plain, html = text(message, "plain"), text(message, "html")
    price = "Angebotspreis von 1.250\N{NO-BREAK SPACE}€/m² auf 1.270,5\N{NO-BREAK SPACE}€/m²"
    assert f"Uhr, Am <Feld> & Wiese: {price}" in plain
    assert "neu" in plain
    # It happened to the plot and within the area, and is told once.
    assert plain.count(price) == 1
    assert price in html
    assert "Am &lt;Feld&gt; &amp; Wiese" in html
    assert "<Feld>" not in html
    assert f"https://karte.example.org/#selected=plots/{plot}" in html
    assert "https://karte.example.org/#panel=watched" in plain
    assert "abbestellen" in plain
    digest()
    assert len(mailbox.taken) == 1
    delete(city, "plots", plot)


def test_the_digest_is_in_the_language_that_the_person_chose(as_person: As, city: Connection, mailbox: Mailbox) -> None:
    subscribe(as_person, Anna=ANNA)
    as_person("Anna").ok("PUT", "/api/watches/digest", {"email": ANNA, "language": "en"})
    plot = far_plot(city, "Field")
    digest()
    assert mailbox.subjects == [(ANNA, "1 change – Area: Osten")]
    assert "Field: new" in mailbox.plain()
    assert "unsubscribe" in mailbox.plain()
    delete(city, "plots", plot)


def test_nobody_is_mailed_what_they_may_not_see_or_have_not_asked_for(
    as_person: As, city: Connection, mailbox: Mailbox
) -> None:
    """Nils sees plots as the public does; Bert has no digest; Rita's token is revoked."""
    subscribe(as_person, Anna=ANNA, Nils="nils@example.org", Rita=RITA)
    watch(as_person("Bert"), area=EAST, name="Osten")
    city.execute("update flurwerk_access.tokens set revoked_at = now(), revoked_by = 'x' where name = 'Rita'")
    plot = far_plot(city, "Nur intern")
    update(city, "plots", plot, offered_on=None)
    digest()
    assert [to for to, _ in mailbox.subjects] == [ANNA]
    city.execute("update flurwerk_access.tokens set revoked_at = null, revoked_by = null where name = 'Rita'")
    delete(city, "plots", plot)


def test_whoever_unsubscribes_and_returns_is_told_what_happens_from_then_on(
    as_person: As, city: Connection, mailbox: Mailbox
) -> None:
    subscribe(as_person, Anna=ANNA)
    anna = as_person("Anna")
    anna.ok("PUT", "/api/watches/digest", {"email": None})
    plot = far_plot(city, "Dazwischen")
    assert anna.ok("PUT", "/api/watches/digest", {"email": ANNA})["email"] == ANNA
    digest()
    assert mailbox.taken == []
    delete(city, "plots", plot)
    digest()
    assert len(mailbox.taken) == 1


def test_one_refused_recipient_does_not_stop_the_others(as_person: As, city: Connection, mailbox: Mailbox) -> None:
    subscribe(as_person, Anna=ANNA, Bert=BERT)
    mailbox.refused.add(ANNA)
    plot = far_plot(city, "Neu")
    result = digest(status=3)
    assert (
        "Anna: not sent to anna@example.org. The mail server refuses it (550 5.1.1 no such mailbox)." in result.stderr
    )
    assert [to for to, _ in mailbox.subjects] == [BERT]
    assert "no such mailbox" in as_person("Anna").ok("GET", "/api/watches/digest")["failure"]
    mailbox.refused.clear()
    digest()
    assert [to for to, _ in mailbox.subjects] == [BERT, ANNA]
    assert as_person("Anna").ok("GET", "/api/watches/digest")["failure"] is None
    delete(city, "plots", plot)


def test_while_the_server_is_down_nothing_is_lost(
    as_person: As, city: Connection, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(as_person, Anna=ANNA)
    plot = far_plot(city, "Neu")
    taken = os.environ["FLURWERK_SMTP_PORT"]
    monkeypatch.setenv("FLURWERK_SMTP_PORT", "1")
    monkeypatch.setenv("FLURWERK_LANGUAGE", "de")
    result = digest(status=1)
    assert "Der Mailserver 127.0.0.1:1 nimmt nichts an" in result.stderr
    assert "Es ging nichts verloren" in result.stderr
    monkeypatch.setenv("FLURWERK_SMTP_PORT", taken)
    digest()
    assert len(mailbox.taken) == 1
    monkeypatch.delenv("FLURWERK_SMTP_HOST")
    update(city, "plots", plot, name="Anders")
    assert "FLURWERK_SMTP_HOST fehlt" in digest(status=1).stderr
    delete(city, "plots", plot)


def test_a_mail_that_the_server_refuses_is_sent_by_the_next_run(
    as_person: As, city: Connection, mailbox: Mailbox
) -> None:
    subscribe(as_person, Anna=ANNA)
    plot = far_plot(city, "Neu")
    mailbox.on_data = lambda: "451 try again later"
    digest(status=3)
    mailbox.on_data = lambda: None
    digest()
    first, second = mailbox.taken
    # It is known not to have been sent, so it is a mail like any other.
    assert first["Message-ID"] != second["Message-ID"]
    assert "schon einmal" not in mailbox.plain()
    delete(city, "plots", plot)


def test_a_run_that_is_killed_between_sending_and_noting_is_followed_by_the_same_mail(
    as_person: As, city: Connection, mailbox: Mailbox
) -> None:
    """Under the same Message-ID, by which it is known; what happened since comes in a mail of its own, and once."""
    subscribe(as_person, Anna=ANNA)
    plot = far_plot(city, "Neu")
    command = [*ENDS_WITH_US, sys.executable, "-m", "api.cli", "digest"]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE) as run:
        mailbox.on_data = lambda: run.kill()
        run.wait(timeout=120)
    assert run.returncode == -signal.SIGKILL
    mailbox.on_data = lambda: None
    update(city, "plots", plot, name="Inzwischen anders")
    digest()
    digest()
    sent, again, since = mailbox.taken
    assert again["Message-ID"] == sent["Message-ID"] != since["Message-ID"]
    assert "Diese Übersicht wurde schon einmal abgeschickt." in mailbox.plain(1)
    assert "Neu: neu" in mailbox.plain(1)
    assert "Inzwischen anders: Bezeichnung von „Neu“ auf „Inzwischen anders“" in mailbox.plain(2)
    assert "schon einmal" not in mailbox.plain(2)
    delete(city, "plots", plot)


def test_a_second_run_at_the_same_time_sends_nothing(as_person: As, city: Connection, mailbox: Mailbox) -> None:
    subscribe(as_person, Anna=ANNA)
    plot = far_plot(city, "Neu")
    city.execute("select pg_advisory_lock(%s)", [LOCK])
    assert "Another run is sending the digests." in digest().output
    assert mailbox.taken == []
    city.execute("select pg_advisory_unlock(%s)", [LOCK])
    digest()
    assert len(mailbox.taken) == 1
    delete(city, "plots", plot)


def test_a_dry_run_prints_the_mails_and_sends_nothing(as_person: As, city: Connection, mailbox: Mailbox) -> None:
    subscribe(as_person, Anna=ANNA)
    plot = far_plot(city, "Neu")
    for _ in range(2):
        output = digest("--dry-run").output
        assert f"To: {ANNA}\nSubject: 1 Änderung – Gebiet: Osten\n" in output
        assert "Neu: neu" in output
    assert mailbox.taken == []
    digest()
    assert len(mailbox.taken) == 1
    delete(city, "plots", plot)


def test_a_long_digest_is_cut_and_says_how_much_is_left_out(
    as_person: As, city: Connection, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter, "MOST_LINES", 3)
    subscribe(as_person, Anna=ANNA)
    made = [far_plot(city, f"Feld {number}") for number in range(5)]
    watch(as_person("Anna"), plot=made[0])
    update(city, "plots", made[0], name="Feld 0 neu")
    digest()
    plain = mailbox.plain()
    assert mailbox.subjects[0][1].startswith("6 Änderungen")
    assert plain.count("\n- ") == 3
    assert "und 3 weitere" in plain
    assert "und 3 weitere" in text(mailbox.taken[0], "html")
    for plot in made:
        delete(city, "plots", plot)


@pytest.mark.parametrize("name", ["Feld\r\nBcc: eve@example.org", "Feld\nSubject: x", "Ä" * 300, "\u202egnilhcs"])
def test_no_name_gets_into_the_headers_as_more_than_text(
    as_person: As, city: Connection, mailbox: Mailbox, name: str
) -> None:
    subscribe(as_person, Anna=ANNA)
    plot = far_plot(city, name)
    watch(as_person("Anna"), plot=plot)
    update(city, "plots", plot, note="x")
    digest()
    [message] = mailbox.taken
    assert message["Bcc"] is None
    assert message.get_all("Subject", []) == [message["Subject"]]
    assert len(str(message["Subject"])) <= letter.LONGEST_SUBJECT
    assert "\n" not in str(message["Subject"])
    delete(city, "plots", plot)


def test_what_cannot_be_told_to_one_person_keeps_no_digest_from_the_others(
    as_person: As, city: Connection, mailbox: Mailbox
) -> None:
    """Of Anna's area nothing is left; a dry run tells so, too, and nothing of hers is taken for told."""
    subscribe(as_person, Anna=ANNA, Bert=BERT)
    city.execute("update flurwerk_access.watches set area = '{\"type\": \"Polygon\"}' where owner = 'Anna'")
    plot = far_plot(city, "Neu")
    for options in (["--dry-run"], []):
        assert "Anna: the digest could not be made" in digest(*options, status=3).stderr
    assert [to for to, _ in mailbox.subjects] == [BERT]
    city.execute(
        "update flurwerk_access.watches set area = (select area from flurwerk_access.watches where owner = 'Bert')"
    )
    digest()
    assert [to for to, _ in mailbox.subjects] == [BERT, ANNA]
    delete(city, "plots", plot)


def test_a_server_that_ends_its_session_after_a_mail_gets_the_next_by_another(
    as_person: As, city: Connection, mailbox: Mailbox
) -> None:
    subscribe(as_person, Anna=ANNA, Bert=BERT, Rita=RITA)
    mailbox.is_taking_one_each = True
    plot = far_plot(city, "Neu")
    digest()
    assert [to for to, _ in mailbox.subjects] == [ANNA, BERT, RITA]
    delete(city, "plots", plot)


@pytest.mark.parametrize(
    "address",
    [
        *("anna", "a@b\r\nBcc: x@y", "a b@c.de", "a@b,c@d.de", "<a@b.de>", "ä@ö.de", ""),
        # With these characters, but not in these places.
        *("a..b@c.de", ".a@b.de", "a.@b.de", "a@b..de", "a@.de", "a@b.de.", "a@-b.de"),
    ],
)
def test_what_is_no_address_is_refused(as_person: As, city: Connection, address: str) -> None:
    response = as_person("Anna").send("PUT", "/api/watches/digest", {"email": address})
    assert response.status_code == 400, response.text


def test_mail_goes_encrypted_and_signed_in_and_only_to_the_server_that_is_meant(
    as_person: As, city: Connection, city_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By STARTTLS, with a password; not where the server's certificate is nobody's, nor with a wrong password."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def authenticate(*given: Any) -> AuthResult:
        login = given[-1]
        assert isinstance(login, LoginPassword)
        return AuthResult(success=login == LoginPassword(b"karte", b"geheim"), handled=False)

    mailbox = Mailbox()
    controller = OnAnyPort(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    try:
        encrypted = {"SMTP_SECURITY": "starttls", "SMTP_USER": "karte", "SMTP_PASSWORD": "geheim"}
        set_up(monkeypatch, city_url, controller.port, **encrypted)
        subscribe(as_person, Anna=ANNA)
        plot = far_plot(city, "Neu")
        assert "certificate verify failed" in digest(status=1).stderr
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        monkeypatch.setenv("FLURWERK_SMTP_PASSWORD", "falsch")
        refused = digest(status=1).stderr
        assert "535" in refused
        assert "falsch" not in refused
        monkeypatch.setenv("FLURWERK_SMTP_PASSWORD", "geheim")
        digest()
        assert mailbox.subjects == [(ANNA, "1 Änderung – Gebiet: Osten")]
        delete(city, "plots", plot)
    finally:
        controller.stop()


def test_a_revoked_tokens_address_is_gone(as_person: As, city: Connection) -> None:
    with city.transaction():
        tokens.create(city, "Gast", tokens.Role.READER)
        city.execute(
            "insert into flurwerk_access.watchers (person, rights, email) values ('Gast', '', 'gast@example.org')"
        )
        tokens.revoke(city, "Gast")
    assert city.execute("select count(*) from flurwerk_access.watchers").fetchone() == (0,)
    city.execute("delete from flurwerk_access.tokens where name = 'Gast'")
