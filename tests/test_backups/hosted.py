"""Servers as a city gets them: TLS and passwords, an administrator, and an owner who is no superuser."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from geo.access.plan import plan
from geo.settings import Settings, load_settings
from geo.store import cluster
from geo.store.cluster.account import default_account
from geo.store.database import Connection
from tests.conftest import UNSAFE_BUT_FAST
from tests.remains import temporary_folder
from tests.test_api.helpers import wait_until

OWNER, PASSWORD, SECRET = "Stadt Dortmund", "owner's secret ÄÖ/@:%", "a secret of sixteen characters"
RULES = "local all flurwerk peer map=flurwerk\nhostssl all all 127.0.0.0/8 scram-sha-256\n"

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")

numbers = count(os.getpid() % 2**22)


class Hosted:
    """A server of its own address; ``admin`` is the URL of its superuser, on the socket."""

    def __init__(self, admin: str, host: str, certificate: Path) -> None:
        self.admin = admin
        self.host = host
        self.certificate = certificate

    def settings(self, name: str, **options: str) -> Settings:
        """Return the settings of an installation in the database of that name, for its owner."""
        url = make_conninfo(
            host=self.host,
            port=5432,
            user=OWNER,
            password=PASSWORD,
            dbname=name,
            sslmode="verify-ca",
            sslrootcert=str(self.certificate),
        )
        return load_settings(database_url=url, **{"secret": SECRET, **options})

    def prepare(self, name: str, *, may_restore: bool) -> Settings:
        """Do what an administrator does for a database of that name; return the owner's settings."""
        settings = self.settings(name)
        called = ["psql", "--no-psqlrc", make_conninfo(self.admin, dbname="postgres")]
        script = plan(settings, may_restore=may_restore)
        done = subprocess.run(called, input=script, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return settings

    def sign_client(self, folder: Path, passphrase: str) -> tuple[Path, Path]:
        """Make a certificate for a client that the server trusts; return it and its key, under a passphrase."""
        request, certificate, key = (folder / f"client.{suffix}" for suffix in ("csr", "crt", "key"))
        asked = ["-passout", f"pass:{passphrase}", "-subj", "/CN=client", "-keyout", key, "-out", request]
        subprocess.run(["openssl", "req", *NEW_KEY, *asked], check=True, capture_output=True)
        signed = ["-CA", self.certificate, "-CAkey", self.certificate.with_suffix(".key"), "-CAcreateserial"]
        called = ["openssl", "x509", "-req", "-in", request, *signed, "-out", certificate]
        subprocess.run(called, check=True, capture_output=True)
        return certificate, key

    @contextmanager
    def administrator(self, name: str = "postgres") -> Iterator[Connection]:
        """Yield a superuser's connection to a database, in autocommit."""
        with psycopg.connect(self.admin, dbname=name, autocommit=True) as connection:
            yield connection


@contextmanager
def hosted_server() -> Iterator[Hosted]:
    """Yield a new server, which is removed afterwards."""
    with temporary_folder() as folder:
        number = next(numbers)
        # Its socket's name has the port, which a private server takes for granted; so it has another address.
        host = f"127.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
        key, certificate = folder / "server.key", folder / "server.crt"
        subject = ["-subj", "/CN=db.example", "-addext", f"subjectAltName=IP:{host}"]
        made = ["openssl", "req", "-x509", "-nodes", *NEW_KEY, *subject, "-keyout", key, "-out", certificate]
        subprocess.run(made, check=True, capture_output=True)
        os.chown(key, default_account().uid, -1)
        of_tls = {"ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key)}
        # So the server asks for a client's certificate.
        of_tls["ssl_ca_file"] = str(certificate)
        admin = cluster.ensure_running(folder / "home", {**UNSAFE_BUT_FAST, **of_tls, "listen_addresses": host})
        found = cluster.status(folder / "home")
        assert found.data
        assert found.pid
        (found.data / "pg_hba.conf").write_text(RULES, encoding="utf-8")
        os.kill(found.pid, signal.SIGHUP)
        hosted = Hosted(admin, host, certificate)
        wait_until(lambda: _asks_for_passwords(host))
        yield hosted


def _asks_for_passwords(host: str) -> bool:
    try:
        psycopg.connect(host=host, user="nobody", dbname="postgres").close()
    except psycopg.OperationalError as error:
        return "no password supplied" in str(error)
    return False
