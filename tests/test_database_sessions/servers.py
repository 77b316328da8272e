"""A database server as a city has it: by TCP with TLS and passwords; and Debian's pgbouncer before it."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import randrange

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from geo.store import cluster
from geo.store.cluster.account import account_of, default_account
from geo.store.cluster.configuration import DATABASE, ROLE
from tests.conftest import UNSAFE_BUT_FAST
from tests.test_access.helpers import can_connect
from tests.test_api.helpers import wait_until

HOST = "db.stadt.test"
PASSWORD = "owner's ÄÖ/@: password"
PGBOUNCER = "/usr/sbin/pgbouncer"

RULES = """
local all pgbouncer scram-sha-256
local all flurwerk_public,flurwerk_reader,flurwerk_editor,flurwerk_admin,flurwerk_tiles scram-sha-256
local all all peer map=flurwerk
hostssl all all 127.0.0.0/8 scram-sha-256
"""

POOLERS_ROLE = "create role pgbouncer login password 'of the pooler'"
LOOK_UP = """
create schema pgbouncer authorization pgbouncer;
create function pgbouncer.look_up(login text, out name name, out verifier text)
security definer language sql set search_path = ''
as 'select usename, passwd from pg_catalog.pg_shadow where usename = login';
revoke all on function pgbouncer.look_up from public;
grant execute on function pgbouncer.look_up to pgbouncer;
"""
"""What pgbouncer's manual has an administrator run, so that the pooler knows everybody's verifiers and no password."""

CERTIFICATES = """
curve="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
openssl req -x509 $curve -days 2 -subj /CN=city -keyout ca.key -out ca.crt
openssl req $curve -subj /CN=server -keyout server.key -out server.csr
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt
"""

POOLER = """
[databases]
* = host={server} port=5432

[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = scram-sha-256
auth_user = pgbouncer
auth_file = {folder}/userlist.txt
auth_query = select * from pgbouncer.look_up($1)
pool_mode = {mode}
{further}
"""


@dataclass(frozen=True)
class CityServer:
    """The server: its folder, the address it listens on, and its owner's URL on the socket (peer)."""

    folder: Path
    address: str
    socket_url: str

    @property
    def certificate(self) -> Path:
        """The certificate of the city's own authority."""
        return self.folder / "ca.crt"

    def url(self, dbname: str = DATABASE, **parameters: str) -> str:
        """The owner's connection string by TCP, which checks the server's name and certificate."""
        given = {
            "host": HOST,
            "hostaddr": self.address,
            "user": ROLE,
            "password": PASSWORD,
            "dbname": dbname,
            "sslmode": "verify-full",
            "sslrootcert": str(self.certificate),
        }
        return make_conninfo(**(given | parameters))


@contextmanager
def city_server(folder: Path) -> Iterator[CityServer]:
    """Run such a server in the folder."""
    address = f"127.{randrange(1, 255)}.{randrange(255)}.{randrange(1, 255)}"
    (folder / "names").write_text(f"subjectAltName=DNS:{HOST}\n")
    subprocess.run(["bash", "-ec", CERTIFICATES], cwd=folder, check=True, capture_output=True)
    account = default_account()
    os.chown(folder / "server.key", account.uid, account.gid)
    settings = {
        "listen_addresses": address,
        "ssl": "on",
        "ssl_cert_file": str(folder / "server.crt"),
        "ssl_key_file": str(folder / "server.key"),
    }
    home = folder / "home"
    url = cluster.ensure_running(home, UNSAFE_BUT_FAST | settings)
    found = cluster.status(home)
    assert found.data
    assert found.pid
    (found.data / "pg_hba.conf").write_text(RULES)
    os.kill(found.pid, signal.SIGHUP)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(ROLE), sql.Literal(PASSWORD)))
        connection.execute(POOLERS_ROLE)
    for name in (DATABASE, "postgres"):
        with psycopg.connect(url, dbname=name) as connection:
            connection.execute(LOOK_UP.encode())
    server = CityServer(folder, address, url)
    wait_until(lambda: can_connect(server.url()))
    yield server


@contextmanager
def pgbouncer(server: CityServer, mode: str, *further: str, **passwords: str) -> Iterator[str]:
    """Run Debian's pgbouncer before the server, in this pool mode; yield the owner's URL through it.

    ``further`` are lines of its configuration, ``passwords`` those that it knows itself.
    """
    socket_folder = conninfo_to_dict(server.socket_url)["host"]
    account = account_of(Path(str(socket_folder)).stat().st_uid)
    with tempfile.TemporaryDirectory(dir=server.folder) as name:
        folder = Path(name)
        os.chown(folder, account.uid, account.gid)
        file = folder / "pgbouncer.ini"
        text = POOLER.format(server=socket_folder, folder=folder, mode=mode, further="\n".join(further))
        file.write_text(text)
        known = {"pgbouncer": "of the pooler"} | passwords
        (folder / "userlist.txt").write_text("".join(f'"{name}" "{value}"\n' for name, value in known.items()))
        # It refuses to run as root.
        as_account = (
            [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"] if not account.is_self else []
        )
        command = ["setpriv", "--pdeathsig", "KILL", *as_account, PGBOUNCER, str(file)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            url = make_conninfo(host=name, port="6432", user=ROLE, password=PASSWORD, dbname=DATABASE)
            try:
                wait_until(lambda: can_connect(make_conninfo(url, options="")))
                yield url
            finally:
                process.kill()
