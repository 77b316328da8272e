"""Other publishers in this process: what is read of the profile when needed can be another; terms and layers cannot."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.profile import packaged_profile, profile


@contextmanager
def published_by(name: str, url: str | None = None) -> Iterator[None]:
    """Within the context, this process and those that it starts have the sample city's profile with this publisher."""
    text = (packaged_profile() / "profile.toml").read_text("utf-8")
    before = '[publisher]\nname = "Flurwerk"'
    assert before in text
    after = f'[publisher]\nname = "{name}"' + (f'\nurl = "{url}"' if url else "")
    variable, kept = "FLURWERK_PROFILE", os.environ.get("FLURWERK_PROFILE")
    with tempfile.TemporaryDirectory(prefix="flurwerk-profile-") as folder:
        (Path(folder) / "profile.toml").write_text(text.replace(before, after), encoding="utf-8")
        os.environ[variable] = folder
        profile.cache_clear()
        try:
            yield
        finally:
            os.environ.pop(variable)
            if kept:
                os.environ[variable] = kept
            profile.cache_clear()
