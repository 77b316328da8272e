"""Draw a report's maps for a page: ``python -m maps.figures.report.showing``; job on standard input, JSON as output."""

import json
import re
import sys

from maps.figures.report.job import Job, unpacked
from maps.figures.report.pages import fonts
from maps.figures.report.pictures.city import maps

OPENING = re.compile(r"<svg\b[^>]*>")


def main() -> None:
    """Draw the maps, and say what they show."""
    sys.stdout.write(json.dumps(shown(unpacked(sys.stdin.buffer.read()))))


def shown(job: Job) -> list[dict[str, str]]:
    """The maps with what they show in words."""
    drawn = maps(job.places, job.language) if job.places else []
    return [
        {"key": one.key, "title": one.title, "alt": one.alt, "note": one.note, "svg": with_fonts(one.svg)}
        for one in drawn
    ]


def with_fonts(svg: str) -> str:
    """The drawing with its fonts inside: an image on a page has no others."""
    return OPENING.sub(lambda found: f"{found[0]}<style>{fonts()}</style>", svg, count=1)


if __name__ == "__main__":
    main()
