"""The city is data: code names none, neither by its name nor by its key."""

import re
import subprocess

from tests.remains import REPOSITORY

CODE = ("geo", "api", "maps", "scripts", "deploy", "bench")
ENDINGS = (".py", ".sql", ".js", ".json", ".html", ".css", ".sh", ".conf", ".yaml", ".toml", ".txt", ".example")
NAMES = re.compile(r"dortmund|05913000", re.IGNORECASE)
EXEMPT = {"geo/store/schema/0012_tiles.sql"}
"""Migrations from before never change. The comment that this one makes is replaced by a later one."""


def code() -> list[str]:
    """The paths of our own files of code; those of others are below `vendor`."""
    listed = subprocess.run(["git", "ls-files", *CODE], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.splitlines() if path.endswith(ENDINGS) and "/vendor/" not in path]


def test_no_code_names_the_sample_city() -> None:
    found = {path for path in code() if NAMES.search((REPOSITORY / path).read_text("utf-8"))}
    assert found - EXEMPT == set()
    assert len(code()) > 500, "files are looked at"


def test_the_database_names_no_city_either(connection) -> None:
    """The comments in it are those of all migrations together."""
    described = connection.execute("select description from pg_description where description ~* 'dortmund'").fetchall()
    assert described == []
