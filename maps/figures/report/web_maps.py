"""Draw a report's maps for the web page: ``python -m maps.figures.report.web_maps`` turns a job on stdin into JSON."""

import json
import re
import sys

from maps.figures.report.job import Job, load_job
from maps.figures.report.pictures.city import maps
from maps.figures.report.pictures.places import drawable
from maps.web_fonts import font_faces

OPENING = re.compile(r"<svg\b[^>]*>")


def main() -> None:
    """Read the job and write the maps as JSON."""
    sys.stdout.write(json.dumps(shown(load_job(sys.stdin.buffer.read()))))


def shown(job: Job) -> list[dict[str, str]]:
    """Return the maps as SVG with their titles, text alternatives and notes."""
    drawn = maps(drawable(job.places), job.language) if job.places else []
    return [
        {"key": one.key, "title": one.title, "alt": one.alt, "note": one.note, "svg": with_fonts(one.svg)}
        for one in drawn
    ]


def with_fonts(svg: str) -> str:
    """Return the SVG with its fonts embedded: an image on a page can use no others."""
    return OPENING.sub(lambda found: f"{found[0]}<style>{font_faces()}</style>", svg, count=1)


if __name__ == "__main__":
    main()
