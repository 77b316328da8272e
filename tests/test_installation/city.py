"""A city's two database servers with TLS and passwords, its certificate authority, and the release's files."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.store.cluster.account import Account, default_account, run_as
from geo.store.cluster.binaries import installations, program_folders
from tests.remains import ENDS_WITH_US, REPOSITORY

ADMINISTRATOR = "a password of the administrator"
RULES = "hostssl all all 127.0.0.0/8 scram-sha-256\n"
"""Nobody gets in without TLS and a password, not even from this machine."""


class Authority:
    """A certificate authority of the city's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.certificate = folder / "ca.crt"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=Stadt Musterstadt", "-keyout", "ca.key", "-out", "ca.crt",
        )  # fmt: skip

    def certify(self, name: str) -> tuple[Path, Path]:
        """Return certificate and key of a host."""
        request = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}"]
        self._openssl("req", *request, "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName=DNS:{name}\n")
        signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext"]
        self._openssl("x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.crt")
        return self.folder / f"{name}.crt", self.folder / f"{name}.key"

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


@contextmanager
def database_server(network: int, folder: Path, address: str, certificate: tuple[Path, Path]) -> Iterator[None]:
    """Run a PostgreSQL server at the address, whose administrator is postgres."""
    account = default_account()
    bindir = next(each for each in installations(program_folders()) if each.has_postgis).bindir
    folder.mkdir()
    password = folder / "password"
    password.write_text(ADMINISTRATOR, "utf-8")
    _give(account, folder)
    data = folder / "data"
    options = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]
    done = run_as(account, [bindir / "initdb", "-D", data, *options])
    assert done.returncode == 0, done.stderr
    for file, name in zip(certificate, ("server.crt", "server.key"), strict=True):
        shutil.copy(file, data / name)
        (data / name).chmod(0o600)
    (data / "pg_hba.conf").write_text(RULES)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(f"listen_addresses = '{address}'\nunix_socket_directories = ''\nssl = on\nfsync = off\n")
        settings.write("logging_collector = off\n")
    _give(account, data)
    command = [*ENDS_WITH_US, "nsenter", "--target", str(network), "--net", "setpriv"]
    command += [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups", bindir / "postgres", "-D", data]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd="/") as process:
        try:
            yield
        finally:
            process.terminate()


def _give(account: Account, folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, account.uid, account.gid)


def download_packages(folder: Path) -> None:
    """Download what the release needs, since the city's machines here reach no registry."""
    python = Path(sys.base_prefix) / "bin" / "python3"
    command = [python, "-m", "pip", "download", "--quiet", "--require-hashes", "--only-binary", ":all:"]
    subprocess.run([*command, "--requirement", REPOSITORY / "requirements.lock", "--dest", folder], check=True)


def release(folder: Path, version: str) -> None:
    """Make the files of a release: the wheel with that version, the lock file and the folder deploy."""
    folder.mkdir()
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, stdout=subprocess.PIPE).stdout
    for name in tracked.decode().split("\0"):
        if name and not name.startswith(("tests/", "bench/", "docs/")) and (REPOSITORY / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, source / name)
    project = source / "pyproject.toml"
    text, changed = re.subn(
        r'^version = ".*"$', f'version = "{version}"', project.read_text("utf-8"), flags=re.MULTILINE
    )
    assert changed == 1
    project.write_text(text, "utf-8")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    shutil.copytree(source / "deploy", folder / "deploy")
    shutil.copy(source / "requirements.lock", folder)
    shutil.rmtree(source)
