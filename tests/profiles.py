"""Other publishers in this process: what is read of the profile when needed can be another; terms and layers cannot."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from geo.profile import packaged_profile, profile


@contextmanager
def published_by(name: str, url: str | None = None) -> Iterator[None]:
    """Within the context, this process and those that it starts have the sample city's profile with this publisher."""
    before = '[publisher]\nname = "Flurwerk"'
    text = sample()
    assert before in text
    after = f'[publisher]\nname = "{name}"' + (f'\nurl = "{url}"' if url else "")
    with _profile(text.replace(before, after)):
        yield


@contextmanager
def labelled(labels: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Likewise, with other words for lines by part and indicator."""
    tables = [
        f"\n[part_labels.{json.dumps(part)}]\n"
        + "".join(f"{json.dumps(key)} = {json.dumps(text)}\n" for key, text in own.items())
        for part, own in labels.items()
    ]
    with _profile(sample() + "".join(tables)):
        yield


@contextmanager
def added(tables: str) -> Iterator[None]:
    """Likewise, with these tables of TOML at its end."""
    with _profile(f"{sample()}\n{tables}"):
        yield


def sample() -> str:
    """The text of the sample city's profile."""
    return (packaged_profile() / "profile.toml").read_text("utf-8")


@contextmanager
def _profile(text: str) -> Iterator[None]:
    variable, kept = "FLURWERK_PROFILE", os.environ.get("FLURWERK_PROFILE")
    with tempfile.TemporaryDirectory(prefix="flurwerk-profile-") as folder:
        (Path(folder) / "profile.toml").write_text(text, encoding="utf-8")
        os.environ[variable] = folder
        profile.cache_clear()
        try:
            yield
        finally:
            os.environ.pop(variable)
            if kept:
                os.environ[variable] = kept
            profile.cache_clear()
