"""Firefox as it comes with the system, spoken to by WebDriver BiDi, which it understands without any driver."""

import base64
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.browser import wait_until
from tests.remains import ENDS_WITH_US, temporary_folder

LISTENS = "WebDriver BiDi listening on ws://127.0.0.1:"
WAIT_S = 60
PREFERENCES = {
    # Without a graphics card the map is drawn by the processor.
    "webgl.force-enabled": True,
    "app.normandy.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "intl.accept_languages": "de-DE",
}


def installed() -> str | None:
    """Return the path of Firefox: that of the variable FLURWERK_FIREFOX, else the system's; None if there is none."""
    found = (shutil.which(name) for name in ("firefox-esr", "firefox"))
    return os.environ.get("FLURWERK_FIREFOX") or next(filter(None, found), None)


class BidiError(Exception):
    """Firefox refused a command, or a script failed."""


class Socket:
    """A web socket to a server on this machine (RFC 6455), as far as texts need it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /session HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        self._received = self._socket.makefile("rb")
        assert b" 101 " in self._received.readline()
        while self._received.readline().strip():
            pass

    def send(self, text: str) -> None:
        """Send a text in one frame, masked as clients have to."""
        content, mask = text.encode(), os.urandom(4)
        size = len(content)
        # The shortest form that holds it: Firefox closes the connection at any other.
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(content))
        self._socket.sendall(b"\x81" + length + mask + masked)

    def receive(self) -> str:
        """Return the next text; what is no text is passed over."""
        content = b""
        while True:
            first, second = self._received.read(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(self._received.read(2 if size == 126 else 8), "big")
            part = self._received.read(size)
            if first & 0x0F in (0, 1):
                content += part
                if first & 0x80:
                    return content.decode()

    def close(self) -> None:
        """End the connection."""
        self._received.close()
        self._socket.close()


class Window:
    """A window of Firefox, with what its console complained of."""

    def __init__(self, port: int) -> None:
        self._bidi = Socket(port)
        self._number = 0
        self.complaints: list[str] = []
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        (context,) = self._send("browsingContext.getTree")["contexts"]
        self._context = context["context"]

    def show(self, url: str, width: int = 1440, height: int = 900) -> None:
        """Go to an address in a window of this size; returns when everything that the page names has been loaded."""
        size = {"width": width, "height": height}
        self._send("browsingContext.setViewport", context=self._context, viewport=size)
        self._send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, script: str) -> Any:
        """Return what a script gives in the page, once it is there, as JSON has it. Raises BidiError if it fails."""
        given = self._send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({script})) ?? null))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        if given["type"] == "exception":
            raise BidiError(given["exceptionDetails"]["text"])
        return json.loads(given["result"]["value"])

    def wait(self, script: str) -> None:
        """Return once a script gives something true."""
        # An element is an empty object in JSON.
        wait_until(lambda: self.evaluate(f"Boolean({script})"), script)

    def click(self, selector: str, text: str = "") -> None:
        """Click with the mouse on what is shown there and has this text, once it is there."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find((one) => one.checkVisibility() && one.textContent.includes({json.dumps(text)}))"
        )
        self.wait(found)
        place = (
            f"(() => {{ const one = {found}; one.scrollIntoView({{ block: 'center' }});"
            " const { x, y, width, height } = one.getBoundingClientRect(); return [x + width / 2, y + height / 2]; })()"
        )
        x, y = self.evaluate(place)
        moves = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "mouse", "actions": moves})

    def type(self, keys: str) -> None:
        """Press these keys one after the other."""
        presses = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": presses})

    def picture(self, path: Path) -> None:
        """Write what the window shows to a PNG file."""
        data = self._send("browsingContext.captureScreenshot", context=self._context)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        """End the connection; the browser ends by its process."""
        self._bidi.close()

    def _act(self, source: dict[str, Any]) -> None:
        self._send("input.performActions", context=self._context, actions=[source])

    def _send(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        self._bidi.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._bidi.receive())
            if answer["type"] == "event":
                entry = answer["params"]
                if entry["level"] in {"error", "warn"}:
                    self.complaints.append(entry["text"] or "")
            elif answer["id"] == self._number:
                if answer["type"] == "error":
                    raise BidiError(answer["message"])
                return answer["result"]


@contextmanager
def screen() -> Iterator[str]:
    """Start a screen that nobody sees, yield its name, and end it. Without one, Firefox has no WebGL for the map."""
    read, write = os.pipe()
    command = [*ENDS_WITH_US, "Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as process:
        os.close(write)
        try:
            with os.fdopen(read) as told:
                yield f":{told.readline().strip()}"
        finally:
            process.kill()


@contextmanager
def firefox() -> Iterator[Window]:
    """Start Firefox, yield its window, and end it."""
    program = installed()
    assert program, "There is no Firefox: apt-get install firefox-esr xvfb, or name one: export FLURWERK_FIREFOX=…"
    with temporary_folder() as folder, screen() as display:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines), "utf-8")
        said = folder / "said.txt"
        command = [*ENDS_WITH_US, program, "--profile", str(folder), "--remote-debugging-port", "0"]
        environment = {**os.environ, "HOME": str(folder), "DISPLAY": display}
        with (
            said.open("w") as output,
            subprocess.Popen(command, stdout=output, stderr=output, env=environment) as process,
        ):
            try:
                wait_until(lambda: LISTENS in said.read_text("utf-8"), "Firefox to listen")
                line = next(line for line in said.read_text("utf-8").splitlines() if LISTENS in line)
                with closing(Window(int(line.partition(LISTENS)[2]))) as window:
                    yield window
            finally:
                process.kill()
