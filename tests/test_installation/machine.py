"""Bare machines of a city: names and addresses of their own, and folders of the system that nothing else shares.

A namespace of the network and of processes holds them all, one of mounts each of them. Only root can make them. When
the run ends, however it ends, so do all processes in them.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.remains import ENDS_WITH_US, REPOSITORY

OWN = ("run", "usr/local/sbin", "var/cache", "var/lib", "var/log")
"""The folders that a machine has for itself, empty at first. Of /etc it has what it changes, on top of the host's."""

SYSTEMCTL = """#!/bin/sh
exec {python} {stub} "$@"
"""

HOLD = "exec cat"
"""A process that holds a namespace as long as its standard input is open, which is as long as we live."""


@contextmanager
def network() -> Iterator[int]:
    """Yield the id of the first process of a network of its own, which has a loopback interface and nothing else."""
    with _holding(["unshare", "--net", "--pid", "--fork", "--kill-child"], "ip link set lo up") as pid:
        (first,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        yield int(first)


class Machine:
    """A bare machine in such a network."""

    def __init__(self, network: int, pid: int, folder: Path, environment: Mapping[str, str]) -> None:
        self.namespaces = [f"--net=/proc/{network}/ns/net", f"--pid=/proc/{network}/ns/pid"]
        self.namespaces.append(f"--mount=/proc/{pid}/ns/mnt")
        self.folder = folder
        self.home = folder / "home"
        self.environment = environment

    def run(self, script: str, **environment: str) -> str:
        """Run the script as root does, in its home folder, and return what it prints. It stops at the first failure."""
        done = subprocess.run(
            [*self.entering(), "bash", "-e", "-u", "-o", "pipefail", "-c", script],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}"
        return done.stdout

    def entering(self) -> list[str]:
        """The command before another one that is to run on the machine."""
        return [*ENDS_WITH_US, "nsenter", *self.namespaces, f"--wdns={self.home}"]

    def path(self, name: str) -> Path:
        """A file or folder of the machine, as seen from outside."""
        own = next(each for each in ("etc", *OWN) if f"{name}/".startswith(f"/{each}/"))
        return self.folder / own.replace("/", "-") / name.removeprefix(f"/{own}").lstrip("/")


@contextmanager
def machine(network: int, folder: Path, hosts: Mapping[str, str]) -> Iterator[Machine]:
    """Yield a machine that knows these hosts, by name, in the network of this process."""
    folder.mkdir()
    for name in ("home", "units", "etc", "etc-work", *(own.replace("/", "-") for own in OWN)):
        (folder / name).mkdir()
    (folder / "var-log" / "nginx").mkdir()
    (folder / "var-lib" / "nginx").mkdir()
    (folder / "etc" / "hosts").write_text("".join(f"{address} {name}\n" for name, address in hosts.items()), "utf-8")
    systemctl = folder / "usr-local-sbin" / "systemctl"
    stub = REPOSITORY / "tests" / "test_installation" / "systemctl.py"
    systemctl.write_text(SYSTEMCTL.format(python=sys.executable, stub=stub))
    systemctl.chmod(0o755)
    mounts = ["mount --make-rprivate /"]
    mounts.append(f"mount -t overlay -o lowerdir=/etc,upperdir={folder}/etc,workdir={folder}/etc-work etc /etc")
    mounts.append("mkdir -p /etc/systemd/system /etc/nginx/conf.d")
    # In memory of its own: what is removed after the tests is searched for servers, and programs have folders named so.
    mounts.append("mount -t tmpfs -o mode=755 opt /opt")
    for own in OWN:
        mounts.append(f"mount --bind {folder}/{own.replace('/', '-')} /{own}")
    with _holding(["unshare", "--mount"], "; ".join(mounts)) as pid:
        made = Machine(network, pid, folder, _environment(folder))
        # Of the processes that it can see, its own are enough.
        made.run("mount -t proc proc /proc")
        try:
            yield made
        finally:
            made.run("systemctl end-all")


def _environment(folder: Path) -> dict[str, str]:
    trusted = "/etc/ssl/certs/ca-certificates.crt"
    return {
        "PATH": f"/usr/local/sbin:{Path(sys.base_prefix) / 'bin'}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder / "home"),
        "LANG": "C.UTF-8",
        "MACHINE": str(folder),
        "PYTHONPATH": "",
        # A machine trusts its city's authority.
        "SSL_CERT_FILE": trusted,
        "CURL_CA_BUNDLE": trusted,
        **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
    }


@contextmanager
def _holding(entering: list[str], prepare: str) -> Iterator[int]:
    command = [*ENDS_WITH_US, *entering, "sh", "-e", "-c", f"{prepare}; echo ready; {HOLD}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            yield process.pid
        finally:
            process.stdin.close()
