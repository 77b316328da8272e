"""Third-party JavaScript and CSS that maps embed, as text."""

import re
from base64 import b64encode
from functools import cache
from importlib.resources import files

FOLDER = files("maps").joinpath("vendor")
URL = re.compile(r"url\((images/[\w.-]+\.png)\)")


@cache
def leaflet_js() -> str:
    """Return Leaflet, preceded by its licence as a comment, for use in a script element."""
    licence = FOLDER.joinpath("leaflet/LICENSE").read_text("utf-8")
    code = FOLDER.joinpath("leaflet/leaflet.js").read_text("utf-8")
    # Without this, browsers would request a source map.
    code = re.sub(r"//# sourceMappingURL=.*", "", code)
    return f"/*\n{licence}*/\n{code}"


@cache
def leaflet_css() -> str:
    """Return Leaflet's style sheet with its images inlined."""
    return URL.sub(
        lambda match: f"url({_data_uri('leaflet/' + match[1])})",
        FOLDER.joinpath("leaflet/leaflet.css").read_text("utf-8"),
    )


def _data_uri(path: str) -> str:
    return "data:image/png;base64," + b64encode(FOLDER.joinpath(path).read_bytes()).decode()
