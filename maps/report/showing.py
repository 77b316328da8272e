"""Draw a report's maps for a page: ``python -m maps.report.showing``; the job on standard input, JSON as output."""

import json
import sys

from maps.report.job import unpacked
from maps.report.pictures.city import maps


def main() -> None:
    """Draw the maps, and say what they show."""
    job = unpacked(sys.stdin.buffer.read())
    drawn = maps(job.places, job.language) if job.places else []
    found = [{name: getattr(one, name) for name in ("key", "title", "alt", "note", "svg")} for one in drawn]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
