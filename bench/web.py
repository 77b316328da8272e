"""Measures how fast the advisors' map is in headless Chromium, with the sample city and with a large one.

    .venv/bin/python bench/web.py [--runs 7] [--data sample,large] [--keep]

Serves each database with two worker processes and opens the page in each run with an empty cache. Prints a Markdown
table for docs/performance.md: the median and, in brackets, the maximum of the runs.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

import psycopg  # noqa: E402
from playwright.sync_api import Browser, Page, Request, Response  # noqa: E402
from psycopg.conninfo import make_conninfo  # noqa: E402
from serving import table  # noqa: E402
from serving.city import Sizes, prepared  # noqa: E402
from serving.servers import flurwerk, running  # noqa: E402

from api.cli.sample import load_sample, sample_folder  # noqa: E402
from geo.migrate import migrate  # noqa: E402
from geo.settings import load_settings  # noqa: E402
from geo.store.database import conninfo, database_url  # noqa: E402
from tests.browser import launched, wait_until  # noqa: E402

LARGE = Sizes(110_000, 20_000, 5_000)
SAMPLE = "bench_web_sample"
EVERYTHING = "shown=trenches-laid,trenches-planned,connections-connected,connections-recorded"
STATES = ("f.zoning=GE", "f.zoning=GE&f.remaining_m2=5000..", "f.remaining_m2=..9000&f.divisible=1", "f.name=a", "")

# Resolves after the first frame in which the list shows the hits of the new filter.
CHANGE = """(state) => new Promise((resolve) => {
    const began = performance.now();
    location.hash = state;
    addEventListener("hashchange", () => {
        document.querySelector("#list").getBoundingClientRect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    }, { once: true });
})"""
FILLED = """() => {
    const filled = performance.getEntriesByName("list-filled")[0];
    return filled ? filled.startTime : null;
}"""


class Opened(NamedTuple):
    """The results of opening the page once: milliseconds since its request, and kilobytes."""

    filled: float
    last_tile: float
    idle: float
    filters: list[float]
    code_kb: float
    all_kb: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the advisors' map.")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--data", default="sample,large", help="sample, large or both")
    parser.add_argument("--keep", action="store_true", help="keep the large database, and use an existing one")
    arguments = parser.parse_args()
    rows: list[str] = []
    title = ""
    for name in arguments.data.split(","):
        with data(name, keep=arguments.keep) as url, tempfile.TemporaryDirectory() as folder:
            title = table.heading(url)
            with running(flurwerk(url), url, Path(folder) / "log") as up, launched() as browser:
                runs = [opened(browser, up.url) for _ in range(arguments.runs + 1)][1:]
        rows.append(row(name, runs))
    print(f"{title}, {arguments.runs} runs\n\n{HEADING}\n" + "\n".join(rows))


HEADING = (
    "| data | list filled | last tile | map idle | filter to list | JS and CSS | everything |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@contextmanager
def data(name: str, *, keep: bool) -> Iterator[str]:
    """Yield the URL of a database: the sample city, or one with ten years of records of a city of 600,000."""
    server = database_url(load_settings())
    if name == "large":
        with prepared(server, LARGE, keep=keep) as url:
            yield url
        return
    url = make_conninfo(server, dbname=SAMPLE)
    with psycopg.connect(conninfo(server), autocommit=True) as connection:
        connection.execute(f"drop database if exists {SAMPLE} with (force)")
        connection.execute(f"create database {SAMPLE} template template0")
    with psycopg.connect(conninfo(url)) as connection:
        migrate(connection)
        load_sample(connection, sample_folder())
    yield url
    with psycopg.connect(conninfo(server), autocommit=True) as connection:
        connection.execute(f"drop database if exists {SAMPLE} with (force)")


def opened(browser: Browser, address: str) -> Opened:
    """Open the page in a new profile, wait until it is idle, and change filters."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE")
    page = context.new_page()
    sizes: list[tuple[str, int]] = []
    tiles: list[float] = []

    def finished(request: Request) -> None:
        sizes.append((request.url, request.sizes()["responseBodySize"]))
        if "/WebMercatorQuad/" in request.url:
            tiles.append(request.timing["startTime"] + request.timing["responseEnd"])

    page.on("requestfinished", finished)
    page.on("response", _exit_on_error)
    page.goto(f"{address}/#{EVERYTHING}")
    wait_until(lambda: page.evaluate(FILLED) is not None, "the list")
    wait_until(lambda: page.evaluate("app.map.map.loaded()"), "the map")
    idle = page.evaluate("performance.now()")
    page.wait_for_timeout(500)
    found = Opened(
        filled=page.evaluate(FILLED),
        last_tile=max(tiles) - page.evaluate("performance.timeOrigin"),
        idle=idle,
        filters=[_changed(page, state) for state in STATES],
        code_kb=sum(size for url, size in sizes if url.split("?")[0].endswith((".js", ".mjs", ".css"))) / 1000,
        all_kb=sum(size for _, size in sizes) / 1000,
    )
    context.close()
    return found


def _exit_on_error(response: Response) -> None:
    if response.status >= 400:
        sys.exit(f"{response.status} {response.url}")


def _changed(page: Page, state: str) -> float:
    milliseconds: Any = page.evaluate(CHANGE, f"{EVERYTHING}&{state}")
    page.wait_for_timeout(300)
    return float(milliseconds)


def row(name: str, runs: list[Opened]) -> str:
    """Return a row of the table."""

    def ms(values: list[float]) -> str:
        return f"{statistics.median(values):.0f} ms ({max(values):.0f})"

    changes = [one for run in runs for one in run.filters]
    cells = [ms([run.filled for run in runs]), ms([run.last_tile for run in runs]), ms([run.idle for run in runs])]
    cells += [ms(changes), f"{runs[0].code_kb:.0f} kB", f"{runs[0].all_kb:.0f} kB"]
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
