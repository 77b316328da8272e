"""Pages that are watched while a test uses them, and pages that stay open from one test to the next."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser import READY

WIDTH, HEIGHT = 1440, 900
UNDRAWN = Path(__file__).parent / "undrawn_canvas.js"
LATE_S = 2
LOADED = f"() => {READY} && app.map.map.loaded() && !app.map.map.isMoving()"
GO = """async (state) => {
    const { map } = app.map;
    const reach = async (next) => {
        if (location.hash.replace(/^#/, "") === next) return;
        const reached = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
        location.hash = next;
        await reached;
    };
    // By way of another panel, so that the first one is mounted anew.
    if (!state) await reach("panel=handout");
    await reach("");
    // As when it is loaded, the map has its place before a panel is mounted.
    const [zoom, latitude, longitude] = (new URLSearchParams(state).get("view") ?? "").split("/").map(Number);
    map.resize();
    if (longitude === undefined) app.map.showWhole();
    else map.jumpTo({ center: [longitude, latitude], zoom });
    await reach(state);
    // The map follows the list a frame later.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}"""
LEAVE_FORM = """async () => {
    document.querySelector("#form header button.icon")?.click();
    await Promise.resolve();
    document.querySelector("dialog.question[open] button.danger")?.click();
}"""
TIDY = """() => {
    app.notices.close();
    app.map.map.getCanvas().style.removeProperty("cursor");
    document.activeElement?.blur();
    document.body.classList.remove("no-panel");
    document.querySelector("#legend details").open = true;
    for (const element of document.querySelectorAll("body *")) element.scrollTo(0, 0);
    // The map tells its view a little after its place has changed.
    app.store.set({ view: "" });
    localStorage.clear();
}"""
LOOKS = """(isWrittenTo) => {
    const { layers, sources } = app.map.map.getStyle();
    // What a panel drew is gone when it is empty or hidden.
    const isEmpty = (source) => sources[source]?.data?.features?.length === 0;
    const isDrawn = ({ source, layout }) => layout?.visibility !== "none" && !isEmpty(source);
    // Without the comments and gaps by which lit finds its places.
    const html = document.body.innerHTML.replace(/<!--.*?-->|\\s+/gs, "");
    return JSON.stringify([
        // Which records there are, and how many, may have changed where they are written to.
        [document.body.className, isWrittenTo ? html.replace(/<tbody.*?<\\/tbody>|\\d+/gs, "") : html],
        [...document.querySelectorAll("input, select, textarea")].map((one) => [one.value, one.checked]),
        [...document.querySelectorAll("body *")].filter((one) => one.scrollTop || one.scrollLeft).length,
        layers.filter(isDrawn),
        [app.map.view, app.isDrawing, document.activeElement.tagName],
        [localStorage.length, location.hash, innerWidth, innerHeight],
    ]);
}"""


class Watched:
    """A page that notes what went wrong: errors and warnings of the console, and requests to other hosts."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url, address))

    def _said(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        # Software rendering is slow, and Chromium says so.
        if kind in {"error", "warning"} and "GPU stall" not in text:
            place = getattr(message, "location", {}).get("url", "")
            self.complaints.append(f"{text} {place}" if text.startswith("Failed to load resource") else text)

    def _asked(self, url: str, address: str) -> None:
        self.asked.append(url)
        if not url.startswith((address, "data:", "blob:")):
            self.complaints.append(f"asked for {url}")


class Kept(Watched):
    """The map's page of a site, which stays open: going to another state takes a fraction of what loading takes.

    It is shown to everybody, or to whom ``token`` signs in.
    """

    def __init__(self, browser: Browser, address: str, token: str | None) -> None:
        context = new_context(browser, WIDTH, HEIGHT, is_still=True)
        super().__init__(context.new_page(), address)
        self.address = address
        self.whose = f"{address} {token or ''}"
        self._is_new = True
        self._is_written_to = token is not None
        if token:
            context.request.post(f"{address}/api/session", data={"token": token})
        self.page.goto(f"{address}/?lang=de")
        wait_for_page(self.page)
        # Without a state, but by the same way as later.
        self._go("")
        self._looks = self._tidied()

    def show(self, state: str, width: int, height: int) -> Page:
        """The page in a state, as wide and high as given, with nothing left to draw."""
        self.complaints.clear()
        self.page.set_viewport_size({"width": width, "height": height})
        if self._is_written_to and not self._is_new:
            self.page.evaluate("app.reload()")
        self._is_new = False
        self._go(state)
        return self.page

    def is_restored(self) -> bool:
        """Undo what a test did with the page; whether it looks as it did at first."""
        if not self.page.url.startswith(f"{self.address}/?lang=de"):
            return False
        self.page.unroute_all()
        self.page.context.clear_permissions()
        self.page.emulate_media(media="null", reduced_motion="reduce")
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.page.evaluate(LEAVE_FORM)
        self._go("")
        # What was still being fetched for the test may be drawn after it.
        deadline = time.monotonic() + LATE_S
        while self._tidied() != self._looks:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def _go(self, state: str) -> None:
        self.page.evaluate(GO, state)
        wait_for_page(self.page)

    def _tidied(self) -> str:
        self.page.evaluate(TIDY)
        return self.page.evaluate(LOOKS, self._is_written_to)


class Contexts:
    """Windows with everything that a browser keeps for itself: one serves a test after the other.

    The page's modules are then in its cache, compiled, which saves a third of what loading the page takes. What belongs
    to somebody is removed: cookies, what pages have stored, and permissions.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[bool, list[BrowserContext]] = {False: [], True: []}

    @contextmanager
    def lend(self, *, is_fresh: bool, is_drawn: bool) -> Iterator[BrowserContext]:
        """Yield a window without pages that nobody else uses; ``is_fresh``: a new one, in which things move."""
        free = [] if is_fresh else self._free[is_drawn]
        context = (
            free.pop() if free else new_context(self._browser, WIDTH, HEIGHT, is_still=not is_fresh, is_drawn=is_drawn)
        )
        is_kept = False
        try:
            yield context
            is_kept = not is_fresh and _is_cleared(context)
        finally:
            if is_kept:
                free.append(context)
            else:
                context.close()


def _is_cleared(context: BrowserContext) -> bool:
    """Remove what belongs to a test; whether that worked."""
    try:
        for page in context.pages:
            if page.url.startswith("http"):
                page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.close()
        context.unroute_all()
        context.clear_permissions()
        context.clear_cookies()
    except Error:
        return False
    return True


def new_context(browser: Browser, width: int, height: int, *, is_still: bool, is_drawn: bool = False) -> BrowserContext:
    """A window of somebody who reads German, is elsewhere by the clock, and may want as little motion as possible.

    Unless it ``is_drawn``, its map has no pixels; everything else is there, also what the map shows where.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="de-DE",
        timezone_id="UTC",
        reduced_motion="reduce" if is_still else "no-preference",
    )
    if not is_drawn:
        context.add_init_script(path=UNDRAWN)
    return context


def wait_for_page(page: Page) -> None:
    """Return when the plots are on the map and in the list, and the map has nothing left to draw."""
    # Asked less often than for each frame, which would have frames drawn for nothing.
    page.wait_for_function(LOADED, timeout=60_000, polling=50)
