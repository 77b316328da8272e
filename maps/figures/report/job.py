"""The job that is sent to the process that makes a report's document."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import shapely

from geo.figures.report.document import canonical, report_of
from geo.figures.report.model import Report
from geo.periods import parse_period
from maps.figures.report.pictures.places import Counted, Place, Places, Spot
from maps.figures.report.writing import Form


@dataclass(frozen=True, slots=True)
class Job:
    """A document to make from a report and the places of its figures (None if the form has no pictures).

    ``template`` is the path of the agency's own Word template.
    """

    form: Form
    language: str
    agency: str
    report: Report
    places: Places | None
    template: str | None = None


def dump_job(job: Job) -> bytes:
    """Return the job as JSON (UTF-8)."""
    sent = {
        "form": job.form,
        "language": job.language,
        "agency": job.agency,
        "report": canonical(job.report).decode(),
        "places": _packed(job.places) if job.places else None,
        "template": job.template,
    }
    return json.dumps(sent).encode()


def load_job(sent: bytes) -> Job:
    """Return the job encoded by `dump_job`."""
    found = json.loads(sent)
    report = report_of(found["report"])
    places = _unpacked(found["places"], report) if found["places"] else None
    return Job(found["form"], found["language"], found["agency"], report, places, found["template"])


def _packed(places: Places) -> dict[str, Any]:
    return {
        "districts": [(place.name, place.geometry.wkb_hex) for place in places.districts],
        "areas": [(place.name, place.geometry.wkb_hex) for place in places.areas],
        "counted": {
            key: {
                "total": str(counted.total),
                "parts": {part: str(amount) for part, amount in counted.parts.items()},
                "spots": [(str(spot.amount), spot.geometry.wkb_hex, spot.radius_m) for spot in counted.spots],
                "records": counted.records,
            }
            for key, counted in places.counted.items()
        },
    }


def _unpacked(found: dict[str, Any], report: Report) -> Places:
    def named(places: list[tuple[str, str]]) -> list[Place]:
        return [Place(name, shapely.from_wkb(geometry)) for name, geometry in places]

    counted = {
        key: Counted(
            report.definitions[key].indicator(),
            Decimal(one["total"]),
            {part: Decimal(amount) for part, amount in one["parts"].items()},
            [Spot(Decimal(amount), shapely.from_wkb(place), radius) for amount, place, radius in one["spots"]],
            one["records"],
        )
        for key, one in found["counted"].items()
    }
    return Places(parse_period(report.period), named(found["districts"]), named(found["areas"]), counted)
