"""A map service on loopback that speaks WMS, WMTS and XYZ, counts what it is asked, and can be slow or broken."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from PIL import Image

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
"""What a service answers whose markup must stay text."""
COLOURS = {"wms": (250, 210, 120), "wmts": (150, 200, 240), "xyz": (170, 220, 170)}
"""The one colour of each kind's pictures."""


@dataclass
class MapService:
    """What the service does, and what it was asked.

    ``mode``: "ok"; "broken" answers with status 500, "markup" with HTML in place of a picture, "places" with
    tiles whose colour is their column, row (both modulo 256) and level, "slow" not before the
    service ends, "elsewhere" with a redirect, "endless" with more than anybody takes.
    """

    address: str
    mode: str = "ok"
    info: tuple[str, str] = ("text/plain", HOSTILE)
    """The media type and the text of the answer to GetFeatureInfo."""
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def parameters(self) -> list[dict[str, str]]:
        """The parameters of each request so far, names in upper case."""
        found = [parse_qs(urlsplit(path).query, keep_blank_values=True) for path in self.asked]
        return [{name.upper(): values[0] for name, values in each.items()} for each in found]


@contextmanager
def map_service() -> Iterator[MapService]:
    """Serve until the context ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    server.daemon_threads = True
    service = MapService(f"http://127.0.0.1:{server.server_address[1]}")
    server.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        service.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        service: MapService = self.server.service  # type: ignore[attr-defined]
        service.asked.append(self.path)
        if service.mode == "slow":
            service.over.wait(60)
            return
        if service.mode == "elsewhere":
            self._send(302, "text/plain", b"", {"Location": "http://127.0.0.1:1/"})
            return
        if service.mode == "broken":
            self._send(500, "text/plain", b"broken")
            return
        asked = {name.upper(): values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if service.mode == "endless":
            self._send(200, "image/png", b"x" * 30_000_000)
        elif asked.get("REQUEST") == "GetFeatureInfo":
            self._send(200, f"{service.info[0]}; charset=utf-8", service.info[1].encode())
        elif service.mode == "markup":
            self._send(200, "text/html", HOSTILE.encode())
        elif self.path.startswith("/style.json"):
            self._send(200, "application/json", STYLE.encode())
        else:
            self._picture(service, asked)

    def _picture(self, service: MapService, asked: dict[str, str]) -> None:
        is_wms = asked.get("REQUEST") in ("GetMap", "GetLegendGraphic")
        kind = "wms" if is_wms else self.path.strip("/").partition("/")[0]
        size = int(asked.get("WIDTH", 256)), int(asked.get("HEIGHT", 256))
        colour = COLOURS.get(kind.partition("?")[0], COLOURS["xyz"])
        if service.mode == "places" and not is_wms:
            z, *place = (int(part) for part in re.findall(r"[0-9]+", self.path)[-3:])
            x, y = place if kind == "xyz" else reversed(place)
            colour = (x % 256, y % 256, z)
        picture = BytesIO()
        Image.new("RGB", size, colour).save(picture, "PNG")
        self._send(200, "image/png", picture.getvalue())

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # Whoever asked has had enough.
            return

    def log_message(self, *args: object, **named: object) -> None:
        """Say nothing."""


STYLE = """{
    "version": 8,
    "glyphs": "https://elsewhere.example.org/{fontstack}/{range}.pbf",
    "sources": {"ground": {"type": "raster", "tiles": ["xyz/{z}/{x}/{y}.png"], "tileSize": 256, "maxzoom": 18}},
    "layers": [
        {"id": "background", "type": "background", "paint": {"background-color": "#dde6ee"}},
        {"id": "ground", "type": "raster", "source": "ground"}
    ]
}"""
