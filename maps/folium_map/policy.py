"""The sources of a document's scripts for a content security policy. Needs no folium."""

import re
from base64 import b64encode
from hashlib import sha256

SCRIPT_ELEMENT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def script_hashes(document: str) -> str:
    """Return the hashes of a document's scripts, as sources for a content security policy."""
    return " ".join(f"'sha256-{_digest(script)}'" for script in SCRIPT_ELEMENT.findall(document))


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
