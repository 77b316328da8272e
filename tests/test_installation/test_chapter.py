"""The installation chapter holds: its commands, run as they are written, install, restore, upgrade, move and remove."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.remains import temporary_folder
from tests.test_installation.chapter import blocks
from tests.test_installation.city import ADMINISTRATOR, Authority, database_server, download_packages, release
from tests.test_installation.machine import Machine, machine, network

HOSTS = {
    "db.stadt.example": "127.0.0.11",
    "db-neu.stadt.example": "127.0.0.12",
    "flurwerk.stadt.example": "127.0.0.1",
}
SECOND = "127.0.0.2"
ADDRESSES = {"10.0.0.12": SECOND, "10.0.0.11": "127.0.0.1"}
"""The addresses of the chapter, and those of the tests' network."""

LOAD_SAMPLE = """
printf '[goals]\\n1 = "Eins"\\n2 = "Zwei"\\n3 = "Drei"\\n' >> /etc/flurwerk/profile/profile.toml
set -a
FLURWERK_DATABASE_URL_FILE=/etc/flurwerk/database-url
FLURWERK_SECRET_FILE=/etc/flurwerk/secret
flurwerk migrate
systemctl restart flurwerk.service
/opt/flurwerk/bin/python - <<'END'
from api.cli.sample import load_sample, sample_folder
from geo.settings import load_settings
from geo.store.database import connect
with connect(load_settings()) as connection:
    load_sample(connection, sample_folder())
END
flurwerk report 2023-H2 --publish --accept "Erfundene Daten"
"""

ASK_ON = """
asked=0 failed=0
while [ ! -e enough ]; do
    status=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 20 \\
        "https://flurwerk.stadt.example/api/collections/plots/items?limit=1") || true
    asked=$((asked + 1))
    [ "$status" = 200 ] || failed=$((failed + 1))
    sleep 0.2
done
echo "$asked $failed"
"""


class Installation:
    """The city's two application hosts, and what there is on its servers."""

    def __init__(self, hosts: dict[str, Machine]) -> None:
        self.hosts = hosts
        self.first = hosts["host1"]

    def run(self, *sections: str) -> None:
        """Run the commands of these sections of the chapter, each on its host."""
        for block in blocks():
            if block.section in sections:
                script = block.script
                for written, here in ADDRESSES.items():
                    script = script.replace(written, here)
                self.hosts[block.host].run(script)

    def json(self, path: str) -> object:
        """Return what the public gets through the web server in front."""
        return json.loads(self.first.run(f"curl --silent --fail https://flurwerk.stadt.example{path}"))

    def query(self, server: str, statement: str) -> str:
        """Ask a database server as its administrator."""
        address = f"host={server} dbname=postgres user=postgres sslmode=verify-full sslrootcert=$HOME/ca.crt"
        return self.first.run(f'psql --tuples-only --no-align "{address}" --command="{statement}"').strip()


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Two bare machines with a release's files, and two bare database servers."""
    with temporary_folder("flurwerk-install-") as folder, ExitStack() as closing:
        folder.chmod(0o755)
        authority = Authority(folder / "authority")
        download_packages(folder / "packages")
        release(folder / "release", "0.9.0")
        release(folder / "next", "0.9.1")
        net = closing.enter_context(network())
        for name in ("db.stadt.example", "db-neu.stadt.example"):
            server = database_server(net, folder / name, HOSTS[name], authority.certify(name))
            closing.enter_context(server)
        os.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder / "packages"), "PIP_QUIET": "1"}
        hosts: dict[str, Machine] = {}
        for name in ("host1", "host2"):
            hosts[name] = closing.enter_context(machine(net, folder / name, HOSTS))
            home = hosts[name].home
            shutil.copytree(folder / "release", home, dirs_exist_ok=True)
            shutil.copy(authority.certificate, home / "ca.crt")
            hosts[name].run("cat ca.crt >> /etc/ssl/certs/ca-certificates.crt")
            (home / ".pgpass").write_text(f"*:*:*:postgres:{ADMINISTRATOR}\n")
            (home / ".pgpass").chmod(0o600)
        certificate, key = authority.certify("flurwerk.stadt.example")
        shutil.copy(certificate, hosts["host1"].home / "fullchain.pem")
        shutil.copy(key, hosts["host1"].home / "privkey.pem")
        yield Installation(hosts)
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_QUIET"):
            del os.environ[name]


