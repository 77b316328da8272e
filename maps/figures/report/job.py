"""The job that is sent to the process that makes a report's document."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from geo.figures.report.document import canonical, report_of
from geo.figures.report.model import Report
from geo.periods import parse_period
from maps.figures.report.reading import Contributions, Contributor, Found, Outline
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
    places: Found | None
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


def _packed(found: Found) -> dict[str, Any]:
    return {
        "districts": [(name, geometry.hex()) for name, geometry in found.districts],
        "areas": [(name, geometry.hex()) for name, geometry in found.areas],
        "counted": {
            key: {
                "total": str(counted.total),
                "parts": {part: str(amount) for part, amount in counted.parts.items()},
                "contributors": [
                    (one.id, str(one.amount), one.geometry.hex(), one.radius_m) for one in counted.contributors
                ],
                "records": counted.records,
                "only_inside": counted.only_inside,
            }
            for key, counted in found.counted.items()
        },
    }


def _unpacked(sent: dict[str, Any], report: Report) -> Found:
    def outlines(found: list[tuple[str, str]]) -> list[Outline]:
        return [Outline(name, bytes.fromhex(geometry)) for name, geometry in found]

    counted = {
        key: Contributions(
            report.definitions[key].indicator(),
            Decimal(one["total"]),
            {part: Decimal(amount) for part, amount in one["parts"].items()},
            [
                Contributor(number, Decimal(amount), bytes.fromhex(geometry), radius_m)
                for number, amount, geometry, radius_m in one["contributors"]
            ],
            one["records"],
            one["only_inside"],
        )
        for key, one in sent["counted"].items()
    }
    return Found(parse_period(report.period), outlines(sent["districts"]), outlines(sent["areas"]), counted)
