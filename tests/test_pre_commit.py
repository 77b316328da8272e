"""The hooks of .pre-commit-config.yaml are the tools of `make lint`, from this checkout."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

from tests.remains import REPOSITORY


def lint_commands() -> set[tuple[str, ...]]:
    """Return the commands of the Makefile's target `lint`."""
    (recipe,) = re.findall(r"^lint:.*\n((?:\t.*\n)+)", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    return {tuple(shlex.split(line.replace("$(BIN)", ".venv/bin"))) for line in recipe.splitlines()}


def test_the_hooks_are_the_commands_of_make_lint() -> None:
    """Fails if a tool is added to only one of the two."""
    (repository,) = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())["repos"]
    hooks = repository["hooks"]
    assert repository["repo"] == "local"
    assert {hook["language"] for hook in hooks} == {"system"}
    # ruff gets the names of all changed files, including those that its configuration excludes.
    entries = {tuple(shlex.split(hook["entry"].replace(" --force-exclude", ""))) for hook in hooks}
    assert entries == lint_commands()


def test_the_configuration_is_valid_and_a_badly_formatted_file_is_refused(tmp_path: Path) -> None:
    """In a separate repository, the hooks pass a clean file and report the problems in another."""
    git = ["git", "-c", "core.hooksPath=/dev/null", "-C", str(tmp_path)]
    (tmp_path / ".pre-commit-config.yaml").write_bytes((REPOSITORY / ".pre-commit-config.yaml").read_bytes())
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    (tmp_path / "clean.py").write_text("A = 1\n")
    subprocess.run([*git, "init", "--quiet"], check=True)

    def hooks() -> tuple[int, str]:
        subprocess.run([*git, "add", "*.py", ".pre-commit-config.yaml"], check=True)
        command = [sys.executable, "-m", "pre_commit", "run", "--color", "never"]
        environment = {"PRE_COMMIT_HOME": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    assert hooks()[0] == 0
    (tmp_path / "untidy.py").write_text("import os\nA  =  1\n")
    status, output = hooks()
    assert status == 1
    assert "hook id: ruff-check" in output
    assert "F401" in output
    assert "hook id: ruff-format" in output
    assert "untidy.py" in output