@contextmanager
def asking(host: Machine) -> Iterator[list[int]]:
    """Ask without a pause, through the web server. After the context: how many failed, and of how many."""
    counted: list[int] = []
    (host.home / "enough").unlink(missing_ok=True)
    command = [*host.entering(), "bash", "-c", ASK_ON]
    with subprocess.Popen(command, env=dict(host.environment), stdout=subprocess.PIPE, text=True) as asker:
        yield counted
        (host.home / "enough").touch()
        asked, failed = map(int, (asker.communicate(timeout=120)[0]).split())
    counted += [failed, asked]


@pytest.mark.long
def test_the_chapter_installs_restores_upgrades_moves_and_removes(installation: Installation) -> None:
    """All commands in their order. The owner may only create databases; both servers insist on TLS."""
    first = installation.first
    installation.run("The program", "Settings", "The database", "The service")
    installation.run("The web server in front", "The first token")
    rights = "select rolsuper or rolcreaterole or rolbypassrls from pg_roles where rolname = 'flurwerk_owner'"
    assert installation.query("db.stadt.example", rights) == "f"
    password = first.path("/etc/flurwerk/database-url").read_text().split(":")[2].partition("@")[0]
    assert password not in first.run("ps -e -o args")

    first.run(LOAD_SAMPLE)
    before = first.run("flurwerk kpi 2023-H2 --format csv")
    assert "public_land_m2" in before
    installation.run("Timers", "Backup and restore drill")
    assert first.run("flurwerk kpi 2023-H2 --format csv") == before
    assert "2023-H2" in first.run("flurwerk report verify 2023-H2")
    assert {file.stat().st_mode & 0o777 for file in first.path("/var/lib/flurwerk/backups").iterdir()} == {0o600}

    second = installation.hosts["host2"]
    for block in blocks():
        if block.section == "The program":
            second.run(block.script)
    shutil.copytree(first.path("/etc/flurwerk"), second.path("/etc/flurwerk"), dirs_exist_ok=True)
    installation.run("A second host")

    for host in installation.hosts.values():
        (wheel,) = host.home.glob("*.whl")
        wheel.unlink()
        shutil.copy(next(host.home.parent.parent.glob("next/*.whl")), host.home)
    with asking(first) as counted:
        installation.run("Upgrading")
    failed, asked = counted
    assert failed == 0, f"{failed} of {asked} requests failed during the upgrade"
    assert asked > 20
    assert {host.run("flurwerk --version").split()[-1] for host in installation.hosts.values()} == {"0.9.1"}

    second.run("systemctl stop flurwerk.service")
    installation.run("Moving to another database server")
    second.run("sed --in-place 's/@db[.]stadt/@db-neu.stadt/' /etc/flurwerk/database-url")
    second.run("systemctl start flurwerk.service")
    assert installation.json("/api/health/ready") == {"status": "ready"}
    assert first.run("flurwerk kpi 2023-H2 --format csv") == before
    assert "2023-H2" in first.run("flurwerk report verify 2023-H2")

    second.run("systemctl stop flurwerk.service")
    installation.run("Removal")
    roles = "select count(*) from pg_roles where rolname like 'flurwerk%'"
    databases = "select count(*) from pg_database where datname like 'flurwerk%'"
    assert installation.query("db-neu.stadt.example", f"select ({roles}) + ({databases})") == "0"
    assert first.run("find /opt /etc /usr/local /var/lib /var/cache -name '*flurwerk*' -not -path '*/python3/*'") == ""


def test_every_section_of_the_chapter_has_its_commands() -> None:
    """The test above runs them by their sections' names."""
    assert [block.section for block in blocks()] == [
        "The program", "Settings", "The database", "The database", "The service", "The web server in front",
        "The first token", "Timers", "Backup and restore drill", "A second host", "A second host",
        "Upgrading", "Upgrading",
        "Moving to another database server", "Removal", "Removal",
    ]  # fmt: skip
