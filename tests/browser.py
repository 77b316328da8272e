"""A browser without any network, for the tests of what people look at."""

import os
import shutil
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, Route, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Otherwise the whole page is drawn by the software that stands in for a graphics card, not only the map.
    "--disable-gpu-compositing",
]
READY = "document.documentElement.dataset.ready === 'true'"


@dataclass
class Opened:
    """A page in a browser, with what went wrong there."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def evaluate(self, script: str, argument: object = None) -> Any:
        """What a script gives in the page."""
        return self.page.evaluate(script, argument)

    def text(self, selector: str) -> str:
        """The text that a reader sees there."""
        return self.page.inner_text(selector)

    def colours(self, clip: dict[str, int]) -> dict[str, int]:
        """How many pixels of a part of the screen have each colour."""
        left, top, width, height = clip["x"], clip["y"], clip["width"], clip["height"]
        screenshot = self.page.screenshot(clip={"x": left, "y": top, "width": width, "height": height})
        return self.evaluate(COUNT_COLOURS, b64encode(screenshot).decode())


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium: that of the variable FLURWERK_CHROMIUM, else the system's, else Playwright's own.

    The headless shell comes first: it takes a third less time than the whole browser without its windows.
    """
    installed = (shutil.which(name) for name in ("chromium-headless-shell", "chromium", "google-chrome"))
    found = os.environ.get("FLURWERK_CHROMIUM") or next(filter(None, installed), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_offline(browser: Browser, path: Path, width: int = 1400, height: int = 900) -> Opened:
    """Open a file from disk with every other request blocked; returns when the page says that it is drawn."""
    opened = Opened(browser.new_page(viewport={"width": width, "height": height}))

    def dismiss(dialog: Dialog) -> None:
        opened.errors.append(dialog.message)
        dialog.dismiss()

    def decide(route: Route) -> None:
        if route.request.url == path.as_uri():
            route.continue_()
        else:
            opened.requests.append(route.request.url)
            route.abort()

    opened.page.route("**/*", decide)
    opened.page.on(
        "console", lambda said: opened.errors.append(said.text) if said.type in {"error", "warning"} else None
    )
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.on("dialog", dismiss)
    opened.page.goto(path.as_uri())
    wait_until(lambda: opened.evaluate(READY), "the page to be drawn")
    return opened


def wait_until(is_done: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Ask again and again; fails when it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.1)


COUNT_COLOURS = """async (png) => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const counts = {};
    for (let i = 0; i < data.length; i += 4) {
        const key = "#" + [data[i], data[i + 1], data[i + 2]].map((c) => c.toString(16).padStart(2, "0")).join("");
        counts[key] = (counts[key] || 0) + 1;
    }
    return counts;
}"""
